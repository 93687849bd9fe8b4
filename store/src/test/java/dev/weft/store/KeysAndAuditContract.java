// SPDX-License-Identifier: Apache-2.0
package dev.weft.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.api.facade.Audit;
import dev.weft.api.facade.Key;
import java.io.BufferedReader;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What every store must do with keys and the audit trail. */
abstract class KeysAndAuditContract extends StoreContract {
    private static final Instant NOON = Instant.parse("2026-11-30T12:00:00Z");
    private static final Instant LATER = Instant.parse("2099-01-01T00:00:00Z");

    /** What another process opens the same store by. */
    abstract String place();

    static AccessKeys.Stored key(String id, String name, String namespace) {
        return new AccessKeys.Stored(id, name, namespace, Key.Role.INVOKE, "sealed by tests: " + id, NOON, null, null);
    }

    static AuditLog.Line line(Instant at, String action) {
        return line(at, action, true);
    }

    private static AuditLog.Line line(Instant at, String action, boolean proved) {
        return new AuditLog.Line(
                new Audit.Entry(at, "weft", action, "on", "id", proved, "ada", Audit.Outcome.DONE, ""), "name");
    }

    @Test
    void aKeyComesBackAsItWasKept() {
        AccessKeys keys = store().accessKeys();
        AccessKeys.Stored ci = key("A", "ci", "default");
        keys.add(ci, line(NOON, "key create"));
        keys.add(key("B", "ci", "other"), line(NOON, "key create"));

        assertThat(keys.good()).containsExactly(ci, key("B", "ci", "other"));
        assertThat(keys.all()).containsExactly(ci, key("B", "ci", "other"));
        assertThat(keys.find("other", "ci")).contains(key("B", "ci", "other"));
        assertThat(keys.find("other", "A")).contains(ci);
        assertThat(keys.find("third", "ci")).isEmpty();
        assertThat(ci.toString()).contains("ci").doesNotContain("sealed");
    }

    @Test
    void aNameIsTakenOncePerNamespaceUntilItsKeyIsRevoked() {
        AccessKeys keys = store().accessKeys();
        AccessKeys.Stored first = key("A", "ci", "default");
        keys.add(first, line(NOON, "key create"));
        assertThatThrownBy(() -> keys.add(key("B", "ci", "default"), line(NOON, "key create")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'ci' is the name of key A of namespace default already");
        assertThat(keys.good()).hasSize(1);

        keys.revoke(first, NOON.plusSeconds(1), line(NOON, "key revoke"));
        keys.add(key("B", "ci", "default"), line(NOON, "key create"));
        assertThat(keys.good()).extracting(AccessKeys.Stored::id).containsExactly("B");
        assertThat(keys.all())
                .extracting(each -> each.id() + ' ' + each.sealed() + ' ' + each.revoked())
                .containsExactlyInAnyOrder("A  2026-11-30T12:00:01Z", "B sealed by tests: B null");
        assertThat(store().audit().newest(10, Instant.EPOCH)) // what was refused changed nothing and told nothing
                .extracting(each -> each.entry().action())
                .containsExactly("key create", "key revoke", "key create");
    }

    @Test
    void aChangeIsSeenByTheNumberOfChanges() {
        AccessKeys keys = store().accessKeys();
        long before = keys.changes();
        AccessKeys.Stored first = key("A", "ci", "default");
        keys.add(first, line(NOON, "key create"));
        keys.rotate(first, "other", NOON.plusSeconds(5), line(NOON, "key rotate"));
        AccessKeys.Stored second = keys.find("default", "ci").orElseThrow();
        assertThat(second.sealed()).isEqualTo("other");
        assertThat(second.rotated()).isEqualTo(NOON.plusSeconds(5));
        keys.revoke(second, NOON, line(NOON, "key revoke"));
        assertThat(keys.changes()).isEqualTo(before + 3);
        assertThatThrownBy(() -> keys.revoke(second, NOON, line(NOON, "key revoke")))
                .hasMessageContaining("A (ci)")
                .hasMessageContaining("by somebody else");
        assertThat(keys.changes()).isEqualTo(before + 3);
    }

    @Test
    void ofManyWhoRotateAKeyAtOnceOneDoes() throws Exception {
        AccessKeys keys = store().accessKeys();
        AccessKeys.Stored first = key("A", "ci", "default");
        keys.add(first, line(NOON, "key create"));
        List<Callable<Boolean>> many = IntStream.range(0, 40)
                .mapToObj(number -> (Callable<Boolean>) () -> rotated(keys, first, "seal " + number))
                .toList();
        int done = 0;
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Boolean> each : threads.invokeAll(many)) {
                done += each.get() ? 1 : 0;
            }
        }
        assertThat(done).isEqualTo(1);
        assertThat(store().audit().newest(100, Instant.EPOCH)).hasSize(2);
    }

    private static boolean rotated(AccessKeys keys, AccessKeys.Stored before, String sealed) {
        try {
            keys.rotate(before, sealed, NOON, line(NOON, "key rotate"));
            return true;
        } catch (IllegalArgumentException late) {
            return false;
        }
    }

