// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.facades;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.oracle.bmc.functions.model.Function;
import com.oracle.bmc.functions.model.FunctionSummary;
import com.oracle.bmc.functions.model.UpdateFunctionDetails;
import com.oracle.bmc.functions.requests.DeleteFunctionRequest;
import com.oracle.bmc.functions.requests.GetApplicationRequest;
import com.oracle.bmc.functions.requests.GetFunctionRequest;
import com.oracle.bmc.functions.requests.InvokeFunctionRequest.FnIntent;
import com.oracle.bmc.functions.requests.InvokeFunctionRequest.FnInvokeType;
import com.oracle.bmc.functions.requests.ListApplicationsRequest;
import com.oracle.bmc.functions.requests.ListFunctionsRequest;
import com.oracle.bmc.functions.requests.ListPbfListingsRequest;
import com.oracle.bmc.functions.requests.UpdateFunctionRequest;
import com.oracle.bmc.functions.responses.GetFunctionResponse;
import com.oracle.bmc.functions.responses.InvokeFunctionResponse;
import com.oracle.bmc.functions.responses.UpdateFunctionResponse;
import com.oracle.bmc.model.BmcException;
import dev.weft.api.facade.Key;
import dev.weft.app.WeftInTest;
import dev.weft.app.cli.CommandLineInTest;
import dev.weft.app.event.EventsInTest;
import dev.weft.app.facade.Zips;
import dev.weft.app.keys.KeysInTest;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.GetFunctionConfigurationResponse;
import software.amazon.awssdk.services.lambda.model.ResourceNotFoundException;
import software.amazon.awssdk.services.lambda.model.Runtime;
import tools.jackson.databind.JsonNode;

/** Oracle's own client, unmodified, against a {@code weft up}. */
@Tag("system")
@Timeout(180)
class OciFacadeIT {
    private static final String APPLICATION = "ocid1.fnapp.oc1..default";
    private static final String TENANCY = "ocid1.tenancy.oc1..default";
    private static final Duration SOON = Duration.ofSeconds(20);

    @TempDir
    private static Path folder;

    private static Path home;
    private static WeftInTest weft;
    private static KeysInTest.Oci deployer;
    private static OciClients deploy;
    private static OciClients invoke;
    private static OciClients other;

    /** One request. */
    @FunctionalInterface
    private interface Step {
        void run() throws Exception;
    }

    @BeforeAll
    static void start() throws Exception {
        home = folder.resolve("home");
        deployer = KeysInTest.createForOci(home, "ci", Key.Role.DEPLOY, "default");
        KeysInTest.Oci caller = KeysInTest.createForOci(home, "app", Key.Role.INVOKE, "default");
        KeysInTest.Oci theirs = KeysInTest.createForOci(home, "theirs", Key.Role.ADMIN, "other");
        weft = WeftInTest.withFacades(home, List.of("oci", "aws"), ThreeFunctions.write(folder.resolve("app")));
        deploy = OciClients.of(weft.facade("oci"), deployer);
        invoke = OciClients.of(weft.facade("oci"), caller);
        other = OciClients.of(weft.facade("oci"), theirs);
    }

    @AfterAll
    static void stop() {
        for (OciClients each : new OciClients[] {deploy, invoke, other}) {
            if (each != null) {
                each.close();
            }
        }
        if (weft != null) {
            weft.close();
        }
    }

    private static BmcException refused(int status, String code, Step step) {
        BmcException thrown = catchThrowableOfType(BmcException.class, step::run);
        assertThat(thrown).isNotNull();
        assertThat(thrown.getStatusCode()).as("%s", thrown.getMessage()).isEqualTo(status);
        assertThat(thrown.getServiceCode()).isEqualTo(code);
        assertThat(thrown.getOpcRequestId()).isNotEmpty();
        return thrown;
    }

    private static GetFunctionResponse shown(OciClients client, String name) {
        return client.management()
                .getFunction(GetFunctionRequest.builder()
                        .functionId("ocid1.fnfunc.oc1..default." + name)
                        .build());
    }

