// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.facades;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.oracle.bmc.functions.model.CreateFunctionDetails;
import com.oracle.bmc.functions.model.Function;
import com.oracle.bmc.functions.model.UpdateFunctionDetails;
import com.oracle.bmc.functions.requests.CreateFunctionRequest;
import com.oracle.bmc.functions.requests.DeleteFunctionRequest;
import com.oracle.bmc.functions.requests.GetFunctionRequest;
import com.oracle.bmc.functions.requests.UpdateFunctionRequest;
import com.oracle.bmc.model.BmcException;
import dev.weft.api.account.ImagePlan;
import dev.weft.api.account.Progress;
import dev.weft.api.facade.Key;
import dev.weft.api.resource.Function.Architecture;
import dev.weft.app.WeftInTest;
import dev.weft.app.keys.KeysInTest;
import dev.weft.app.six.Podman;
import dev.weft.images.JibImages;
import dev.weft.testkit.RealRegistry;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
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
import software.amazon.awssdk.services.lambda.model.Environment;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Functions of container images, made by Fn's API, OCI's own client and kubectl; the registry is one that others wrote. */
@Tag("system")
@Timeout(240)
class ImageFunctionsIT {
    /** What an FDK does, without one: HTTP on the socket that Fn names. */
    private static final String FN = """
            const fs = require('fs');
            const path = process.env.FN_LISTENER.replace('unix:', '');
            require('http').createServer((q, a) => {
              let body = '';
              q.on('data', (part) => body += part);
              q.on('end', () => { console.log('said ' + body); a.end(['EDITION', process.env.WHO, process.env.OF_IMAGE, body].join(' ')); });
            }).listen(path + '.own', () => { fs.chmodSync(path + '.own', 0o666); fs.symlinkSync(require('path').basename(path + '.own'), path); });
            """;

    private static final String HTTP = """
            require('http').createServer((q, a) => a.end(['ksvc', process.env.WHO, q.method, q.url].join(' '))).listen(process.env.PORT);
            """;

    @TempDir
    private static Path folder;

    private static RealRegistry registry;
    private static Podman podman;
    private static WeftInTest weft;
    private static Key deploy;
    private static OciClients oci;
    private static Kubectl kubectl;
    private static String first;
    private static String second;

    @BeforeAll
    static void start() throws Exception {
        registry = RealRegistry.open(folder.resolve("registry"));
        podman = new Podman(folder.resolve("podman"));
        podman.pushNode(registry.host() + "/base/node:20");
        first = push("first");
        second = push("second");
        Path home = folder.resolve("home");
        KeysInTest.Oci rsa = KeysInTest.createForOci(home, "ci", Key.Role.DEPLOY, "default");
        deploy = rsa.key();
        weft = WeftInTest.withFacades(
                home, List.of("fn", "oci", "knative", "aws"), ThreeFunctions.write(folder.resolve("app")));
        oci = OciClients.of(weft.facade("oci"), rsa);
        kubectl = Kubectl.with(folder.resolve("kube"), weft.facade("knative"), deploy, null);
    }

    /** Pushes an image of both servers, by what makes Weft's own; its name with tag and digest. */
    private static String push(String edition) throws Exception {
        Path files = Files.createDirectories(folder.resolve(edition));
        Path fn = Files.writeString(files.resolve("fn.js"), FN.replace("EDITION", edition));
        Path http = Files.writeString(files.resolve("http.js"), HTTP);
        JibImages images = new JibImages(files, Map.of(), folder.resolve("nobody"));
        String repository = registry.host() + "/shop/hello";
        String digest = images.push(
                new ImagePlan(
                        repository,
                        edition,
                        registry.host() + "/base/node:20",
                        Architecture.AMD64,
                        List.of(new ImagePlan.Entry("fn.js", fn, false), new ImagePlan.Entry("http.js", http, false)),
                        List.of("node", "fn.js")),
                Progress.NONE);
        return repository + ':' + edition + '@' + digest;
    }

