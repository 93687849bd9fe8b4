// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.facades;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.api.facade.Key;
import dev.weft.app.WeftInTest;
import dev.weft.app.event.EventsInTest;
import dev.weft.app.keys.KeysInTest;
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
import software.amazon.awssdk.services.lambda.model.FunctionConfiguration;
import software.amazon.awssdk.services.lambda.model.InvocationType;
import software.amazon.awssdk.services.lambda.model.InvokeResponse;
import software.amazon.awssdk.services.lambda.model.LambdaException;
import software.amazon.awssdk.services.lambda.model.LogType;
import software.amazon.awssdk.services.lambda.model.ResourceNotFoundException;
import tools.jackson.databind.JsonNode;

/** AWS's own clients, unmodified but for endpoint and key, call and see what a Weft serves. */
@Tag("system")
@Timeout(300)
class AwsFacadeIT {
    @TempDir
    private static Path scratch;

    private static WeftInTest weft;
    private static Key caller;
    private static Key deployer;

    @BeforeAll
    static void start() throws Exception {
        Path home = scratch.resolve("home");
        caller = KeysInTest.create(home, "caller", Key.Role.INVOKE, "default");
        deployer = KeysInTest.create(home, "ci", Key.Role.DEPLOY, "default");
        weft = WeftInTest.withFacades(home, List.of("aws"), FacadeDocuments.write(scratch.resolve("app")));
    }

    @AfterAll
    static void stop() {
        if (weft != null) {
            weft.close();
        }
    }

    private static AwsClients by(Key key) {
        return new AwsClients(scratch, weft.facade("aws"), key);
    }

    @Test
    void boto3CallsAFunctionAndGetsItsLog() throws Exception {
        JsonNode said = AwsClients.json(by(deployer).boto3("""
                context = base64.b64encode(json.dumps({'custom': {'who': 'ada'}}).encode()).decode()
                said = aws.invoke(FunctionName='echo', Payload=json.dumps({'big': 2**60}), LogType='Tail', ClientContext=context)
                print(json.dumps({'status': said['StatusCode'], 'version': said['ExecutedVersion'],
                    'log': base64.b64decode(said['LogResult']).decode(), 'id': said['ResponseMetadata']['RequestId'],
                    'payload': said['Payload'].read().decode()}))
                """));
        assertThat(said.path("status").asInt()).isEqualTo(200);
        assertThat(said.path("version").asString()).isEqualTo("$LATEST");
        JsonNode payload = AwsClients.json(said.path("payload").asString());
        assertThat(payload.path("id").asString()).isEqualTo(said.path("id").asString());
        assertThat(payload.path("client").path("custom").path("who").asString()).isEqualTo("ada");
        assertThat(said.path("log").asString())
                .contains("served " + said.path("id").asString());
    }

    @Test
    void boto3IsToldOfFailuresAsByLambda() throws Exception {
        JsonNode failed = AwsClients.json(by(caller).boto3("""
                said = aws.invoke(FunctionName='fails')
                print(json.dumps({'status': said['StatusCode'], 'error': said['FunctionError'],
                    'payload': said['Payload'].read().decode()}))
                """));
        assertThat(failed.path("status").asInt()).isEqualTo(200);
        assertThat(failed.path("error").asString()).isEqualTo("Unhandled");
        assertThat(AwsClients.json(failed.path("payload").asString())
                        .path("errorMessage")
                        .asString())
                .isEqualTo("no tea today");
        assertThat(by(caller).boto3("""
                said = aws.invoke(FunctionName='slow')
                print(said['FunctionError'], said['Payload'].read().decode())
                """)).contains("Unhandled", "timed out");
        assertThat(by(caller).boto3("""
                for what in (lambda: aws.invoke(FunctionName='nowhere'), lambda: aws.invoke(FunctionName='echo', Qualifier='7'),
                        lambda: aws.invoke(FunctionName='echo', Payload=b'{'), lambda: aws.list_functions(),
                        lambda: aws.invoke(FunctionName='echo', InvocationType='Event', Payload=b'"' + b'x' * (1 << 20) + b'"'),
                        lambda: aws.invoke(FunctionName='nowhere', InvocationType='Event'),
                        lambda: aws.invoke(FunctionName='echo', LogType='Tail'),
                        lambda: aws.invoke(FunctionName='echo', Payload=b'"' + b'x' * (6 << 20) + b'"')):
                    try:
                        what()
                        print('done')
                    except Exception as refused:
                        print(refused.response['Error']['Code'])
                """).lines())
                .containsExactly(
                        "ResourceNotFoundException",
                        "ResourceNotFoundException",
                        "InvalidRequestContentException",
                        "AccessDeniedException",
                        "RequestTooLargeException",
                        "ResourceNotFoundException",
                        "AccessDeniedException",
                        "RequestTooLargeException");
    }

