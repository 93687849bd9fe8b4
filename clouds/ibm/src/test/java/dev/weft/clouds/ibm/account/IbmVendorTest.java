// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.ibm.account;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.CloudException;
import dev.weft.api.Mistake;
import dev.weft.api.account.Artifact;
import dev.weft.api.account.CloudAccount;
import dev.weft.api.account.CloudVendor;
import dev.weft.api.account.Packing;
import dev.weft.api.account.Wanted;
import dev.weft.api.resource.Cloud;
import dev.weft.api.resource.Function;
import dev.weft.api.rest.RestFailure;
import dev.weft.api.rest.RestResponse;
import dev.weft.api.spi.InvokeDialect;
import dev.weft.clouds.ibm.InvocationDialect;
import dev.weft.clouds.ibm.TestFunctions;
import dev.weft.testkit.SampleFunction;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is refused before anything is sent, and how the vendors' errors are told. */
class IbmVendorTest {
    private static final URI WHISK = URI.create("https://whisk.example");
    private static final String PROJECT = "4e49b3e0-27a8-48d2-a784-c7ee48bb863b";
    private static final Map<String, String> KEYS =
            Map.of("__OW_API_KEY", "user:secret-of-the-namespace", "IBMCLOUD_API_KEY", "key");

    private final IbmVendor vendor = new IbmVendor();

    private CloudAccount open(Cloud cloud, RestResponse answer) {
        return vendor.open(
                cloud,
                new CloudVendor.Around(
                        request -> request.uri().getPath().equals("/identity/token")
                                ? new RestResponse(
                                        200, Map.of(), "{\"access_token\":\"t\"}".getBytes(StandardCharsets.UTF_8))
                                : answer,
                        KEYS,
                        Path.of("/nowhere"),
                        InstantSource.system()));
    }

    private static Cloud whisk(Map<String, String> options) {
        return TestFunctions.cloud(Cloud.Type.OPENWHISK, WHISK, null, options);
    }

    private static Cloud engine(String runs) {
        return TestFunctions.cloud(Cloud.Type.CODE_ENGINE, null, "eu-de", Map.of("project", PROJECT, "runs", runs));
    }

    private List<String> mistakes(Cloud cloud, Function function, String name, Packing packing, Artifact artifact) {
        RestResponse none = new RestResponse(500, Map.of(), new byte[0]);
        try (CloudAccount account = open(cloud, none)) {
            Wanted wanted =
                    new Wanted("shop", function, name, artifact, function.spec().env());
            return account.check(wanted, packing).stream().map(Mistake::field).toList();
        }
    }

    private static Artifact archive(Packing.Form form, long bytes) {
        return new Artifact.Archive(form, Path.of("/nowhere"), "7", bytes, bytes);
    }

    private static final Packing NODE = Packing.own(Packing.Form.TEXT, "main", "nodejs:20");

    private static Function action(TestFunctions.Asked asked) {
        return TestFunctions.of("one", Function.Contract.OPENWHISK, "nodejs:20", asked);
    }

    @Test
    void everyLimitOfOpenWhiskIsSaidBeforeAnythingIsSent() {
        TestFunctions.Asked asked = TestFunctions.Asked.usual()
                .sized("100Mi", Duration.ofMinutes(6))
                .with(Map.of("__OW_X", "y".repeat(1 << 20)))
                .labelled(Map.of("final", "true"))
                .odd();
        assertThat(mistakes(whisk(Map.of()), action(asked), " bad/name", NODE, archive(Packing.Form.ZIP, 40L << 20)))
                .containsExactly(
                        "metadata.name",
                        "spec.memory",
                        "spec.timeout",
                        "spec.minInstances",
                        "spec.architecture",
                        "spec.code",
                        "spec.env",
                        "spec.env.__OW_X",
                        "metadata.labels.final");
    }

