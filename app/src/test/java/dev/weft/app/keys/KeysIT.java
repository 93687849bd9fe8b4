// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.keys;

import static dev.weft.app.WeftInTest.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.facade.Audit;
import dev.weft.api.facade.Key;
import dev.weft.app.home.Home;
import dev.weft.app.six.WeftCommand;
import dev.weft.app.six.WeftCommand.Running;
import dev.weft.app.six.WeftCommand.Said;
import dev.weft.store.Store;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code weft key} and {@code weft audit} as processes of their own, several at once, and killed. */
class KeysIT {
    private static final Duration ABOUT_A_SECOND = Duration.ofMillis(1500);

    @TempDir
    Path folder;

    private WeftCommand weft;
    private Home home;

    @BeforeEach
    void ownFolder() throws Exception {
        weft = new WeftCommand(folder, Map.of());
        home = new Home(folder.resolve("weft"));
    }

    private static JsonNode json(Said said) {
        return JsonMapper.shared().readTree(said.is(0).out());
    }

    @Test
    void severalThatBeginAnEmptyFolderAtOnceAllWork() throws Exception {
        List<Running> all = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            all.add(weft.start(Map.of(), "key", "create", "ci" + i, "-o", "json"));
        }
        List<JsonNode> made = new ArrayList<>();
        for (Running each : all) {
            made.add(json(each.end()));
        }
        try (Store store = Store.embedded(home.folder().resolve("weft.db"));
                KeyRing ring = new KeyRing(store.accessKeys(), Seal.of(Map.of(), home))) {
            for (JsonNode each : made) {
                Key key = Objects.requireNonNull(ring.find(each.path("id").asString()));
                assertThat(key.secret()).isEqualTo(each.path("secretAccessKey").asString());
            }
        }
        assertThat(onlyMine(home.folder().resolve("seal.key"))).isTrue();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(home.folder())))
                .isEqualTo("rwx------");
        assertThat(json(weft.run("audit", "-o", "json"))).hasSize(4);
    }

    @Test
    void aRunningWeftFollowsWhatCommandsChangeWithinAboutASecond() throws Exception {
        try (Store store = Store.embedded(home.folder().resolve("weft.db"));
                KeyRing ring = new KeyRing(store.accessKeys(), Seal.of(Map.of(), home));
                AuditTrail trail = new AuditTrail(store.audit(), ring)) {
            JsonNode made = json(weft.run("key", "create", "ci", "-o", "json"));
            String id = made.path("id").asString();
            await(ABOUT_A_SECOND, () -> secretIs(ring, id, made));
            JsonNode rotated = json(weft.run("key", "rotate", "ci", "-o", "json"));
            await(ABOUT_A_SECOND, () -> secretIs(ring, id, rotated));
            trail.tell(new Audit.Entry(
                    Instant.now(),
                    "aws",
                    "Invoke",
                    "checkout\u001b[31m",
                    id,
                    false,
                    "10.0.0.1",
                    Audit.Outcome.REFUSED,
                    "the signature is wrong"));
            await(ABOUT_A_SECOND, () -> store.audit().newest(9, Instant.EPOCH).size() == 3);
            assertThat(weft.run("audit").is(0).out().lines().toList().getLast())
                    .contains("refused   aws    Invoke")
                    .contains("checkout\ufffd[31m")
                    .contains("ci " + id + " (not proved)")
                    .endsWith("the signature is wrong");
            Said ignored = weft.run("key", "revoke", id).is(0);
            await(ABOUT_A_SECOND, () -> ring.find(id) == null);
            assertThat(weft.run("key", "list", "-o", "json").out())
                    .doesNotContain(made.path("secretAccessKey").asString())
                    .doesNotContain(rotated.path("secretAccessKey").asString());
        }
    }

    private static boolean secretIs(KeyRing ring, String id, JsonNode made) {
        Key key = ring.find(id);
        return key != null && key.secret().equals(made.path("secretAccessKey").asString());
    }

    @Test
    @Tag("system")
    void noSecretIsInAProcesssCommandLineOrEnvironment() throws Exception {
        List<String> secrets = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            Running running = weft.start(Map.of(), "key", "create", "ci" + i, "-o", "json");
            StringBuilder shown = new StringBuilder();
            Path process = Path.of("/proc", Long.toString(running.process().pid()));
            while (running.process().isAlive()) {
                shown.append(read(process.resolve("cmdline"))).append(read(process.resolve("environ")));
                TimeUnit.MILLISECONDS.sleep(5);
            }
            secrets.add(json(running.end()).path("secretAccessKey").asString());
            assertThat(shown).contains("create").doesNotContain(secrets.getLast());
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1);
        } catch (IOException ended) {
            return "";
        }
    }

    @Test
    @Tag("system")
    void killedAtAnyMomentNothingIsHalfDone() throws Exception {
        for (int i = 0; i < 8; i++) {
            Running running = weft.start(Map.of(), "key", "create", "ci" + i, "-o", "json");
            if (!running.process().waitFor(300 + i * 150L, TimeUnit.MILLISECONDS)) {
                assertThat(running.process().toHandle().destroyForcibly()).isTrue();
            }
            running.process().waitFor();
        }
        JsonNode last = json(weft.run("key", "create", "last", "-o", "json"));
        List<String> kept = json(weft.run("key", "list", "-o", "json")).findValuesAsString("id");
        assertThat(kept).contains(last.path("id").asString());
        assertThat(json(weft.run("audit", "-o", "json"))).hasSameSizeAs(kept);
        try (Store store = Store.embedded(home.folder().resolve("weft.db"));
                KeyRing ring = new KeyRing(store.accessKeys(), Seal.of(Map.of(), home));
                Stream<Path> files = Files.list(home.folder())) {
            assertThat(kept).allMatch(each -> ring.find(each) != null);
            assertThat(files.filter(each -> each.getFileName().toString().startsWith("seal.key")))
                    .contains(home.folder().resolve("seal.key"))
                    .allMatch(KeysIT::onlyMine);
        }
    }

    private static boolean onlyMine(Path file) {
        try {
            return PosixFilePermissions.toString(Files.getPosixFilePermissions(file))
                    .equals("rw-------");
        } catch (IOException gone) {
            return false;
        }
    }
}
