// SPDX-License-Identifier: Apache-2.0
package dev.weft.net.tls;

import dev.weft.net.tls.TlsFileException.Role;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/**
 * A certificate, its chain and its key, which belong together.
 *
 * @param names whom it is for, in lower case; {@code *.} in front means one label more
 * @param algorithm of its key, as key managers call it
 */
record Identity(List<X509Certificate> chain, PrivateKey key, Set<String> names, String algorithm) {
    private static final int DNS_NAME = 2;
    private static final int IP_ADDRESS = 7;
    private static final byte[] PROBE = {1, 2, 3, 4, 5, 6, 7, 8};

    static Identity read(TlsFiles.Pair files) throws TlsFileException {
        List<X509Certificate> chain = Pem.certificates(Role.CERTIFICATE, files.certificate());
        PrivateKey key = Pem.key(files.key());
        X509Certificate own = chain.getFirst();
        if (!belongs(own, key)) {
            throw new TlsFileException(
                    Role.KEY, files.key(), "not the private key of the first certificate in " + files.certificate());
        }
        return new Identity(chain, key, names(own, files), key.getAlgorithm());
    }

    private static boolean belongs(X509Certificate certificate, PrivateKey key) {
        String how =
                switch (key.getAlgorithm()) {
                    case "RSA" -> "SHA256withRSA";
                    case "EC" -> "SHA256withECDSA";
                    default -> key.getAlgorithm();
                };
        try {
            Signature signature = Signature.getInstance(how);
            signature.initSign(key);
            signature.update(PROBE);
            byte[] signed = signature.sign();
            signature.initVerify(certificate.getPublicKey());
            signature.update(PROBE);
            return signature.verify(signed);
        } catch (GeneralSecurityException another) {
            return false; // of another algorithm, for example
        }
    }

    private static Set<String> names(X509Certificate certificate, TlsFiles.Pair files) throws TlsFileException {
        Set<String> names = new TreeSet<>();
        try {
            Collection<List<?>> alternatives = certificate.getSubjectAlternativeNames();
            if (alternatives != null) {
                for (List<?> each : alternatives) {
                    int type = (Integer) each.getFirst();
                    if (type == DNS_NAME || type == IP_ADDRESS) {
                        names.add(String.valueOf(each.get(1)).toLowerCase(Locale.ROOT));
                    }
                }
            }
        } catch (CertificateParsingException broken) {
            throw new TlsFileException(
                    Role.CERTIFICATE, files.certificate(), "its names can't be read: " + broken.getMessage());
        }
        return Set.copyOf(names);
    }

    /** Whether it is for {@code host}, which is in lower case. */
    boolean named(String host) {
        if (names.contains(host)) {
            return true;
        }
        int dot = host.indexOf('.');
        return dot > 0 && names.contains("*" + host.substring(dot));
    }
}
