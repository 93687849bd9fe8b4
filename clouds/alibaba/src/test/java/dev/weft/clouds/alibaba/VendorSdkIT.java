// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.alibaba;

import static org.assertj.core.api.Assertions.assertThat;

import com.aliyun.fc20230330.Client;
import com.aliyun.fc20230330.models.CreateAliasInput;
import com.aliyun.fc20230330.models.CreateAliasRequest;
import com.aliyun.fc20230330.models.CreateFunctionInput;
import com.aliyun.fc20230330.models.CreateFunctionRequest;
import com.aliyun.fc20230330.models.CreateTriggerInput;
import com.aliyun.fc20230330.models.CreateTriggerRequest;
import com.aliyun.fc20230330.models.CustomRuntimeConfig;
import com.aliyun.fc20230330.models.GetFunctionCodeRequest;
import com.aliyun.fc20230330.models.GetFunctionRequest;
import com.aliyun.fc20230330.models.InputCodeLocation;
import com.aliyun.fc20230330.models.InstanceLifecycleConfig;
import com.aliyun.fc20230330.models.InvokeFunctionHeaders;
import com.aliyun.fc20230330.models.InvokeFunctionRequest;
import com.aliyun.fc20230330.models.LifecycleHook;
import com.aliyun.fc20230330.models.ListFunctionVersionsRequest;
import com.aliyun.fc20230330.models.ListFunctionsRequest;
import com.aliyun.fc20230330.models.LogConfig;
import com.aliyun.fc20230330.models.PublishFunctionVersionRequest;
import com.aliyun.fc20230330.models.PublishVersionInput;
import com.aliyun.fc20230330.models.Tag;
import com.aliyun.fc20230330.models.TagResourcesInput;
import com.aliyun.fc20230330.models.TagResourcesRequest;
import com.aliyun.fc20230330.models.UntagResourcesRequest;
import com.aliyun.fc20230330.models.UpdateAliasInput;
import com.aliyun.fc20230330.models.UpdateAliasRequest;
import com.aliyun.fc20230330.models.UpdateFunctionInput;
import com.aliyun.fc20230330.models.UpdateFunctionRequest;
import com.aliyun.teautil.models.RuntimeOptions;
import dev.weft.api.rest.JdkTransport;
import dev.weft.api.rest.RestClient;
import dev.weft.clouds.alibaba.account.AcsKeys;
import dev.weft.clouds.alibaba.account.FcApi;
import dev.weft.clouds.alibaba.account.FcErrors;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** What Alibaba's own client sends for the operations that Weft uses, and that Weft sends the same. */
class VendorSdkIT {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String ARN = "acs:fc:eu-central-1:1234567890123456:functions/f";

    private FakeFc fake;
    private Client theirs;
    private FcApi ours;

    /** One operation. */
    @FunctionalInterface
    private interface Step {
        void run() throws Exception;
    }

    @BeforeEach
    void start() throws Exception {
        fake = new FakeFc();
        theirs = AlibabaSamples.client(fake);
        AcsKeys keys = new AcsKeys(FakeFc.KEY, FakeFc.SECRET, null, null, "test");
        ours = new FcApi(
                fake.endpoint(),
                new RestClient(
                        new JdkTransport(),
                        (request, now) -> FcApi.signed(request, keys, now),
                        new FcErrors(),
                        InstantSource.system()));
    }

    @AfterEach
    void stop() {
        fake.close();
    }

    private FakeFc.Came recorded(Step step) throws Exception {
        int before = fake.came().size();
        step.run();
        List<FakeFc.Came> all = fake.came();
        assertThat(all).hasSize(before + 1);
        return all.getLast();
    }

    private static void same(FakeFc.Came theirs, FakeFc.Came ours) {
        assertThat(ours.action()).isEqualTo(theirs.action());
        assertThat(ours.method()).isEqualTo(theirs.method());
        assertThat(ours.path()).isEqualTo(theirs.path());
        assertThat(ours.query()).isEqualTo(theirs.query());
        assertThat(json(ours)).isEqualTo(json(theirs));
        assertThat(ours.fields().get("x-acs-version")).isEqualTo(theirs.fields().get("x-acs-version"));
        assertThat(acs(ours)).isEqualTo(acs(theirs));
    }

