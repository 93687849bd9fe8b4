// SPDX-License-Identifier: Apache-2.0
package dev.weft.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.api.Mistake;
import dev.weft.api.resource.Function;
import dev.weft.api.spi.FunctionCloud.Deployment;
import dev.weft.api.spi.ImageFolders.ImageFolder;
import dev.weft.engine.box.Isolation;
import dev.weft.testkit.Caller;
import dev.weft.testkit.NodeRoot;
import dev.weft.testkit.SampleFunction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Functions that try to get out of an image, to write into it, and to take more than they may. The image has Node.js alone. */
class ImageBoxIT {
    private static final String IMAGE = "registry.example/shop/node:1";
    private static final String READ = "(process.getBuiltinModule('fs').readFileSync('%s', 'utf8'))";
    private static final String WRITE = "process.getBuiltinModule('fs').writeFileSync('%s', '1'), 'written'";

    @TempDir
    private static Path images;

    @TempDir
    private Path folder;

    private static ImageFolder image;
    private EngineFixture fixture;

    @BeforeAll
    static void unpack() throws Exception {
        Path root = NodeRoot.fill(Files.createDirectories(images.resolve("root")));
        for (String each : List.of("proc", "dev", "tmp", "run/weft", "etc", "app")) {
            Files.createDirectories(root.resolve(each));
        }
        for (String each : List.of("etc/passwd", "etc/hosts", "etc/resolv.conf", "etc/of-the-image")) {
            Files.writeString(root.resolve(each), "image");
        }
        Files.copy(Path.of("/bin/sleep"), root.resolve("bin/sleep"));
        Files.writeString(root.resolve("app/server.mjs"), EngineFixture.SERVER.replace("VERSION", "image"));
        image = of(root, List.of("node", "server.mjs"));
    }

    private static ImageFolder of(Path root, List<String> command) {
        Map<String, String> env = Map.of("PATH", "/bin", "CITY", "Riga", "GREETING", "image's");
        return new ImageFolder(root, "sha256:" + "0".repeat(64), command, env, Path.of("/app"));
    }