    @Test
    void functionsOfAnyContractAreCalled() throws Exception {
        assertThat(invoke.said("compute", "{\"name\":\"Weft\"}")).isEqualTo("{\"hello\":\"Weft\"}");
        assertThat(invoke.said("lambda", "{\"a\":1}")).isEqualTo("{\"lambda\":{\"a\":1}}");
        assertThat(invoke.said("server", "plain")).isEqualTo("plain");
        InvokeFunctionResponse http =
                invoke.call("server", "as a request", asked -> asked.fnIntent(FnIntent.Httprequest));
        assertThat(new String(http.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .isEqualTo("as a request");
        assertThat(invoke.call("lambda", "{}", asked -> asked.isDryRun(true)).getOpcRequestId())
                .isNotEmpty();
    }

    @Test
    void aDetachedCallIsKeptAndDelivered() throws Exception {
        InvokeFunctionResponse taken =
                invoke.call("compute", "{\"name\":\"later\"}", asked -> asked.fnInvokeType(FnInvokeType.Detached));
        JsonNode record = EventsInTest.await(home, taken.getOpcRequestId(), "delivered");
        assertThat(record.path("result").asString()).isEqualTo("{\"hello\":\"later\"}");
        refused(501, "MethodNotImplemented", () -> {
            throw new AssertionError(invoke.call("compute", "{}", asked -> asked.fnInvokeType(FnInvokeType.Detached)
                    .fnIntent(FnIntent.Httprequest)));
        });
    }

    @Test
    void whatFailsIsToldAsOciDoes() {
        refused(502, "FunctionInvokeExecutionFailed", () -> invoke.said("compute", "{\"fail\":true}"));
        refused(504, "FunctionInvokeTimeout", () -> invoke.said("lambda", "{\"sleep\":9000}"));
        refused(404, "NotAuthorizedOrNotFound", () -> invoke.said("nonsense", "{}"));
    }

    @Test
    void applicationsAndFunctionsAreListedOverPages() {
        assertThat(deploy.management()
                        .listApplications(ListApplicationsRequest.builder()
                                .compartmentId(TENANCY)
                                .build())
                        .getItems())
                .singleElement()
                .satisfies(each -> assertThat(List.of(each.getId(), each.getDisplayName()))
                        .containsExactly(APPLICATION, "default"));
        assertThat(deploy.management()
                        .getApplication(GetApplicationRequest.builder()
                                .applicationId(APPLICATION)
                                .build())
                        .getApplication()
                        .getCompartmentId())
                .isEqualTo(TENANCY);
        ListFunctionsRequest byOne = ListFunctionsRequest.builder()
                .applicationId(APPLICATION)
                .limit(1)
                .build();
        Iterable<FunctionSummary> all = deploy.management().getPaginators().listFunctionsRecordIterator(byOne);
        assertThat(all).extracting(FunctionSummary::getDisplayName).containsSubsequence("compute", "lambda", "server");
        assertThat(all).allSatisfy(each -> assertThat(each.getInvokeEndpoint())
                .isEqualTo(weft.facade("oci").toString()));
        Function compute = shown(deploy, "compute").getFunction();
        assertThat(compute.getLifecycleState()).isEqualTo(Function.LifecycleState.Active);
        assertThat(compute.getConfig()).isEmpty();
        assertThat(compute.getFreeformTags()).isEqualTo(Map.of("team", "shop"));
    }

    private static byte[] zip() {
        return Zips.of(Map.of("index.js", "exports.handler = async (event) => [process.env.WHO, event];"));
    }

    private static void make(LambdaClient aws, String name) {
        aws.createFunction(asked -> asked.functionName(name)
                .runtime(Runtime.NODEJS20_X)
                .role("arn:aws:iam::000000000000:role/x")
                .handler("index.handler")
                .environment(env -> env.variables(Map.of("WHO", "lambda")))
                .code(code -> code.zipFile(SdkBytes.fromByteArray(zip()))));
    }

    @Test
    void aFunctionOfLambdasClientIsCalledChangedAndDeletedByOcis() throws Exception {
        try (LambdaClient aws = new AwsClients(folder, weft.facade("aws"), deployer.key()).sdk()) {
            make(aws, "Shared");
            GetFunctionResponse before = shown(deploy, "shared");
            assertThat(before.getFunction().getDisplayName()).isEqualTo("Shared");
            assertThat(before.getFunction().getConfig()).isEqualTo(Map.of("WHO", "lambda"));
            assertThat(invoke.said("shared", "1")).isEqualTo("[\"lambda\",1]");
            UpdateFunctionDetails wanted = UpdateFunctionDetails.builder()
                    .memoryInMBs(256L)
                    .timeoutInSeconds(7)
                    .config(Map.of("WHO", "oci"))
                    .freeformTags(Map.of("team", "both"))
                    .build();
            Function after = update("shared", before.getEtag(), wanted).getFunction();
            assertThat(after.getTimeoutInSeconds()).isEqualTo(7);
            assertThat(invoke.said("shared", "2")).isEqualTo("[\"oci\",2]");
            GetFunctionConfigurationResponse there =
                    aws.getFunctionConfiguration(asked -> asked.functionName("Shared"));
            assertThat(List.of(there.timeout(), there.memorySize())).containsExactly(7, 256);
            assertThat(there.environment().variables()).isEqualTo(Map.of("WHO", "oci"));
            refused(412, "NoEtagMatch", () -> update("shared", before.getEtag(), wanted));
            refused(412, "NoEtagMatch", () -> delete("shared", before.getEtag()));
            refused(
                    400,
                    "InvalidParameter",
                    () -> update(
                            "shared",
                            null,
                            UpdateFunctionDetails.builder().memoryInMBs(300L).build()));
            delete("shared", shown(deploy, "shared").getEtag());
            refused(404, "NotAuthorizedOrNotFound", () -> shown(deploy, "shared"));
            assertThat(catchThrowableOfType(
                            ResourceNotFoundException.class,
                            () -> aws.getFunctionConfiguration(asked -> asked.functionName("Shared"))))
                    .isNotNull();
        }
    }

    private static UpdateFunctionResponse update(String name, @Nullable String etag, UpdateFunctionDetails details) {
        return deploy.management()
                .updateFunction(UpdateFunctionRequest.builder()
                        .functionId("ocid1.fnfunc.oc1..default." + name)
                        .ifMatch(etag)
                        .updateFunctionDetails(details)
                        .build());
    }

    private static void delete(String name, @Nullable String etag) {
        assertThat(deploy.management()
                        .deleteFunction(DeleteFunctionRequest.builder()
                                .functionId("ocid1.fnfunc.oc1..default." + name)
                                .ifMatch(etag)
                                .build())
                        .getOpcRequestId())
                .isNotEmpty();
    }

    @Test
    void whatIsNotDoneIsRefusedByItsName() {
        assertThat(refused(501, "MethodNotImplemented", () -> {
                            throw new AssertionError(deploy.management()
                                    .listPbfListings(
                                            ListPbfListingsRequest.builder().build()));
                        })
                        .getMessage())
                .contains("ListPbfListings is not done");
        refused(403, "NotAllowed", () -> delete("compute", null));
        refused(
                403,
                "NotAllowed",
                () -> update(
                        "compute",
                        null,
                        UpdateFunctionDetails.builder().timeoutInSeconds(5).build()));
    }

    @Test
    void whoIsNobodyOrOfAnotherNamespaceFindsNothing() {
        refused(404, "NotAuthorizedOrNotFound", () -> shown(invoke, "compute"));
        refused(404, "NotAuthorizedOrNotFound", () -> other.said("compute", "{}"));
        refused(404, "NotAuthorizedOrNotFound", () -> shown(other, "compute"));
        KeysInTest.Oci wrong = new KeysInTest.Oci(
                deployer.key(),
                deployer.tenancy(),
                deployer.user(),
                deployer.fingerprint(),
                KeysInTest.createForOci(home, "wrong", Key.Role.INVOKE, "default")
                        .privateKey());
        KeysInTest.Oci moved = new KeysInTest.Oci(
                deployer.key(),
                "ocid1.tenancy.oc1..other",
                deployer.user(),
                deployer.fingerprint(),
                deployer.privateKey());
        for (KeysInTest.Oci each : List.of(wrong, moved)) {
            try (OciClients client = OciClients.of(weft.facade("oci"), each)) {
                refused(401, "NotAuthenticated", () -> client.said("compute", "{}"));
            }
        }
    }

    /** What Oracle's own signer makes of a call, sent with another body, to another function, or late. */
    @Test
    void aSignatureIsGoodForItsRequestAndItsTimeOnly() throws Exception {
        String path = "/20181201/functions/ocid1.fnfunc.oc1..default.lambda/actions/invoke";
        URI uri = weft.facade("oci").resolve(path);
        URI other = weft.facade("oci").resolve(path.replace("lambda", "compute"));
        Map<String, String> now = deploy.signed(uri, "{\"a\":1}", Instant.now());
        Map<String, String> before =
                deploy.signed(uri, "{\"a\":1}", Instant.now().minusSeconds(360));
        assertThat(OciClients.sent(uri, now, "{\"a\":1}")).isEqualTo("200 {\"lambda\":{\"a\":1}}");
        assertThat(OciClients.sent(uri, now, "{\"a\":2}")).startsWith("401 ").contains("NotAuthenticated", "SHA-256");
        assertThat(OciClients.sent(other, now, "{\"a\":1}")).startsWith("401 ").contains("NotAuthenticated");
        assertThat(OciClients.sent(uri, before, "{\"a\":1}")).startsWith("401 ").contains("more than 5 minutes");
    }

    @Test
    void anotherWeftCallsItAsItsCloud() throws Exception {
        Path documents = Files.createDirectories(folder.resolve("neighbour"));
        Files.writeString(documents.resolve("weft.yaml"), """
                apiVersion: weft.dev/v1alpha1
                kind: Cloud
                metadata: {name: neighbour}
                spec:
                  type: oci
                  endpoint: "%s"
                  account: {compartment: ocid1.tenancy.oc1..default, application: default}
                ---
                apiVersion: weft.dev/v1alpha1
                kind: Function
                metadata: {name: lambda}
                spec:
                  contract: fn
                  existing: true
                  placement: {clouds: [{name: neighbour}]}
                """.formatted(weft.facade("oci")));
        Map<String, String> user = Map.of(
                "OCI_CLI_TENANCY", deployer.tenancy(),
                "OCI_CLI_USER", deployer.user(),
                "OCI_CLI_FINGERPRINT", deployer.fingerprint(),
                "OCI_CLI_KEY_CONTENT", deployer.privateKey());
        try (WeftInTest neighbour = WeftInTest.serve(folder.resolve("other"), user, documents)) {
            CommandLineInTest.Said said = neighbour.invoke("lambda", "-v", "-d", "{\"from\":\"afar\"}");
            assertThat(said.out().strip()).isEqualTo("{\"lambda\":{\"from\":\"afar\"}}");
            assertThat(said.err()).contains("neighbour");
            assertThat(neighbour.invoke("lambda", "-d", "{\"fail\":true}").exit())
                    .isNotZero();
        }
    }

    @Test
    void aRotatedKeySignsNoMoreAndItsSuccessorDoes() throws Exception {
        KeysInTest.Oci brief = KeysInTest.createForOci(home, "short", Key.Role.INVOKE, "default");
        try (OciClients before = OciClients.of(weft.facade("oci"), brief)) {
            WeftInTest.await(SOON, () -> answers(before));
            KeysInTest.Oci next = KeysInTest.rotate(home, brief);
            assertThat(next.fingerprint()).isNotEqualTo(brief.fingerprint());
            WeftInTest.await(SOON, () -> !answers(before));
            try (OciClients after = OciClients.of(weft.facade("oci"), next)) {
                assertThat(answers(after)).isTrue();
                KeysInTest.revoke(home, next.key());
                WeftInTest.await(SOON, () -> !answers(after));
            }
        }
        WeftInTest.await(SOON, () -> KeysInTest.audit(home)
                .lines()
                .anyMatch(line -> line.contains("NotAuthenticated")
                        && line.contains("InvokeFunction")
                        && line.contains(brief.key().id())));
    }

    private static boolean answers(OciClients client) throws Exception {
        try {
            return client.said("lambda", "{}").equals("{\"lambda\":{}}");
        } catch (BmcException refused) {
            assertThat(refused.getServiceCode()).isEqualTo("NotAuthenticated");
            return false;
        }
    }
}
