// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.azure.credentials;

import dev.weft.api.CloudException;
import dev.weft.api.account.CloudVendor;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Tokens by Azure's standard chain: the first way that the environment names. Looked for when the first token is asked for;
 * tokens are kept until shortly before they expire. Safe for use by many threads.
 */
public final class AzureCredentials {
    /** How long before its end a token is not handed out any more. */
    public static final Duration RENEWED_BEFORE = Duration.ofMinutes(5);

    /** Tokens kept; an account needs one for each service it asks. */
    private static final int TOKENS_MAX = 16;

    private final CloudVendor.Around around;
    private final @Nullable String tenant;
    private final Map<String, AccessToken> kept = new LinkedHashMap<>();
    private @Nullable TokenSource source;

    /**
     * From {@code around}'s variables.
     *
     * @param tenant the document's; null where the environment's holds
     */
    public AzureCredentials(CloudVendor.Around around, @Nullable String tenant) {
        this.around = around;
        this.tenant = tenant;
    }

    /** A token for {@code audience}; a {@link CloudException} of kind DENIED where there is no way to one. */
    public synchronized AccessToken token(String audience) {
        Instant now = around.clock().instant();
        AccessToken token = kept.get(audience);
        if (token == null || !token.expires().minus(RENEWED_BEFORE).isAfter(now)) {
            token = source().token(audience);
            if (kept.size() >= TOKENS_MAX) {
                kept.clear();
            }
            kept.put(audience, token);
        }
        return token;
    }

    /** Which way it is, for a person. */
    public synchronized String words() {
        return source().words();
    }

    private TokenSource source() {
        TokenSource found = source;
        if (found == null) {
            found = TokenSources.find(around, tenant);
            source = found;
        }
        return found;
    }

    @Override
    public String toString() {
        return "AzureCredentials[redacted]";
    }
}
