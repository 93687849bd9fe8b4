// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.google.facade;

import dev.weft.api.facade.FacadeRequest;
import dev.weft.api.facade.Key;
import dev.weft.api.facade.KeyProof;
import dev.weft.api.facade.Keys;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Instant;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Who a request is from, by {@code Authorization: Bearer}: {@code ID.SECRET}, or a token. Pure. */
final class Bearer {
    private static final Pattern FORM = Pattern.compile("(?i:bearer) +(.*)");

    private Bearer() {}

    /** At an API: a key, an access token, or what a service account signed for it. */
    static KeyProof atApi(FacadeRequest request, Keys keys, Instant now) {
        List<String> said = request.headers().all("authorization");
        Jwt token = token(said);
        if (token == null) {
            return KeyProof.bearer(said, keys);
        }
        return token.algorithm().equals("RS256")
                ? ServiceAccount.presented(token, request.authority(), keys, now)
                : GoogleToken.ACCESS.proof(token, keys, now);
    }

    /** At the URL of a function: a key, or an ID token whose audience is that function's. */
    static KeyProof atUrl(List<String> said, Keys keys, FacadeRequest request, CallUrl url, Instant now) {
        Jwt token = token(said);
        if (token == null) {
            return KeyProof.bearer(said, keys);
        }
        KeyProof by = GoogleToken.ID.proof(token, keys, now);
        return by instanceof KeyProof.By(Key key) && !meant(token.claim("aud"), key, request, url, keys)
                ? new KeyProof.None(key.id())
                : by;
    }

    /** The URL of the function as it is shown to whoever: the host is this one's, and the function the same. */
    private static boolean meant(String audience, Key key, FacadeRequest request, CallUrl url, Keys keys) {
        try {
            URI uri = new URI(audience);
            CallUrl read = uri.getPath() == null ? null : CallUrl.read(uri.getPath());
            return read != null
                    && uri.getRawQuery() == null
                    && read.rest().equals("/")
                    && read.function().equals(url.function())
                    && request.authority().equalsIgnoreCase(uri.getRawAuthority())
                    && key.namespace().equals(read.namespace(keys));
        } catch (URISyntaxException noUrl) {
            return false;
        }
    }

    /** Null where it is none. */
    static @Nullable Jwt token(List<String> said) {
        Matcher parts = FORM.matcher(said.size() == 1 ? said.getFirst() : "");
        return parts.matches() ? Jwt.read(parts.group(1).strip()) : null;
    }
}