    private static Set<String> acs(FakeFc.Came came) {
        Map<String, String> fields = new TreeMap<>(came.fields());
        fields.remove("x-acs-credentials-provider"); // tells Alibaba by which of its classes the key came
        fields.keySet().removeIf(name -> !name.startsWith("x-acs-") && !name.startsWith("x-fc-"));
        return fields.keySet();
    }

    private static JsonNode json(FakeFc.Came came) {
        return came.body().length == 0 ? JSON.createObjectNode() : JSON.readTree(came.body());
    }

    private ObjectNode create() {
        ObjectNode body = JSON.createObjectNode()
                .put("functionName", "f")
                .put("runtime", "nodejs20")
                .put("handler", "index.handler")
                .put("memorySize", 256)
                .put("cpu", 0.25f)
                .put("diskSize", 512)
                .put("timeout", 10)
                .put("instanceConcurrency", 1);
        body.putObject("environmentVariables").put("A", "b");
        body.putObject("logConfig").put("project", "shop-logs").put("logstore", "functions");
        body.putObject("code").put("zipFile", "UEsFBg==");
        body.putArray("tags").addObject().put("Key", "k").put("Value", "v");
        body.putObject("instanceLifecycleConfig")
                .putObject("preStop")
                .put("handler", "index.stop")
                .put("timeout", 60);
        ObjectNode started = body.putObject("customRuntimeConfig").put("port", 9000);
        started.putArray("command").add("node");
        return body;
    }

    private CreateFunctionInput createByThem() {
        return new CreateFunctionInput()
                .setFunctionName("f")
                .setRuntime("nodejs20")
                .setHandler("index.handler")
                .setMemorySize(256)
                .setCpu(0.25f)
                .setDiskSize(512)
                .setTimeout(10)
                .setInstanceConcurrency(1)
                .setEnvironmentVariables(Map.of("A", "b"))
                .setLogConfig(new LogConfig().setProject("shop-logs").setLogstore("functions"))
                .setCode(new InputCodeLocation().setZipFile("UEsFBg=="))
                .setTags(List.of(new Tag().setKey("k").setValue("v")))
                .setInstanceLifecycleConfig(new InstanceLifecycleConfig()
                        .setPreStop(new LifecycleHook().setHandler("index.stop").setTimeout(60)))
                .setCustomRuntimeConfig(new CustomRuntimeConfig().setPort(9000).setCommand(List.of("node")));
    }

    @Test
    void everyRequestIsTheVendorsOwn() throws Exception {
        FakeFc.Came created =
                recorded(() -> theirs.createFunction(new CreateFunctionRequest().setBody(createByThem())));
        recorded(() -> theirs.deleteFunction("f"));
        same(created, recorded(() -> ours.create(create())));
        same(
                recorded(() -> theirs.getFunction("f", new GetFunctionRequest())),
                recorded(() -> ours.function("f", null)));
        same(
                recorded(() -> theirs.updateFunction(
                        "f",
                        new UpdateFunctionRequest()
                                .setBody(
                                        new UpdateFunctionInput().setTimeout(11).setRole("r")))),
                recorded(() -> ours.update(
                        "f", JSON.createObjectNode().put("timeout", 11).put("role", "r"))));
        FakeFc.Came published = recorded(() -> theirs.publishFunctionVersion(
                "f",
                new PublishFunctionVersionRequest().setBody(new PublishVersionInput().setDescription("weft code=a"))));
        recorded(() -> ours.update("f", JSON.createObjectNode().put("timeout", 12)));
        same(published, recorded(() -> ours.publish("f", "weft code=a")));
        same(
                recorded(() -> theirs.listFunctionVersions(
                        "f",
                        new ListFunctionVersionsRequest()
                                .setDirection("BACKWARD")
                                .setLimit(100))),
                recorded(() -> ours.versions("f")));
        aliases();
        rest();
    }

    private void aliases() throws Exception {
        FakeFc.Came made = recorded(() -> theirs.createAlias(
                "f",
                new CreateAliasRequest()
                        .setBody(new CreateAliasInput().setAliasName("weft").setVersionId("1"))));
        same(recorded(() -> theirs.getAlias("f", "weft")), recorded(() -> ours.alias("f", "weft")));
        same(
                recorded(() -> theirs.updateAlias(
                        "f",
                        "weft",
                        new UpdateAliasRequest()
                                .setBody(new UpdateAliasInput()
                                        .setVersionId("2")
                                        .setAdditionalVersionWeight(Map.of())))),
                recorded(() -> ours.alias("f", "weft", "2", true)));
        FakeFc.Came gone = recorded(() -> theirs.deleteAlias("f", "weft"));
        same(made, recorded(() -> ours.alias("f", "weft", "1", false)));
        same(gone, recorded(() -> ours.deleteAlias("f", "weft")));
        same(recorded(() -> theirs.deleteFunctionVersion("f", "2")), recorded(() -> ours.deleteVersion("f", "2")));
    }

