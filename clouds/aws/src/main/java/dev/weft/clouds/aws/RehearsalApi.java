// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.aws;

import dev.weft.api.Body;
import dev.weft.api.BodyGatherer;
import dev.weft.api.Headers;
import dev.weft.net.ServerExchange;
import java.nio.charset.StandardCharsets;

/**
 * A Runtime API without a function behind it: processes that wait for a function serve its calls, as many as they want,
 * and keep their connection for the real ones. It knows nothing and tells nothing, so anybody may ask it.
 */
final class RehearsalApi {
    /** First segment of its paths; no instance's, as theirs are hexadecimal. */
    static final String PATH = "rehearsal";

    private static final String INVOCATION = "/2018-06-01/runtime/invocation/";
    private static final int ANSWER_BYTES_MAX = 64 * 1024;

    /** In the shape of what functions mostly are called with. */
    private static final byte[] EVENT = """
            {"version":"2.0","rawPath":"/","rawQueryString":"","headers":{"accept":"*/*","host":"rehearsal"},
            "requestContext":{"http":{"method":"GET","path":"/","protocol":"HTTP/1.1"},"timeEpoch":0},
            "numbers":[1,2.5,true,null],"isBase64Encoded":false}""".getBytes(StandardCharsets.UTF_8);

    private static final Headers NEXT = Headers.builder()
            .add("content-type", "application/json")
            .add("Lambda-Runtime-Aws-Request-Id", PATH)
            .add("Lambda-Runtime-Deadline-Ms", "9999999999999")
            .add("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:local:000000000000:function:" + PATH)
            .add(
                    "Lambda-Runtime-Trace-Id",
                    "Root=1-00000000-000000000000000000000001;Parent=0000000000000001;Sampled=0")
            .build();
    private static final Headers JSON = Headers.of("content-type", "application/json");

    private RehearsalApi() {}

    /** Answers one request; {@code path} without the first segment. */
    static void handle(ServerExchange exchange, String path) {
        String method = exchange.line().method();
        if (method.equals("GET") && path.equals(INVOCATION + "next")) {
            exchange.respond(200, NEXT, Body.of(EVENT));
        } else if (method.equals("POST") && path.equals(INVOCATION + PATH + "/response")) {
            BodyGatherer.gather(
                    exchange.body(),
                    ANSWER_BYTES_MAX,
                    bytes -> respond(exchange, 202, "{\"status\":\"OK\"}"),
                    broken -> respond(exchange, 400, "{\"errorType\":\"BadRequest\"}"));
        } else {
            respond(exchange, 404, "{\"errorType\":\"NotFound\",\"errorMessage\":\"not rehearsed\"}");
        }
    }

    private static void respond(ServerExchange exchange, int status, String json) {
        exchange.respond(status, JSON, Body.of(json.getBytes(StandardCharsets.UTF_8)));
    }
}
