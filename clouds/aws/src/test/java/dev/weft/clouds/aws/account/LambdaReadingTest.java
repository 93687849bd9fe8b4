// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.aws.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.api.CloudException;
import dev.weft.api.LogLine;
import dev.weft.api.rest.RestClient;
import dev.weft.api.rest.RestRequest;
import dev.weft.api.rest.RestResponse;
import dev.weft.api.rest.Transport;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Lists that come in pages: all of them are read, up to a named limit. */
class LambdaReadingTest {
    private static final URI ENDPOINT = URI.create("https://aws.example");
    private static final Instant NOW = Instant.parse("2026-11-29T12:00:00Z");

    private final List<RestRequest> sent = new ArrayList<>();
    private Instant clock = NOW;

    private RestClient rest(Function<RestRequest, String> answers) {
        Transport transport = request -> {
            sent.add(request);
            return new RestResponse(200, Map.of(), answers.apply(request).getBytes(StandardCharsets.UTF_8));
        };
        return new RestClient(
                transport, (request, now) -> request, new AwsErrors(), InstantSource.system(), time -> {});
    }

    private LambdaLogs logs(Function<RestRequest, String> answers) {
        return new LambdaLogs(rest(answers), ENDPOINT, "aws-eu", time -> clock = clock.plus(time));
    }

    @Test
    void allPagesOfFunctionsAreRead() {
        LambdaApi api = new LambdaApi(
                rest(request -> switch (String.valueOf(request.uri().getRawQuery())) {
                    case "MaxItems=50" ->
                        "{\"Functions\":[{\"FunctionName\":\"a\"},{\"FunctionName\":\"b\"}],\"NextMarker\":\"x/=+ &\"}";
                    case "MaxItems=50&Marker=x%2F%3D%2B%20%26" -> "{\"Functions\":[],\"NextMarker\":\"y\"}";
                    case "MaxItems=50&Marker=y" -> "{\"Functions\":[{\"FunctionName\":\"c\"}],\"NextMarker\":null}";
                    default -> throw new AssertionError(request.uri());
                }),
                ENDPOINT);
        assertThat(api.names()).containsExactly("a", "b", "c");
        assertThat(sent).hasSize(3);
    }

    @Test
    void pagesOfFunctionsHaveANamedEnd() {
        LambdaApi api = new LambdaApi(rest(request -> "{\"Functions\":[],\"NextMarker\":\"again\"}"), ENDPOINT);
        assertThatThrownBy(api::names)
                .isInstanceOfSatisfying(CloudException.class, failed -> assertThat(failed.kind())
                        .isEqualTo(CloudException.Kind.INVALID))
                .hasMessageContaining("ListFunctions has more than 1000 pages");
        assertThat(sent).hasSize(LambdaApi.PAGES_MAX);
    }

    private static String event(int id, String text) {
        return "{\"eventId\":\"%d\",\"timestamp\":%d,\"logStreamName\":\"2026/11/29/[1]ab\",\"message\":\"%s\\n\"}"
                .formatted(id, NOW.toEpochMilli() + id, text);
    }

    private static JsonNode asked(RestRequest request) {
        return JsonMapper.shared().readTree(request.body());
    }

    @Test
    void theNewestLinesOfAllPagesAreKept() {
        LambdaLogs logs =
                logs(request -> switch (asked(request).path("nextToken").asString("")) {
                    case "" -> "{\"events\":[%s,%s],\"nextToken\":\"t1\"}".formatted(event(1, "one"), event(2, "two"));
                    case "t1" -> "{\"events\":[],\"nextToken\":\"t2\"}";
                    default -> "{\"events\":[%s]}".formatted(event(3, "three"));
                });
        assertThat(logs.newest("pay", NOW, 2)).extracting(LogLine::text).containsExactly("two", "three");
        assertThat(sent).hasSize(3).allSatisfy(request -> {
            assertThat(request.headers()).containsEntry("x-amz-target", "Logs_20140328.FilterLogEvents");
            assertThat(asked(request).path("logGroupName").asString()).isEqualTo("/aws/lambda/pay");
            assertThat(asked(request).path("startTime").asLong()).isEqualTo(NOW.toEpochMilli());
        });
    }

    @Test
    void pagesOfLogHaveANamedEnd() {
        LambdaLogs logs = logs(request -> "{\"events\":[],\"nextToken\":\"again\"}");
        assertThatThrownBy(() -> logs.newest("pay", NOW, 2))
                .isInstanceOf(CloudException.class)
                .hasMessageContaining("more than 200 pages")
                .hasMessageContaining("ask for a later beginning");
        assertThat(sent).hasSize(LambdaLogs.PAGES_MAX);
    }

    @Test
    void aLineThatIsNotJsonIsNoAnswer() {
        assertThatThrownBy(() -> logs(request -> "<html>").newest("pay", NOW, 2))
                .isInstanceOf(CloudException.class)
                .hasMessageContaining("not JSON");
    }

    /** Every look begins before the last one's end, since lines turn up late; each is told once all the same. */
    @Test
    void whoFollowsHearsEachLineOnceAlsoWhenItIsLate() throws Exception {
        AtomicInteger looks = new AtomicInteger();
        LambdaLogs logs = logs(request -> {
            int look = looks.incrementAndGet();
            List<String> events = new ArrayList<>();
            for (int i = 1; i <= look; i++) {
                if (i != 2 || look > 3) {
                    events.add(event(i, "line " + i));
                }
            }
            return "{\"events\":[" + String.join(",", events) + "]}";
        });
        List<String> heard = new ArrayList<>();
        logs.follow("pay", () -> clock, line -> heard.add(line.text()), () -> looks.get() < 5);
        assertThat(heard).containsExactly("line 1", "line 3", "line 2", "line 4", "line 5");
        assertThat(Duration.between(NOW, clock)).isEqualTo(Duration.ofSeconds(10));
        assertThat(sent)
                .allSatisfy(request ->
                        assertThat(asked(request).path("startTime").asLong()).isEqualTo(NOW.toEpochMilli()));
    }

    @Test
    void linesBetweenStartAndEndAreThatCalls() {
        String id = "6f5b4a3c-0000-4000-8000-000000000001";
        LambdaLogs logs = logs(request -> "{\"events\":[%s,%s,%s,%s,%s]}"
                .formatted(
                        event(1, "INIT_START Runtime Version: nodejs:20"),
                        event(2, "START RequestId: " + id + " Version: 1"),
                        event(3, "hello"),
                        event(4, "END RequestId: " + id),
                        event(5, "REPORT RequestId: " + id + "\\tDuration: 1.00 ms")));
        List<LogLine> lines = logs.newest("pay", NOW, 10);
        assertThat(lines).extracting(LogLine::invocation).containsExactly(null, id, id, id, id);
        assertThat(lines).extracting(LogLine::instance).containsOnly("ab");
        assertThat(lines).extracting(LogLine::cloud).containsOnly("aws-eu");
    }
}
