// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.app.cli.CliException;
import dev.weft.app.home.Home;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SealTest {
    private static final String SECRET = "abcdefghijklmnopqrstuvwxyz0123456789ABCD";

    @TempDir
    Path folder;

    private Path home() {
        return folder.resolve("weft");
    }

    private Seal seal() {
        return Seal.of(Map.of(), new Home(home()));
    }

    private Seal named(Path file) {
        return Seal.of(Map.of(Seal.VARIABLE, file.toString()), new Home(home()));
    }

    private Path file(String name, int bytes, String permissions) throws Exception {
        byte[] content = new byte[bytes];
        java.util.Arrays.fill(content, (byte) name.hashCode());
        Path file = Files.write(folder.resolve(name), content);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
    }

    @Test
    void whatWasSealedOpensAgainAlsoInTheNextProcess() {
        String sealed = seal().seal(SECRET, "about");
        assertThat(seal().open(sealed, "about")).isEqualTo(SECRET);
        assertThat(sealed).doesNotContain(SECRET);
        assertThat(new String(
                        Base64.getDecoder().decode(sealed.substring(sealed.lastIndexOf(':') + 1)),
                        java.nio.charset.StandardCharsets.ISO_8859_1))
                .doesNotContain(SECRET.substring(0, 8));
    }

    @Test
    void theSameSecretIsSealedDifferentlyEachTime() {
        Seal seal = seal();
        Set<String> all = new HashSet<>();
        for (int i = 0; i < 1000; i++) {
            all.add(seal.seal(SECRET, "about"));
        }
        assertThat(all).hasSize(1000);
    }

    @Test
    void theSealKeyIsMadeWhenSomethingIsSealedAndOnlyItsUserMayReadIt() throws Exception {
        Seal seal = seal();
        assertThat(home()).doesNotExist();
        String ignored = seal.seal(SECRET, "about");
        Path file = home().resolve("seal.key");
        assertThat(Files.size(file)).isEqualTo(Seal.KEY_BYTES);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(home())))
                .isEqualTo("rwx------");
        try (Stream<Path> all = Files.list(home())) {
            assertThat(all).containsExactly(file);
        }
    }

    @Test
    void manyWhoMakeItAtOnceHaveTheSameOne() throws Exception {
        List<Callable<String>> many = IntStream.range(0, 16)
                .mapToObj(each -> (Callable<String>) () -> seal().seal(SECRET, "about"))
                .toList();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<String> each : threads.invokeAll(many)) {
                assertThat(seal().open(each.get(), "about")).isEqualTo(SECRET);
            }
        }
        try (Stream<Path> all = Files.list(home())) {
            assertThat(all).containsExactly(home().resolve("seal.key"));
        }
    }

    @Test
    void aSealKeyThatOthersMayReadIsRefusedWithWhatToDo() throws Exception {
        for (String permissions : List.of("rw-r-----", "rw----r--", "rwx------", "rw--w----")) {
            Path file = file("open.key", Seal.KEY_BYTES, permissions);
            assertThatThrownBy(() -> named(file).seal(SECRET, "about"))
                    .isInstanceOf(CliException.class)
                    .hasMessageContaining(permissions)
                    .hasMessageContaining("chmod 600 " + file)
                    .hasMessageNotContaining(SECRET);
            Files.delete(file);
        }
        assertThat(named(file("mine.key", Seal.KEY_BYTES, "r--------")).seal(SECRET, "about"))
                .startsWith("1:");
    }

    @Test
    void aSealKeyOfAnotherLengthIsRefused() throws Exception {
        for (int bytes : List.of(0, Seal.KEY_BYTES - 1, Seal.KEY_BYTES + 1)) {
            Path file = file("long.key", bytes, "rw-------");
            assertThatThrownBy(() -> named(file).seal(SECRET, "about"))
                    .hasMessageContaining("has " + bytes + " bytes; it must have 32");
        }
    }

    @Test
    void aFileThatIsNamedIsNeverMade() {
        Path file = folder.resolve("none.key");
        assertThatThrownBy(() -> named(file).seal(SECRET, "about"))
                .hasMessageContaining("WEFT_SEAL_KEY_FILE: there is no file " + file)
                .hasMessageContaining("head -c 32 /dev/urandom");
        assertThat(file).doesNotExist();
    }

    @Test
    void underAnotherSealKeyNothingOpensAndTheMessageSaysWhatToDo() throws Exception {
        String sealed = seal().seal(SECRET, "about");
        Path other = file("other.key", Seal.KEY_BYTES, "rw-------");
        assertThatThrownBy(() -> named(other).open(sealed, "about"))
                .isInstanceOf(CliException.class)
                .hasMessageContaining("sealed under another seal key than the one in " + other)
                .hasMessageContaining("WEFT_SEAL_KEY_FILE")
                .hasMessageContaining("revoke the key and create another")
                .hasMessageNotContaining(SECRET);
    }

    @Test
    void withoutTheSealKeyNothingOpensAndNoneIsMade() throws Exception {
        String sealed = seal().seal(SECRET, "about");
        Files.delete(home().resolve("seal.key"));
        assertThatThrownBy(() -> seal().open(sealed, "about"))
                .hasMessageContaining("the seal key " + home().resolve("seal.key") + " is not there");
        assertThat(home().resolve("seal.key")).doesNotExist();
    }

    @Test
    void whatWasChangedSinceDoesNotOpen() {
        Seal seal = seal();
        String sealed = seal.seal(SECRET, "id\ndefault\nINVOKE");
        assertThatThrownBy(() -> seal.open(sealed, "id\ndefault\nADMIN")).hasMessageContaining("by other hands");
        int head = sealed.lastIndexOf(':') + 1;
        byte[] whole = Base64.getDecoder().decode(sealed.substring(head));
        for (int i = 0; i < whole.length; i++) {
            byte[] changed = whole.clone();
            changed[i] ^= 1;
            String other = sealed.substring(0, head) + Base64.getEncoder().encodeToString(changed);
            assertThatThrownBy(() -> seal.open(other, "id\ndefault\nINVOKE"))
                    .isInstanceOf(CliException.class)
                    .hasMessageContaining("by other hands");
        }
        for (int length = head; length < sealed.length() - 3; length++) {
            String cut = sealed.substring(0, length);
            assertThatThrownBy(() -> seal.open(cut, "id\ndefault\nINVOKE")).isInstanceOf(CliException.class);
        }
    }
}
