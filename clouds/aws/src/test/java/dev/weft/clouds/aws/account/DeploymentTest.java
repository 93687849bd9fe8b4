// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.aws.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.api.CloudException;
import dev.weft.api.account.Artifact;
import dev.weft.api.account.CloudVendor;
import dev.weft.api.account.Ownership;
import dev.weft.api.account.Packing;
import dev.weft.api.account.Progress;
import dev.weft.api.account.Seen;
import dev.weft.api.account.Wanted;
import dev.weft.api.resource.Function;
import dev.weft.api.rest.RestClient;
import dev.weft.api.rest.RestRequest;
import dev.weft.clouds.aws.AwsVendor;
import dev.weft.testkit.Archives;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What moto does not play: waiting, comparing before a change, failing half-way. */
class DeploymentTest {
    private static final URI ENDPOINT = URI.create("https://lambda.eu-west-1.amazonaws.com");
    private static final AccountOptions OPTIONS = new AccountOptions(Moto.ROLE, null, null, true, null);
    private static final String DIGEST = "0123456789abcdef".repeat(4);

    @TempDir
    Path scratch;

    private final FakeLambda lambda = new FakeLambda();
    private final List<Duration> pauses = new ArrayList<>();
    private final List<String> did = new ArrayList<>();
    private final LambdaApi api = new LambdaApi(
            new RestClient(lambda, (request, now) -> request, new AwsErrors(), InstantSource.system(), pauses::add),
            ENDPOINT);

    private record Ready(Wanted wanted, Packing packing) {}

    private Ready ready(String answer, long mebibytes) throws Exception {
        Path folder = Files.createTempDirectory(scratch, "code");
        Function function =
                Functions.with(Functions.node("one", folder, answer), spec -> spec.memory = mebibytes << 20);
        Packing packing = Packing.own(Packing.Form.ZIP, "index.handler", "nodejs20.x");
        Artifact artifact = Archives.pack(folder, packing, Files.createTempFile(scratch, "a", ".zip"));
        return new Ready(
                new Wanted("shop", function, "one", artifact, function.spec().env()), packing);
    }

    private Ready image(String digest) throws Exception {
        Function function = Functions.with(Functions.node("one", scratch, "x"), spec -> {
            spec.code = new Function.Code(null, null, null, "shop/pay@sha256:" + digest);
            spec.runtime = null;
            spec.handler = null;
        });
        Packing packing = new Packing(Packing.Form.IMAGE, "", Map.of(), List.of(), Map.of(), "", "");
        Artifact artifact = new Artifact.Image("shop/pay@sha256:" + digest, digest.substring(0, 40));
        return new Ready(
                new Wanted("shop", function, "one", artifact, function.spec().env()), packing);
    }

    private Snapshot now() {
        return new Snapshot(Objects.requireNonNull(api.function("one")), api.configuration("one", Snapshot.ALIAS));
    }

    private void deploy(Ready ready, @Nullable Snapshot now) {
        new Deployment(new Deployment.Reach(api, null, pauses::add), OPTIONS, ready.wanted(), ready.packing())
                .run(now, did::add);
    }

    private Seen seen() {
        return now().seen(ENDPOINT, Functions.REGION);
    }

    private void isAsWanted(Ready ready) {
        Seen seen = seen();
        Map<String, String> settings = LambdaSettings.of(ready.wanted(), ready.packing(), OPTIONS);
        assertThat(seen.settings()).isEqualTo(settings);
        assertThat(seen.owner())
                .isEqualTo(
                        new Ownership("shop", "one", ready.wanted().artifact().hash(), Ownership.hash(settings)));
        assertThat(seen.codeTouched()).isFalse();
        assertThat(seen.state()).isEqualTo(Seen.READY);
    }

