// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.google.facade;

import dev.weft.api.Body;
import dev.weft.api.CloudException;
import dev.weft.api.Headers;
import dev.weft.api.Outcome;
import dev.weft.api.RequestLine;
import dev.weft.api.facade.FacadeRequest;
import dev.weft.api.facade.Key;
import dev.weft.api.facade.Wish;
import dev.weft.api.resource.Function;
import dev.weft.api.resource.Metadata;
import dev.weft.testkit.FacadeServer;
import dev.weft.testkit.SampleFunction;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Keys, requests and played functions for the façade's tests. */
final class FacadeSamples {
    static final Instant NOW = Instant.parse("2026-11-30T09:00:00Z");
    static final String PARENT = "/projects/default/locations/europe-west1";

    static final Key DEPLOY =
            new Key("WEFTDEPLOY0000000001", "deploy".repeat(6) + "0001", "ci", Key.Role.DEPLOY, "default");
    static final Key INVOKE =
            new Key("WEFTINVOKE0000000001", "invoke".repeat(6) + "0001", "app", Key.Role.INVOKE, "default");
    static final Key ELSEWHERE =
            new Key("WEFTELSEWHERE0000001", "others".repeat(6) + "0001", "they", Key.Role.ADMIN, "other");
    static final Map<String, Key> KEYS = Map.of(DEPLOY.id(), DEPLOY, INVOKE.id(), INVOKE, ELSEWHERE.id(), ELSEWHERE);

    private FacadeSamples() {}

    static String bearer(Key key) {
        return "Bearer " + key.id() + '.' + key.secret();
    }

    static FacadeRequest request(
            String method, String target, @Nullable String authorization, String body, String... more) {
        Headers.Builder headers = Headers.builder().addAll(Headers.of(more));
        if (authorization != null) {
            headers.add("Authorization", authorization);
        }
        int query = target.indexOf('?');
        RequestLine line = query < 0
                ? new RequestLine(method, target, null)
                : new RequestLine(method, target.substring(0, query), target.substring(query + 1));
        return new FacadeRequest(line, headers.build(), utf8(body), "http", "google.example:8093", "127.0.0.1");
    }

    /** The façade with functions alpha, beta, boom, full of namespace default, and theirs of another. */
    static FacadeServer server() throws IOException {
        FacadeServer server = new FacadeServer(new GoogleFacade());
        KEYS.values().forEach(server::with);
        for (String name : new String[] {"alpha", "beta", "boom", "full"}) {
            server.with(function("default", name), NOW, new Played());
        }
        server.with(function("other", "theirs"), NOW, new Played());
        return server;
    }

    private static Function function(String namespace, String name) {
        Function sample = SampleFunction.handler(name, Function.Contract.GOOGLE_FUNCTIONS, "nodejs20", "hello")
                .function();
        return new Function(
                new Metadata(name, namespace, Map.of("team", "shop", "weft.dev/x", "1"), Map.of()), sample.spec());
    }

    /** Answers what it was called with. */
    private static final class Played implements FacadeServer.Played {
        @Override
        public Wish.Came call(Wish.Invoke call) {
            return said(
                    call.function(),
                    new Outcome.Result(call.contentType(), Headers.none(), Body.empty()),
                    call.payload());
        }

        @Override
        public Wish.Came exchange(Wish.Exchange asked) {
            Headers fields = Headers.of(
                    "X-Line",
                    asked.line().method() + ' ' + asked.line().target(),
                    "X-Authorization",
                    String.valueOf(asked.headers().first("authorization")));
            return said(asked.function(), new Outcome.Response(201, fields, Body.empty()), asked.body());
        }

        private static Wish.Came said(String function, Outcome outcome, byte[] body) {
            return switch (function) {
                case "boom" -> came(failure(Outcome.Failure.Reason.ERROR), new byte[0]);
                case "full" -> throw new CloudException(CloudException.Kind.BUSY, "full", null, Duration.ofSeconds(3));
                default -> came(outcome, body);
            };
        }
    }

    static Outcome failure(Outcome.Failure.Reason reason) {
        return new Outcome.Failure(reason, "TypeError", "no tea", utf8("{\"told\":1}"), "a log");
    }

    static Wish.Came came(Outcome outcome, byte[] body) {
        return new Wish.Came(outcome, body, "call-1", "here", Duration.ofMillis(5), "");
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
