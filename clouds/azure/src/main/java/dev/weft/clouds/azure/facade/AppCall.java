// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.azure.facade;

import dev.weft.api.Headers;
import dev.weft.api.RequestLine;
import dev.weft.api.facade.FacadeAnswer;
import dev.weft.api.facade.FacadeRequest;
import dev.weft.api.facade.Key;
import dev.weft.api.facade.KeyProof;
import dev.weft.api.facade.Keys;
import dev.weft.api.facade.Names;
import dev.weft.api.facade.Operations;
import dev.weft.api.facade.Wish;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A request to an app's own host: a call of its function, by whoever has a key of it, or a question to the host. Pure. */
record AppCall(FacadeRequest request, AppUrl url, Keys keys, Instant now) {
    /** Says the key; wins over the query's. */
    static final String FIELD = "x-functions-key";

    /** The same in the query. */
    static final String PARAMETER = "code";

    /** Bytes of an answer, which is passed on as it comes. Azure names no limit; this one is Weft's. */
    static final long ANSWER_BYTES_MAX = 1L << 30;

    private static final String ACTION = "call URL";

    /**
     * What the client says of a key.
     *
     * @param said empty where nothing, or two things
     */
    private record Claim(String said, boolean byQuery) {}

    Wish wish() {
        if (url.rest().equals("/admin/host/ping")) {
            return new Wish.Open(FacadeAnswer.text(200, "", null));
        }
        boolean admin = url.rest().startsWith("/admin/");
        String app = Names.weft(url.app());
        Claim claim = claim();
        Set<AppKey> purposes = admin ? Set.of(AppKey.MASTER) : AppKey.CALLING;
        List<String> token = request.headers().all("authorization");
        boolean byToken = admin && claim.said().isEmpty() && !token.isEmpty();
        return switch (byToken ? ArmToken.read(token, keys, now) : AppKey.read(claim.said(), app, purposes, keys)) {
            case KeyProof.None(String keyId) ->
                new Wish.Refused(
                        admin ? "host admin" : ACTION,
                        keyId,
                        false,
                        "no key with its secret",
                        FacadeAnswer.text(401, "", null));
            case KeyProof.By(Key key) ->
                admin
                        ? new HostAdmin(request, url, key).wish()
                        : new Wish.Look(key, app, found -> called(key, app, claim, found));
        };
    }

    private Claim claim() {
        List<String> field = request.headers().all(FIELD);
        if (!field.isEmpty()) {
            return new Claim(field.size() == 1 ? field.getFirst() : "", false);
        }
        Map<String, String> query = Operations.query(request.line());
        return new Claim(query == null ? "" : query.getOrDefault(PARAMETER, ""), true);
    }

    private Wish called(Key key, String app, Claim claim, dev.weft.api.resource.@Nullable Function found) {
        if (found != null && (new AppView(found).empty() || !new AppView(found).answers(url.rest()))) {
            return new Wish.Refused(
                    ACTION, key.id(), true, "the app has no such function", new AppAnswering().absent());
        }
        String query = request.line().query();
        RequestLine line = new RequestLine(
                request.line().method(), url.rest(), query == null || !claim.byQuery() ? query : without(query));
        AppAnswering answering = new AppAnswering();
        Wish.Exchange call = new Wish.Exchange(key, app, line, fields(), request.body(), answering);
        return new Wish.Passed(call, ANSWER_BYTES_MAX, answering);
    }

    /** What proved who the client is the function does not see. */
    private static @Nullable String without(String query) {
        String rest = Arrays.stream(query.split("&", -1))
                .filter(each -> !named(each).equals(PARAMETER))
                .collect(Collectors.joining("&"));
        return rest.isEmpty() ? null : rest;
    }

    private static String named(String pair) {
        int equals = pair.indexOf('=');
        try {
            return URLDecoder.decode(equals < 0 ? pair : pair.substring(0, equals), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException notEncoded) {
            return "";
        }
    }

    private Headers fields() {
        Headers.Builder fields = Headers.builder();
        request.headers().forEach((name, value) -> {
            if (!name.equalsIgnoreCase(FIELD)) {
                fields.add(name, value);
            }
        });
        return fields.build();
    }
}