    @BeforeEach
    void open() {
        fixture = new EngineFixture(folder, Isolation.BEST);
        fixture.images.put(IMAGE, image);
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    private static Function function(String name, List<String> command) {
        return function(SampleFunction.http(name), command);
    }

    private static Function function(SampleFunction sample, List<String> command) {
        Function plain = sample.function();
        Function.Spec own = plain.spec();
        return new Function(
                plain.metadata(),
                new Function.Spec(
                        own.contract(),
                        null,
                        new Function.Code(null, null, null, IMAGE),
                        own.handler(),
                        command,
                        own.memory(),
                        own.timeout(),
                        own.env(),
                        own.concurrency(),
                        own.minInstances(),
                        own.maxInstances(),
                        own.idleTimeout(),
                        own.idempotent(),
                        own.payload(),
                        own.appProtocol(),
                        own.placement(),
                        List.of(),
                        own.architecture(),
                        false,
                        null,
                        null,
                        own.maxHops()));
    }

    private void deploy(String name, Map<String, String> env) {
        needsBubblewrap();
        fixture.cloud.deploy(new Deployment(function(name, List.of()), folder, env));
    }

    private void needsBubblewrap() {
        List<Mistake> mistakes = fixture.engine.check(function("any", List.of()), folder);
        if (!"root".equals(System.getProperty("user.name"))) {
            Assumptions.assumeTrue(mistakes.isEmpty(), mistakes.toString());
        }
        assertThat(mistakes).isEmpty();
    }

    private String run(String name, String script) {
        return fixture.call(name, "/run", script).text();
    }

    @Test
    void anImagesCommandRunsWithItsEnvironmentBelowTheFunctions() {
        deploy("one", Map.of("GREETING", "it's $HOME\nand more"));

        assertThat(fixture.call("one", "/", "x").text()).isEqualTo("image x");
        assertThat(fixture.call("one", "/env", "").text())
                .contains("\"CITY\":\"Riga\"", "\"PATH\":\"/bin\"", "it's $HOME\\nand more", "\"K_SERVICE\":\"one\"")
                .doesNotContain("image's");
        assertThat(run("one", "process.cwd()")).isEqualTo("/app");
        assertThat(fixture.cloud.logs("one", 10)).isEmpty();
    }

    @Test
    void aCommandOfTheFunctionsReplacesTheImages() {
        needsBubblewrap();
        fixture.cloud.deploy(new Deployment(
                function(
                        "one",
                        List.of(
                                "node",
                                "-e",
                                "console.log('first');\nconsole.log('second');\nimport('/app/server.mjs')")),
                folder,
                Map.of()));

        assertThat(fixture.call("one", "/", "x").text()).isEqualTo("image x");
        assertThat(fixture.cloud.logs("one", 10))
                .extracting(each -> each.text())
                .containsExactly("first", "second");
    }

    @Test
    void aFunctionSeesItsImageAndNothingOfThisMachine() throws Exception {
        deploy("one", Map.of());
        deploy("two", Map.of("SECRET", "of two"));
        fixture.call("two", "/", "");
        Path secret = Files.writeString(folder.resolve("token"), "secret");

        assertThat(run("one", READ.formatted(secret))).startsWith("refused");
        assertThat(run("one", READ.formatted("/usr/bin/env"))).startsWith("refused");
        assertThat(run("one", READ.formatted("/etc/of-the-image"))).isEqualTo("image");
        assertThat(run("one", READ.formatted("/etc/passwd"))).contains("function:x:");
        assertThat(run("one", "process.getuid() > 0")).isEqualTo("true");
        String others = "process.getBuiltinModule('fs').readdirSync('/proc').filter(x => /^\\d+$/.test(x))";
        assertThat(run("one", others + ".length < 6")).isEqualTo("true");
        assertThat(
                        run(
                                "one",
                                others
                                        + ".map(x => { try { return process.getBuiltinModule('fs').readFileSync('/proc/' + x + '/environ', 'utf8') } catch { return '' } }).join()"))
                .doesNotContain("of two")
                .doesNotContain("WEFT_HOME");
        assertThat(run("one", READ.formatted("/proc/1/root/etc/shadow"))).startsWith("refused");
        assertThat(run("one", READ.formatted("/proc/self/status") + ".match(/CapEff:\\s*(\\w+)/)[1]"))
                .isEqualTo("0000000000000000");
        assertThat(run("one", READ.formatted("/proc/self/status") + ".match(/NoNewPrivs:\\s*(\\w+)/)[1]"))
                .isEqualTo("1");
    }

    @Test
    void aFunctionWritesToItsTemporaryFolderAndNowhereElse() {
        deploy("one", Map.of());

        for (String each : List.of(
                "/x", "/app/x", "/etc/passwd", "/etc/of-the-image", "/bin/node", "/proc/sys/kernel/core_pattern")) {
            assertThat(run("one", WRITE.formatted(each))).as(each).startsWith("refused");
        }
        for (String each : List.of("/tmp/x", "/dev/shm/x", "/run/weft/x")) {
            assertThat(run("one", WRITE.formatted(each))).as(each).isEqualTo("written");
        }
        assertThat(image.root().resolve("tmp")).isEmptyDirectory();
        assertThat(image.root().resolve("etc/of-the-image")).hasContent("image");
    }

    /** The loader complains once for each program that a missing library was given to: that is node alone. */
    @Test
    void aFunctionsLoaderVariablesDoNotReachWhatBuildsItsBox() {
        deploy("one", Map.of("LD_PRELOAD", "/app/evil.so", "PATH", "/bin:/app"));
        fixture.call("one", "/", "");

        assertThat(fixture.cloud.logs("one", 100).stream()
                        .filter(each -> each.text().contains("evil.so"))
                        .count())
                .isLessThanOrEqualTo(1);
    }

    @Test
    void anEnvironmentIsNotOnACommandLine() throws Exception {
        deploy("one", Map.of("SECRET", "not-to-be-seen"));
        fixture.call("one", "/", "");

        for (ProcessHandle each : ProcessHandle.allProcesses().toList()) {
            Path line = Path.of("/proc", Long.toString(each.pid()), "cmdline");
            try {
                assertThat(Files.readString(line, java.nio.charset.StandardCharsets.ISO_8859_1))
                        .doesNotContain("not-to-be-seen");
            } catch (IOException gone) {
                assertThat(each.isAlive() && Files.isReadable(line)).isFalse();
            }
        }
    }

    @Test
    void oneThatTakesTooMuchMemoryIsEndedAndSaysSo() {
        deploy("one", Map.of());

        String said = fixture.call(
                        "one",
                        "/run",
                        "globalThis.all = []; for (let i = 0; i < 4000; i++) all.push(Buffer.alloc(1 << 20, 1)); 'much'")
                .toString();

        assertThat(said).contains("MEMORY", "used more than its memory of 256 MiB");
        assertThat(fixture.call("one", "/", "x").text())
                .as("another is started")
                .isEqualTo("image x");
    }

    @Test
    void oneThatStartsTooManyProcessesIsHeld() {
        needsBubblewrap();
        Function roomy = function(
                SampleFunction.http("one").timeout(Duration.ofMinutes(1)).memory("1Gi"), List.of());
        fixture.cloud.deploy(new Deployment(roomy, folder, Map.of()));
        String many = """
                const { spawn } = process.getBuiltinModule('child_process'); let started = 0;
                for (let i = 0; i < 1100; i++) {
                  const child = spawn('/bin/sleep', ['100'], { stdio: 'ignore' });
                  child.on('error', () => {});
                  if (!child.pid) break;
                  started++;
                }
                started""";

        Caller.Heard heard = fixture.call("one", "/run", many);

        assertThat(heard.text()).as("%s", heard).matches("[0-9]{3,4}");
        assertThat(Integer.parseInt(heard.text())).isLessThan(1024);
    }

    @Test
    void whatItStartedEndsWithItAndTheImageIsLetGo() {
        deploy("one", Map.of());
        String child =
                "process.getBuiltinModule('child_process').spawn('/bin/node', ['-e', 'setInterval(() => {}, 1000)'], {detached: true, stdio: 'ignore'}).unref(), 'started'";
        assertThat(run("one", child)).isEqualTo("started");
        long before = processes();
        assertThat(before).isPositive();
        assertThat(fixture.images.users(image)).isEqualTo(1);

        fixture.cloud.delete("one");

        assertThat(EngineFixture.eventually(() -> processes() == 0)).isTrue();
        assertThat(EngineFixture.eventually(() -> fixture.images.users(image) == 0))
                .isTrue();
        assertThat(image.root().resolve("app/server.mjs")).exists();
    }

    private static long processes() {
        return ProcessHandle.current()
                .descendants()
                .filter(each -> each.info().command().orElse("").endsWith("/bin/node"))
                .count();
    }

    @Test
    void aCrashIsToldWithWhatItWrote() {
        deploy("one", Map.of());

        assertThat(fixture.call("one", "/crash", "").toString()).contains("exit status 7", "last words");
    }

    @Test
    void theSameImageAndConfigurationIsTheSameVersion() {
        needsBubblewrap();
        Deployment deployment = new Deployment(function("one", List.of()), folder, Map.of());
        String first = fixture.cloud.deploy(deployment).hash();

        assertThat(fixture.cloud.deploy(deployment).hash()).isEqualTo(first);
        assertThat(fixture.images.users(image)).isEqualTo(1);
        fixture.images.put(
                IMAGE,
                new ImageFolder(
                        image.root(), "sha256:1", image.command(), Map.of("PATH", "/bin"), image.workingFolder()));
        assertThat(fixture.cloud.deploy(deployment).hash()).isNotEqualTo(first);
    }

    @Test
    void anImageThatSaysNothingOfItsCommandNeedsOne() {
        needsBubblewrap();
        fixture.images.put(IMAGE, of(image.root(), List.of()));

        assertThatThrownBy(() -> deploy("one", Map.of()))
                .hasMessageContaining(IMAGE)
                .hasMessageContaining("does not say what it starts", "spec.command");
        assertThat(fixture.images.users(image)).isZero();
    }

    @Test
    void withoutASandboxImagesAreRefused() {
        for (Isolation each : List.of(Isolation.NONE, Isolation.USER)) {
            if (each == Isolation.USER && !"root".equals(System.getProperty("user.name"))) {
                continue;
            }
            try (EngineFixture bare = new EngineFixture(folder.resolve(each.name()), each)) {
                bare.images.put(IMAGE, image);
                assertThat(bare.engine.check(function("one", List.of()), folder))
                        .singleElement()
                        .satisfies(mistake ->
                                assertThat(mistake.toString()).contains("spec.code.image", IMAGE, "need bubblewrap"));
                assertThatThrownBy(
                                () -> bare.cloud.deploy(new Deployment(function("one", List.of()), folder, Map.of())))
                        .hasMessageContaining("need bubblewrap");
            }
        }
    }
}
