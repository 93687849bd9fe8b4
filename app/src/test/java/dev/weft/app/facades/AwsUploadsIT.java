// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.facades;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.api.facade.Key;
import dev.weft.app.WeftInTest;
import dev.weft.app.facade.Zips;
import dev.weft.app.keys.KeysInTest;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.FunctionConfiguration;
import software.amazon.awssdk.services.lambda.model.InvalidParameterValueException;
import software.amazon.awssdk.services.lambda.model.ResourceConflictException;
import software.amazon.awssdk.services.lambda.model.ResourceNotFoundException;
import software.amazon.awssdk.services.lambda.model.Runtime;
import tools.jackson.databind.JsonNode;

/** AWS's own clients, unmodified but for endpoint and key, make functions, change and delete them. */
@Tag("system")
@Timeout(300)
class AwsUploadsIT {
    private static final String ROLE = "arn:aws:iam::000000000000:role/any";

    private static final String CANARY = """
        import io, zipfile
        def packed(number):
            bytes = io.BytesIO()
            with zipfile.ZipFile(bytes, 'w') as zip:
                zip.writestr('main.py', f"def run(event, context):\\n    return [{number}, context.function_version]\\n")
            return bytes.getvalue()
        def invoked(qualifier):
            answer = aws.invoke(FunctionName='Canary', Qualifier=qualifier)
            return json.loads(answer['Payload'].read()) + [answer['ExecutedVersion']]
        def refused(what):
            try:
                what()
            except Exception as no:
                return no.response['Error']['Code']
        out = {}
        made = aws.create_function(FunctionName='Canary', Runtime='python3.11', Handler='main.run', Publish=True,
            Role='arn:aws:iam::000000000000:role/any', Code={'ZipFile': packed(1)})
        out['made'] = [made['Version'], made['FunctionArn']]
        out['same'] = aws.publish_version(FunctionName='Canary')['Version']
        aws.update_function_code(FunctionName='Canary', ZipFile=packed(2))
        out['second'] = aws.publish_version(FunctionName='Canary', Description='two')['Version']
        aws.update_function_code(FunctionName='Canary', ZipFile=packed(3))
        out['called'] = [invoked('1'), invoked('2'), invoked('$LATEST')]
        aws.create_alias(FunctionName='Canary', Name='live', FunctionVersion='1')
        out['alias'] = invoked('live')
        aws.update_alias(FunctionName='Canary', Name='live', FunctionVersion='1',
            RoutingConfig={'AdditionalVersionWeights': {'2': 0.5}})
        out['both'] = sorted({invoked('live')[0] for _ in range(40)})
        out['versions'] = [[v['Version'], v['Description']] for v in aws.list_versions_by_function(FunctionName='Canary')['Versions']]
        out['aliases'] = [a['Name'] for a in aws.list_aliases(FunctionName='Canary')['Aliases']]
        out['shown'] = aws.get_function(FunctionName='Canary', Qualifier='live')['Configuration']['Version']
        out['refused'] = [refused(lambda: aws.delete_function(FunctionName='Canary', Qualifier='1')),
            refused(lambda: aws.invoke(FunctionName='Canary', Qualifier='9')),
            refused(lambda: aws.invoke(FunctionName='Canary', Qualifier='none')),
            refused(lambda: aws.create_alias(FunctionName='Canary', Name='live', FunctionVersion='1')),
            refused(lambda: aws.create_alias(FunctionName='Canary', Name='next', FunctionVersion='9')),
            refused(lambda: aws.get_alias(FunctionName='Canary', Name='none'))]
        out['listed'] = [f['FunctionName'] for f in aws.list_functions()['Functions']].count('Canary')
        out['all'] = [f['FunctionName'] for f in aws.list_functions(FunctionVersion='ALL')['Functions']].count('Canary')
        aws.delete_alias(FunctionName='Canary', Name='live')
        aws.delete_function(FunctionName='Canary', Qualifier='1')
        out['left'] = [v['Version'] for v in aws.list_versions_by_function(FunctionName='Canary')['Versions']]
        aws.delete_function(FunctionName='Canary')
        out['gone'] = refused(lambda: aws.invoke(FunctionName='Canary', Qualifier='2'))
        print(json.dumps(out))
        """;

    @TempDir
    private static Path scratch;

    private static WeftInTest weft;
    private static Key key;

    @BeforeAll
    static void start() throws Exception {
        key = KeysInTest.create(scratch.resolve("home"), "ci", Key.Role.DEPLOY, "default");
        weft = started();
    }

    private static WeftInTest started() throws Exception {
        Path application = FacadeDocuments.write(scratch.resolve("app"));
        return WeftInTest.withFacades(scratch.resolve("home"), List.of("aws"), application);
    }

    private static AwsClients clients() {
        return new AwsClients(scratch, weft.facade("aws"), key);
    }

    @AfterAll
    static void stop() {
        if (weft != null) {
            weft.close();
        }
    }

    private static SdkBytes node(String handler) {
        return SdkBytes.fromByteArray(Zips.of(Map.of("index.js", "exports.handler = " + handler + ";")));
    }