    private void rest() throws Exception {
        same(
                recorded(() -> theirs.tagResources(new TagResourcesRequest()
                        .setBody(new TagResourcesInput()
                                .setResourceType("function")
                                .setResourceId(List.of(ARN))
                                .setTag(List.of(new Tag().setKey("k").setValue("v")))))),
                recorded(() -> ours.tag(ARN, Map.of("k", "v"))));
        same(
                recorded(() -> theirs.untagResources(new UntagResourcesRequest()
                        .setResourceType("function")
                        .setResourceId(List.of(ARN))
                        .setTagKey(List.of("k")))),
                recorded(() -> ours.untag(ARN, List.of("k"))));
        String config = "{\"authType\":\"function\",\"disableURLInternet\":false,"
                + "\"methods\":[\"GET\",\"POST\",\"PUT\",\"DELETE\",\"HEAD\",\"PATCH\",\"OPTIONS\"]}";
        FakeFc.Came trigger = recorded(() -> theirs.createTrigger(
                "f",
                new CreateTriggerRequest()
                        .setBody(new CreateTriggerInput()
                                .setTriggerName("weft")
                                .setTriggerType("http")
                                .setQualifier("weft")
                                .setTriggerConfig(config))));
        same(recorded(() -> theirs.getTrigger("f", "weft")), recorded(() -> ours.trigger("f", "weft")));
        FakeFc.Came gone = recorded(() -> theirs.deleteTrigger("f", "weft"));
        same(trigger, recorded(() -> ours.createTrigger("f", "weft", "weft")));
        same(gone, recorded(() -> ours.deleteTrigger("f", "weft")));
        same(
                recorded(() -> theirs.getFunctionCode("f", new GetFunctionCodeRequest().setQualifier("weft"))),
                recorded(() -> ours.code("f", "weft")));
        same(
                recorded(() -> theirs.listFunctions(new ListFunctionsRequest().setLimit(100))),
                recorded(() -> ours.functions()));
        FakeFc.Came deleted = recorded(() -> theirs.deleteFunction("f"));
        recorded(() -> ours.create(create()));
        same(deleted, recorded(() -> ours.deleteFunction("f")));
    }

    @Test
    void aCallIsTheVendorsOwnInvokeFunction() throws Exception {
        recorded(() -> theirs.createFunction(new CreateFunctionRequest().setBody(createByThem())));
        byte[] event = "{\"a\":1}".getBytes(StandardCharsets.UTF_8);
        FakeFc.Came called = recorded(() -> theirs.invokeFunctionWithOptions(
                "f",
                new InvokeFunctionRequest().setQualifier("weft").setBody(new ByteArrayInputStream(event)),
                new InvokeFunctionHeaders().setXFcInvocationType("Sync").setXFcLogType("Tail"),
                new RuntimeOptions()));
        FakeFc.Came ours = DialectRequests.asCame(DialectRequests.event(event, fake.endpoint()));
        assertThat(ours.method()).isEqualTo(called.method());
        assertThat(ours.path()).isEqualTo(called.path());
        assertThat(ours.query()).isEqualTo(called.query());
        assertThat(ours.body()).isEqualTo(called.body());
        assertThat(acs(ours)).isEqualTo(acs(called));
        for (String name : List.of(
                "x-acs-action",
                "x-acs-version",
                "x-acs-content-sha256",
                "x-fc-invocation-type",
                "x-fc-log-type",
                "content-type")) {
            assertThat(ours.fields().get(name))
                    .describedAs(name)
                    .isEqualTo(called.fields().get(name));
        }
        assertThat(Signatures.wrong(ours, FakeFc.SECRET)).isNull();
        assertThat(Signatures.wrong(called, FakeFc.SECRET)).isNull();
        assertThat(Signatures.wrong(ours, "another")).isNotNull();
    }
}
