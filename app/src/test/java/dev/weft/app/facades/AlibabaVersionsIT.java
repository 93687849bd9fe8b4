// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.facades;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.aliyun.fc20230330.Client;
import com.aliyun.fc20230330.models.Alias;
import com.aliyun.fc20230330.models.CreateAliasInput;
import com.aliyun.fc20230330.models.CreateAliasRequest;
import com.aliyun.fc20230330.models.CreateFunctionInput;
import com.aliyun.fc20230330.models.CreateFunctionRequest;
import com.aliyun.fc20230330.models.CreateTriggerInput;
import com.aliyun.fc20230330.models.CreateTriggerRequest;
import com.aliyun.fc20230330.models.GetFunctionRequest;
import com.aliyun.fc20230330.models.InputCodeLocation;
import com.aliyun.fc20230330.models.InvokeFunctionRequest;
import com.aliyun.fc20230330.models.ListAliasesRequest;
import com.aliyun.fc20230330.models.ListFunctionVersionsRequest;
import com.aliyun.fc20230330.models.ListTagResourcesRequest;
import com.aliyun.fc20230330.models.ListTriggersRequest;
import com.aliyun.fc20230330.models.ListVersionsOutput;
import com.aliyun.fc20230330.models.PublishFunctionVersionRequest;
import com.aliyun.fc20230330.models.PublishVersionInput;
import com.aliyun.fc20230330.models.PutConcurrencyConfigRequest;
import com.aliyun.fc20230330.models.PutConcurrencyInput;
import com.aliyun.fc20230330.models.TagResourcesInput;
import com.aliyun.fc20230330.models.TagResourcesRequest;
import com.aliyun.fc20230330.models.UntagResourcesRequest;
import com.aliyun.fc20230330.models.UpdateAliasInput;
import com.aliyun.fc20230330.models.UpdateAliasRequest;
import com.aliyun.fc20230330.models.UpdateFunctionInput;
import com.aliyun.fc20230330.models.UpdateFunctionRequest;
import com.aliyun.fc20230330.models.Version;
import com.aliyun.tea.TeaException;
import com.aliyun.teaopenapi.models.Config;
import dev.weft.api.facade.Key;
import dev.weft.app.WeftInTest;
import dev.weft.app.facade.Zips;
import dev.weft.app.keys.KeysInTest;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.FunctionConfiguration;

/** Versions, aliases, tags and concurrency by Alibaba's own client, and the same seen by AWS's. */
@org.junit.jupiter.api.Tag("system")
@Timeout(180)
class AlibabaVersionsIT {
    @TempDir
    private static Path folder;

    private static WeftInTest weft;
    private static Key deploy;
    private static Client client;

    /** One request. */
    @FunctionalInterface
    private interface Step {
        void run() throws Exception;
    }

    @BeforeAll
    static void start() throws Exception {
        Path home = folder.resolve("home");
        deploy = KeysInTest.create(home, "ci", Key.Role.DEPLOY, "default");
        weft = WeftInTest.withFacades(home, List.of("alibaba", "aws"), ThreeFunctions.write(folder.resolve("app")));
        client = new Client(new Config()
                .setAccessKeyId(deploy.id())
                .setAccessKeySecret(deploy.secret())
                .setEndpoint(weft.facade("alibaba").getAuthority())
                .setProtocol("http"));
    }

    @AfterAll
    static void stop() {
        if (weft != null) {
            weft.close();
        }
    }

    private static String refused(Step step) {
        TeaException thrown = catchThrowableOfType(TeaException.class, step::run);
        assertThat(thrown).isNotNull();
        return thrown.getStatusCode() + " " + thrown.getCode();
    }

    private static InputCodeLocation code(int number) {
        byte[] zip = Zips.of(Map.of(
                "index.js",
                "exports.handler = async (event, context) => [" + number + ", context.service.versionId || ''];"));
        return new InputCodeLocation().setZipFile(Base64.getEncoder().encodeToString(zip));
    }

    private static void make(String name) throws Exception {
        CreateFunctionInput wanted = new CreateFunctionInput()
                .setFunctionName(name)
                .setRuntime("nodejs20")
                .setHandler("index.handler")
                .setCode(code(1));
        assertThat(client.createFunction(new CreateFunctionRequest().setBody(wanted))
                        .getStatusCode())
                .isEqualTo(200);
    }

    private static void change(String name, int number) throws Exception {
        assertThat(client.updateFunction(
                                name,
                                new UpdateFunctionRequest().setBody(new UpdateFunctionInput().setCode(code(number))))
                        .getStatusCode())
                .isEqualTo(200);
    }

