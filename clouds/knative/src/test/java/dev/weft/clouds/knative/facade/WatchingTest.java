// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.knative.facade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.api.facade.Wish;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** Watches, and the numbers that they go by. */
class WatchingTest {
    private static final String MERGE = "application/merge-patch+json";

    private final Api api = new Api();

    private Wish.Told begin(String query) throws InterruptedException {
        Wish wish = api.read(Api.request("GET", Api.ROOT + "?watch=true&" + query, Api.bearer(Api.DEPLOY), ""));
        return ((Wish.Watch) wish).work().begin(api.functions);
    }

    /** What is told before the watch waits for more. */
    private List<String> told(String query) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Wish.Told.Bits told = (Wish.Told.Bits) begin(query);
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> told.telling().run(out)).isInstanceOf(InterruptedException.class);
        return events(out);
    }

    private static List<String> events(ByteArrayOutputStream out) {
        return out.toString(StandardCharsets.UTF_8)
                .lines()
                .map(line -> {
                    JsonNode event = Api.json(line.getBytes(StandardCharsets.UTF_8));
                    return event.path("type").asString("")
                            + ' '
                            + event.at("/object/metadata/name").asString("");
                })
                .toList();
    }

    private String version() throws Exception {
        return api.ask(200, "GET", Api.ROOT, "").at("/metadata/resourceVersion").asString("");
    }

    private void label(String name, String value) throws Exception {
        String patch = "{\"metadata\":{\"labels\":{\"team\":\"%s\"}}}".formatted(value);
        api.ask(200, "PATCH", Api.ROOT + '/' + name, patch, "Content-Type", MERGE);
    }

    @Test
    void everyChangeSinceAVersionIsTold() throws Exception {
        api.create("one", "");
        String from = version();
        api.create("two", "");
        label("one", "other");
        api.ask(200, "DELETE", Api.ROOT + "/two", "");
        assertThat(told("resourceVersion=" + from)).containsExactly("ADDED two", "MODIFIED one", "DELETED two");
    }

    @Test
    void withoutAVersionWhatIsThereIsToldFirstAndABookmarkEndsIt() throws Exception {
        api.create("one", "");
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ((Wish.Told.Bits) begin("allowWatchBookmarks=true&timeoutSeconds=1"))
                .telling()
                .run(out);
        assertThat(events(out)).containsExactly("ADDED one", "BOOKMARK ");
        assertThat(told("resourceVersion=0")).containsExactly("ADDED one");
    }

    @Test
    void whatBeginsToMatchIsNewAndWhatCeasesToIsGone() throws Exception {
        api.create("one", "");
        String from = version();
        label("one", "other");
        label("one", "shop");
        label("one", "other");
        assertThat(told("labelSelector=team%3Dshop&resourceVersion=" + from))
                .containsExactly("DELETED one", "ADDED one", "DELETED one");
        assertThat(told("fieldSelector=metadata.name%3Dtwo&resourceVersion=" + from))
                .isEmpty();
    }

    @Test
    void versionsThatAreTooOldOrNotYetThereAreGone() throws Exception {
        api.create("one", "");
        long now = Long.parseLong(version());
        for (long each : new long[] {1, now - 5_000_000, now + 1}) {
            Wish.Told.Whole said = (Wish.Told.Whole) begin("resourceVersion=" + each);
            assertThat(said.answer().status()).isEqualTo(410);
            assertThat(Api.json(said.answer().body()).path("reason").asString(""))
                    .isEqualTo("Expired");
        }
        assertThat(((Wish.Told.Whole) begin("resourceVersion=x")).answer().status())
                .isEqualTo(400);
    }

    @Test
    void onlySoManyChangesAreRemembered() throws Exception {
        api.create("one", "");
        String from = version();
        for (int i = 0; i <= Ledger.CHANGES_MAX; i++) {
            label("one", "t" + i);
        }
        assertThat(begin("resourceVersion=" + from)).isInstanceOf(Wish.Told.Whole.class);
        String last = version();
        assertThat(begin("resourceVersion=" + (Long.parseLong(last) - Ledger.CHANGES_MAX)))
                .isInstanceOf(Wish.Told.Bits.class);
    }

    @Test
    void aWatcherOfATableIsToldRows() throws Exception {
        api.create("one", "");
        Wish wish = api.read(Api.request(
                "GET",
                Api.ROOT + "?watch=true",
                Api.bearer(Api.DEPLOY),
                "",
                "Accept",
                "application/json;as=Table;v=v1;g=meta.k8s.io,application/json"));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        Wish.Told.Bits told = (Wish.Told.Bits) ((Wish.Watch) wish).work().begin(api.functions);
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> told.telling().run(out)).isInstanceOf(InterruptedException.class);
        JsonNode event = Api.json(out.toByteArray());
        assertThat(event.at("/object/kind").asString("")).isEqualTo("Table");
        assertThat(event.at("/object/rows/0/cells/0").asString("")).isEqualTo("one");
    }

    @Test
    void whoAsksForAWebSocketHearsAtOnceThatThereIsNone() throws Exception {
        Wish wish = api.read(Api.request(
                "GET",
                Api.ROOT + "?watch=true",
                Api.bearer(Api.DEPLOY),
                "",
                "Upgrade",
                "websocket",
                "Connection",
                "Upgrade"));
        Wish.Told.Whole said = (Wish.Told.Whole) ((Wish.Watch) wish).work().begin(api.functions);
        assertThat(said.answer().status()).isEqualTo(200);
        assertThat(said.answer().body()).isEmpty();
    }

    @Test
    void watchesEndAfterHalfAnHourWhateverIsAskedFor() {
        assertThat(Watching.LONGEST.toMinutes()).isEqualTo(30);
        assertThat(Watching.longest("99999999")).isEqualTo(Watching.LONGEST);
        assertThat(Watching.longest("")).isEqualTo(Watching.LONGEST);
        assertThat(Watching.longest("0")).isEqualTo(Watching.LONGEST);
        assertThat(Watching.longest("7").toSeconds()).isEqualTo(7);
    }
}