    private static String said(LambdaClient aws, String function) {
        return aws.invoke(asked -> asked.functionName(function).payload(SdkBytes.fromUtf8String("{\"a\":1}")))
                .payload()
                .asUtf8String();
    }

    @Test
    void boto3TakesAFunctionThroughItsLife() throws Exception {
        JsonNode said = AwsClients.json(clients().boto3("""
                import io, zipfile
                def packed(text):
                    bytes = io.BytesIO()
                    with zipfile.ZipFile(bytes, 'w') as zip:
                        zip.writestr('main.py', text)
                    return bytes.getvalue()
                def invoked():
                    return json.loads(aws.invoke(FunctionName='Python_One')['Payload'].read())
                out = {}
                made = aws.create_function(FunctionName='Python_One', Runtime='python3.11', Handler='main.run',
                    Role='arn:aws:iam::000000000000:role/any', Description='first', Tags={'team': 'shop'},
                    Environment={'Variables': {'LITERAL': '${env:HOME}'}},
                    Code={'ZipFile': packed("import os\\ndef run(event, context):\\n    return [1, os.environ['LITERAL'], context.function_name]\\n")})
                aws.get_waiter('function_active_v2').wait(FunctionName='Python_One')
                out['made'] = [made['State'], made['Description'], made['MemorySize'], made['Environment']['Variables']]
                out['first'] = invoked()
                aws.update_function_code(FunctionName='Python_One', ZipFile=packed("def run(event, context):\\n    return 2\\n"))
                aws.get_waiter('function_updated_v2').wait(FunctionName='Python_One')
                out['second'] = invoked()
                aws.update_function_configuration(FunctionName='Python_One', MemorySize=256, Environment={'Variables': {}})
                shown = aws.get_function(FunctionName='Python_One')
                out['shown'] = [shown['Configuration']['MemorySize'], shown['Configuration'].get('Environment'), shown['Tags']]
                aws.put_function_concurrency(FunctionName='Python_One', ReservedConcurrentExecutions=2)
                out['reserved'] = aws.get_function_concurrency(FunctionName='Python_One')['ReservedConcurrentExecutions']
                aws.delete_function_concurrency(FunctionName='Python_One')
                arn = made['FunctionArn']
                aws.tag_resource(Resource=arn, Tags={'weft-clouds': 'cellar_aws-eu'})
                aws.untag_resource(Resource=arn, TagKeys=['team'])
                out['tags'] = aws.list_tags(Resource=arn)['Tags']
                out['moved'] = invoked()
                aws.delete_function(FunctionName='Python_One')
                try:
                    invoked()
                except aws.exceptions.ResourceNotFoundException:
                    out['gone'] = True
                print(json.dumps(out))
                """));
        assertThat(said.path("made").toString()).isEqualTo("[\"Active\",\"first\",128,{\"LITERAL\":\"${env:HOME}\"}]");
        assertThat(said.path("first").toString()).isEqualTo("[1,\"${env:HOME}\",\"Python_One\"]");
        assertThat(said.path("second").asInt()).isEqualTo(2);
        assertThat(said.path("shown").toString()).isEqualTo("[256,null,{\"team\":\"shop\"}]");
        assertThat(said.path("reserved").asInt()).isEqualTo(2);
        assertThat(said.path("tags").toString()).isEqualTo("{\"weft-clouds\":\"cellar_aws-eu\"}");
        assertThat(said.path("moved").asInt()).isEqualTo(2);
        assertThat(said.path("gone").asBoolean()).isTrue();
    }

    @Test
    void versionsStayAndAliasesLeadToThem() throws Exception {
        JsonNode said = AwsClients.json(clients().boto3(CANARY));
        assertThat(said.path("made").toString())
                .isEqualTo("[\"1\",\"arn:aws:lambda:eu-west-1:000000000000:function:Canary\"]");
        assertThat(said.path("same").asString()).isEqualTo("1");
        assertThat(said.path("second").asString()).isEqualTo("2");
        assertThat(said.path("called").toString())
                .isEqualTo("[[1,\"1\",\"1\"],[2,\"2\",\"2\"],[3,\"$LATEST\",\"$LATEST\"]]");
        assertThat(said.path("alias").toString()).isEqualTo("[1,\"1\",\"1\"]");
        assertThat(said.path("both").toString()).isEqualTo("[1,2]");
        assertThat(said.path("versions").toString()).isEqualTo("[[\"$LATEST\",\"\"],[\"1\",\"\"],[\"2\",\"two\"]]");
        assertThat(said.path("aliases").toString()).isEqualTo("[\"live\"]");
        assertThat(said.path("shown").asString()).isEqualTo("1");
        assertThat(said.path("refused").toString())
                .isEqualTo("[\"ResourceConflictException\",\"ResourceNotFoundException\",\"ResourceNotFoundException\","
                        + "\"ResourceConflictException\",\"ResourceNotFoundException\",\"ResourceNotFoundException\"]");
        assertThat(said.path("listed").asInt()).isEqualTo(1);
        assertThat(said.path("all").asInt()).isEqualTo(3);
        assertThat(said.path("left").toString()).isEqualTo("[\"$LATEST\",\"2\"]");
        assertThat(said.path("gone").asString()).isEqualTo("ResourceNotFoundException");
    }

