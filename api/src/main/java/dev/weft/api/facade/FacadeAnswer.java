// SPDX-License-Identifier: Apache-2.0
package dev.weft.api.facade;

import dev.weft.api.Headers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** An answer to a vendor's client, whole. */
public record FacadeAnswer(int status, Headers headers, byte[] body) {
    /**
     * Plain text, or nothing.
     *
     * @param retryAfter when to come back, told in seconds, at least one; null for no word of it
     */
    public static FacadeAnswer text(int status, String words, @Nullable Duration retryAfter) {
        Headers.Builder headers = Headers.builder();
        if (!words.isEmpty()) {
            headers.add("Content-Type", "text/plain; charset=utf-8");
        }
        if (retryAfter != null) {
            headers.add("Retry-After", Long.toString(Math.max(1, retryAfter.toSeconds())));
        }
        return new FacadeAnswer(status, headers.build(), words.getBytes(StandardCharsets.UTF_8));
    }

    /** With one field more. */
    public FacadeAnswer with(String name, String value) {
        return new FacadeAnswer(
                status, Headers.builder().addAll(headers).add(name, value).build(), body);
    }
}
