// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.parity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.app.cli.CliException;
import dev.weft.app.home.Home;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SigningKeyTest {
    private static final byte[] TEXT = "what is signed".getBytes(StandardCharsets.UTF_8);

    /** Of RFC 8410, section 10.3: a key and its public part, made by neither of us. */
    private static final String RFC_KEY = "MC4CAQAwBQYDK2VwBCIEINTuctv5E1hK1bbY8fdp+K06/nwoy/HU++CXqI9EdVhC";

    private static final String RFC_PUBLIC = "MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=";

    @TempDir
    private Path folder;

    @Test
    void aKeyIsMadeOnceAndOnlyItsOwnerMayReadIt() throws Exception {
        Home home = new Home(folder.resolve("home"));
        assertThat(SigningKey.find(Map.of(), home)).isNull();
        SigningKey key = SigningKey.of(Map.of(), home);
        Path file = home.folder().resolve(SigningKey.FILE);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(SigningKey.of(Map.of(), home).shared()).isEqualTo(key.shared());
        String signature = key.sign(TEXT);
        assertThat(SigningKey.signed(TEXT, signature, key.shared())).isTrue();
        assertThat(SigningKey.signed("other".getBytes(StandardCharsets.UTF_8), signature, key.shared()))
                .isFalse();
        assertThat(SigningKey.signed(TEXT, signature, RFC_PUBLIC)).isFalse();
        assertThat(SigningKey.signed(TEXT, "nonsense", key.shared())).isFalse();
        assertThat(SigningKey.signed(TEXT, signature, "nonsense")).isFalse();
        assertThat(key.toString())
                .doesNotContain(Files.readString(file).lines().toList().get(1));
    }

    @Test
    void anotherKeyIsTakenAsOpensslWritesItAndItsPublicPartIsKnown() throws Exception {
        SigningKey key = SigningKey.of(Map.of(SigningKey.VARIABLE, key(RFC_KEY).toString()), new Home(folder));
        assertThat(key.shared()).isEqualTo(RFC_PUBLIC);
        assertThat(SigningKey.signed(TEXT, key.sign(TEXT), RFC_PUBLIC)).isTrue();
    }

    @Test
    void aKeyThatOthersMayReadOrThatIsNoneIsRefusedWithWhatToDo() throws Exception {
        Path open = key(RFC_KEY);
        Files.setPosixFilePermissions(open, PosixFilePermissions.fromString("rw-r--r--"));
        refused(open, "chmod 600");
        refused(key("bm9uZQ=="), "openssl genpkey");
        refused(folder.resolve("nowhere"), "there is no file");
    }

    private void refused(Path file, String words) {
        assertThatThrownBy(() -> SigningKey.of(Map.of(SigningKey.VARIABLE, file.toString()), new Home(folder)))
                .isInstanceOf(CliException.class)
                .hasMessageContaining(words);
    }

    private Path key(String base64) throws Exception {
        Path file = folder.resolve("key.pem");
        Files.deleteIfExists(file);
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        return Files.writeString(file, "-----BEGIN PRIVATE KEY-----\n" + base64 + "\n-----END PRIVATE KEY-----\n");
    }
}
