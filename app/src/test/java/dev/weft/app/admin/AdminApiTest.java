// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.admin;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.Headers;
import dev.weft.api.RequestLine;
import dev.weft.net.BlockingHandler.Reply;
import dev.weft.net.BlockingHandler.Request;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class AdminApiTest {
    private final FakeOperations operations = new FakeOperations();
    private final AdminApi api = new AdminApi("secret", operations);
    private final JsonNode openapi = JsonMapper.shared().readTree(AdminEndpoints.openapi());

    @Test
    void everyRouteIsInTheOpenApiDocumentAndNoOther() {
        List<String> written = new ArrayList<>();
        openapi.path("paths")
                .forEachEntry((path, methods) -> methods.forEachEntry(
                        (method, operation) -> written.add(method.toUpperCase(java.util.Locale.ROOT) + ' ' + path)));

        assertThat(api.routes()).containsExactlyInAnyOrderElementsOf(written);
    }

    @Test
    void everyAnswerOfTheOpenApiDocumentIsGivenAsItSays() throws Exception {
        Set<String> written = new TreeSet<>();
        openapi.path("paths")
                .forEachEntry((path, methods) -> methods.forEachEntry((method, operation) -> operation
                        .path("responses")
                        .forEachEntry((status, response) ->
                                written.add(operation.path("operationId").asString() + ' ' + status))));

        Set<String> given = new TreeSet<>();
        for (String[] each : QUESTIONS) {
            operations.mood = each[4];
            operations.ready = !each[4].equals("not ready");
            Reply reply = ask(each[1], each[2], each[3], each[0].endsWith(" 401") ? "wrong" : "secret");
            String[] expected = each[0].split(" ", -1);
            assertThat(reply.status()).as(each[0]).isEqualTo(Integer.parseInt(expected[1]));
            conforms(each[0], each[1], expected, reply);
            given.add(each[0]);
        }
        assertThat(given).isEqualTo(written);
    }

    /** Operation and status; method, target, body; mood of the fake. */
    private static final String[][] QUESTIONS = {
        {"healthz 200", "GET", "/healthz", "", ""},
        {"readyz 200", "GET", "/readyz", "", ""},
        {"readyz 503", "GET", "/readyz", "", "not ready"},
        {"metrics 200", "GET", "/metrics", "", ""},
        {"openapi 200", "GET", "/weft/v1/openapi.json", "", ""},
        {"openapi 401", "GET", "/weft/v1/openapi.json", "", ""},
        {"status 200", "GET", "/weft/v1/status", "", ""},
        {"status 401", "GET", "/weft/v1/status", "", ""},
        {"functions 200", "GET", "/weft/v1/functions", "", ""},
        {"functions 401", "GET", "/weft/v1/functions", "", ""},
        {"clouds 200", "GET", "/weft/v1/clouds", "", ""},
        {"clouds 401", "GET", "/weft/v1/clouds", "", ""},
        {"routes 200", "GET", "/weft/v1/routes", "", ""},
        {"routes 401", "GET", "/weft/v1/routes", "", ""},
        {"costs 200", "GET", "/weft/v1/costs", "", ""},
        {"costs 401", "GET", "/weft/v1/costs", "", ""},
        {"instances 200", "GET", "/weft/v1/instances", "", ""},
        {"instances 401", "GET", "/weft/v1/instances", "", ""},
        {"fault 200", "POST", "/weft/v1/clouds/east/fault", "{\"fault\":\"slow\",\"delay\":\"300ms\"}", ""},
        {"fault 400", "POST", "/weft/v1/clouds/east/fault", "{\"fault\":\"tired\"}", ""},
        {"fault 401", "POST", "/weft/v1/clouds/east/fault", "{\"fault\":\"fail\"}", ""},
        {"fault 404", "POST", "/weft/v1/clouds/moon/fault", "{\"fault\":\"fail\"}", ""},
        {"invoke 200", "POST", "/weft/v1/functions/greet/invoke", "{}", "result"},
        {"invoke 202", "POST", "/weft/v1/functions/greet/invoke?async=true", "{}", ""},
        {"invoke 413", "POST", "/weft/v1/functions/greet/invoke?async=true", "{}", "large"},
        {"invoke 429", "POST", "/weft/v1/functions/greet/invoke?async=true", "{}", "full"},
        {"invoke 401", "POST", "/weft/v1/functions/greet/invoke", "{}", "result"},
        {"invoke 404", "POST", "/weft/v1/functions/moon/invoke", "{}", "result"},
        {"invoke 502", "POST", "/weft/v1/functions/greet/invoke", "{}", "failure"},
        {"invoke 503", "POST", "/weft/v1/functions/greet/invoke", "{}", "refused"},
        {"placement 200", "GET", "/weft/v1/functions/greet/placement", "", ""},
        {"placement 401", "GET", "/weft/v1/functions/greet/placement", "", ""},
        {"placement 404", "GET", "/weft/v1/functions/moon/placement", "", ""},
        {"logs 200", "GET", "/weft/v1/functions/greet/logs?lines=2", "", ""},
        {"logs 400", "GET", "/weft/v1/functions/greet/logs?lines=many", "", ""},
        {"logs 401", "GET", "/weft/v1/functions/greet/logs", "", ""},
        {"logs 404", "GET", "/weft/v1/functions/moon/logs", "", ""},
        {"requests 200", "GET", "/weft/v1/functions/greet/requests?count=2&within=0&consent=true", "", ""},
        {"requests 400", "GET", "/weft/v1/functions/greet/requests?count=2", "", ""},
        {"requests 401", "GET", "/weft/v1/functions/greet/requests?consent=true", "", ""},
        {"requests 404", "GET", "/weft/v1/functions/moon/requests?consent=true", "", ""},
        {"requests 409", "GET", "/weft/v1/functions/greet/requests?consent=true", "", "recorded"},
    };

    private void conforms(String what, String method, String[] expected, Reply reply) {
        JsonNode[] found = {null};
        openapi.path("paths")
                .forEachEntry((path, methods) -> methods.forEachEntry((verb, operation) -> {
                    if (operation.path("operationId").asString().equals(expected[0])) {
                        found[0] = operation.path("responses").path(expected[1]).path("content");
                        assertThat(verb).isEqualToIgnoringCase(method);
                    }
                }));
        String type = String.valueOf(reply.headers().first("content-type"));
        String bare = type.split(";", -1)[0];
        assertThat(found[0].has(bare) || found[0].has("*/*"))
                .as(what + ": " + type)
                .isTrue();
        if (bare.endsWith("json") && found[0].has(bare)) {
            String body = new String(reply.body(), StandardCharsets.UTF_8);
            for (String document : bare.contains("ndjson") ? body.strip().split("\n", -1) : new String[] {body}) {
                fits(
                        what,
                        JsonMapper.shared().readTree(document),
                        found[0].path(bare).path("schema"));
            }
        }
    }

    /** The part of JSON Schema that the document uses. Fields that it does not name are refused as well. */
    private void fits(String what, JsonNode value, JsonNode schema) {
        if (schema.has("$ref")) {
            String name = schema.path("$ref").asString().replace("#/components/schemas/", "");
            fits(what, value, openapi.path("components").path("schemas").path(name));
        } else if (schema.has("properties")) {
            schema.path("required").forEach(name -> assertThat(value.has(name.asString()))
                    .as(what + " " + name)
                    .isTrue());
            value.forEachEntry((name, inner) -> {
                assertThat(schema.path("properties").has(name))
                        .as(what + " " + name)
                        .isTrue();
                fits(what + "." + name, inner, schema.path("properties").path(name));
            });
        } else if (schema.has("items")) {
            value.forEach(each -> fits(what + "[]", each, schema.path("items")));
        } else if (schema.has("type")) {
            List<String> allowed = new ArrayList<>();
            if (schema.path("type").isArray()) {
                schema.path("type").forEach(each -> allowed.add(each.asString()));
            } else {
                allowed.add(schema.path("type").asString());
            }
            assertThat(type(value)).as(what).isIn(allowed);
        }
    }

    private static String type(JsonNode value) {
        return switch (value.getNodeType()) {
            case STRING -> "string";
            case BOOLEAN -> "boolean";
            case NUMBER -> value.isIntegralNumber() ? "integer" : "number";
            case ARRAY -> "array";
            case NULL -> "null";
            default -> "object";
        };
    }

    @Test
    void whoHasNoTokenDoesNotEvenLearnWhichPathsThereAre() throws Exception {
        assertThat(api.answer(request("GET", "/weft/v1/nothing", "", Headers.none()))
                        .status())
                .isEqualTo(401);
        assertThat(ask("GET", "/weft/v1/nothing", "", "secret").status()).isEqualTo(404);
    }

    @Test
    void aWrongMethodSaysWhichAreRight() throws Exception {
        Reply reply = ask("DELETE", "/weft/v1/functions", "", "secret");

        assertThat(reply.status()).isEqualTo(405);
        assertThat(reply.headers().first("allow")).isEqualTo("GET");
    }

    @Test
    void anInvocationsAttributesComeFromItsHeaderFields() throws Exception {
        Headers headers = Headers.of(
                "Authorization", "bearer secret", "Content-Type", "text/plain", "Weft-Attribute-Type", "order");
        api.answer(request("POST", "/weft/v1/functions/greet/invoke", "hi", headers));

        assertThat(operations.lastPayload).isEqualTo("text/plain hi");
        assertThat(operations.lastAttributes).containsOnly(java.util.Map.entry("type", "order"));
    }

    @Test
    void moreLinesThanTheLimitAreRefusedWithTheLimit() throws Exception {
        Reply reply = ask("GET", "/weft/v1/functions/greet/logs?lines=10001", "", "secret");

        assertThat(reply.status()).isEqualTo(400);
        assertThat(new String(reply.body(), StandardCharsets.UTF_8))
                .contains("0 to 10000")
                .contains("10001");
    }

    @Test
    void aDelayBeyondTheLimitIsRefusedWithTheLimit() throws Exception {
        Reply reply = ask("POST", "/weft/v1/clouds/east/fault", "{\"fault\":\"slow\",\"delay\":\"6m\"}", "secret");

        assertThat(reply.status()).isEqualTo(400);
        assertThat(new String(reply.body(), StandardCharsets.UTF_8))
                .contains("at most 5m")
                .contains("'6m'");
        assertThat(operations.faults).isEmpty();
    }

    private Reply ask(String method, String target, String body, String token) throws InterruptedException {
        return api.answer(request(method, target, body, Headers.of("authorization", "Bearer " + token)));
    }

    private static Request request(String method, String target, String body, Headers headers) {
        int mark = target.indexOf('?');
        RequestLine line = mark < 0
                ? new RequestLine(method, target, null)
                : new RequestLine(method, target.substring(0, mark), target.substring(mark + 1));
        return new Request(line, headers, body.getBytes(StandardCharsets.UTF_8), "127.0.0.1");
    }
}
