// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.aws.facade;

import dev.weft.api.Headers;
import dev.weft.api.RequestLine;
import dev.weft.api.facade.FacadeRequest;
import dev.weft.api.facade.Key;
import dev.weft.api.facade.Keys;
import dev.weft.clouds.aws.credentials.AwsCredentials;
import dev.weft.clouds.aws.credentials.SigV4;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;

/** Requests of a client that signs as ours does, and the keys it has. */
record Signed(String method, String path, Map<String, String> fields, byte[] body, Key by, Instant at) {
    static final Instant NOW = Instant.parse("2026-11-30T09:00:00Z");
    static final Key CALLER = new Key("WEFTCALLERCALLERCALL", "a".repeat(40), "caller", Key.Role.INVOKE, "default");
    static final Key DEPLOYER = new Key("WEFTDEPLOYDEPLOYDEPL", "b".repeat(40), "ci", Key.Role.DEPLOY, "default");
    static final Key OTHERS = new Key("WEFTOTHERSOTHERSOTHE", "c".repeat(40), "theirs", Key.Role.ADMIN, "theirs");
    static final Keys KEYS = id -> Map.of(CALLER.id(), CALLER, DEPLOYER.id(), DEPLOYER, OTHERS.id(), OTHERS)
            .get(id);

    static Signed get(String path, Key by) {
        return new Signed("GET", path, Map.of(), new byte[0], by, NOW);
    }

    static Signed invoke(String function, String payload, Key by) {
        return new Signed(
                "POST",
                "/2015-03-31/functions/" + function + "/invocations",
                Map.of(),
                payload.getBytes(StandardCharsets.UTF_8),
                by,
                NOW);
    }

    Signed with(String name, String value) {
        Map<String, String> more = new TreeMap<>(fields);
        more.put(name, value);
        return new Signed(method, path, more, body, by, at);
    }

    Signed at(Instant time) {
        return new Signed(method, path, fields, body, by, time);
    }

    FacadeRequest request() {
        int query = path.indexOf('?');
        RequestLine line = new RequestLine(
                method, query < 0 ? path : path.substring(0, query), query < 0 ? null : path.substring(query + 1));
        SigV4.Message message = new SigV4.Message(method, "localhost:8091", line.path(), line.query(), fields, body);
        Headers.Builder headers = Headers.builder();
        fields.forEach(headers::add);
        new SigV4("lambda", "eu-west-1")
                .fields(message, new AwsCredentials(by.id(), by.secret(), null, null, "test"), at)
                .forEach(headers::add);
        return request(line, headers.build());
    }

    FacadeRequest request(RequestLine line, Headers headers) {
        return new FacadeRequest(line, headers, body, "http", "localhost:8091", "127.0.0.1");
    }
}
