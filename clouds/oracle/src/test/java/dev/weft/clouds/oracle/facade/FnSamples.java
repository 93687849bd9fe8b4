// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.oracle.facade;

import dev.weft.api.Body;
import dev.weft.api.CloudException;
import dev.weft.api.Headers;
import dev.weft.api.Outcome;
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

/** Keys and played functions for the façade's tests. */
public final class FnSamples {
    /** When every function was changed. */
    public static final Instant NOW = Instant.parse("2026-11-30T09:00:00Z");

    /** May see the functions of namespace default, and call them. */
    public static final Key DEPLOY =
            new Key("WEFTDEPLOY0000000001", "deploy".repeat(6) + "0001", "ci", Key.Role.DEPLOY, "default");

    /** May call them only. */
    public static final Key INVOKE =
            new Key("WEFTINVOKE0000000001", "invoke".repeat(6) + "0001", "app", Key.Role.INVOKE, "default");

    /** Of another namespace. */
    public static final Key ELSEWHERE =
            new Key("WEFTELSEWHERE0000001", "others".repeat(6) + "0001", "they", Key.Role.ADMIN, "other");

    static final Map<String, Key> KEYS = Map.of(DEPLOY.id(), DEPLOY, INVOKE.id(), INVOKE, ELSEWHERE.id(), ELSEWHERE);

    private FnSamples() {}

    /** The façade with functions alpha, beta, boom, full, late of namespace default, and theirs of another. */
    public static FacadeServer server() throws IOException {
        FacadeServer server = new FacadeServer(new FnFacade());
        KEYS.values().forEach(server::with);
        for (String name : new String[] {"alpha", "beta", "boom", "full", "late"}) {
            server.with(function("default", name), NOW, FnSamples::played);
        }
        server.with(function("other", "theirs"), NOW, FnSamples::played);
        return server;
    }

    static Function function(String namespace, String name) {
        Function sample = SampleFunction.handler(name, Function.Contract.FN, "node20", null)
                .function();
        return new Function(
                new Metadata(name, namespace, Map.of("team", "shop", "weft.dev/x", "1", "empty", ""), Map.of()),
                sample.spec());
    }

    private static Wish.Came played(Wish.Invoke call) {
        return switch (call.function()) {
            case "boom" -> failed(Outcome.Failure.Reason.ERROR);
            case "late" -> failed(Outcome.Failure.Reason.TIMEOUT);
            case "full" -> throw new CloudException(CloudException.Kind.BUSY, "full", null, Duration.ofSeconds(3));
            default ->
                new Wish.Came(
                        new Outcome.Result(
                                call.contentType(),
                                Headers.of(
                                        "Fn-Fdk-Version", "fdk-node/0.0.76",
                                        "X-Echo", call.attributes().getOrDefault("x-echo", "none"),
                                        "Content-Length", "99",
                                        "Fn-Call-Id", "another"),
                                Body.empty()),
                        call.payload(),
                        "call-1",
                        "here",
                        Duration.ofMillis(5),
                        "");
        };
    }

    static Wish.Came failed(Outcome.Failure.Reason reason) {
        return new Wish.Came(
                new Outcome.Failure(reason, "Error", "secret detail", utf8("{\"secret\":1}"), "log"),
                new byte[0],
                "call-2",
                "here",
                Duration.ofMillis(5),
                "");
    }

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
