// SPDX-License-Identifier: Apache-2.0
package dev.weft.net.tls;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.util.Base64;

/** Certificates for tests, made by the JDK's own {@code keytool}. */
final class TestCertificates {
    private static final char[] PASSWORD = "changeit".toCharArray();

    private final Path folder;

    TestCertificates(Path folder) {
        this.folder = folder;
    }

    /** A key and a certificate of its own for {@code name}; the files are {@code <file>.crt} and {@code <file>.key}. */
    TlsFiles.Pair pair(String file, String algorithm, String name) throws Exception {
        Path store = folder.resolve(file + "-" + System.nanoTime() + ".p12");
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "it",
                        "-keyalg",
                        algorithm,
                        "-dname",
                        "CN=" + name,
                        "-ext",
                        "SAN=DNS:" + name + ",IP:127.0.0.1",
                        "-validity",
                        "2",
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        new String(PASSWORD),
                        "-keystore",
                        store.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("keytool.log").toFile())
                .start();
        if (keytool.waitFor() != 0) {
            throw new IOException(Files.readString(folder.resolve("keytool.log")));
        }
        return write(file, KeyStore.getInstance(store.toFile(), PASSWORD));
    }

    private TlsFiles.Pair write(String file, KeyStore store) throws GeneralSecurityException, IOException {
        PrivateKey key = (PrivateKey) store.getKey("it", PASSWORD);
        Path certificates = folder.resolve(file + ".crt");
        Path keys = folder.resolve(file + ".key");
        Files.writeString(
                certificates, pem("CERTIFICATE", store.getCertificate("it").getEncoded()));
        Files.writeString(keys, pem("PRIVATE KEY", key.getEncoded()));
        return new TlsFiles.Pair(certificates, keys);
    }

    private static String pem(String label, byte[] der) {
        return "-----BEGIN " + label + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der) + "\n-----END " + label + "-----\n";
    }
}
