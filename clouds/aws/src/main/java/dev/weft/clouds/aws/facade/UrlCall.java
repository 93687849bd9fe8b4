// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.aws.facade;

import dev.weft.api.Headers;
import dev.weft.api.RequestLine;
import dev.weft.api.facade.FacadeRequest;
import dev.weft.api.facade.Key;
import dev.weft.api.facade.KeyProof;
import dev.weft.api.facade.Keys;
import dev.weft.api.facade.Names;
import dev.weft.api.facade.Wish;
import dev.weft.api.resource.Function;
import java.time.Instant;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A call of a function by its URL: {@code /function-url/NAMESPACE/FUNCTION[:ALIAS]/ID/…}, and what follows is the function's. Who
 * knows the id may call where the URL's AuthType is NONE and the function's policy lets everybody; else the request has to be signed
 * by a key. Pure. Source: AWS Lambda developer guide, "Invoking Lambda function URLs" and "Control access to Lambda function URLs".
 */
record UrlCall(FacadeRequest request, Keys keys, Instant now, Target target) {
    private static final String ACTION = "InvokeFunctionUrl";
    private static final Pattern PATH = Pattern.compile(
            FunctionUrl.BELOW
                    + "([a-z0-9-]{1,63})/([-A-Za-z0-9_]{1,64})(?::([-A-Za-z0-9_]{1,128}))?/([a-z2-7]{32})(/.*)?",
            Pattern.DOTALL);

    /**
     * What a path names.
     *
     * @param alias empty where the function itself is meant
     * @param rest path as the function sees it
     */
    record Target(String namespace, String function, String alias, String id, String rest) {
        /** Null where the path is none of a function's URL. */
        static @Nullable Target of(String path) {
            Matcher parts = PATH.matcher(path);
            return parts.matches()
                    ? new Target(
                            parts.group(1),
                            parts.group(2),
                            parts.group(3) == null ? "" : parts.group(3),
                            parts.group(4),
                            parts.group(5) == null ? "/" : parts.group(5))
                    : null;
        }
    }

    static Wish wish(FacadeRequest request, Keys keys, Instant now) {
        Target target = Target.of(request.line().path());
        return target == null ? refused("", false, "no such URL") : new UrlCall(request, keys, now, target).wish();
    }

    private Wish wish() {
        // whose call it is shows only when the function is known: it may be anybody's
        Key anybody = new Key("function-url", "", "function URL", Key.Role.INVOKE, target.namespace());
        return new Wish.Look(anybody, Names.weft(target.function()), found -> {
            FunctionUrl url = found == null ? null : FunctionUrl.of(found, target.alias());
            boolean known = KeyProof.same(url == null ? "-".repeat(32) : url.id(), target.id());
            return found == null || url == null || !known
                    ? refused("", false, "no such URL")
                    : url.auth().equals(FunctionUrl.OPEN) ? open(anybody, found, url) : signed(found, url);
        });
    }

    private Wish open(Key anybody, Function found, FunctionUrl url) {
        return Policy.letsEverybody(found)
                ? call(anybody, found, url)
                : refused("", true, "the function's policy does not let everybody call its URL");
    }

    private Wish signed(Function found, FunctionUrl url) {
        return switch (SignatureCheck.check(request, keys, now)) {
            case SignatureCheck.Result.Not(String keyId, String _, String message) -> refused(keyId, false, message);
            case SignatureCheck.Result.Proved(Key key, String _) ->
                key.namespace().equals(target.namespace())
                        ? call(key, found, url)
                        : refused(key.id(), true, "a key of another namespace");
        };
    }

    private Wish call(Key key, Function found, FunctionUrl url) {
        String version = Versions.meant(found, target.alias().isEmpty() ? null : target.alias());
        if (version == null) {
            return refused(key.id(), true, "its alias is gone");
        }
        RequestLine line = new RequestLine(
                request.line().method(), target.rest(), request.line().query());
        UrlInvocation answering = new UrlInvocation();
        Wish.Exchange call = new Wish.Exchange(
                key, Versions.name(target.function(), version), line, fields(), request.body(), answering);
        return url.mode().equals(FunctionUrl.STREAMED)
                ? new Wish.Passed(call, StreamedInvocation.BYTES_MAX, answering)
                : call;
    }

    /** Without the proof of who the client is, which is no business of the function's. */
    private Headers fields() {
        Headers.Builder fields = Headers.builder();
        request.headers().forEach((name, value) -> {
            boolean proof = name.toLowerCase(Locale.ROOT).equals("authorization") && value.startsWith("AWS4-");
            if (!proof) {
                fields.add(name, value);
            }
        });
        return fields.build();
    }

    private static Wish refused(String keyId, boolean proved, String why) {
        return new Wish.Refused(ACTION, keyId, proved, why, UrlInvocation.forbidden());
    }
}
