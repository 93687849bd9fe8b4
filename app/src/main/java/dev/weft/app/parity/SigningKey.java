// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.parity;

import dev.weft.app.cli.CliException;
import dev.weft.app.cli.CliException.Exit;
import dev.weft.app.home.Home;
import dev.weft.app.home.SecretFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.interfaces.EdECPrivateKey;
import java.security.spec.NamedParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Signs certificates: an Ed25519 key in {@code parity.key} of Weft's folder, or in the file that {@code WEFT_PARITY_KEY_FILE}
 * names, as {@code openssl genpkey -algorithm ed25519} writes one.
 */
final class SigningKey {
    /** The variable that names another file than the one in Weft's folder. */
    static final String VARIABLE = "WEFT_PARITY_KEY_FILE";

    static final String FILE = "parity.key";

    private static final String ALGORITHM = "Ed25519";
    private static final String BEGIN = "-----BEGIN PRIVATE KEY-----";
    private static final String END = "-----END PRIVATE KEY-----";

    private final PrivateKey secret;
    private final PublicKey shared;

    private SigningKey(KeyPair pair) {
        this.secret = pair.getPrivate();
        this.shared = pair.getPublic();
    }

    /** The key that {@code environment} names, else the one in {@code home}, which is made when there is none. */
    static SigningKey of(Map<String, String> environment, Home home) {
        Path file = file(environment, home);
        if (!Files.exists(file)) {
            if (SecretFile.elsewhere(environment, VARIABLE)) {
                throw new CliException(
                        Exit.FAILED,
                        VARIABLE + ": there is no file " + file + "; make one: openssl genpkey -algorithm ed25519 -out "
                                + file);
            }
            make(home, file);
        }
        return read(file);
    }

    /** The same where there is one; null where there is none yet. */
    static @Nullable SigningKey find(Map<String, String> environment, Home home) {
        Path file = file(environment, home);
        return Files.exists(file) ? read(file) : null;
    }

    private static Path file(Map<String, String> environment, Home home) {
        return SecretFile.of(environment, VARIABLE, home, FILE);
    }

    private static void make(Home home, Path file) {
        try {
            KeyPair made = KeyPairGenerator.getInstance(ALGORITHM).generateKeyPair();
            String key = Base64.getEncoder().encodeToString(made.getPrivate().getEncoded());
            String pem = BEGIN + '\n' + key + '\n' + END + '\n';
            SecretFile.make(home, FILE, pem.getBytes(StandardCharsets.US_ASCII));
        } catch (IOException unwritable) {
            throw new UncheckedIOException("the key " + file + " can't be made", unwritable);
        } catch (GeneralSecurityException broken) {
            throw new IllegalStateException("Ed25519 is not to be had from this JVM", broken);
        }
    }

    private static SigningKey read(Path file) {
        try {
            String others = SecretFile.othersMay(file);
            if (others != null) {
                throw new CliException(
                        Exit.FAILED,
                        "the key " + file + " may be read or used by others (" + others
                                + "), so it is not used: chmod 600 " + file);
            }
            String text = Files.readString(file, StandardCharsets.US_ASCII);
            byte[] encoded = Base64.getMimeDecoder()
                    .decode(text.replace(BEGIN, "").replace(END, "").strip());
            PrivateKey secret = KeyFactory.getInstance(ALGORITHM).generatePrivate(new PKCS8EncodedKeySpec(encoded));
            return new SigningKey(new KeyPair(shared(secret), secret));
        } catch (IOException unreadable) {
            throw new UncheckedIOException("the key " + file + " can't be read", unreadable);
        } catch (GeneralSecurityException | IllegalArgumentException other) {
            throw new CliException(
                    Exit.FAILED,
                    "the key " + file + " is no Ed25519 key in PEM; make one: openssl genpkey -algorithm ed25519 -out "
                            + file);
        }
    }

    /** The JDK makes a pair of 32 bytes at random: these are the key's own. */
    private static PublicKey shared(PrivateKey secret) throws GeneralSecurityException {
        byte[] seed = ((EdECPrivateKey) secret)
                .getBytes()
                .orElseThrow(() -> new GeneralSecurityException("a key whose bytes are not shown"));
        KeyPairGenerator generator = KeyPairGenerator.getInstance(ALGORITHM);
        generator.initialize(NamedParameterSpec.ED25519, new SecureRandom() {
            @Override
            public void nextBytes(byte[] bytes) {
                System.arraycopy(seed, 0, bytes, 0, bytes.length);
            }
        });
        KeyPair pair = generator.generateKeyPair();
        if (!pair.getPrivate().equals(secret)) {
            throw new GeneralSecurityException("the JDK made another key of the same bytes");
        }
        return pair.getPublic();
    }

    /** The public part, in base64. */
    String shared() {
        return Base64.getEncoder().encodeToString(shared.getEncoded());
    }

    /** The signature of {@code bytes}, in base64. */
    String sign(byte[] bytes) {
        try {
            Signature signature = Signature.getInstance(ALGORITHM);
            signature.initSign(secret);
            signature.update(bytes);
            return Base64.getEncoder().encodeToString(signature.sign());
        } catch (GeneralSecurityException broken) {
            throw new IllegalStateException("Ed25519 is not to be had from this JVM", broken);
        }
    }

    /** Whether {@code signature} is of {@code bytes}, by the key whose public part is {@code shared}. */
    static boolean signed(byte[] bytes, String signature, String shared) {
        try {
            PublicKey key = KeyFactory.getInstance(ALGORITHM)
                    .generatePublic(new X509EncodedKeySpec(Base64.getDecoder().decode(shared)));
            Signature check = Signature.getInstance(ALGORITHM);
            check.initVerify(key);
            check.update(bytes);
            return check.verify(Base64.getDecoder().decode(signature));
        } catch (GeneralSecurityException | IllegalArgumentException malformed) {
            return false;
        }
    }

    @Override
    public String toString() {
        return "SigningKey[" + shared() + ']';
    }
}
