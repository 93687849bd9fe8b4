// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.azure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.api.Body;
import dev.weft.api.Call;
import dev.weft.api.CloudException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EventDataTest {
    private static EventData data(String trigger, String more, String body) {
        return EventData.of(
                SampleCalls.triggered(trigger, more),
                SampleCalls.event(body, Map.of("source", "till")),
                SampleCalls.utf8(body),
                SampleCalls.NOW);
    }

    private static String text(EventData data) {
        return new String(data.bytes(), StandardCharsets.UTF_8);
    }

    @Test
    void aQueueMessageIsItsTextWithAzuresMetadata() {
        EventData data = data("queueTrigger", "", "linen");

        assertThat(data.kind()).isEqualTo(EventData.Kind.TEXT);
        assertThat(text(data)).isEqualTo("linen");
        assertThat(data.metadata().path("QueueTrigger").asString("")).isEqualTo("linen");
        assertThat(data.metadata().path("DequeueCount").asInt(0)).isEqualTo(1);
        assertThat(data.metadata().path("InsertionTime").asString("")).isEqualTo("2026-11-23T10:15:30+00:00");
        assertThat(data.metadata().path("ExpirationTime").asString("")).isEqualTo("2026-11-30T10:15:30+00:00");
        assertThat(data.metadata().path("source").asString("")).isEqualTo("till");
    }

    @Test
    void bytesThatAreNoTextStayBytes() {
        byte[] bytes = {(byte) 0xff, 0, 1};
        Call.Event event = new Call.Event(SampleCalls.CONTEXT, null, Map.of(), Body.of(bytes));

        EventData data = EventData.of(SampleCalls.triggered("queueTrigger", ""), event, bytes, SampleCalls.NOW);

        assertThat(data.kind()).isEqualTo(EventData.Kind.BYTES);
        assertThat(data.bytes()).isEqualTo(bytes);
    }

    @Test
    void manyMeansAnArray() {
        String many = ", \"cardinality\": \"many\"";

        assertThat(text(data("eventHubTrigger", many, "[1,2]"))).isEqualTo("[1,2]");
        assertThat(text(data("eventHubTrigger", many, "{\"a\":1}"))).isEqualTo("[{\"a\":1}]");
        assertThat(text(data("eventHubTrigger", many, "plain"))).isEqualTo("[\"plain\"]");
        assertThat(text(data("cosmosDBTrigger", "", "{\"a\":1}"))).isEqualTo("[{\"a\":1}]");
    }

    @Test
    void aTimerIsMadeUpOfWhatIsKnownAndWhatTheEventStates() {
        assertThat(text(data("timerTrigger", "", "")))
                .isEqualTo("{\"Schedule\":{\"AdjustForDST\":true},\"ScheduleStatus\":{\"Last\":"
                        + "\"0001-01-01T00:00:00+00:00\",\"LastUpdated\":\"2026-11-23T10:15:30+00:00\",\"Next\":"
                        + "\"0001-01-01T00:00:00+00:00\"},\"IsPastDue\":false}");
        assertThat(text(data("timerTrigger", "", "{\"IsPastDue\":true}"))).contains("\"IsPastDue\":true");
    }

    @Test
    void whatCannotBeATriggersDataIsRefusedWithASentence() {
        assertThatThrownBy(() -> data("eventGridTrigger", "", "plain"))
                .isInstanceOfSatisfying(
                        CloudException.class, why -> assertThat(why.kind()).isEqualTo(CloudException.Kind.INVALID))
                .hasMessage("function order is begun by a eventGridTrigger: its event must be a JSON object");
        assertThatThrownBy(() -> data("timerTrigger", "", "now")).hasMessageContaining("fields of the timer");
    }
}
