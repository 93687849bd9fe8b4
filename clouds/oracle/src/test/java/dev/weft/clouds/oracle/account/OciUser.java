// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.oracle.account;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.util.Base64;

/** A user of a tenancy that is not there, with a key that is made for one run. */
final class OciUser {
    static final String TENANCY = "ocid1.tenancy.oc1..aaaatenancy";
    static final String USER = "ocid1.user.oc1..aaaauser";
    static final String FINGERPRINT = "20:3b:97:13:55:1c:5b:0d:d3:37:d8:50:4e:c5:3a:34";
    static final String COMPARTMENT = "ocid1.compartment.oc1..aaaacompartment";
    static final String SUBNET = "ocid1.subnet.oc1..aaaasubnet";
    static final String KEY_ID = TENANCY + '/' + USER + '/' + FINGERPRINT;
    static final KeyPair KEY = key();

    private OciUser() {}

    static KeyPair key() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
            generator.initialize(2048);
            return generator.generateKeyPair();
        } catch (GeneralSecurityException broken) {
            throw new IllegalStateException(broken);
        }
    }

    static String pem(String type, byte[] der) {
        return "-----BEGIN " + type + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der) + "\n-----END " + type + "-----\n";
    }

    static String pem() {
        return pem("PRIVATE KEY", KEY.getPrivate().getEncoded());
    }

    /** Writes {@code ~/.oci/config} and its key below {@code home}. */
    static void write(Path home) throws IOException {
        Path folder = Files.createDirectories(home.resolve(".oci"));
        Files.writeString(folder.resolve("key.pem"), pem() + "OCI_API_KEY\n");
        Files.writeString(folder.resolve("config"), """
                # made by a test
                [OTHER]
                user=nobody

                [DEFAULT]
                user = %s
                fingerprint=%s
                tenancy=%s
                region=eu-frankfurt-1
                key_file=~/.oci/key.pem
                """.formatted(USER, FINGERPRINT, TENANCY));
    }
}
