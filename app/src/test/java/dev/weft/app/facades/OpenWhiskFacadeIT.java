// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.facades;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.facade.Key;
import dev.weft.app.WeftInTest;
import dev.weft.app.event.EventsInTest;
import dev.weft.app.keys.KeysInTest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** OpenWhisk's own client, unmodified but for address and key, calls and sees what a Weft serves. */
@Tag("system")
@Timeout(600)
class OpenWhiskFacadeIT {
    private static final Path EXAMPLES = Path.of("../examples/contracts");

    /** Actions and a Lambda function that fail in each way. */
    private static final Map<String, String> CODE = Map.of(
            "refuses",
                    "exports.main = () => { console.log('no tea'); return {error: {code: 7, text: 'no tea today'}} }\n",
            "throws", "exports.main = () => { throw new Error('broken pot') }\n",
            "slow", "exports.main = () => new Promise(() => {})\n",
            "ends", "exports.main = () => process.exit(3)\n",
            "large", "exports.main = () => ({tea: 'x'.repeat(1100000)})\n",
            "lambda", "exports.main = async () => { throw new TypeError('no cup') }\n",
            "later", "exports.main = (args) => new Promise((done) => setTimeout(() => done({late: args.name}), 700))\n",
            "nap", "exports.main = () => new Promise((done) => setTimeout(done, 20000))\n");

    @TempDir
    private static Path scratch;

    private static WeftInTest weft;
    private static Key caller;
    private static Key deployer;
    private static Key theirs;

    @BeforeAll
    static void start() throws Exception {
        Path home = scratch.resolve("home");
        caller = KeysInTest.create(home, "caller", Key.Role.INVOKE, "default");
        deployer = KeysInTest.create(home, "ci", Key.Role.DEPLOY, "default");
        theirs = KeysInTest.create(home, "theirs", Key.Role.ADMIN, "theirs");
        Path[] paths = Stream.concat(
                        Stream.of(
                                        "clouds",
                                        "openwhisk-nodejs",
                                        "openwhisk-python",
                                        "aws-lambda-nodejs",
                                        "fn-nodejs",
                                        "http-nodejs")
                                .map(each -> EXAMPLES.resolve(each + ".yaml")),
                        Stream.of(failing()))
                .toArray(Path[]::new);
        weft = WeftInTest.withFacades(home, List.of("openwhisk"), paths);
        OpenWhiskClient.install(scratch);
    }

