// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.facades;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.facade.Key;
import dev.weft.app.WeftInTest;
import dev.weft.app.event.EventsInTest;
import dev.weft.app.keys.KeysInTest;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.lambda.LambdaClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** OpenWhisk's own client, unmodified, with packages, triggers, rules and sequences, which outlive their Weft. */
@Tag("system")
@Timeout(300)
class OpenWhiskKeptIT {
    @TempDir
    private static Path scratch;

    private static Path home;
    private static Path documents;
    private static WeftInTest weft;
    private static Key caller;
    private static Key deployer;

    @BeforeAll
    static void start() throws Exception {
        home = scratch.resolve("home");
        caller = KeysInTest.create(home, "caller", Key.Role.INVOKE, "default");
        deployer = KeysInTest.create(home, "ci", Key.Role.DEPLOY, "default");
        documents = FacadeDocuments.write(scratch.resolve("app"));
        weft = WeftInTest.withFacades(home, List.of("openwhisk", "aws"), documents);
        OpenWhiskClient.install(scratch);
    }

    @AfterAll
    static void stop() {
        if (weft != null) {
            weft.close();
        }
    }

    private static JsonNode client(Key key, String steps) throws Exception {
        return OpenWhiskClient.run(scratch, weft.facade("openwhisk"), key, steps);
    }

    private static JsonNode value(JsonNode said, String step) {
        assertThat(said.path(step).has("value"))
                .as("%s: %s", step, said.path(step))
                .isTrue();
        return said.path(step).path("value");
    }

    private static void refused(JsonNode said, String step, int status, String words) {
        assertThat(said.path(step).path("message").asString()).as("%s", said).contains(words);
        assertThat(said.path(step).path("status").asInt()).isEqualTo(status);
    }

    @Test
    void packagesTriggersRulesAndSequencesLiveTheirLivesAndOutliveTheirWeft() throws Exception {
        made();
        fired();
        asALambdaFunction();
        weft.close();
        weft = WeftInTest.withFacades(home, List.of("openwhisk", "aws"), documents);
        stillThere();
    }

    private static void made() throws Exception {
        JsonNode said = client(deployer, """
                [["early", "actions.create", {"name": "tools/greet", "action": "function main() {}"}],
                 ["package", "packages.create", {"name": "tools", "package": {"parameters":
                  [{"key": "greeting", "value": "hi"}, {"key": "mine", "value": "package's"}]}}],
                 ["again", "packages.create", {"name": "tools"}],
                 ["greet", "actions.create", {"name": "tools/greet", "params": {"mine": "action's"}, "action":
                  "function main(p) { if (p.fail) return {error: 'no'}; return {text: p.greeting + ' ' + p.name, mine: p.mine, who: process.env.__OW_ACTION_NAME} }",
                  "limits": {"timeout": 5000, "memory": 128, "logs": 5}}],
                 ["shout", "actions.create", {"name": "shout", "action":
                  "function main(p) { return {loud: String(p.text).toUpperCase()} }"}],
                 ["loud", "actions.create", {"name": "tools/loud", "sequence": ["/_/tools/greet", "/default/shout"]}],
                 ["deep", "actions.create", {"name": "deep", "sequence": ["/_/tools/loud", "/_/action"]}],
                 ["cyclic", "actions.update", {"name": "tools/loud", "sequence": ["/_/deep"]}],
                 ["shown", "actions.get", {"name": "tools/greet", "code": false}],
                 ["shownPackage", "packages.get", "tools"],
                 ["list", "actions.list"], ["packages", "packages.list"],
                 ["trigger", "triggers.create", {"name": "bell", "trigger": {"parameters": [{"key": "name", "value": "bell"}]}}],
                 ["rule", "rules.create", {"name": "rings", "trigger": "bell", "action": "/_/tools/loud"}],
                 ["quiet", "rules.create", {"name": "quiet", "trigger": "bell", "action": "shout"}],
                 ["disabled", "rules.disable", {"name": "quiet"}],
                 ["rules", "rules.list"], ["ruleNow", "rules.get", "quiet"],
                 ["triggerNow", "triggers.get", "bell"], ["triggers", "triggers.list"],
                 ["feed", "triggers.create", {"name": "fed", "trigger": {"annotations": [{"key": "feed", "value": "/w/alarm"}]}}],
                 ["bound", "packages.create", {"name": "bound", "package": {"binding": {"namespace": "_", "name": "tools"}}}],
                 ["notEmpty", "packages.delete", "tools"]]
                """);
        refused(said, "early", 404, "The requested resource does not exist.");
        assertThat(value(said, "package").path("version").asString()).isEqualTo("0.0.1");
        refused(said, "again", 409, "resource already exists");
        assertThat(value(said, "greet").path("namespace").asString()).isEqualTo("default/tools");
        assertThat(value(said, "loud").path("exec").path("components").toString())
                .isEqualTo("[\"/default/tools/greet\",\"/default/shout\"]");
        assertThat(value(said, "deep").path("name").asString()).isEqualTo("deep");
        refused(said, "cyclic", 400, "Sequence may not refer to itself.");
        assertThat(value(said, "shown").path("limits").toString())
                .isEqualTo("{\"concurrency\":1,\"memory\":128,\"timeout\":5000,\"logs\":5}");
        assertThat(value(said, "shownPackage").path("actions"))
                .extracting(each -> each.path("name").asString())
                .containsExactly("greet", "loud");
        assertThat(value(said, "list"))
                .extracting(each -> each.path("name").asString())
                .contains("greet", "deep", "echo");
        assertThat(value(said, "rule").path("status").asString()).isEqualTo("active");
        assertThat(value(said, "ruleNow").path("status").asString()).isEqualTo("inactive");
        assertThat(value(said, "rules")).hasSize(2);
        assertThat(value(said, "triggerNow")
                        .path("rules")
                        .path("default/rings")
                        .path("status")
                        .asString())
                .isEqualTo("active");
        refused(said, "feed", 501, "feeds (annotation feed)");
        refused(said, "bound", 501, "packages with a binding");
        refused(said, "notEmpty", 409, "Package not empty (contains 2 entities)");
    }

