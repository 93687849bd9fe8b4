// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.event;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.app.WeftInTest;
import dev.weft.app.cli.CommandLineInTest;
import dev.weft.app.cli.CommandLineInTest.Said;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code weft events} of a test's Weft. */
public final class EventsInTest {
    private static final Duration MOST = Duration.ofSeconds(60);

    private EventsInTest() {}

    /** Runs it with {@code words}. */
    public static Said run(Path home, String... words) {
        Map<String, String> environment = Map.of("WEFT_HOME", home.toString());
        return CommandLineInTest.run(new EventsCommand(environment), environment, words);
    }

    /** What is said in JSON. */
    public static JsonNode json(Path home, String... words) {
        String[] all = java.util.Arrays.copyOf(words, words.length + 2);
        all[words.length] = "-o";
        all[words.length + 1] = "json";
        Said said = run(home, all);
        assertThat(said.exit()).as("%s", said.err()).isZero();
        return JsonMapper.shared().readTree(said.out());
    }

    /** The event's record once it is in {@code state}. */
    public static JsonNode await(Path home, String id, String state) throws Exception {
        WeftInTest.await(
                MOST, () -> json(home, "show", id).path("state").asString().equals(state));
        return json(home, "show", id);
    }
}
