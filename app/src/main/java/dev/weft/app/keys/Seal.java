// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.keys;

import dev.weft.app.cli.CliException;
import dev.weft.app.cli.CliException.Exit;
import dev.weft.app.home.Home;
import dev.weft.app.home.SecretFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.Mac;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Seals secrets for the store: AES-256-GCM under the seal key, 32 random bytes in {@code seal.key} of Weft's folder, or in the
 * file that {@code WEFT_SEAL_KEY_FILE} names. The file is read when it is first needed, and then once. Safe on any thread.
 */
public final class Seal {
    /** The variable that names another file than the one in Weft's folder. */
    static final String VARIABLE = "WEFT_SEAL_KEY_FILE";

    static final String FILE = "seal.key";

    /** What a seal key is long, no less and no more. */
    static final int KEY_BYTES = 32;

    private static final String FORM = "1";
    private static final String CIPHER = "AES/GCM/NoPadding";
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;
    private static final int FINGERPRINT_BYTES = 8;

    private final SecureRandom random = new SecureRandom();
    private final Path file;
    /** Where it is Weft's own, which is made when there is none; null where the variable names another. */
    private final @Nullable Home home;

    private @Nullable SealKey key;

    /** @param fingerprint tells seal keys apart without telling anything of them */
    private record SealKey(SecretKeySpec bytes, String fingerprint) {
        @Override
        public String toString() {
            return "SealKey[" + fingerprint + ']';
        }
    }

    private Seal(Path file, @Nullable Home home) {
        this.file = file;
        this.home = home;
    }

    /** With the seal key that {@code environment} names, else the one in {@code home}, made when something is first sealed. */
    public static Seal of(Map<String, String> environment, Home home) {
        return new Seal(
                SecretFile.of(environment, VARIABLE, home, FILE),
                SecretFile.elsewhere(environment, VARIABLE) ? null : home);
    }

    /**
     * Seals {@code secret}; a {@link CliException} where the seal key can't be used.
     *
     * @param about what the secret belongs to: with another one it can't be opened
     */
    String seal(String secret, String about) {
        SealKey mine = key(home);
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        try {
            byte[] sealed =
                    cipher(Cipher.ENCRYPT_MODE, mine, nonce, about).doFinal(secret.getBytes(StandardCharsets.UTF_8));
            ByteBuffer whole =
                    ByteBuffer.allocate(nonce.length + sealed.length).put(nonce).put(sealed);
            return String.join(
                    ":", FORM, mine.fingerprint(), Base64.getEncoder().encodeToString(whole.array()));
        } catch (GeneralSecurityException broken) {
            throw new IllegalStateException("AES is not to be had from this JVM", broken);
        }
    }

    /** What was sealed; a {@link CliException} that says what to do where it was under another seal key, or was changed since. */
    String open(String sealed, String about) {
        SealKey mine = fitting(sealed);
        try {
            byte[] whole = Base64.getDecoder().decode(sealed.substring(sealed.lastIndexOf(':') + 1));
            byte[] nonce = Arrays.copyOf(whole, NONCE_BYTES);
            byte[] secret = cipher(Cipher.DECRYPT_MODE, mine, nonce, about)
                    .doFinal(whole, NONCE_BYTES, whole.length - NONCE_BYTES);
            return new String(secret, StandardCharsets.UTF_8);
        } catch (AEADBadTagException | IllegalArgumentException changed) {
            throw new CliException(
                    Exit.FAILED,
                    "its sealed secret, id, namespace or role was changed in the store by other hands;"
                            + " revoke it and create another");
        } catch (GeneralSecurityException broken) {
            throw new IllegalStateException("AES is not to be had from this JVM", broken);
        }
    }

    /** Does nothing where {@link #open} could open it as far as the seal key goes, else says what that does. */
    void check(String sealed) {
        SealKey ignored = fitting(sealed);
    }

    private SealKey fitting(String sealed) {
        SealKey mine = key(null);
        if (!sealed.startsWith(FORM + ':' + mine.fingerprint() + ':')) {
            throw new CliException(
                    Exit.FAILED,
                    "it is sealed under another seal key than the one in " + file + ", "
                            + "so this machine has the wrong one: put the seal key of where it was made there, or name it by "
                            + VARIABLE + "; if that is lost, revoke the key and create another");
        }
        return mine;
    }

    private static Cipher cipher(int mode, SealKey mine, byte[] nonce, String about) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance(CIPHER);
        cipher.init(mode, mine.bytes(), new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(about.getBytes(StandardCharsets.UTF_8));
        return cipher;
    }

    /** @param where it may be made; null where it must be there */
    private synchronized SealKey key(@Nullable Home where) {
        SealKey known = key;
        if (known == null) {
            if (!Files.exists(file)) {
                if (where == null) {
                    throw absent();
                }
                make(where);
            }
            known = read();
            key = known;
        }
        return known;
    }

    private CliException absent() {
        return new CliException(
                Exit.FAILED,
                home == null
                        ? VARIABLE + ": there is no file " + file
                                + "; copy the seal key of where the keys were made there, or make one: head -c "
                                + KEY_BYTES
                                + " /dev/urandom > FILE; chmod 600 FILE"
                        : "the seal key " + file
                                + " is not there; copy it from where the keys were made, or name it by " + VARIABLE
                                + "; if it is lost, revoke the keys and create others");
    }

    private void make(Home where) {
        byte[] bytes = new byte[KEY_BYTES];
        random.nextBytes(bytes);
        try {
            SecretFile.make(where, FILE, bytes);
        } catch (IOException unwritable) {
            throw new UncheckedIOException("the seal key " + file + " can't be made", unwritable);
        }
    }

    private SealKey read() {
        try {
            String others = SecretFile.othersMay(file);
            if (others != null) {
                throw new CliException(
                        Exit.FAILED,
                        "the seal key " + file + " may be read or used by others (" + others
                                + "), so it is not used: chmod 600 " + file
                                + ", and rotate the keys if somebody else may have seen it");
            }
            if (Files.size(file) != KEY_BYTES) {
                throw new CliException(
                        Exit.FAILED,
                        "the seal key " + file + " has " + Files.size(file) + " bytes; it must have " + KEY_BYTES
                                + ", random ones");
            }
            byte[] bytes = Files.readAllBytes(file);
            return new SealKey(new SecretKeySpec(bytes, "AES"), fingerprint(bytes));
        } catch (IOException unreadable) {
            throw new UncheckedIOException("the seal key " + file + " can't be read", unreadable);
        }
    }

    private static String fingerprint(byte[] bytes) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(bytes, "HmacSHA256"));
            byte[] whole = mac.doFinal("weft: which seal key".getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(whole, 0, FINGERPRINT_BYTES);
        } catch (GeneralSecurityException broken) {
            throw new IllegalStateException("HMAC is not to be had from this JVM", broken);
        }
    }
}
