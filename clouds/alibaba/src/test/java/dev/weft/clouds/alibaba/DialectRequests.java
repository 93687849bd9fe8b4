// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.alibaba;

import dev.weft.api.Body;
import dev.weft.api.BodyGatherer;
import dev.weft.api.Call;
import dev.weft.api.CallContext;
import dev.weft.api.Headers;
import dev.weft.api.RequestLine;
import dev.weft.api.Trace;
import dev.weft.api.spi.InvokeDialect;
import java.net.URI;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;

/** Calls and what the dialect makes of them. */
final class DialectRequests {
    static final Instant NOW = Instant.parse("2026-11-29T12:00:00Z");
    static final InvokeDialect.Credentials KEYS =
            new InvokeDialect.Credentials(Map.of("id", FakeFc.KEY, "secret", FakeFc.SECRET));

    private DialectRequests() {}

    static CallContext context() {
        return new CallContext(
                "0a0a0a0a-0000-4000-8000-000000000001",
                new Trace("0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331", true, null),
                1,
                NOW.plusSeconds(10),
                CallContext.Caller.WEFT);
    }

    static InvokeDialect.Target target(URI endpoint, boolean trigger) {
        return new InvokeDialect.Target(
                endpoint,
                "f",
                "eu-central-1",
                trigger ? Map.of("qualifier", "weft", "trigger", "http") : Map.of("qualifier", "weft"));
    }

    static Call.Event eventCall(byte[] body, Map<String, String> attributes) {
        return new Call.Event(context(), "application/json", attributes, Body.of(body));
    }

    static Call.Exchange exchange(byte[] body) {
        return new Call.Exchange(
                context(),
                new RequestLine("POST", "/a%20b/c", "x=1&y=%C3%A9&z="),
                Headers.of(
                        "host", "shop.example",
                        "content-type", "text/plain",
                        "idempotency-key", "k-1",
                        "authorization", "Bearer of-the-caller"),
                Body.of(body));
    }

    static InvokeDialect.WireRequest event(byte[] body, URI endpoint) {
        return new FcInvokeDialect().encode(eventCall(body, Map.of()), target(endpoint, false), KEYS, NOW);
    }

    static FakeFc.Came asCame(InvokeDialect.WireRequest request) {
        int query = request.target().indexOf('?');
        Map<String, String> fields = new TreeMap<>();
        request.headers().forEach((name, value) -> fields.put(name.toLowerCase(Locale.ROOT), value));
        return new FakeFc.Came(
                request.method(),
                query < 0 ? request.target() : request.target().substring(0, query),
                Signatures.query(query < 0 ? null : request.target().substring(query + 1)),
                fields,
                bytes(request.body()));
    }

    static byte[] bytes(Body body) {
        AtomicReference<byte[]> all = new AtomicReference<>(new byte[0]);
        BodyGatherer.gather(body, 1 << 20, all::set, broken -> {
            throw new AssertionError(broken);
        });
        return all.get();
    }
}