    @Test
    void moreKeysThanMayBeAreRefusedEvenAtOnce() throws Exception {
        AccessKeys keys = store().accessKeys(20, 3);
        List<Callable<Boolean>> many = IntStream.range(0, 50)
                .mapToObj(number -> (Callable<Boolean>) () -> {
                    try {
                        keys.add(key("K" + number, "key" + number, "default"), line(NOON, "key create"));
                        return true;
                    } catch (IllegalArgumentException full) {
                        assertThat(full).hasMessageContaining("there are 20 access keys already");
                        return false;
                    }
                })
                .toList();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Boolean> each : threads.invokeAll(many)) {
                each.get();
            }
        }
        assertThat(keys.good()).hasSize(20);
    }

    @Test
    void ofRevokedKeysTheNewestAreRemembered() {
        AccessKeys keys = store().accessKeys(20, 3);
        for (int i = 0; i < 5; i++) {
            AccessKeys.Stored each = key("K" + i, "ci", "default");
            keys.add(each, line(NOON, "key create"));
            keys.revoke(each, NOON.plusSeconds(i), line(NOON, "key revoke"));
        }
        assertThat(keys.all()).extracting(AccessKeys.Stored::id).containsExactlyInAnyOrder("K2", "K3", "K4");
    }

    @Test
    void theAuditTrailGivesTheNewestLinesOldestFirst() {
        AuditLog audit = store().audit();
        audit.add(List.of(line(NOON, "one"), line(NOON.plusSeconds(60), "two")));
        audit.add(List.of());
        audit.add(List.of(line(NOON.plusSeconds(120), "three")));

        assertThat(audit.newest(2, Instant.EPOCH))
                .containsExactly(line(NOON.plusSeconds(60), "two"), line(NOON.plusSeconds(120), "three"));
        assertThat(audit.newest(10, NOON.plusSeconds(90)))
                .extracting(each -> each.entry().action())
                .containsExactly("three");
        assertThatThrownBy(() -> audit.newest(AuditLog.READ_MAX + 1, NOON)).hasMessageContaining("1 to 10000");
    }

    @Test
    void whatStrangersWriteIsCutAndMadePlainAndKept() {
        AuditLog audit = store().audit();
        Audit.Entry wild = new Audit.Entry(
                NOON,
                "aws",
                "In\u0000voke\u001b[2J\ud800",
                "x".repeat(9000),
                "WEFTABCDEFGHIJKLMNOP.secretsecretsecret",
                false,
                "10.0.0.1\n",
                Audit.Outcome.REFUSED,
                "two\r\nlines \u202e and \ud83d\ude80");
        audit.add(List.of(new AuditLog.Line(wild, "")));

        Audit.Entry kept = audit.newest(1, Instant.EPOCH).getFirst().entry();
        assertThat(kept.action()).isEqualTo("In\ufffdvoke\ufffd[2J\ufffd");
        assertThat(kept.on()).hasSize(AuditLog.TEXT_LENGTH_MAX).endsWith("x…");
        assertThat(kept.keyId()).isEqualTo("WEFTABCD…");
        assertThat(kept.caller()).isEqualTo("10.0.0.1\ufffd");
        assertThat(kept.why()).isEqualTo("two\ufffd\ufffdlines \ufffd and \ud83d\ude80");
    }

    @Test
    void beyondFiftyThousandLinesOfAKindItsOldestGo() {
        AuditLog audit = store().audit();
        audit.add(Collections.nCopies(5, line(LATER, "first")));
        audit.add(Collections.nCopies(2, line(LATER, "stranger", false)));
        for (int i = 0; i < 5; i++) {
            audit.add(Collections.nCopies((AuditLog.LINES_MAX - 5) / 5, line(NOON, "more")));
        }
        assertThat(audit.newest(10, LATER)).hasSize(7);
        audit.add(List.of(line(NOON, "last"), line(NOON, "stranger", false), line(NOON, "last"), line(NOON, "last")));
        assertThat(audit.newest(10, LATER))
                .extracting(each -> each.entry().action())
                .containsExactly("first", "first", "stranger", "stranger");
        audit.add(Collections.nCopies(AuditLog.LINES_MAX + 1, line(NOON, "knock", false)));
        assertThat(audit.newest(10, LATER))
                .extracting(each -> each.entry().action())
                .containsExactly("first", "first");
        audit.add(List.of(line(NOON, "end"), line(NOON, "knock", false)));
        assertThat(audit.newest(3, Instant.EPOCH))
                .extracting(each -> each.entry().action())
                .containsExactly("knock", "end", "knock");
    }

    @Test
    void aKeyThatAKilledProcessWasToldOfIsKeptAndAudited() throws Exception {
        List<String> told = new ArrayList<>();
        Process writer = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        KeyWriter.class.getName(),
                        place())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        AccessKeys here = store().accessKeys();
        try (BufferedReader out = writer.inputReader()) {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                told.add(line);
                if (told.size() == 15) {
                    assertThat(writer.toHandle().destroyForcibly()).isTrue(); // kill -9
                } else if (told.size() < 15) {
                    here.add(key("here" + told.size(), "here" + told.size(), "default"), line(NOON, "key create"));
                }
            }
        }
        writer.waitFor();

        List<String> kept = here.good().stream().map(AccessKeys.Stored::id).toList();
        assertThat(told).hasSizeGreaterThanOrEqualTo(15);
        assertThat(kept).containsAll(told).contains("here1", "here14");
        assertThat(store().audit().newest(kept.size() + 1, Instant.EPOCH)).hasSameSizeAs(kept);
        assertThat(here.changes()).isEqualTo(kept.size());
    }

    /** Keeps keys until it is killed, and says each that is kept. */
    static final class KeyWriter {
        private KeyWriter() {}

        public static void main(String[] place) {
            try (Store store = place[0].startsWith("postgresql:")
                    ? Store.at(java.net.URI.create(place[0]), null)
                    : Store.embedded(Path.of(place[0]))) {
                for (int i = 0; i < 10_000; i++) {
                    store.accessKeys().add(key("there" + i, "there" + i, "default"), line(NOON, "key create"));
                    System.out.println("there" + i);
                }
            }
        }
    }
}
