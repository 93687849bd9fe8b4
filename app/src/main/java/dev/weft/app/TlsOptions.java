// SPDX-License-Identifier: Apache-2.0
package dev.weft.app;

import dev.weft.net.tls.TlsFileException;
import dev.weft.net.tls.TlsFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;

/** How the command line asks for TLS. */
final class TlsOptions {
    private static final String CERTIFICATE = "--tls-certificate";
    private static final String KEY = "--tls-key";
    private static final String CLIENT_CA = "--tls-client-ca";

    @Option(
            names = CERTIFICATE,
            paramLabel = "FILE",
            description = "Callers speak TLS: the certificate with its chain, PEM. Again for another name (SNI); the"
                    + " first is for names that none has. Read again when it changes.")
    private List<Path> certificates = List.of();

    @Option(names = KEY, paramLabel = "FILE", description = "The certificate's private key, PEM (PKCS #8); one each.")
    private List<Path> keys = List.of();

    @Option(
            names = CLIENT_CA,
            paramLabel = "FILE",
            description = "Callers must show a certificate of these authorities, PEM.")
    @Nullable
    private Path clientAuthority;

    /** The files named; null where none is. */
    @Nullable
    TlsFiles files(CommandSpec spec) {
        if (certificates.size() != keys.size()) {
            throw new ParameterException(
                    spec.commandLine(),
                    "%s is given %d times, %s %d times: each certificate needs its key, in the same order"
                            .formatted(CERTIFICATE, certificates.size(), KEY, keys.size()));
        }
        if (certificates.isEmpty()) {
            if (clientAuthority != null) {
                throw new ParameterException(
                        spec.commandLine(), CLIENT_CA + " needs TLS: give " + CERTIFICATE + " and " + KEY + " too");
            }
            return null;
        }
        List<TlsFiles.Pair> pairs = new ArrayList<>();
        for (int i = 0; i < certificates.size(); i++) {
            pairs.add(new TlsFiles.Pair(certificates.get(i), keys.get(i)));
        }
        return new TlsFiles(pairs, clientAuthority);
    }

    /** The mistake, with the option that names the file. */
    static String words(TlsFileException mistake) {
        String option =
                switch (mistake.role()) {
                    case CERTIFICATE -> CERTIFICATE;
                    case KEY -> KEY;
                    case CLIENT_AUTHORITY -> CLIENT_CA;
                    case SERVER_AUTHORITY -> "SSL_CERT_FILE";
                };
        return option + " " + mistake.getMessage();
    }
}