    @AfterAll
    static void stop() throws Exception {
        if (weft != null) {
            weft.close();
        }
        if (oci != null) {
            oci.close();
        }
        if (podman != null) {
            podman.removeAll();
        }
        registry.close();
    }

    private static String fn(String method, String path, String body) throws Exception {
        String pair = deploy.id() + ':' + deploy.secret();
        HttpRequest request = HttpRequest.newBuilder(weft.facade("fn").resolve(path))
                .header(
                        "Authorization",
                        "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8)))
                .header("Content-Type", "application/json")
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
            return answer.statusCode() + " " + answer.body();
        }
    }

    @Test
    void byFnsApiOneIsMadeCalledChangedAndDeleted() throws Exception {
        String made = fn(
                "POST",
                "/v2/fns",
                "{\"name\":\"by-fn\",\"app_id\":\"default\",\"image\":\"" + first + "\",\"config\":{\"WHO\":\"ada\"}}");
        assertThat(made).startsWith("200 ");
        JsonNode document = JsonMapper.shared().readTree(made.substring(4));
        assertThat(document.path("image").asString()).isEqualTo(first);
        assertThat(fn("POST", "/invoke/default.by-fn", "hello")).isEqualTo("200 first ada  hello");
        try (LambdaClient aws = new AwsClients(folder, weft.facade("aws"), deploy).sdk()) {
            assertThat(aws.invoke(asked -> asked.functionName("by-fn").payload(SdkBytes.fromUtf8String("{}")))
                            .payload()
                            .asUtf8String())
                    .isEqualTo("first ada  {}");
            assertThat(aws.getFunctionConfiguration(asked -> asked.functionName("by-fn"))
                            .packageTypeAsString())
                    .isEqualTo("Image");
            aws.updateFunctionConfiguration(asked -> asked.functionName("by-fn")
                    .environment(Environment.builder()
                            .variables(Map.of("WHO", "bob"))
                            .build()));
            assertThat(fn("POST", "/invoke/default.by-fn", "you")).isEqualTo("200 first bob  you");
        }
        assertThat(fn("PUT", "/v2/fns/default.by-fn", "{\"image\":\"" + second + "\"}"))
                .startsWith("200 ");
        assertThat(fn("POST", "/invoke/default.by-fn", "you")).isEqualTo("200 second bob  you");
        assertThat(
                        fn(
                                "POST",
                                "/v2/triggers",
                                "{\"name\":\"way\",\"app_id\":\"default\",\"fn_id\":\"default.by-fn\",\"type\":\"http\",\"source\":\"/way\"}"))
                .startsWith("200 ")
                .contains("/t/default/way");
        assertThat(fn("PUT", "/t/default/way?a=b", "in")).isEqualTo("200 second bob  in");
        assertThat(fn("DELETE", "/v2/fns/default.by-fn", "")).startsWith("204 ");
        assertThat(fn("PUT", "/t/default/way?a=b", "in")).startsWith("404 ");
        assertThat(fn("POST", "/invoke/default.by-fn", "you")).startsWith("404 ");
    }

    @Test
    void anImageThatIsNotThereChangesNothing() throws Exception {
        String absent = registry.host() + "/shop/absent:1";
        String refused =
                fn("POST", "/v2/fns", "{\"name\":\"none\",\"app_id\":\"default\",\"image\":\"" + absent + "\"}");
        assertThat(refused).startsWith("500 ").contains(absent);
        assertThat(fn("GET", "/v2/fns/default.none", "")).startsWith("404 ");
        BmcException image = catchThrowableOfType(BmcException.class, () -> {
            throw new AssertionError(make("none", absent));
        });
        assertThat(image.getStatusCode()).isEqualTo(422);
        assertThat(image.getMessage()).contains(absent);
    }

