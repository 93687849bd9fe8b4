// SPDX-License-Identifier: Apache-2.0
package dev.weft.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.engine.box.Isolation;
import dev.weft.testkit.Caller;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SandboxIT {
    private static final String READ = "(process.getBuiltinModule('fs').readFileSync('%s', 'utf8'))";

    @TempDir
    Path folder;

    @Test
    void aFunctionSeesNeitherWeftsFilesNorAnothersAndIsNotRoot() throws Exception {
        try (EngineFixture fixture = new EngineFixture(folder, Isolation.BEST)) {
            needsBubblewrap(fixture);
            Path secret = Files.writeString(folder.resolve("token"), "secret");
            fixture.deploy(EngineFixture.server("one"), "one");
            fixture.deploy(EngineFixture.server("two"), "two");
            fixture.call("two", "/", "");

            assertThat(run(fixture, READ.formatted(secret))).startsWith("refused");
            assertThat(run(fixture, READ.formatted(folder.resolve("code-two/server.mjs"))))
                    .startsWith("refused");
            assertThat(run(fixture, READ.formatted("/etc/shadow"))).startsWith("refused");
            assertThat(run(fixture, "process.getuid() > 0")).isEqualTo("true");
            assertThat(
                            run(
                                    fixture,
                                    "process.getBuiltinModule('fs').readdirSync('/proc').filter(x => /^\\d+$/.test(x)).length < 6"))
                    .isEqualTo("true");
            assertThat(run(fixture, "process.getBuiltinModule('fs').writeFileSync('/var/task/x', '1')"))
                    .startsWith("refused");
            assertThat(run(fixture, "process.getBuiltinModule('fs').writeFileSync('/tmp/x', '1'), 'written'"))
                    .isEqualTo("written");
            assertThat(run(fixture, READ.formatted("/proc/self/status") + ".match(/CapBnd:\\s*(\\w+)/)[1]"))
                    .isEqualTo("0000000000000000");
        }
    }

    /** The tools that build the sandbox have Weft's rights: they must not load what a function names. */
    @Test
    void aFunctionsLoaderVariablesDoNotReachTheToolsThatBuildTheSandbox() {
        try (EngineFixture fixture = new EngineFixture(folder, Isolation.BEST)) {
            needsBubblewrap(fixture);
            fixture.deploy(
                    EngineFixture.server("one"), EngineFixture.SERVER, Map.of("LD_PRELOAD", "/var/task/evil.so"));
            fixture.call("one", "/", "");

            // the loader complains of the missing file once for each program that it was given to: node alone
            assertThat(fixture.cloud.logs("one", 100).stream()
                            .filter(each -> each.text().contains("evil.so"))
                            .count())
                    .isLessThanOrEqualTo(1);
        }
    }

    @Test
    void withoutBubblewrapAFunctionStillRunsAsAUserOfItsOwn() {
        Assumptions.assumeTrue("root".equals(System.getProperty("user.name")), "only root can change users");
        try (EngineFixture fixture = new EngineFixture(folder, Isolation.USER)) {
            fixture.deploy(EngineFixture.server("one"), "one");

            assertThat(fixture.engine.isolation()).startsWith("NO SANDBOX");
            assertThat(run(fixture, "process.getuid() > 0")).isEqualTo("true");
        }
    }

    @Test
    void withoutAnyIsolationItRunsAndSaysSo() {
        try (EngineFixture fixture = new EngineFixture(folder, Isolation.NONE)) {
            fixture.deploy(EngineFixture.server("one"), "one");

            assertThat(fixture.engine.isolation()).startsWith("NO SANDBOX");
            Caller.Heard heard = fixture.call("one", "/", "x");
            assertThat(heard.text()).as("%s", heard).isEqualTo("one x");
        }
    }

    private static String run(EngineFixture fixture, String script) {
        return fixture.call("one", "/run", script).text();
    }

    /** A developer's machine may have none; CI must, so there its absence fails the test. */
    private static void needsBubblewrap(EngineFixture fixture) {
        boolean must = System.getenv("CI") != null;
        Assumptions.assumeTrue(must || fixture.engine.sandboxed(), "bubblewrap does not work here");
        assertThat(fixture.engine.sandboxed()).isTrue();
    }
}