    private static String said(String name, @Nullable String qualifier) throws Exception {
        InvokeFunctionRequest request = new InvokeFunctionRequest()
                .setQualifier(qualifier)
                .setBody(new ByteArrayInputStream("{}".getBytes(StandardCharsets.UTF_8)));
        return new String(client.invokeFunction(name, request).getBody().readAllBytes(), StandardCharsets.UTF_8);
    }

    private static Version publish(String name, @Nullable String description) throws Exception {
        return client.publishFunctionVersion(
                        name,
                        new PublishFunctionVersionRequest()
                                .setBody(new PublishVersionInput().setDescription(description)))
                .getBody();
    }

    private static Alias point(String name, String alias, String version, Map<String, Float> more) throws Exception {
        return client.updateAlias(
                        name,
                        alias,
                        new UpdateAliasRequest()
                                .setBody(new UpdateAliasInput()
                                        .setVersionId(version)
                                        .setAdditionalVersionWeight(more)))
                .getBody();
    }

    private static void deleteVersion(String name, String version) throws Exception {
        assertThat(client.deleteFunctionVersion(name, version).getStatusCode()).isEqualTo(204);
    }

    @Test
    void versionsStayAsTheyWereAndAliasesShareCalls() throws Exception {
        make("Canary");
        Version first = publish("Canary", "one");
        assertThat(List.of(first.getVersionId(), first.getDescription())).containsExactly("1", "one");
        assertThat(publish("Canary", "again").getVersionId()).isEqualTo("1"); // nothing has changed
        change("Canary", 2);
        assertThat(publish("Canary", null).getVersionId()).isEqualTo("2");
        change("Canary", 3);
        assertThat(List.of(said("Canary", "1"), said("Canary", "2"), said("Canary", null), said("Canary", "LATEST")))
                .containsExactly("[1,\"1\"]", "[2,\"2\"]", "[3,\"\"]", "[3,\"\"]");
        Alias live = client.createAlias(
                        "Canary",
                        new CreateAliasRequest()
                                .setBody(new CreateAliasInput()
                                        .setAliasName("live")
                                        .setVersionId("1")))
                .getBody();
        assertThat(live.getVersionId()).isEqualTo("1");
        assertThat(said("Canary", "live")).isEqualTo("[1,\"1\"]");
        assertThat(point("Canary", "live", "1", Map.of("2", 0.5f)).getAdditionalVersionWeight())
                .isEqualTo(Map.of("2", 0.5f));
        Set<String> both = new TreeSet<>();
        for (int call = 0; call < 40; call++) {
            both.add(said("Canary", "live"));
        }
        assertThat(both).containsExactly("[1,\"1\"]", "[2,\"2\"]");
        assertThat(client.getAlias("Canary", "live").getBody().getVersionId()).isEqualTo("1");
        assertThat(client.listAliases("Canary", new ListAliasesRequest())
                        .getBody()
                        .getAliases())
                .singleElement()
                .satisfies(each -> assertThat(each.getAliasName()).isEqualTo("live"));
        listed();
        assertThat(refused(() -> deleteVersion("Canary", "1"))).isEqualTo("400 InvalidArgument");
        assertThat(refused(() -> said("Canary", "9"))).isEqualTo("404 VersionNotFound");
        assertThat(refused(() -> said("Canary", "none"))).isEqualTo("404 AliasNotFound");
        assertThat(refused(() -> point("Canary", "none", "1", Map.of()))).isEqualTo("404 AliasNotFound");
        assertThat(refused(() -> point("Canary", "live", "9", Map.of()))).isEqualTo("404 VersionNotFound");
        assertThat(refused(() -> change("Canary--v1", 9))).isEqualTo("400 InvalidArgument");
        assertThat(client.deleteAlias("Canary", "live").getStatusCode()).isEqualTo(204);
        deleteVersion("Canary", "1");
        assertThat(refused(() -> said("Canary", "1"))).isEqualTo("404 VersionNotFound");
        assertThat(client.deleteFunction("Canary").getStatusCode()).isEqualTo(204);
        assertThat(refused(() -> said("Canary", "2"))).isEqualTo("404 FunctionNotFound");
    }

