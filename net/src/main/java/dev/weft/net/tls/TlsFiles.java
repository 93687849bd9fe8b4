// SPDX-License-Identifier: Apache-2.0
package dev.weft.net.tls;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The files that TLS is made of.
 *
 * @param pairs certificates; the name that a caller asks for decides between them, the first is for all other names
 * @param clientAuthority whose certificates callers must show; null where anybody may call
 */
public record TlsFiles(List<Pair> pairs, @Nullable Path clientAuthority) {
    /** At least one pair. */
    public TlsFiles {
        pairs = List.copyOf(pairs);
        if (pairs.isEmpty()) {
            throw new IllegalArgumentException("TLS needs a certificate");
        }
    }

    /** A certificate with its chain, and its private key; both PEM. */
    public record Pair(Path certificate, Path key) {}

    List<Path> all() {
        List<Path> all = new ArrayList<>();
        for (Pair each : pairs) {
            all.add(each.certificate());
            all.add(each.key());
        }
        if (clientAuthority != null) {
            all.add(clientAuthority);
        }
        return all;
    }
}