    @Test
    void anOperatorsOwnLimitsHoldWhereTheyAreSaid() {
        TestFunctions.Asked asked = TestFunctions.Asked.usual().sized("2Gi", Duration.ofMinutes(9));
        Map<String, String> options = Map.of("memoryMax", "2048", "timeoutMax", "600");
        assertThat(mistakes(whisk(options), action(asked), "one", NODE, archive(Packing.Form.TEXT, 10)))
                .isEmpty();
    }

    @Test
    void variablesOfAnActionInJavaAreRefusedUnlessItsOperatorsRuntimeHandsThemOver() {
        Packing java = Packing.own(Packing.Form.ZIP, "shop.Hello", "java:17");
        Function function = action(TestFunctions.Asked.usual());

        assertThat(mistakes(whisk(Map.of()), function, "one", java, archive(Packing.Form.ZIP, 10)))
                .containsExactly("spec.env");
        assertThat(mistakes(whisk(Map.of("javaEnv", "true")), function, "one", java, archive(Packing.Form.ZIP, 10)))
                .isEmpty();
        assertThat(mistakes(
                        whisk(Map.of()),
                        action(TestFunctions.Asked.usual().with(Map.of())),
                        "one",
                        java,
                        archive(Packing.Form.ZIP, 10)))
                .isEmpty();
    }

    @Test
    void aJarBeyondWhatOpenWhiskTakesIsRefused() {
        Packing java = Packing.own(Packing.Form.JAR, "shop.Hello", "java:8");
        Function function = action(TestFunctions.Asked.usual().with(Map.of()));

        assertThat(mistakes(whisk(Map.of()), function, "one", java, archive(Packing.Form.JAR, 36L << 20)))
                .isEmpty();
        assertThat(mistakes(whisk(Map.of()), function, "one", java, archive(Packing.Form.JAR, (36L << 20) + 1)))
                .containsExactly("spec.code");
    }

    @Test
    void codeEngineRunsNoFunctionInJava() {
        Function function = SampleFunction.handler("one", Function.Contract.OPENWHISK, "java:8", "shop.Hello")
                .function();
        try (CloudAccount account = open(engine("functions"), new RestResponse(500, Map.of(), new byte[0]))) {
            CloudAccount.Packed.Not not = (CloudAccount.Packed.Not) account.pack(function, Path.of("/nowhere"));

            assertThat(not.mistakes()).singleElement().satisfies(mistake -> {
                assertThat(mistake.field()).isEqualTo("spec.runtime");
                assertThat(mistake.message()).contains("Node.js or Python", "account.runs is apps");
            });
        }
    }

    @Test
    void everyLimitOfCodeEnginesFunctionsIsSaid() {
        TestFunctions.Asked asked = TestFunctions.Asked.usual()
                .sized("5G", Duration.ofMillis(120_500))
                .with(Map.of("WEFT_CODE", "a", "CE_REGION", "b", "FINE", "c"))
                .odd();
        assertThat(mistakes(
                        engine("functions"),
                        action(asked),
                        "Bad_name",
                        Packing.own(Packing.Form.ZIP, "main", "nodejs:18"),
                        archive(Packing.Form.ZIP, 200_000)))
                .containsExactly(
                        "metadata.name",
                        "spec.memory",
                        "spec.timeout",
                        "spec.architecture",
                        "spec.runtime",
                        "spec.code",
                        "spec.minInstances",
                        "spec.env.CE_REGION",
                        "spec.env.WEFT_CODE");
    }

    @Test
    void everyLimitOfCodeEnginesAppsIsSaid() {
        TestFunctions.Asked asked = TestFunctions.Asked.usual().sized("33G", Duration.ofSeconds(601));
        assertThat(mistakes(
                        engine("apps"),
                        TestFunctions.of("one", Function.Contract.HTTP, null, asked),
                        "one",
                        new Packing(Packing.Form.IMAGE, "", Map.of(), List.of(), Map.of(), "", ""),
                        archive(Packing.Form.ZIP, 1)))
                .containsExactly("spec.memory", "spec.timeout", "spec.code");
    }