    private static void listed() throws Exception {
        ListVersionsOutput newest = client.listFunctionVersions("Canary", new ListFunctionVersionsRequest().setLimit(1))
                .getBody();
        assertThat(newest.getVersions()).extracting(Version::getVersionId).containsExactly("2");
        assertThat(client.listFunctionVersions(
                                "Canary",
                                new ListFunctionVersionsRequest().setLimit(1).setNextToken(newest.getNextToken()))
                        .getBody()
                        .getVersions())
                .extracting(Version::getVersionId)
                .containsExactly("1");
        assertThat(client.listFunctionVersions("Canary", new ListFunctionVersionsRequest().setDirection("FORWARD"))
                        .getBody()
                        .getVersions())
                .extracting(Version::getVersionId)
                .containsExactly("1", "2");
        assertThat(client.listTriggers("Canary", new ListTriggersRequest())
                        .getBody()
                        .getTriggers())
                .isEmpty();
        assertThat(refused(() -> client.getTrigger("Canary", "t"))).isEqualTo("404 TriggerNotFound");
        assertThat(refused(() -> client.deleteTrigger("Canary", "t"))).isEqualTo("404 TriggerNotFound");
        assertThat(refused(() -> client.getTrigger("Nobody", "t"))).isEqualTo("404 FunctionNotFound");
        assertThat(refused(() -> client.createTrigger(
                        "Canary",
                        new CreateTriggerRequest()
                                .setBody(new CreateTriggerInput()
                                        .setTriggerName("t")
                                        .setTriggerType("http")
                                        .setTriggerConfig("{\"authType\":\"anonymous\"}")))))
                .isEqualTo("501 NotImplemented");
        assertThat(client.getFunction("Canary", new GetFunctionRequest().setQualifier("live"))
                        .getBody()
                        .getFunctionName())
                .isEqualTo("Canary");
    }

    @Test
    void awsClientsSeeTheSameVersionsAliasesTagsAndLimits() throws Exception {
        make("Both");
        assertThat(publish("Both", null).getVersionId()).isEqualTo("1");
        try (LambdaClient aws = new AwsClients(folder, weft.facade("aws"), deploy).sdk()) {
            aws.createAlias(asked -> asked.functionName("Both").name("live").functionVersion("1"));
            assertThat(said("Both", "live")).isEqualTo("[1,\"1\"]");
            change("Both", 2); // by the one vendor's client, so the other's publishes anew
            assertThat(aws.publishVersion(asked -> asked.functionName("Both")).version())
                    .isEqualTo("2");
            assertThat(said("Both", "2")).isEqualTo("[2,\"2\"]");
            assertThat(aws.invoke(asked ->
                                    asked.functionName("Both").qualifier("1").payload(SdkBytes.fromUtf8String("{}")))
                            .payload()
                            .asUtf8String())
                    .isEqualTo("[1,\"1\"]");
            assertThat(aws.listVersionsByFunction(asked -> asked.functionName("Both"))
                            .versions())
                    .extracting(FunctionConfiguration::version)
                    .containsExactly("$LATEST", "1", "2");
            client.putConcurrencyConfig(
                    "Both",
                    new PutConcurrencyConfigRequest().setBody(new PutConcurrencyInput().setReservedConcurrency(7L)));
            assertThat(aws.getFunctionConcurrency(asked -> asked.functionName("Both"))
                            .reservedConcurrentExecutions())
                    .isEqualTo(7);
            assertThat(client.getConcurrencyConfig("Both").getBody().getReservedConcurrency())
                    .isEqualTo(7L);
            assertThat(client.deleteConcurrencyConfig("Both").getStatusCode()).isEqualTo(204);
            assertThat(aws.getFunctionConcurrency(asked -> asked.functionName("Both"))
                            .reservedConcurrentExecutions())
                    .isNull();
            tags(aws);
        }
    }

    private static void tags(LambdaClient aws) throws Exception {
        List<String> both = List.of("acs:fc:cn-hangzhou:0000000000000000:functions/Both");
        client.tagResources(new TagResourcesRequest()
                .setBody(new TagResourcesInput()
                        .setResourceType("ALIYUN::FC:FUNCTION")
                        .setResourceId(both)
                        .setTag(List.of(
                                new com.aliyun.fc20230330.models.Tag()
                                        .setKey("team")
                                        .setValue("shop"),
                                new com.aliyun.fc20230330.models.Tag()
                                        .setKey("stage")
                                        .setValue("x")))));
        assertThat(aws.getFunction(asked -> asked.functionName("Both")).tags())
                .isEqualTo(Map.of("team", "shop", "stage", "x"));
        client.untagResources(new UntagResourcesRequest()
                .setResourceType("ALIYUN::FC:FUNCTION")
                .setResourceId(both)
                .setTagKey(List.of("stage")));
        assertThat(client.listTagResources(new ListTagResourcesRequest()
                                .setResourceType("ALIYUN::FC:FUNCTION")
                                .setResourceId(both))
                        .getBody()
                        .getTagResources())
                .singleElement()
                .satisfies(each -> assertThat(List.of(each.getTagKey(), each.getTagValue()))
                        .containsExactly("team", "shop"));
    }
}