    @Test
    void eventsAreKeptAndDeliveredUnderTheirRequestsId() throws Exception {
        Path home = scratch.resolve("home");
        String[] said = by(caller).boto3("""
                said = aws.invoke(FunctionName='echo', InvocationType='Event', Payload=b'{"n": 1}')
                print(said['StatusCode'], said['ResponseMetadata']['RequestId'], len(said['Payload'].read()))
                """).split("\\s+", -1);
        assertThat(said[0]).isEqualTo("202");
        assertThat(said[2]).isEqualTo("0");
        JsonNode record = EventsInTest.await(home, said[1], "delivered");
        JsonNode result = AwsClients.json(record.path("result").asString());
        assertThat(result.path("id").asString()).isEqualTo(said[1]);
        assertThat(result.path("event").toString()).isEqualTo("{\"n\":1}");
        assertThat(record.path("by").asString()).isEqualTo("aws");
        assertThat(record.path("sender").asString()).isEqualTo(caller.id());
        WeftInTest.await(java.time.Duration.ofSeconds(10), () -> EventsInTest.json(home, "show", said[1])
                .path("log")
                .asString()
                .contains("served " + said[1]));
        // not before: what an instance writes is its newest call's, and may be read after the next one began
        assertThat(by(caller).boto3("print(aws.invoke_async(FunctionName='echo', InvokeArgs=b'{\"n\": 2}')['Status'])"))
                .isEqualTo("202");
    }

    @Test
    void anEventWhoseFunctionFailsIsADeadLetterToldToItsDestinationAndCanBeRedriven() throws Exception {
        Path home = scratch.resolve("home");
        String id = by(caller).boto3("""
                print(aws.invoke(FunctionName='fails', InvocationType='Event', Payload=b'{"cup": 1}')['ResponseMetadata']['RequestId'])
                """);
        JsonNode dead = EventsInTest.await(home, id, "dead");
        assertThat(dead.path("calls").asInt()).isEqualTo(2);
        assertThat(dead.path("why").asString()).isEqualTo("RetriesExhausted: TypeError: no tea today");
        assertThat(EventsInTest.run(home, "show", id, "--payload").out()).isEqualTo("{\"cup\": 1}");
        WeftInTest.await(
                java.time.Duration.ofSeconds(20),
                () -> EventsInTest.json(home, "list", "--function", "told", "--state", "delivered")
                                .size()
                        == 1);
        String told = EventsInTest.json(home, "list", "--function", "told")
                .path(0)
                .path("id")
                .asString();
        JsonNode record = AwsClients.json(
                EventsInTest.json(home, "show", told).path("result").asString());
        assertThat(record.path("requestContext").path("requestId").asString()).isEqualTo(id);
        assertThat(record.path("requestContext").path("condition").asString()).isEqualTo("RetriesExhausted");
        assertThat(record.path("requestPayload").toString()).isEqualTo("{\"cup\":1}");
        assertThat(record.path("responsePayload").path("errorMessage").asString())
                .isEqualTo("no tea today");

        assertThat(EventsInTest.run(home, "redrive", id).out()).contains("1 dead letter is in the queue again");
        WeftInTest.await(java.time.Duration.ofSeconds(20), () -> {
            JsonNode again = EventsInTest.json(home, "show", id);
            return again.path("state").asString().equals("dead")
                    && again.path("calls").asInt() == 4;
        });
        assertThat(EventsInTest.run(home, "redrive", id, "--all-dead").exit()).isEqualTo(2);
        assertThat(EventsInTest.run(home, "show", "nonsense").exit()).isEqualTo(2);
        assertThat(EventsInTest.run(home, "list").out()).contains(id, "RetriesExhausted");
    }

