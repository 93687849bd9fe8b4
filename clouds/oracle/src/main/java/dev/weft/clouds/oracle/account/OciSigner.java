// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.oracle.account;

import dev.weft.api.rest.RestClient;
import dev.weft.api.rest.RestRequest;
import dev.weft.clouds.oracle.call.OciSignature;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Signs management requests with credentials that are looked for when they are needed, and again after a while. */
final class OciSigner implements RestClient.Signer {
    /** How long what was found is used: a session's token may be renewed in its file. */
    static final Duration KEPT = Duration.ofMinutes(5);

    private static final Set<String> BODY_SIGNED = Set.of("POST", "PUT", "PATCH");

    private final Map<String, String> environment;
    private final Path home;
    private final InstantSource clock;
    private volatile @Nullable Kept kept;

    private record Kept(OciCredentials credentials, Instant until) {}

    OciSigner(Map<String, String> environment, Path home, InstantSource clock) {
        this.environment = environment;
        this.home = home;
        this.clock = clock;
    }

    /** What signs now; a CloudException of kind DENIED where there is nothing. */
    OciCredentials credentials() {
        Instant now = clock.instant();
        Kept have = kept;
        if (have == null || !now.isBefore(have.until)) {
            have = new Kept(OciCredentials.find(environment, home), now.plus(KEPT));
            kept = have;
        }
        return have.credentials;
    }

    @Override
    public RestRequest sign(RestRequest request, Instant now) {
        boolean body = BODY_SIGNED.contains(request.method());
        String query = request.uri().getRawQuery();
        RestRequest signed = request;
        Map<String, String> fields = credentials()
                .signature()
                .fields(
                        new OciSignature.Signed(
                                request.method(),
                                request.uri().getRawAuthority(),
                                request.uri().getRawPath() + (query == null ? "" : '?' + query),
                                body ? request.headers().getOrDefault("content-type", "application/json") : null,
                                request.body()),
                        now);
        for (Map.Entry<String, String> each : fields.entrySet()) {
            signed = signed.header(each.getKey(), each.getValue());
        }
        return signed;
    }
}
