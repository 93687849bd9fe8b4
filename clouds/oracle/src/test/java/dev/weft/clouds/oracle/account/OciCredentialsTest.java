// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.oracle.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.api.CloudException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.AlgorithmParameters;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKey;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import javax.crypto.spec.PBEParameterSpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OciCredentialsTest {
    private static final PrivateKey KEY = OciUser.KEY.getPrivate();

    @TempDir
    private Path home;

    @Test
    void aProfileOfTheVendorsFileSigns() throws IOException {
        OciUser.write(home);
        OciCredentials found = OciCredentials.find(Map.of(), home);
        assertThat(found.signature().keyId()).isEqualTo(OciUser.KEY_ID);
        assertThat(found.signature().key()).isEqualTo(KEY);
        assertThat(found.expires()).isNull();
        assertThat(found.found()).contains(OciUser.FINGERPRINT, "profile DEFAULT", "config");
        assertThat(found.toString()).doesNotContain(OciUser.USER);
    }

    @Test
    void variablesComeBeforeTheProfileAndCanStandAlone() throws IOException {
        Map<String, String> alone = new HashMap<>(Map.of(
                "OCI_CLI_USER",
                "ocid1.user.other",
                "OCI_CLI_TENANCY",
                OciUser.TENANCY,
                "OCI_CLI_FINGERPRINT",
                OciUser.FINGERPRINT,
                "OCI_CLI_KEY_CONTENT",
                OciUser.pem()));
        assertThat(OciCredentials.find(alone, home).signature().keyId()).contains("ocid1.user.other");
        OciUser.write(home);
        assertThat(OciCredentials.find(Map.of("OCI_CLI_USER", "ocid1.user.other"), home)
                        .signature()
                        .keyId())
                .isEqualTo(OciUser.TENANCY + "/ocid1.user.other/" + OciUser.FINGERPRINT);
    }

    @Test
    void anotherFileAndProfileCanBeNamed() throws IOException {
        OciUser.write(home);
        Path moved = Files.move(home.resolve(".oci/config"), home.resolve("elsewhere"));
        for (String variable : new String[] {"OCI_CONFIG_FILE", "OCI_CLI_CONFIG_FILE"}) {
            assertThat(OciCredentials.find(Map.of(variable, moved.toString()), home)
                            .signature()
                            .keyId())
                    .isEqualTo(OciUser.KEY_ID);
        }
        denied(Map.of("OCI_CONFIG_FILE", "~/elsewhere", "OCI_CLI_PROFILE", "OTHER"), "tenancy is missing");
        denied(Map.of("OCI_CONFIG_FILE", "~/elsewhere", "OCI_CLI_PROFILE", "NONE"), "there is no profile NONE");
    }

    @Test
    void aSessionsTokenSignsUntilItEnds() throws IOException {
        OciUser.write(home);
        String claims = Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString("{\"exp\":1790000000}".getBytes(StandardCharsets.UTF_8));
        Files.writeString(home.resolve(".oci/token"), "head." + claims + ".signature\n");
        Files.writeString(home.resolve(".oci/config"), """
                [DEFAULT]
                fingerprint=%s
                tenancy=%s
                key_file=~/.oci/key.pem
                security_token_file=~/.oci/token
                """.formatted(OciUser.FINGERPRINT, OciUser.TENANCY));
        OciCredentials found = OciCredentials.find(Map.of(), home);
        assertThat(found.signature().keyId()).isEqualTo("ST$head." + claims + ".signature");
        assertThat(found.expires()).isEqualTo(Instant.ofEpochSecond(1790000000));
        assertThat(found.found()).startsWith("session token from").doesNotContain(claims);
    }

    @ParameterizedTest
    @ValueSource(strings = {"instance_principal", "resource_principal", "instance_obo_user"})
    void otherWaysToSignAreRefusedWithASentence(String way) {
        denied(Map.of("OCI_CLI_AUTH", way), way + ", and Weft signs with an API key or a session's token only");
    }

    @Test
    void nothingAtAllIsSaidAndNoSecretEverIs() throws IOException {
        denied(Map.of(), "there is no profile DEFAULT");
        OciUser.write(home);
        Files.writeString(
                home.resolve(".oci/key.pem"), "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----");
        assertThatThrownBy(() -> OciCredentials.find(Map.of(), home))
                .hasMessageContaining("key.pem is no RSA private key")
                .hasNoCause()
                .message()
                .doesNotContain("c2VjcmV0");
        Files.delete(home.resolve(".oci/key.pem"));
        denied(Map.of(), "key.pem can't be read");
    }

    private void denied(Map<String, String> environment, String words) {
        assertThatThrownBy(() -> OciCredentials.find(environment, home))
                .isInstanceOfSatisfying(CloudException.class, failed -> assertThat(failed.kind())
                        .isEqualTo(CloudException.Kind.DENIED))
                .hasMessageContaining(words);
    }

    /** As OpenSSL writes them: PKCS#1 is what PKCS#8 wraps, from its 26th byte on. */
    @Test
    void keysAreReadInEveryForm() throws Exception {
        byte[] pkcs8 = KEY.getEncoded();
        byte[] pkcs1 = Arrays.copyOfRange(pkcs8, 26, pkcs8.length);
        assertThat(OciKeys.read(OciUser.pem("PRIVATE KEY", pkcs8), "")).isEqualTo(KEY);
        assertThat(OciKeys.read(OciUser.pem("RSA PRIVATE KEY", pkcs1), "")).isEqualTo(KEY);
        String sealed = OciUser.pem("ENCRYPTED PRIVATE KEY", encrypted(pkcs8, "open sesame"));
        assertThat(OciKeys.read(sealed, "open sesame")).isEqualTo(KEY);
        assertThatThrownBy(() -> OciKeys.read(sealed, "guess")).hasMessageContaining("pass_phrase");
        assertThatThrownBy(() -> OciKeys.read("no key", "")).hasMessageContaining("PEM");
        String old =
                "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: X\n\nAAAA\n-----END RSA PRIVATE"
                        + " KEY-----";
        assertThatThrownBy(() -> OciKeys.read(old, "x")).hasMessageContaining("openssl pkcs8 -topk8");
    }

    private static byte[] encrypted(byte[] pkcs8, String passphrase) throws GeneralSecurityException, IOException {
        String scheme = "PBEWithHmacSHA256AndAES_256";
        SecretKey secret =
                SecretKeyFactory.getInstance(scheme).generateSecret(new PBEKeySpec(passphrase.toCharArray()));
        Cipher cipher = Cipher.getInstance(scheme);
        cipher.init(
                Cipher.ENCRYPT_MODE, secret, new PBEParameterSpec("saltsalt".getBytes(StandardCharsets.UTF_8), 2048));
        AlgorithmParameters frame = AlgorithmParameters.getInstance("PBES2");
        frame.init(cipher.getParameters().getEncoded());
        return new EncryptedPrivateKeyInfo(frame, cipher.doFinal(pkcs8)).getEncoded();
    }
}
