// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.keys;

import static dev.weft.app.WeftInTest.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.api.facade.Key;
import dev.weft.app.cli.CliException;
import dev.weft.app.home.Home;
import dev.weft.store.AccessKeys;
import dev.weft.store.Store;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeyRingTest {
    private static final Duration ABOUT_A_SECOND = Duration.ofMillis(1500);
    private static final Duration SOON = Duration.ofSeconds(10);

    @TempDir
    Path folder;

    private Store store;
    private Seal seal;
    private KeyDesk desk;

    @BeforeEach
    void open() {
        store = Store.embedded(folder.resolve("weft.db"));
        seal = Seal.of(Map.of(), new Home(folder));
        desk = desk(store, seal);
    }

    @AfterEach
    void close() {
        store.close();
    }

    private static KeyDesk desk(Store store, Seal seal) {
        return new KeyDesk(store.accessKeys(), seal, "ada@desk", InstantSource.system());
    }

    /** As another process opens them. */
    private Store another() {
        return Store.embedded(folder.resolve("weft.db"));
    }

    private Seal anotherSeal() throws Exception {
        Path file = Files.write(folder.resolve("other.key"), new byte[Seal.KEY_BYTES]);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        return Seal.of(Map.of(Seal.VARIABLE, file.toString()), new Home(folder));
    }

    @Test
    void withoutKeysNothingIsFoundAndNoSealKeyIsNeeded() throws Exception {
        try (KeyRing ring = new KeyRing(store.accessKeys(), seal)) {
            assertThat(ring.find("WEFTAAAAAAAAAAAAAAAA")).isNull();
            assertThat(ring.find("")).isNull();
        }
        assertThat(folder.resolve("seal.key")).doesNotExist();
    }

    @Test
    void whatAnotherMakesRotatesAndRevokesCountsWithinAboutASecond() throws Exception {
        Key first = desk.create("first", Key.Role.ADMIN, "default", false).key();
        try (KeyRing ring = new KeyRing(store.accessKeys(), seal);
                Store other = another()) {
            KeyDesk theirs = desk(other, Seal.of(Map.of(), new Home(folder)));
            assertThat(ring.find(first.id())).isEqualTo(first);

            Key made = theirs.create("ci", Key.Role.DEPLOY, "shop", false).key();
            await(ABOUT_A_SECOND, () -> made.equals(ring.find(made.id())));

            Key rotated = theirs.rotate("shop", "ci", false).key();
            assertThat(rotated.id()).isEqualTo(made.id());
            assertThat(rotated.secret()).isNotEqualTo(made.secret());
            await(ABOUT_A_SECOND, () -> rotated.equals(ring.find(made.id())));

            AccessKeys.Stored gone = theirs.revoke("default", made.id());
            assertThat(gone.name()).isEqualTo("ci");
            await(ABOUT_A_SECOND, () -> ring.find(made.id()) == null);
            assertThat(ring.find(first.id())).isEqualTo(first);
        }
    }

    @Test
    void anRsaPairIsRotatedWithItsKeyAndOnlyItsPublicHalfIsKept() throws Exception {
        MadeKey made = desk.create("oci", Key.Role.DEPLOY, "default", true);
        MadeKey plain = desk.create("plain", Key.Role.DEPLOY, "default", false);
        MadeKey rotated;
        try (KeyRing ring = new KeyRing(store.accessKeys(), seal)) {
            assertThat(ring.find(made.key().id())).isEqualTo(made.key());
            assertThat(made.key().rsa()).isNotNull();
            assertThat(made.privateKey()).startsWith("-----BEGIN PRIVATE KEY-----\n");
            assertThat(plain.key().rsa()).isNull();
            assertThat(plain.privateKey()).isEmpty();

            rotated = desk.rotate("default", "oci", false);
            assertThat(rotated.key().rsa()).isNotNull().isNotEqualTo(made.key().rsa());
            assertThat(rotated.privateKey()).isNotEqualTo(made.privateKey());
            assertThat(desk.rotate("default", "plain", true).key().rsa()).isNotNull();
            await(ABOUT_A_SECOND, () -> rotated.key()
                    .equals(ring.find(made.key().id())));
        }
        assertThat(made.toString() + rotated + rotated.key())
                .doesNotContain("PRIVATE")
                .doesNotContain(made.key().secret());
    }

    @Test
    void withoutAChangeTheKeysAreNotReadAgain() throws Exception {
        Key key = desk.create("ci", Key.Role.INVOKE, "default", false).key();
        AccessKeys keys = store.accessKeys();
        AtomicInteger asked = new AtomicInteger();
        AtomicInteger read = new AtomicInteger();
        KeyRing.Source source = new KeyRing.Source(
                () -> {
                    asked.incrementAndGet();
                    return keys.changes();
                },
                () -> {
                    read.incrementAndGet();
                    return keys.good();
                });
        try (KeyRing ring = new KeyRing(source, seal, Duration.ofMillis(5), System::nanoTime)) {
            await(SOON, () -> asked.get() > 20);
            assertThat(ring.find(key.id())).isEqualTo(key);
            assertThat(read.get()).isEqualTo(1);
        }
    }

    @Test
    void whileTheStoreCantBeReadTheLastKnownStayForTenMinutesAndItIsToldOnce() throws Exception {
        Key key = desk.create("ci", Key.Role.INVOKE, "default", false).key();
        AccessKeys keys = store.accessKeys();
        AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 5); // it may overflow
        AtomicInteger failures = new AtomicInteger();
        int[] broken = {0};
        KeyRing.Source source = new KeyRing.Source(
                () -> {
                    synchronized (broken) {
                        if (broken[0] != 0) {
                            failures.incrementAndGet();
                            throw new IllegalStateException("no store today");
                        }
                    }
                    return keys.changes();
                },
                keys::good);
        try (LoggedInTest log = new LoggedInTest();
                KeyRing ring = new KeyRing(source, seal, Duration.ofMillis(5), clock::get)) {
            synchronized (broken) {
                broken[0] = 1;
            }
            await(SOON, () -> failures.get() > 20);
            clock.addAndGet(KeyRing.KEPT_MAX.toNanos());
            assertThat(ring.find(key.id())).isEqualTo(key);
            clock.addAndGet(1);
            assertThat(ring.find(key.id())).isNull();
            assertThat(log.lines()).hasSize(1);
            assertThat(log.lines().getFirst()).contains("10 min").contains("no store today");
            synchronized (broken) {
                broken[0] = 0;
            }
            await(SOON, () -> key.equals(ring.find(key.id())));
            await(SOON, () -> log.lines().size() == 2);
            assertThat(log.lines().getLast()).contains("can be read again");
        }
    }

    @Test
    void aKeyUnderAnotherSealKeyKeepsARingFromOpening() throws Exception {
        Key key = desk.create("ci", Key.Role.INVOKE, "default", false).key();
        Seal wrong = anotherSeal();
        assertThatThrownBy(() -> new KeyRing(store.accessKeys(), wrong))
                .isInstanceOf(CliException.class)
                .hasMessageContaining("ci (" + key.id() + ") can't be opened")
                .hasMessageContaining("other.key")
                .hasMessageNotContaining(key.secret());
        assertThatThrownBy(() -> desk(store, wrong).create("more", Key.Role.INVOKE, "default", false))
                .hasMessageContaining("other.key");
        assertThatThrownBy(() -> desk(store, wrong).rotate("default", "ci", false))
                .hasMessageContaining("other.key");
        assertThat(desk(store, wrong).revoke("default", "ci").id()).isEqualTo(key.id()); // the way out
        Key after = desk(store, wrong)
                .create("ci", Key.Role.INVOKE, "default", false)
                .key();
        try (KeyRing ring = new KeyRing(store.accessKeys(), wrong)) {
            assertThat(ring.find(after.id())).isEqualTo(after);
        }
    }

    @Test
    void aKeyThatComesLaterAndCantBeOpenedIsLeftOutAndToldOnce() throws Exception {
        Key key = desk.create("ci", Key.Role.INVOKE, "default", false).key();
        List<AccessKeys.Stored> good = store.accessKeys().good();
        AccessKeys.Stored promoted = good.getFirst();
        AtomicInteger change = new AtomicInteger();
        KeyRing.Source source = new KeyRing.Source(
                change::incrementAndGet,
                () -> change.get() == 1
                        ? good
                        : List.of(
                                promoted,
                                new AccessKeys.Stored(
                                        "WEFTBBBBBBBBBBBBBBBB",
                                        "forged",
                                        "default",
                                        Key.Role.ADMIN,
                                        promoted.sealed(),
                                        promoted.made(),
                                        null,
                                        null)));
        try (LoggedInTest log = new LoggedInTest();
                KeyRing ring = new KeyRing(source, seal, Duration.ofMillis(5), System::nanoTime)) {
            await(SOON, () -> change.get() > 20);
            assertThat(ring.find("WEFTBBBBBBBBBBBBBBBB")).isNull();
            assertThat(ring.find(key.id())).isEqualTo(key);
            assertThat(log.lines()).hasSize(1);
            assertThat(log.lines().getFirst())
                    .contains("forged (WEFTBBBBBBBBBBBBBBBB)")
                    .contains("not good here")
                    .doesNotContain(key.secret());
        }
    }
}
