// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.facades;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.facade.Key;
import dev.weft.app.WeftInTest;
import dev.weft.app.keys.KeysInTest;
import dev.weft.app.six.WeftCommand;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two Wefts that name each other as the cloud of one function: a call goes to and fro until it has passed through as many as it may. */
@Tag("system")
@Timeout(120)
class WeftsInALoopIT {
    @TempDir
    private static Path scratch;

    private static int[] ports;
    private static WeftCommand.Running one;
    private static WeftCommand.Running two;

    @BeforeAll
    static void start() throws Exception {
        ports = new int[] {EveryType.freePort(), EveryType.freePort()};
        one = serve("one", 0);
        two = serve("two", 1);
    }

    private static WeftCommand.Running serve(String name, int its) throws Exception {
        Path folder = Files.createDirectories(scratch.resolve(name));
        Key key = KeysInTest.create(folder.resolve("weft"), "ci", Key.Role.DEPLOY, "default");
        Files.writeString(scratch.resolve(its + ".key"), key.id() + '.' + key.secret());
        int others = 1 - its;
        Path file = Files.writeString(
                folder.resolve("weft.yaml"),
                """
                apiVersion: weft.dev/v1alpha1
                kind: Cloud
                metadata: {name: other}
                spec: {type: weft, endpoint: "http://127.0.0.1:%d", account: {keyFile: "%s"}}
                """.formatted(ports[others], scratch.resolve(others + ".key"))
                        + function("round", "")
                        + function("shorter", ", maxHops: 4"));
        WeftCommand.Running serving = new WeftCommand(folder, Map.of())
                .start(
                        Map.of(),
                        "serve",
                        "-f",
                        file.toString(),
                        "--port",
                        "0",
                        "--admin-port",
                        "0",
                        "--facade",
                        "weft=" + ports[its]);
        serving.says("ready in");
        return serving;
    }

    private static String function(String name, String more) {
        return """
                ---
                apiVersion: weft.dev/v1alpha1
                kind: Function
                metadata: {name: %1$s}
                spec: {contract: http, command: [any], existing: true, placement: {clouds: [{name: other}]}%2$s}
                """.formatted(name, more) + EveryType.route(name);
    }

    @AfterAll
    static void stop() throws Exception {
        for (WeftCommand.Running each : new WeftCommand.Running[] {one, two}) {
            if (each != null) {
                each.process().destroy();
                WeftCommand.Said ignored = each.end();
            }
        }
    }

    @Test
    void aCallComesToItsEnd() throws Exception {
        assertThat(sent("round", 17)).isEqualTo(17);
        assertThat(sent("shorter", 5)).isEqualTo(5);
    }

    /** How often it was sent on before it was refused: {@code wanted} are waited for, since lines come after answers. */
    private static int sent(String function, int wanted) throws Exception {
        Matcher gateway = Pattern.compile("gateway +(\\S+)").matcher(Files.readString(one.out()));
        assertThat(gateway.find()).isTrue();
        one.says(function + " on other can be called");
        two.says(function + " on other can be called");
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<String> answer = client.send(
                    HttpRequest.newBuilder(URI.create(gateway.group(1) + "/" + function))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).as("%s", answer.body()).isEqualTo(400);
            assertThat(answer.body()).contains("functions; at most");
        }
        String line = "/" + function + " -> " + function + "@other ";
        WeftInTest.await(Duration.ofSeconds(10), () -> calls(line) >= wanted);
        return calls(line);
    }

    private static int calls(String line) throws Exception {
        String all = Files.readString(one.out()) + Files.readString(two.out());
        return all.split(Pattern.quote(line), -1).length - 1;
    }
}