    private static Function make(String name, String image) {
        int at = image.indexOf('@');
        CreateFunctionDetails.Builder details = CreateFunctionDetails.builder()
                .applicationId("ocid1.fnapp.oc1..default")
                .displayName(name)
                .image(at < 0 ? image : image.substring(0, at))
                .memoryInMBs(128L)
                .timeoutInSeconds(20)
                .config(Map.of("WHO", "eve"));
        if (at > 0) {
            details.imageDigest(image.substring(at + 1));
        }
        return oci.management()
                .createFunction(CreateFunctionRequest.builder()
                        .createFunctionDetails(details.build())
                        .build())
                .getFunction();
    }

    @Test
    void byOcisClientOneIsMadeCalledChangedAndDeleted() throws Exception {
        Function made = make("by-oci", first);
        assertThat(made.getImage()).isEqualTo(first.substring(0, first.indexOf('@')));
        assertThat(made.getImageDigest()).isEqualTo(first.substring(first.indexOf('@') + 1));
        assertThat(oci.said("by-oci", "hello")).isEqualTo("first eve  hello");
        oci.management()
                .updateFunction(UpdateFunctionRequest.builder()
                        .functionId(made.getId())
                        .updateFunctionDetails(UpdateFunctionDetails.builder()
                                .image(second.substring(0, second.indexOf('@')))
                                .build())
                        .build());
        assertThat(oci.said("by-oci", "hello")).isEqualTo("second eve  hello");
        BmcException again = catchThrowableOfType(BmcException.class, () -> {
            throw new AssertionError(make("by-oci", first));
        });
        assertThat(again.getStatusCode()).isEqualTo(409);
        assertThat(oci.management()
                        .deleteFunction(DeleteFunctionRequest.builder()
                                .functionId(made.getId())
                                .build())
                        .getOpcRequestId())
                .isNotEmpty();
        BmcException gone = catchThrowableOfType(BmcException.class, () -> {
            throw new AssertionError(oci.management()
                    .getFunction(GetFunctionRequest.builder()
                            .functionId(made.getId())
                            .build()));
        });
        assertThat(gone.getStatusCode()).isEqualTo(404);
    }

    @Test
    void byKubectlAServiceIsItsImageAndHasItsSecret() throws Exception {
        String secret = kubectl.does(
                "create", "secret", "generic", "who", "--from-literal=name=kim", "--dry-run=client", "-o", "yaml");
        assertThat(kubectl.apply(secret)).contains("secret/who created");
        String version = kubectl.does("get", "secret", "who", "-o", "jsonpath={.metadata.resourceVersion}");
        assertThat(kubectl.apply(secret)).contains("secret/who");
        assertThat(kubectl.does("get", "secret", "who", "-o", "jsonpath={.metadata.resourceVersion}"))
                .isEqualTo(version);
        assertThat(kubectl.does("get", "secrets")).contains("who");
        assertThat(kubectl.does("get", "secret", "who", "-o", "jsonpath={.data.name}"))
                .contains("a2lt");
        Path file = Files.writeString(folder.resolve("service.yaml"), """
                apiVersion: serving.knative.dev/v1
                kind: Service
                metadata: {name: by-kubectl}
                spec:
                  template:
                    spec:
                      containers:
                      - image: %s
                        command: [node, http.js]
                        env: [{name: WHO, valueFrom: {secretKeyRef: {name: who, key: name}}}]
                """.formatted(first));
        kubectl.does("apply", "-f", file.toString());
        kubectl.does("wait", "--for=condition=Ready", "ksvc/by-kubectl", "--timeout=20s");
        // by its Host: names below localhost are not everywhere in a machine's resolver
        int port = weft.facade("knative").getPort();
        Process curl = new ProcessBuilder(
                        "curl",
                        "-sS",
                        "-H",
                        "Host: by-kubectl.default.localhost:" + port,
                        "-H",
                        "Authorization: Bearer " + deploy.id() + '.' + deploy.secret(),
                        "http://127.0.0.1:" + port + "/a?b=c")
                .redirectErrorStream(true)
                .start();
        assertThat(new String(curl.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .isEqualTo("ksvc kim GET /a?b=c");
        assertThat(kubectl.does("apply", "-f", file.toString())).contains("unchanged");
        kubectl.does("delete", "ksvc/by-kubectl", "secret/who");
    }
}