    @ParameterizedTest
    @CsvSource({"256Mi,1G,0.25", "1G,1G,0.25", "1Gi,2G,0.5", "4G,4G,1"})
    void memoryIsTheNextThatCodeEngineHas(String asked, String memory, String cpu) {
        try (CloudAccount account = open(engine("functions"), new RestResponse(500, Map.of(), new byte[0]))) {
            Function function = action(TestFunctions.Asked.usual().sized(asked, Duration.ofSeconds(10)));
            Map<String, String> settings = account.settings(
                    new Wanted("shop", function, "one", archive(Packing.Form.TEXT, 1), Map.of()), NODE);
            assertThat(settings).containsEntry("memory", memory).containsEntry("cpu", cpu);
        }
    }

    @ParameterizedTest
    @CsvSource({"AWS_LAMBDA,aws-lambda", "HTTP,http", "FN,fn"})
    void anotherContractIsRefusedByName(Function.Contract contract, String word) {
        Function function = TestFunctions.of("one", contract, "nodejs20.x", TestFunctions.Asked.usual());
        try (CloudAccount account = open(engine("functions"), new RestResponse(500, Map.of(), new byte[0]))) {
            CloudAccount.Packed.Not not = (CloudAccount.Packed.Not) account.pack(function, Path.of("/nowhere"));
            assertThat(not.mistakes()).singleElement().satisfies(mistake -> {
                assertThat(mistake.field()).isEqualTo("spec.contract");
                assertThat(mistake.value()).isEqualTo(word);
            });
        }
    }