    @Test
    void theCommandLineDoesTheSame() throws Exception {
        Path zip = Files.write(
                scratch.resolve("code.zip"),
                node("async () => 'from a zip file'").asByteArray());
        JsonNode made = AwsClients.json(clients()
                .cli(
                        "lambda",
                        "create-function",
                        "--function-name",
                        "by-hand",
                        "--runtime",
                        "nodejs20.x",
                        "--role",
                        ROLE,
                        "--handler",
                        "index.handler",
                        "--zip-file",
                        "fileb://" + zip,
                        "--timeout",
                        "5"));
        assertThat(made.path("FunctionArn").asString()).endsWith(":function:by-hand");
        Path out = scratch.resolve("out.json");
        assertThat(clients().cli("lambda", "invoke", "--function-name", "by-hand", out.toString()))
                .contains("200");
        assertThat(Files.readString(out)).isEqualTo("\"from a zip file\"");
        assertThat(clients().cli("lambda", "list-functions")).contains("by-hand", "echo");
        assertThat(clients().cli("lambda", "delete-function", "--function-name", "by-hand"))
                .contains("204");
        assertThat(clients().cli("lambda", "list-functions")).doesNotContain("by-hand");
    }

    @Test
    void theSdkForJavaDoesTheSameAndARestartLosesNothing() throws Exception {
        String made;
        try (LambdaClient aws = clients().sdk()) {
            made = aws.createFunction(asked -> asked.functionName("kept")
                            .runtime(Runtime.NODEJS20_X)
                            .role(ROLE)
                            .handler("index.handler")
                            .code(code -> code.zipFile(node("async (event) => ({ got: event, v: process.env.V })")))
                            .environment(env -> env.variables(Map.of("V", "1"))))
                    .codeSha256();
            assertThat(aws.waiter()
                            .waitUntilFunctionActiveV2(asked -> asked.functionName("kept"))
                            .matched()
                            .response())
                    .isPresent();
            assertThat(said(aws, "kept")).isEqualTo("{\"got\":{\"a\":1},\"v\":\"1\"}");
        }
        weft.close();
        weft = started();
        try (LambdaClient aws = clients().sdk()) {
            assertThat(said(aws, "kept")).isEqualTo("{\"got\":{\"a\":1},\"v\":\"1\"}");
            FunctionConfiguration shown =
                    aws.getFunction(asked -> asked.functionName("kept")).configuration();
            assertThat(shown.codeSha256()).isEqualTo(made);
            assertThat(shown.environment().variables()).isEqualTo(Map.of("V", "1"));
            assertThat(aws.deleteFunction(asked -> asked.functionName("kept"))
                            .sdkHttpResponse()
                            .statusCode())
                    .isEqualTo(204);
        }
    }

    @Test
    void whatIsWrongIsToldAndChangesNothing() throws Exception {
        try (LambdaClient aws = clients().sdk()) {
            assertThatThrownBy(() -> aws.createFunction(asked -> asked.functionName("echo")
                            .runtime(Runtime.NODEJS20_X)
                            .role(ROLE)
                            .handler("index.handler")
                            .code(code -> code.zipFile(node("1")))))
                    .isInstanceOf(ResourceConflictException.class)
                    .hasMessageContaining("already exist");
            assertThatThrownBy(() -> aws.updateFunctionConfiguration(
                            asked -> asked.functionName("echo").timeout(9)))
                    .isInstanceOf(ResourceConflictException.class)
                    .hasMessageContaining("documents");
            assertThatThrownBy(() -> aws.deleteFunction(asked -> asked.functionName("echo")))
                    .isInstanceOf(ResourceConflictException.class);
            assertThatThrownBy(() -> aws.deleteFunction(asked -> asked.functionName("nowhere")))
                    .isInstanceOf(ResourceNotFoundException.class);
            for (Map<String, String> files :
                    List.of(Map.of("../../evil.js", "x"), Map.of("other.js", "x"), Map.of("/index.js", "x"))) {
                assertThatThrownBy(() -> aws.createFunction(asked -> asked.functionName("bad")
                                .runtime(Runtime.NODEJS20_X)
                                .role(ROLE)
                                .handler("index.handler")
                                .code(code -> code.zipFile(SdkBytes.fromByteArray(Zips.of(files))))))
                        .isInstanceOf(InvalidParameterValueException.class)
                        .hasMessageContaining("spec.")
                        .hasMessageNotContaining(scratch.toString());
            }
            assertThatThrownBy(() -> aws.getFunction(asked -> asked.functionName("bad")))
                    .isInstanceOf(ResourceNotFoundException.class);
        }
        assertThat(KeysInTest.audit(scratch.resolve("home"))).contains("CreateFunction", "answered 409");
    }
}