    private static void fired() throws Exception {
        JsonNode said = client(caller, """
                [["call", "actions.invoke", {"name": "tools/greet", "blocking": true, "result": true, "params": {"name": "ada"}}],
                 ["own", "actions.invoke", {"name": "tools/greet", "blocking": true, "result": true, "params": {"name": "ada", "greeting": "ho"}}],
                 ["left", "actions.invoke", {"name": "tools/greet", "params": {"name": "eve"}}],
                 ["leftRecord", "activations.get.left"],
                 ["loud", "actions.invoke", {"name": "tools/loud", "blocking": true, "params": {"name": "ada"}}],
                 ["loudRecord", "activations.get.loud"],
                 ["deep", "actions.invoke", {"name": "deep", "blocking": true, "result": true, "params": {"name": "ada"}}],
                 ["fails", "actions.invoke", {"name": "tools/loud", "blocking": true, "params": {"fail": true}}],
                 ["later", "actions.invoke", {"name": "tools/loud", "params": {"name": "kim"}}],
                 ["laterResult", "activations.result.later"],
                 ["fired", "triggers.invoke", {"name": "bell", "params": {"more": 1}}],
                 ["notMine", "rules.enable", {"name": "quiet"}], ["hidden", "triggers.get", "bell"]]
                """);
        assertThat(value(said, "call").toString())
                .isEqualTo("{\"text\":\"hi ada\",\"mine\":\"action's\",\"who\":\"/default/tools/greet\"}");
        assertThat(value(said, "own").path("text").asString()).isEqualTo("ho ada");
        assertThat(value(said, "leftRecord")
                        .path("response")
                        .path("result")
                        .path("text")
                        .asString())
                .isEqualTo("hi eve");
        JsonNode loud = value(said, "loud");
        assertThat(loud.path("response").path("result").toString()).isEqualTo("{\"loud\":\"HI ADA\"}");
        assertThat(loud.path("logs")).hasSize(2);
        assertThat(loud.path("annotations").toString()).contains("\"default/tools/loud\"", "\"sequence\"");
        assertThat(value(said, "deep").path("greeting").asString()).isEqualTo("hello world");
        assertThat(said.path("fails").path("status").asInt()).isEqualTo(502);
        assertThat(said.path("fails")
                        .path("error")
                        .path("response")
                        .path("result")
                        .toString())
                .isEqualTo("{\"error\":\"no\"}");
        assertThat(value(said, "laterResult").path("result").toString()).isEqualTo("{\"loud\":\"HI KIM\"}");
        refused(said, "notMine", 403, "not authorized");
        refused(said, "hidden", 403, "not authorized");

        recorded(value(said, "fired").path("activationId").asString(), loud);
    }

    /** The trigger's activation, and what became of its rule's. */
    private static void recorded(String fired, JsonNode loud) throws Exception {
        String part = loud.path("logs").path(0).asString();
        JsonNode seen = client(deployer, """
                [["fired", "activations.get", "%s"], ["part", "activations.get", "%s"],
                 ["byName", "activations.list", {"name": "tools/loud", "docs": true}],
                 ["enabled", "rules.enable", {"name": "quiet"}], ["ruleNow", "rules.get", "quiet"]]
                """.formatted(fired, part));
        assertThat(value(seen, "part").path("cause").asString())
                .isEqualTo(loud.path("activationId").asString());
        assertThat(value(seen, "part").path("name").asString()).isEqualTo("greet");
        assertThat(value(seen, "byName").size()).isGreaterThanOrEqualTo(3);
        assertThat(value(seen, "ruleNow").path("status").asString()).isEqualTo("active");
        JsonNode record = value(seen, "fired");
        assertThat(record.path("response").path("result").toString()).isEqualTo("{\"more\":1}");
        JsonNode rule = logOf(record, "default/rings");
        assertThat(logOf(record, "default/quiet").path("error").asString()).contains("is inactive");
        String id = rule.path("activationId").asString();
        assertThat(EventsInTest.await(home, id, "delivered").path("function").asString())
                .isEqualTo("openwhisk:sequence:tools/loud");
        JsonNode rung = client(deployer, "[[\"rung\", \"activations.get\", \"" + id + "\"]]");
        assertThat(value(rung, "rung").path("response").path("result").toString())
                .isEqualTo("{\"loud\":\"HI BELL\"}");
    }