    @Test
    void whatACloudDocumentLacksIsSaid() {
        assertThat(vendor.check(TestFunctions.cloud(Cloud.Type.OPENWHISK, null, null, Map.of())))
                .singleElement()
                .satisfies(each -> assertThat(each.field()).isEqualTo("spec.endpoint"));
        assertThat(vendor.check(TestFunctions.cloud(Cloud.Type.CODE_ENGINE, null, null, Map.of())))
                .singleElement()
                .satisfies(each -> assertThat(each.field()).isEqualTo("spec.region"));
        for (Cloud.Type type : vendor.types()) {
            vendor.options(type).forEach(option -> assertThat(
                            "true".matches(option.pattern()) || !option.required() || PROJECT.matches(option.pattern()))
                    .describedAs(option.name())
                    .isTrue());
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "400|{\"error\":\"The requested kind 'x' is not supported\",\"code\":\"tid\"}|INVALID|kind|spec.runtime",
                "401|{\"error\":\"The supplied authentication is invalid.\",\"code\":\"tid\"}|DENIED|invalid|__OW_API_KEY",
                "403|{\"error\":\"not authorized\",\"code\":\"tid\"}|DENIED|not authorized|account.namespace",
                "409|{\"error\":\"Concurrent modification to resource detected.\",\"code\":\"tid\"}|INVALID|Concurrent|plan again",
                "413|{\"error\":\"Code larger than allowed\",\"code\":\"tid\"}|TOO_LARGE|larger|too large",
            })
    void openWhisksErrorsKeepTheirWordsAndTheirTransaction(
            int status, String body, CloudException.Kind kind, String words, String advice) {
        told(whisk(Map.of()), answer(status, body), new Told(kind, words, advice, "tid"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "400|{\"errors\":[{\"code\":\"invalid\",\"message\":\"The runtime is invalid\"}],\"trace\":\"t-7\"}|INVALID|runtime|",
                "401|{\"errors\":[{\"code\":\"unauthorized\",\"message\":\"token\"}],\"trace\":\"t-7\"}|DENIED|token|IBMCLOUD_API_KEY",
                "403|{\"errors\":[{\"code\":\"forbidden\",\"message\":\"no\"}],\"trace\":\"t-7\"}|DENIED|no|Writer",
                "403|{\"errors\":[{\"code\":\"function_quota\",\"message\":\"full\"}],\"trace\":\"t-7\"}|DENIED|full|quota",
                "412|{\"errors\":[{\"code\":\"etag\",\"message\":\"tag\"}],\"trace\":\"t-7\"}|INVALID|tag|plan again",
            })
    void codeEnginesErrorsKeepTheirWordsAndTheirTrace(
            int status, String body, CloudException.Kind kind, String words, String advice) {
        told(engine("functions"), answer(status, body), new Told(kind, words, advice == null ? "" : advice, "t-7"));
    }

    private static RestResponse answer(int status, String body) {
        return new RestResponse(status, Map.of(), body.getBytes(StandardCharsets.UTF_8));
    }

    /** What an error is to say. */
    private record Told(CloudException.Kind kind, String words, String advice, String id) {}

    private void told(Cloud cloud, RestResponse answer, Told told) {
        try (CloudAccount account = open(cloud, answer)) {
            try {
                account.list();
            } catch (CloudException failed) {
                assertThat(failed.kind()).isEqualTo(told.kind());
                assertThat(failed).hasMessageContaining(told.words()).hasMessageContaining(told.advice());
                assertThat(failed).cause().isInstanceOfSatisfying(RestFailure.class, said -> assertThat(
                                said.requestId())
                        .isEqualTo(told.id()));
                assertThat(failed.toString()).doesNotContain("secret-of-the-namespace");
                return;
            }
            throw new AssertionError("nothing failed");
        }
    }

    @Test
    void ibmsIdentityServiceMayProveWhoWeAreToAnOpenWhiskForAWhile() {
        List<String> authorizations = new ArrayList<>();
        InstantSource clock = InstantSource.fixed(Instant.parse("2026-11-29T10:00:00Z"));
        CloudVendor.Around around = new CloudVendor.Around(
                request -> {
                    authorizations.add(String.valueOf(request.headers().get("authorization")));
                    boolean token = request.uri().toString().equals("https://iam.example/identity/token");
                    return new RestResponse(
                            200,
                            Map.of(),
                            (token ? "{\"access_token\":\"t\",\"expires_in\":3600}" : "[]")
                                    .getBytes(StandardCharsets.UTF_8));
                },
                Map.of("IBMCLOUD_API_KEY", "key", "IBMCLOUD_IAM_ENDPOINT", "https://iam.example/"),
                Path.of("/nowhere"),
                clock);
        try (CloudAccount account = vendor.open(whisk(Map.of("iam", "true")), around)) {
            assertThat(account.list()).isEmpty();
            CloudAccount.Grant grant = account.grant(new InvokeDialect.Target(WHISK, "one", "", Map.of()));
            assertThat(grant.credentials().parts()).isEqualTo(Map.of(InvocationDialect.AUTHORIZATION, "Bearer t"));
            assertThat(grant.expires()).isEqualTo(clock.instant().plus(Duration.ofMinutes(58)));
            assertThat(authorizations).containsExactly("null", "Bearer t");
        }
    }

    @Test
    void theLeastRightsAreCommandsOfTheVendorsTool() {
        Function function = action(TestFunctions.Asked.usual());
        Wanted wanted = new Wanted("shop", function, "one", archive(Packing.Form.TEXT, 1), Map.of());
        RestResponse none = new RestResponse(500, Map.of(), new byte[0]);
        try (CloudAccount whisk = open(whisk(Map.of()), none);
                CloudAccount engine = open(engine("functions"), none)) {
            assertThat(whisk.permissions(List.of(wanted))).contains("wskadmin user create weft-shop");
            assertThat(engine.permissions(List.of(wanted)))
                    .contains("--service-name codeengine --service-instance " + PROJECT + " --roles Writer");
        }
    }
}