    private JsonNode body(String tried) {
        RestRequest request = lambda.sent.stream()
                .filter(each -> each.tried().equals(tried))
                .reduce((one, other) -> other)
                .orElseThrow();
        return JsonMapper.shared().readTree(request.body());
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 5})
    void itWaitsUntilLambdaIsReadyBeforeEachNextStep(int looks) throws Exception {
        lambda.looksUntilReady = looks;
        Ready one = ready("first", 256);
        deploy(one, null);
        isAsWanted(one);
        Ready two = ready("second", 512);
        deploy(two, now());
        isAsWanted(two);
        assertThat(lambda.aliased()).isEqualTo("2");
        // created, published, uploaded, changed, published
        assertThat(pauses).hasSize(5 * looks).allMatch(each -> each.equals(Duration.ofMillis(500)));
        assertThat(lambda.unreadyServed)
                .as("calls that would reach a version too early")
                .isZero();
    }

    @Test
    void aVersionIsReadyBeforeCallsReachIt() throws Exception {
        lambda.looksUntilReady = 3;
        deploy(ready("first", 256), null);
        assertThat(lambda.unreadyServed).isZero();
        int alias = lambda.tried().indexOf("CreateAlias");
        assertThat(lambda.tried().subList(lambda.tried().indexOf("PublishVersion"), alias))
                .filteredOn("GetFunctionConfiguration"::equals)
                .hasSize(3);
    }

    @Test
    void waitingHasANamedEnd() throws Exception {
        lambda.looksUntilReady = Integer.MAX_VALUE;
        assertThatThrownBy(() -> deploy(ready("first", 256), null))
                .isInstanceOfSatisfying(CloudException.class, failed -> assertThat(failed.kind())
                        .isEqualTo(CloudException.Kind.UNKNOWN))
                .hasMessageContaining("PT5M")
                .hasMessageContaining("apply again later");
        assertThat(pauses.stream().reduce(Duration.ZERO, Duration::plus)).isEqualTo(Deployment.READY_MAX);
        assertThat(lambda.tried()).doesNotContain("PublishVersion", "CreateAlias");
        assertThat(lambda.tags()).containsEntry(Ownership.APPLICATION, "shop").doesNotContainKey(Ownership.CODE);
    }

    @Test
    void whatLambdaCouldNotMakeReadyIsToldInItsWordsAndNotCalled() throws Exception {
        deploy(ready("first", 256), null);
        lambda.looksUntilReady = 2;
        lambda.ends = "Failed";
        Ready two = ready("second", 256);
        assertThatThrownBy(() -> deploy(two, now())).hasMessageContaining("the image is gone");
        assertThat(lambda.aliased()).isEqualTo("1");
        lambda.ends = "Successful";
        deploy(two, now());
        isAsWanted(two);
    }

    @ParameterizedTest
    @ValueSource(strings = {"UpdateFunctionCode", "UpdateFunctionConfiguration", "PublishVersion"})
    void whoeverWasFasterWins(String step) throws Exception {
        Ready one = ready("first", 256);
        deploy(one, null);
        Ready two = ready("second", 512);
        Snapshot now = now();
        lambda.before = request -> {
            if (request.tried().equals(step)) {
                lambda.touched();
            }
        };
        assertThatThrownBy(() -> deploy(two, now))
                .isInstanceOfSatisfying(CloudException.class, failed -> assertThat(failed.kind())
                        .isEqualTo(CloudException.Kind.INVALID))
                .hasMessageContaining("PreconditionFailedException")
                .hasMessageContaining("plan again");
        assertThat(lambda.aliased()).isEqualTo("1");
        lambda.before = request -> {};
        deploy(two, now());
        isAsWanted(two);
    }

    @Test
    void eachChangeSaysWhatItWasMadeOn() throws Exception {
        lambda.looksUntilReady = 2;
        deploy(ready("first", 256), null);
        deploy(ready("second", 512), now());
        for (String step : List.of("UpdateFunctionCode", "UpdateFunctionConfiguration", "PublishVersion")) {
            assertThat(body(step).path("RevisionId").asString("")).as(step).startsWith("revision-");
        }
        assertThat(body("PublishVersion").path("CodeSha256").asString())
                .isEqualTo(now().latest().path("CodeSha256").asString());
    }

    @Test
    void somebodyElsesUpdateIsWaitedFor() throws Exception {
        deploy(ready("first", 256), null);
        lambda.looksUntilReady = 4;
        JsonNode ignored = api.updateConfiguration("one", Map.of("Timeout", 99));
        Ready two = ready("second", 256);
        deploy(two, now());
        isAsWanted(two);
        assertThat(did).contains("waiting until Lambda is ready");
    }

    @Test
    void anImageIsDeployedByItsDigest() throws Exception {
        Ready one = image(DIGEST);
        deploy(one, null);
        isAsWanted(one);
        JsonNode created = body("CreateFunction");
        assertThat(created.path("PackageType").asString()).isEqualTo("Image");
        assertThat(created.path("Code").path("ImageUri").asString()).isEqualTo("shop/pay@sha256:" + DIGEST);
        assertThat(created.has("Runtime")).isFalse();
        assertThat(created.has("Handler")).isFalse();
        lambda.sent.clear();
        deploy(one, now());
        assertThat(lambda.sent).allMatch(each -> each.method().equals("GET"));
        Ready two = image("f" + DIGEST.substring(1));
        deploy(two, now());
        isAsWanted(two);
        assertThat(body("UpdateFunctionCode").path("ImageUri").asString()).contains("@sha256:f");
    }

    @Test
    void aPackageDoesNotBecomeAnImage() throws Exception {
        deploy(ready("first", 256), null);
        assertThatThrownBy(() -> deploy(image(DIGEST), now())).hasMessageContaining("package type Zip");
        assertThat(lambda.tried()).doesNotContain("UpdateFunctionCode");
    }

    @Test
    void anEnvironmentThatMayNotBeReadIsNoEmptyOne() throws Exception {
        deploy(ready("first", 256), null);
        try (AwsAccount account = (AwsAccount) new AwsVendor()
                .open(
                        Functions.cloud(ENDPOINT, Map.of()),
                        new CloudVendor.Around(
                                request -> {
                                    var answer = lambda.send(request);
                                    String text = answer.text()
                                            .replaceAll(
                                                    "\"Environment\":\\{\"Variables\":\\{[^}]*}}",
                                                    "\"Environment\":{\"Error\":{\"ErrorCode\":\"AccessDeniedException\",\"Message\":\"no\"}}");
                                    return new dev.weft.api.rest.RestResponse(
                                            answer.status(),
                                            answer.headers(),
                                            text.getBytes(java.nio.charset.StandardCharsets.UTF_8));
                                },
                                Functions.ENVIRONMENT,
                                scratch,
                                InstantSource.system()))) {
            assertThatThrownBy(() -> account.find("one"))
                    .isInstanceOfSatisfying(CloudException.class, failed -> assertThat(failed.kind())
                            .isEqualTo(CloudException.Kind.DENIED))
                    .hasMessageContaining("kms:Decrypt");
        }
    }

    @Test
    void progressSaysNoSecret() throws Exception {
        Progress listening = did::add;
        new Deployment(
                        new Deployment.Reach(api, null, pauses::add),
                        OPTIONS,
                        ready("first", 256).wanted(),
                        ready("first", 256).packing())
                .run(null, listening);
        assertThat(did).isNotEmpty().noneMatch(each -> each.contains("currency-that-nobody-may-see"));
    }
}
