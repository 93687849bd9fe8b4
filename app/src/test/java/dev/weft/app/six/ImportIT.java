// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.six;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.app.six.WeftCommand.Said;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Others' functions, taken over by the real command line from clouds that are played. */
@Tag("system")
@Timeout(180)
class ImportIT {
    private static PlayedClouds clouds;

    @TempDir
    private Path scratch;

    private WeftCommand weft;
    private ExampleCopy example;

    @BeforeAll
    static void start() throws Exception {
        clouds = new PlayedClouds();
    }

    @AfterAll
    static void stop() throws Exception {
        if (clouds != null) {
            clouds.close();
        }
    }

    @BeforeEach
    void fresh() throws Exception {
        Map<String, String> environment = new HashMap<>(clouds.environment(WeftCommand.home(scratch)));
        environment.put(ExampleCopy.SECRET_VARIABLE, "not used here");
        weft = new WeftCommand(scratch, environment);
        example = new ExampleCopy(scratch, clouds);
    }

    @AfterEach
    void noSecretWasSaid() throws Exception {
        String everything = weft.everything();
        assertThat(clouds.secrets()).allSatisfy(secret -> assertThat(everything).doesNotContain(secret));
    }

    /** Not aws: moto names Amazon's own storage as the place of a function's code; nor azure, whose files come from the app's host. */
    @ParameterizedTest
    @CsvSource({"google, x", "alibaba, ''", "code-engine, ''", "fn, value", "oci, value", "knative, hello"})
    void anothersFunctionIsTakenOverAsItIs(String cloud, String value) throws Exception {
        Said said = imported(cloud);
        String variable = "THEIRS_" + cloud.replace('-', '_').toUpperCase(Locale.ROOT) + "_THEIRS";
        assertThat(said.out().lines().filter(line -> line.contains("note: ")))
                .allMatch(note -> !value.isEmpty() && note.contains(variable));
        Map<String, String> values = Map.of(variable, value);
        weft.run(values, "plan", "-f", imports(cloud)).is(0);
        weft.run(values, "drift", "-f", imports(cloud)).is(0);
        weft.run(values, "apply", "-f", imports(cloud), "--yes").is(0);
        weft.run(values, "plan", "-f", imports(cloud)).is(0);
        weft.run(values, "destroy", "-f", imports(cloud), "--yes").is(0);
        assertThat(clouds.of(cloud).names()).doesNotContain("theirs-" + cloud);
    }

    /** What no document can say of a function is named by the import and by the plan alike. */
    @Test
    void whatImportCanNotSayIsNamed() throws Exception {
        assertThat(imported("openwhisk").out()).contains("note: parameter.greeting", "note: web");
        String json =
                weft.run("plan", "-f", imports("openwhisk"), "-o", "json").is(2).out();
        JsonNode step = JsonMapper.shared().readTree(json).path("steps").path(0);
        assertThat(step.path("differences").valueStream().map(each -> each.path("setting")
                        .asString()))
                .containsExactly("parameter.greeting", "web");
        assertThat(step.path("code").asBoolean()).isFalse();
        weft.run("destroy", "-f", imports("openwhisk"), "--yes").is(0);
    }

    private String imports(String cloud) {
        return scratch.resolve("imported-from-" + cloud).toString();
    }

    private Said imported(String cloud) throws Exception {
        String name = "theirs-" + cloud;
        clouds.of(cloud).foreign(name);
        List<String> line = new ArrayList<>(List.of("import", cloud, name, "--to", imports(cloud), "--yes"));
        line.addAll(example.documents());
        Said said = weft.run(line.toArray(String[]::new)).is(0);
        assertThat(said.out()).contains("wrote ", "is the application six-clouds's now");
        return said;
    }
}