    @Test
    void functionsOfEveryContractAreLambdasToTheCommandLine() throws Exception {
        Path out = scratch.resolve("answer.json");
        JsonNode said = AwsClients.json(by(caller)
                .cli(
                        "lambda",
                        "invoke",
                        "--function-name",
                        "action",
                        "--payload",
                        "{\"name\": \"ada\"}",
                        out.toString()));
        assertThat(said.path("StatusCode").asInt()).isEqualTo(200);
        assertThat(AwsClients.json(java.nio.file.Files.readString(out))
                        .path("greeting")
                        .asString())
                .isEqualTo("hello ada");
        JsonNode listed = AwsClients.json(by(deployer).cli("lambda", "list-functions", "--page-size", "2"));
        assertThat(listed.path("Functions").valueStream().map(each -> each.path("FunctionName")
                        .asString()))
                .containsExactly("action", "echo", "fails", "slow", "told");
        JsonNode shown = AwsClients.json(by(deployer).cli("lambda", "get-function", "--function-name", "echo"));
        assertThat(shown.path("Configuration").path("Runtime").asString()).isEqualTo("nodejs20.x");
        assertThat(shown.path("Configuration").path("CodeSha256").asString()).hasSize(44);
        assertThat(shown.path("Tags").path("team").asString()).isEqualTo("shop");
        String arn = shown.path("Configuration").path("FunctionArn").asString();
        assertThat(by(deployer).cli("lambda", "list-tags", "--resource", arn)).contains("shop");
        assertThat(by(caller).cli("lambda", "invoke", "--function-name", arn, out.toString()))
                .contains("200");
    }

    @Test
    void theSdkForJavaDoesTheSame() {
        try (LambdaClient may = by(deployer).sdk()) {
            InvokeResponse said = may.invoke(asked -> asked.functionName("echo")
                    .payload(SdkBytes.fromUtf8String("{\"a\":[1,2]}"))
                    .logType(LogType.TAIL));
            assertThat(said.statusCode()).isEqualTo(200);
            assertThat(said.functionError()).isNull();
            assertThat(AwsClients.json(said.payload().asUtf8String())
                            .path("event")
                            .toString())
                    .isEqualTo("{\"a\":[1,2]}");
            assertThat(may.invoke(asked -> asked.functionName("echo").invocationType(InvocationType.DRY_RUN))
                            .statusCode())
                    .isEqualTo(204);
            assertThat(may.listFunctionsPaginator(asked -> asked.maxItems(1)).functions().stream()
                            .map(FunctionConfiguration::functionName))
                    .containsExactly("action", "echo", "fails", "slow", "told");
            assertThat(may.getFunctionConfiguration(asked -> asked.functionName("slow"))
                            .timeout())
                    .isEqualTo(1);
            assertThat(may.listVersionsByFunction(asked -> asked.functionName("echo"))
                            .versions())
                    .hasSize(1);
            assertThat(may.listAliases(asked -> asked.functionName("echo")).aliases())
                    .isEmpty();
            assertThatThrownBy(() -> may.invoke(asked -> asked.functionName("nowhere")))
                    .isInstanceOf(ResourceNotFoundException.class)
                    .hasMessageContaining("Function not found: arn:aws:lambda:eu-west-1:000000000000:function:nowhere");
            assertThatThrownBy(() -> may.listLayers(asked -> asked.maxItems(1)))
                    .isInstanceOfSatisfying(LambdaException.class, refused -> assertThat(
                                    refused.awsErrorDetails().errorMessage())
                            .contains("ListLayers is not done"));
        }
    }

    @Test
    void anotherNamespacesKeyAWrongSecretAndARevokedKeyReachNothing() throws Exception {
        Path home = scratch.resolve("home");
        Key theirs = KeysInTest.create(home, "theirs", Key.Role.ADMIN, "theirs");
        Key wrong = new Key(caller.id(), "x".repeat(40), "wrong", Key.Role.INVOKE, "default");
        Key gone = KeysInTest.create(home, "gone", Key.Role.INVOKE, "default");
        try (LambdaClient other = by(theirs).sdk();
                LambdaClient guessing = by(wrong).sdk();
                LambdaClient once = by(gone).sdk()) {
            // a key that was made while Weft runs is good within a second or so
            WeftInTest.await(java.time.Duration.ofSeconds(10), () -> status(other) == 404);
            assertThat(other.listFunctions().functions()).isEmpty();
            assertThat(status(guessing)).isEqualTo(403);
            WeftInTest.await(java.time.Duration.ofSeconds(10), () -> status(once) == 200);
            KeysInTest.revoke(home, gone);
            WeftInTest.await(java.time.Duration.ofSeconds(10), () -> status(once) == 403);
        }
        assertThat(KeysInTest.audit(home))
                .contains("ListFunctions", "Invoke", wrong.id(), "refused", "done")
                .doesNotContain(caller.secret(), deployer.secret(), theirs.secret());
    }

    private static int status(LambdaClient client) {
        try {
            return client.invoke(asked -> asked.functionName("echo")).statusCode();
        } catch (LambdaException refused) {
            return refused.statusCode();
        }
    }
}
