// SPDX-License-Identifier: Apache-2.0
package dev.weft.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.engine.box.Isolation;
import dev.weft.testkit.Caller;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SandboxIT {
    private static final String READ = "(process.getBuiltinModule('fs').readFileSync('%s', 'utf8'))";

    /** Says on which port of every address it listens besides. */
    private static final String LISTENER = """
            import http from 'node:http';
            import net from 'node:net';
            const open = net.createServer((socket) => socket.end('out')).listen(0, '0.0.0.0');
            http.createServer((request, response) => response.end(String(open.address().port)))
                .listen(process.env.PORT, process.env.HOST);
            """;

    /** Connects to whatever it is told. */
    private static final String REACHER = """
            import http from 'node:http';
            import net from 'node:net';
            import os from 'node:os';
            http.createServer((request, response) => {
              let body = '';
              request.on('data', (chunk) => body += chunk).on('end', () => {
                if (body === 'interfaces') return response.end(Object.keys(os.networkInterfaces()).join());
                const [host, port] = body.split(':');
                const socket = net.connect({ host, port, timeout: 1000 });
                const say = (what) => { socket.destroy(); response.end(what); };
                socket.on('connect', () => say('connected')).on('error', (e) => say(e.code)).on('timeout', () => say('silent'));
              });
            }).listen(process.env.PORT, process.env.HOST);
            """;

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

    /** Everybody may listen on every address: it is another network. */
    @Test
    void whatAFunctionListensOnIsNotReachedFromThisMachine() throws Exception {
        try (EngineFixture fixture = new EngineFixture(folder, Isolation.BEST)) {
            needsBubblewrap(fixture);
            assertThat(fixture.space.apart()).as(fixture.space.problem()).isTrue();
            fixture.deploy(EngineFixture.server("one"), LISTENER, Map.of());

            int port = Integer.parseInt(fixture.call("one", "/", "").text());

            for (String host : addresses()) {
                assertThat(accepts(host, port)).as(host).isFalse();
            }
        }
    }

    @Test
    void aFunctionReachesTheOutsideButNotThisMachinesLoopback() throws Exception {
        try (EngineFixture fixture = new EngineFixture(folder, Isolation.BEST);
                ServerSocket mine = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            needsBubblewrap(fixture);
            fixture.deploy(EngineFixture.server("one"), REACHER, Map.of());

            for (String host : List.of("127.0.0.1", "10.0.2.2")) {
                assertThat(fixture.call("one", "/", host + ":" + mine.getLocalPort())
                                .text())
                        .as(host)
                        .isNotEqualTo("connected");
            }
            assertThat(fixture.call("one", "/", "interfaces").text()).contains("weft0");
        }
    }

    @Test
    void whatAFunctionLeavesBehindDiesWithIt() {
        try (EngineFixture fixture = new EngineFixture(folder, Isolation.BEST)) {
            needsBubblewrap(fixture);
            fixture.deploy(EngineFixture.server("one"), "one");
            String marker = "7" + System.nanoTime() % 100_000_000;
            run(
                    fixture,
                    "process.getBuiltinModule('child_process').spawn('setsid', ['sh', '-c', 'trap \"\" TERM HUP; sleep "
                            + marker + "'], {detached: true, stdio: 'ignore'}).unref()");
            assertThat(EngineFixture.eventually(() -> running(marker))).isTrue();

            fixture.cloud.delete("one");

            assertThat(EngineFixture.eventually(() -> !running(marker))).isTrue();
        }
    }

    @Test
    void aForkBombEndsAtItsLimitAndHurtsNobodyElse() {
        try (EngineFixture fixture = new EngineFixture(folder, Isolation.BEST)) {
            needsBubblewrap(fixture);
            fixture.deploy(EngineFixture.server("one"), "one");
            fixture.deploy(EngineFixture.server("two"), "two");

            String refused = run(
                    fixture,
                    "process.getBuiltinModule('child_process').spawnSync('sh', ['-c', 'i=0; while [ $i -lt 3000 ]; do"
                            + " sleep 30 & i=$((i+1)); done 2>&1'], {timeout: 6000}).stdout.toString()");

            assertThat(refused).containsIgnoringCase("fork");
            assertThat(fixture.call("two", "/", "x").text()).isEqualTo("two x");
        }
    }

    private static boolean running(String marker) {
        return ProcessHandle.allProcesses()
                .anyMatch(each -> each.info().commandLine().orElse("").endsWith("sleep " + marker));
    }

    private static List<String> addresses() throws IOException {
        return NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(each -> each instanceof Inet4Address)
                .map(InetAddress::getHostAddress)
                .toList();
    }

    private static boolean accepts(String host, int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(host, port), 500);
            return true;
        } catch (IOException refused) {
            return false;
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
