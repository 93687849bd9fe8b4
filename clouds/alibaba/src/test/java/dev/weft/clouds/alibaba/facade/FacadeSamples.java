// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.alibaba.facade;

import dev.weft.api.Body;
import dev.weft.api.Headers;
import dev.weft.api.Outcome;
import dev.weft.api.RequestLine;
import dev.weft.api.Sha256;
import dev.weft.api.facade.FacadeRequest;
import dev.weft.api.facade.Key;
import dev.weft.api.facade.Wish;
import dev.weft.api.resource.Function;
import dev.weft.api.resource.Metadata;
import dev.weft.clouds.alibaba.account.Acs3;
import dev.weft.clouds.alibaba.account.AcsKeys;
import dev.weft.testkit.SampleFunction;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** Keys, requests and functions for the façade's tests. */
final class FacadeSamples {
    static final Instant NOW = Instant.parse("2026-11-30T09:00:00Z");
    static final Key DEPLOY =
            new Key("WEFTDEPLOY0000000001", "deploy".repeat(6) + "0001", "ci", Key.Role.DEPLOY, "default");
    static final Key INVOKE =
            new Key("WEFTINVOKE0000000001", "invoke".repeat(6) + "0001", "app", Key.Role.INVOKE, "default");
    static final Key ELSEWHERE =
            new Key("WEFTELSEWHERE0000001", "others".repeat(6) + "0001", "they", Key.Role.ADMIN, "other");
    static final Map<String, Key> KEYS = Map.of(DEPLOY.id(), DEPLOY, INVOKE.id(), INVOKE, ELSEWHERE.id(), ELSEWHERE);

    private FacadeSamples() {}

    /** A request as Alibaba's clients sign it, at {@link #NOW}. */
    static FacadeRequest signed(Key key, RequestLine line, String action, byte[] body, String... more) {
        Headers.Builder fields = Headers.builder()
                .add("Host", "fc.example:8097")
                .add("x-acs-action", action)
                .add("x-acs-version", "2023-03-30")
                .add("x-acs-date", NOW.toString())
                .add("x-acs-signature-nonce", "nonce-1")
                .add("x-acs-content-sha256", Sha256.hex(body));
        for (int i = 0; i < more.length; i += 2) {
            fields.add(more[i], more[i + 1]);
        }
        return signed(key, new FacadeRequest(line, fields.build(), body, "http", "fc.example:8097", "127.0.0.1"));
    }

    /** The same with a signature that is good for what it says. */
    static FacadeRequest signed(Key key, FacadeRequest request) {
        Map<String, String> fields = new TreeMap<>();
        Headers.Builder headers = Headers.builder();
        request.headers().forEach((name, value) -> {
            if (!name.equalsIgnoreCase("authorization")) {
                fields.putIfAbsent(name.toLowerCase(Locale.ROOT), value);
                headers.add(name, value);
            }
        });
        Acs3.Signed what = new Acs3.Signed(
                request.line().method(),
                request.line().path(),
                request.line().query(),
                fields,
                fields.getOrDefault("x-acs-content-sha256", ""));
        headers.add(
                "Authorization", Acs3.authorization(what, new AcsKeys(key.id(), key.secret(), null, null, "a test")));
        return new FacadeRequest(
                request.line(), headers.build(), request.body(), "http", request.authority(), request.callerAddress());
    }

    static Function function(String namespace, String name) {
        Function sample = SampleFunction.handler(name, Function.Contract.ALIBABA_FC, "nodejs20", "index.handler")
                .function();
        return new Function(new Metadata(name, namespace, Map.of("team", "shop"), Map.of()), sample.spec());
    }

    static Wish.Came result(byte[] body, String log) {
        return new Wish.Came(
                new Outcome.Result("application/json", Headers.none(), Body.empty()),
                body,
                "invocation-1",
                "here",
                Duration.ofMillis(12),
                log);
    }

    static Wish.Came failure(Outcome.Failure.Reason reason, String payload, String log) {
        return new Wish.Came(
                new Outcome.Failure(reason, "TypeError", "boom", utf8(payload), log),
                new byte[0],
                "invocation-2",
                "here",
                Duration.ofMillis(3),
                "");
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static List<Function> functions() {
        return List.of(
                function("default", "alpha"),
                function("default", "beta"),
                function("default", "boom"),
                function("default", "gamma"),
                function("default", "hello"),
                function("other", "theirs"));
    }
}