    private static JsonNode logOf(JsonNode record, String rule) {
        for (JsonNode line : record.path("logs")) {
            JsonNode said = JsonMapper.shared().readTree(line.asString());
            if (said.path("rule").asString().equals(rule)) {
                return said;
            }
        }
        throw new AssertionError("no rule " + rule + " in " + record);
    }

    private static void asALambdaFunction() throws Exception {
        try (LambdaClient lambda = new AwsClients(scratch, weft.facade("aws"), deployer).sdk()) {
            assertThat(lambda.listFunctions().functions())
                    .extracting(each -> each.functionName())
                    .contains("tools-greet", "shout")
                    .noneMatch(each -> each.contains("loud"));
            assertThat(lambda.getFunction(request -> request.functionName("tools-greet"))
                            .configuration()
                            .timeout())
                    .isEqualTo(5);
            String said = lambda.invoke(request ->
                            request.functionName("tools-greet").payload(SdkBytes.fromUtf8String("{\"name\":\"ada\"}")))
                    .payload()
                    .asUtf8String();
            assertThat(said).contains("undefined ada", "action's"); // a package's parameters are its own API's
        }
    }

    private static void stillThere() throws Exception {
        JsonNode said = client(deployer, """
                [["package", "packages.get", "tools"], ["rule", "rules.get", "quiet"],
                 ["loud", "actions.invoke", {"name": "tools/loud", "blocking": true, "result": true, "params": {"name": "ada"}}],
                 ["ruleGone", "rules.delete", "quiet"], ["triggerGone", "triggers.delete", "bell"],
                 ["orphan", "rules.get", "rings"], ["enable", "rules.enable", {"name": "rings"}],
                 ["fire", "triggers.invoke", {"name": "bell"}],
                 ["deepGone", "actions.delete", "deep"], ["loudGone", "actions.delete", "tools/loud"],
                 ["packageStays", "packages.delete", "tools"]]
                """);
        assertThat(value(said, "package").path("parameters").size()).isEqualTo(2);
        assertThat(value(said, "rule").path("status").asString()).isEqualTo("active");
        assertThat(value(said, "loud").toString()).isEqualTo("{\"loud\":\"HI ADA\"}");
        assertThat(value(said, "orphan").path("status").asString()).isEqualTo("inactive");
        refused(said, "enable", 404, "Only rules with existing triggers can be activated");
        refused(said, "fire", 404, "does not exist");
        refused(said, "packageStays", 409, "Package not empty (contains 1 entity)");
        try (LambdaClient lambda = new AwsClients(scratch, weft.facade("aws"), deployer).sdk()) {
            assertThat(lambda.deleteFunction(request -> request.functionName("tools-greet"))
                            .sdkHttpResponse()
                            .statusCode())
                    .isEqualTo(204);
        }
        JsonNode gone = client(deployer, """
                [["greet", "actions.get", {"name": "tools/greet"}], ["package", "packages.delete", "tools"],
                 ["packages", "packages.list"]]
                """);
        refused(gone, "greet", 404, "does not exist");
        assertThat(value(gone, "package").path("name").asString()).isEqualTo("tools");
        assertThat(value(gone, "packages")).isEmpty();
    }

    @Test
    void aTriggerWithoutRulesAndWhatANamespaceMayAskForAreToldAsByOpenWhisk() throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            assertThat(rest(http, "PUT", "triggers/alone", "{}").statusCode()).isEqualTo(200);
            HttpResponse<String> fired = rest(http, "POST", "triggers/alone", "{}");
            assertThat(fired.statusCode() + fired.body()).isEqualTo("204");
            assertThat(rest(http, "GET", "limits", "").body()).contains("\"maxActionTimeout\":300000");
            assertThat(rest(http, "DELETE", "triggers/alone", "").statusCode()).isEqualTo(200);
        }
    }

    private static HttpResponse<String> rest(HttpClient http, String method, String path, String body)
            throws Exception {
        String pair = deployer.id() + ':' + deployer.secret();
        return http.send(
                HttpRequest.newBuilder(weft.facade("openwhisk").resolve("/api/v1/namespaces/_/" + path))
                        .method(method, HttpRequest.BodyPublishers.ofString(body))
                        .header("Content-Type", "application/json")
                        .header(
                                "Authorization",
                                "Basic "
                                        + java.util.Base64.getEncoder()
                                                .encodeToString(pair.getBytes(java.nio.charset.StandardCharsets.UTF_8)))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }
}
