// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.parity.cases;

import dev.weft.api.RequestLine;
import dev.weft.api.Sha256;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * All that a function is asked.
 *
 * @param file where they come from; null for the built-in ones
 */
public record Cases(List<ParityCase> all, @Nullable Path file) {
    public Cases {
        all = List.copyOf(all);
    }

    /** A SHA-256 over every request and all that is ignored, in hex: two files that ask the same have the same. */
    public String hash() {
        MessageDigest digest = Sha256.begin();
        for (ParityCase each : all) {
            Sha256.add(digest, each.name());
            RequestLine line = each.line();
            Sha256.add(digest, line == null ? "event" : line.method() + ' ' + line.target());
            Sha256.add(digest, "fields " + each.headers().size());
            each.headers().forEach(field -> Sha256.add(digest, field.name() + ": " + field.value()));
            Sha256.add(digest, String.valueOf(each.contentType()));
            Sha256.add(digest, HexFormat.of().formatHex(Sha256.of(each.body())));
            Sha256.add(digest, "repeat " + each.repeat());
            Sha256.add(digest, each.ignore().toString());
        }
        return HexFormat.of().formatHex(digest.digest());
    }
}