    private static Path failing() throws Exception {
        StringBuilder documents = new StringBuilder();
        for (Map.Entry<String, String> each : CODE.entrySet()) {
            String name = each.getKey();
            boolean lambda = name.equals("lambda") || name.equals("nap");
            Path folder = Files.createDirectories(scratch.resolve("app").resolve(name));
            Files.writeString(folder.resolve("index.js"), each.getValue());
            documents
                    .append("---\napiVersion: weft.dev/v1alpha1\nkind: Function\nmetadata: {name: ")
                    .append(name)
                    .append("}\nspec:\n  contract: ")
                    .append(
                            lambda
                                    ? "aws-lambda\n  runtime: nodejs20\n  handler: index.main"
                                    : "openwhisk\n  runtime: nodejs:20")
                    .append("\n  code: {path: ./")
                    .append(name)
                    .append("}\n  timeout: ")
                    .append(name.equals("slow") || name.equals("nap") ? "1s" : "10s")
                    .append("\n  env: {TEA: a-secret-blend}\n  placement: {clouds: [{name: ")
                    .append(lambda ? "aws" : "openwhisk")
                    .append("}]}\n");
        }
        return Files.writeString(scratch.resolve("app").resolve("weft.yaml"), documents);
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

    private static String call(String name) {
        return call(name, "");
    }

    private static String call(String name, String more) {
        return "[\"" + name + "\", \"actions.invoke\", {\"name\": \"" + name + "\", \"blocking\": true" + more + "}]";
    }

    @Test
    void functionsOfEveryContractAreActions() throws Exception {
        String ada = ", \"result\": true, \"params\": {\"name\": \"ada\"}";
        JsonNode said = client(
                caller,
                '['
                        + String.join(
                                ",",
                                call("hello-openwhisk-nodejs", ada),
                                call("hello-openwhisk-python", ada),
                                call("hello-aws-lambda-nodejs", ada),
                                call("hello-fn-nodejs", ada),
                                call("hello-http-nodejs", ada))
                        + ']');

        assertThat(said.path("hello-openwhisk-nodejs").path("value").toString())
                .isEqualTo("{\"greeting\":\"hello ada\"}");
        assertThat(said.path("hello-openwhisk-python").toString()).contains("hello ada");
        assertThat(said.path("hello-aws-lambda-nodejs").path("value").toString())
                .isEqualTo("{\"message\":\"hello ada\"}");
        assertThat(said.path("hello-fn-nodejs").path("value").path("result").asString())
                .isEqualTo("hello ada\n");
        assertThat(said.path("hello-http-nodejs").path("value").path("result").asString())
                .isEqualTo("hello ada\n");
    }

    @Test
    void anAnswerIsTheRecordOfTheInvocation() throws Exception {
        long before = System.currentTimeMillis();
        JsonNode record = client(caller, '[' + call("hello-openwhisk-nodejs") + ']')
                .path("hello-openwhisk-nodejs")
                .path("value");

        assertThat(record.path("activationId").asString()).matches("[0-9a-f]{32}");
        assertThat(record.path("namespace").asString()).isEqualTo("default");
        assertThat(record.path("subject").asString()).isEqualTo("caller");
        assertThat(record.path("start").asLong()).isGreaterThanOrEqualTo(before);
        assertThat(record.path("end").asLong() - record.path("start").asLong())
                .isEqualTo(record.path("duration").asLong());
        assertThat(record.path("response").path("result").path("greeting").asString())
                .isEqualTo("hello world");
    }

    @Test
    void failuresAreToldInOpenWhisksWords() throws Exception {
        JsonNode said = client(
                deployer,
                '['
                        + String.join(
                                ",",
                                call("refuses"),
                                call("throws"),
                                call("slow"),
                                call("ends"),
                                call("large"),
                                call("lambda"),
                                call("nap"))
                        + ']');

        failed(said, "refuses", "application error", "{\"code\":7,\"text\":\"no tea today\"}");
        failed(said, "throws", "action developer error", "broken pot");
        failed(said, "slow", "action developer error", "The action exceeded its time limits of 1000 milliseconds.");
        failed(said, "ends", "action developer error", "exited unexpectedly");
        failed(
                said,
                "large",
                "action developer error",
                "The action produced a response that exceeded the allowed length");
        failed(said, "lambda", "application error", "no cup");
        failed(said, "nap", "action developer error", "The action exceeded its time limits.");
    }

    private static void failed(JsonNode said, String name, String status, String words) {
        JsonNode failed = said.path(name);
        assertThat(failed.path("status").asInt()).as("%s", failed).isEqualTo(502);
        JsonNode response = failed.path("error").path("response");
        assertThat(response.path("status").asString()).as("%s", failed).isEqualTo(status);
        assertThat(response.path("result").path("error").toString()).contains(words);
    }

    @Test
    void whatIsServedIsListedAndShown() throws Exception {
        JsonNode said = client(deployer, """
                [["list", "actions.list", {"limit": 200}], ["page", "actions.list", {"limit": 2, "skip": 1}],
                 ["count", "actions.list", {"count": true}], ["lambda", "actions.get", "lambda"],
                 ["action", "actions.get", {"name": "/default/slow", "code": false}], ["spaces", "namespaces.list"]]
                """);

        assertThat(said.path("list").path("value"))
                .extracting(each -> each.path("name").asString())
                .contains("hello-openwhisk-nodejs", "hello-http-nodejs", "lambda")
                .hasSize(CODE.size() + 5);
        assertThat(said.path("page").path("value")).hasSize(2);
        assertThat(said.path("count").path("value").path("actions").asInt()).isEqualTo(CODE.size() + 5);
        assertThat(said.path("lambda").path("value").path("exec").path("kind").asString())
                .isEqualTo("nodejs:20");
        assertThat(said.path("lambda").path("value").path("annotations").toString())
                .contains("{\"key\":\"weft.dev/contract\",\"value\":\"aws-lambda\"}");
        assertThat(said.path("action")
                        .path("value")
                        .path("limits")
                        .path("timeout")
                        .asInt())
                .isEqualTo(1000);
        assertThat(said.path("spaces").path("value").toString()).isEqualTo("[\"default\"]");
        assertThat(said.toString()).doesNotContain("a-secret-blend");
    }

    @Test
    void anActionIsMadeChangedAndDeleted() throws Exception {
        JsonNode said = client(deployer, """
                [["made", "actions.create", {"name": "Made One", "kind": "nodejs:20", "params": {"a": 1, "b": {"c": [2]}},
                  "action": "function main(p) { return {p, name: process.env.__OW_ACTION_NAME} }",
                  "annotations": {"team": "till", "final": true}, "limits": {"timeout": 5000}}],
                 ["called", "actions.invoke", {"name": "Made One", "blocking": true, "result": true, "params": {"a": 9}}],
                 ["again", "actions.create", {"name": "Made One", "action": "function main() { return {} }"}],
                 ["changed", "actions.update", {"name": "Made One", "action": "function main(p) { return {v: 2, p} }"}],
                 ["calledAgain", "actions.invoke", {"name": "Made One", "blocking": true, "result": true}],
                 ["shown", "actions.get", {"name": "Made One", "code": false}],
                 ["init", "actions.create", {"name": "init", "action": {"exec": {"kind": "nodejs:20",
                  "code": "function main() { return {who: process.env.WHO} }"},
                  "parameters": [{"key": "WHO", "value": "${env:HOME}", "init": true}]}}],
                 ["calledInit", "actions.invoke", {"name": "init", "blocking": true, "result": true}],
                 ["shownInit", "actions.get", {"name": "init", "code": false}],
                 ["wrong", "actions.create", {"name": "bad", "kind": "cobol:1", "action": "function main() { return {} }"}],
                 ["sequence", "actions.create", {"name": "bad", "sequence": ["/_/a", "/_/b"]}],
                 ["declared", "actions.delete", "lambda"],
                 ["gone", "actions.delete", "Made One"],
                 ["goneAgain", "actions.delete", "Made One"]]
                """);

        assertThat(said.path("made").path("value").path("version").asString())
                .as("%s", said.path("made"))
                .isEqualTo("0.0.1");
        assertThat(said.path("called").path("value").toString())
                .isEqualTo("{\"p\":{\"a\":9,\"b\":{\"c\":[2]}},\"name\":\"/default/Made One\"}");
        refused(said, "again", 409, "resource already exists");
        assertThat(said.path("calledAgain").path("value").toString())
                .isEqualTo("{\"v\":2,\"p\":{\"a\":1,\"b\":{\"c\":[2]}}}");
        JsonNode shown = said.path("shown").path("value");
        assertThat(shown.path("version").asString()).isEqualTo("0.0.2");
        assertThat(shown.path("annotations").toString())
                .contains("{\"key\":\"team\",\"value\":\"till\"}", "{\"key\":\"final\",\"value\":true}");
        assertThat(shown.path("parameters").toString()).contains("{\"key\":\"a\",\"value\":1}");
        assertThat(said.path("calledInit").path("value").toString()).isEqualTo("{\"who\":\"${env:HOME}\"}");
        assertThat(said.path("shownInit").path("value").path("parameters").toString())
                .isEqualTo("[{\"key\":\"WHO\",\"value\":\"${env:HOME}\",\"init\":true}]");
        refused(said, "wrong", 400, "spec.runtime: 'cobol:1'");
        refused(said, "sequence", 400, "Sequence component does not exist.");
        refused(said, "declared", 409, "documents");
        assertThat(said.path("gone").path("value").path("name").asString()).isEqualTo("Made One");
        refused(said, "goneAgain", 404, "The requested resource does not exist.");
    }

    @Test
    void nobodyReachesMoreThanHisKeyAllows() throws Exception {
        String asked =
                "[[\"list\", \"actions.list\"], " + call("lambda") + ", " + call("nobody") + ", " + call("pack/lambda")
                        + ", [\"elsewhere\", \"actions.invoke\", {\"name\": \"/theirs/lambda\", \"blocking\": true}]"
                        + ", [\"async\", \"actions.invoke\", \"lambda\"], [\"delete\", \"actions.delete\", \"lambda\"]]";

        JsonNode onlyCalls = client(caller, asked);
        refused(onlyCalls, "list", 403, "not authorized to access 'default'");
        refused(onlyCalls, "nobody", 404, "The requested resource does not exist.");
        refused(onlyCalls, "pack/lambda", 404, "The requested resource does not exist.");
        refused(onlyCalls, "elsewhere", 403, "not authorized to access 'theirs/lambda'");
        assertThat(onlyCalls.path("async").path("value").path("activationId").asString())
                .matches("[0-9a-f]{32}");
        refused(onlyCalls, "delete", 403, "not authorized to access 'default/lambda'");

        JsonNode other = client(theirs, asked);
        assertThat(other.path("list").path("value").toString()).isEqualTo("[]");
        refused(other, "lambda", 404, "The requested resource does not exist.");

        JsonNode guessed = client(
                new Key(caller.id(), "x".repeat(40), "guess", Key.Role.INVOKE, "default"), '[' + call("lambda") + ']');
        refused(guessed, "lambda", 401, "The supplied authentication is invalid");
        assertThat(KeysInTest.audit(scratch.resolve("home")))
                .contains("openwhisk", "actions.list", "actions.delete", "refused", "done")
                .doesNotContain(caller.secret(), deployer.secret());
    }

    @Test
    void whoDoesNotWaitAsksForTheActivationLater() throws Exception {
        JsonNode said = client(deployer, """
                [["left", "actions.invoke", {"name": "hello-openwhisk-nodejs", "params": {"name": "ada"}}],
                 ["refused", "actions.invoke", {"name": "refuses"}],
                 ["record", "activations.get.left"], ["result", "activations.result.left"], ["logs", "activations.logs.left"],
                 ["bad", "activations.get.refused"], ["badLogs", "activations.logs.refused"],
                 ["list", "activations.list", {"name": "hello-openwhisk-nodejs", "limit": 5}],
                 ["docs", "activations.list", {"docs": true}],
                 ["late", "late", "later"],
                 ["lateRecord", "activations.get.late"],
                 ["waited", "actions.invoke", {"name": "hello-openwhisk-nodejs", "blocking": true}],
                 ["waitedRecord", "activations.get.waited"],
                 ["never", "activations.get", "00000000000000000000000000000000"], ["wrong", "activations.get", "x"]]
                """);
        String id = said.path("left").path("value").path("activationId").asString();
        JsonNode record = said.path("record").path("value");
        assertThat(record.path("activationId").asString()).as("%s", said).isEqualTo(id);
        assertThat(record.path("response").path("result").toString()).isEqualTo("{\"greeting\":\"hello ada\"}");
        assertThat(record.path("response").path("success").asBoolean()).isTrue();
        assertThat(said.path("result").path("value").path("result").toString())
                .isEqualTo("{\"greeting\":\"hello ada\"}");
        assertThat(said.path("logs").path("value").path("logs").isArray()).isTrue();
        assertThat(said.path("bad")
                        .path("value")
                        .path("response")
                        .path("status")
                        .asString())
                .isEqualTo("application error");
        assertThat(said.path("badLogs").toString()).contains("stdout: no tea");
        assertThat(said.path("list").path("value").path(0).path("name").asString())
                .isEqualTo("hello-openwhisk-nodejs");
        assertThat(said.path("docs").path("value").path(0).path("response").isObject())
                .isTrue();
        assertThat(said.path("late").path("value").path("response").isMissingNode())
                .as("%s", said.path("late"))
                .isTrue();
        assertThat(said.path("lateRecord")
                        .path("value")
                        .path("response")
                        .path("result")
                        .toString())
                .isEqualTo("{\"late\":\"ada\"}");
        assertThat(said.path("waitedRecord").path("value").path("activationId").asString())
                .isEqualTo(
                        said.path("waited").path("value").path("activationId").asString());
        refused(said, "never", 404, "The requested resource does not exist.");
        refused(said, "wrong", 400, "The activation id is not valid.");
        assertThat(EventsInTest.await(scratch.resolve("home"), id, "delivered")
                        .path("by")
                        .asString())
                .isEqualTo("openwhisk");
    }

    @Test
    void aCallerSeesHisOwnActivationsOnlyAndNoLogs() throws Exception {
        JsonNode his = client(caller, """
                [["left", "actions.invoke", {"name": "refuses"}], ["record", "activations.get.left"],
                 ["logs", "activations.logs.left"], ["list", "activations.list"]]
                """);
        String id = his.path("left").path("value").path("activationId").asString();
        assertThat(his.path("record").path("value").path("activationId").asString())
                .as("%s", his)
                .isEqualTo(id);
        assertThat(his.path("record").path("value").path("logs")).isEmpty();
        refused(his, "logs", 403, "not authorized");
        refused(his, "list", 403, "not authorized");
        Key another = KeysInTest.create(scratch.resolve("home"), "another", Key.Role.INVOKE, "default");
        String asked = "[[\"record\", \"activations.get\", \"" + id + "\"]]";
        WeftInTest.await(
                java.time.Duration.ofSeconds(10),
                () -> client(another, asked).path("record").path("status").asInt() == 404);
        refused(client(theirs, asked), "record", 404, "The requested resource does not exist.");
    }

    private static void refused(JsonNode said, String step, int status, String words) {
        assertThat(said.path(step).path("status").asInt())
                .as("%s: %s", step, said.path(step))
                .isEqualTo(status);
        assertThat(said.path(step).path("message").asString()).as(step).contains(words);
    }
}
