// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.facades;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.api.facade.Key;
import dev.weft.app.WeftInTest;
import dev.weft.app.facade.Zips;
import dev.weft.app.keys.KeysInTest;
import dev.weft.app.six.WeftCommand;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
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
import software.amazon.awssdk.services.lambda.model.FunctionConfiguration;
import software.amazon.awssdk.services.lambda.model.InvocationType;
import software.amazon.awssdk.services.lambda.model.ResourceNotFoundException;
import software.amazon.awssdk.services.lambda.model.Runtime;
import tools.jackson.databind.JsonNode;

/** Two tenants use one name at once, by AWS's client and OpenWhisk's API: each has its own function, and learns nothing of the other's. */
@Tag("system")
@Timeout(120)
class NamespacesIT {
    @TempDir
    private static Path scratch;

    private static WeftInTest weft;
    private static Key shop;
    private static Key blue;
    private static Key home;

    @BeforeAll
    static void start() throws Exception {
        Path folder = scratch.resolve("weft");
        shop = KeysInTest.create(folder, "shop", Key.Role.DEPLOY, "shop");
        blue = KeysInTest.create(folder, "blue", Key.Role.DEPLOY, "blue");
        home = KeysInTest.create(folder, "home", Key.Role.DEPLOY, "default");
        Path application = FacadeDocuments.write(scratch.resolve("app"));
        Files.createDirectories(application.resolve("shop"));
        Files.writeString(application.resolve("shop/__main__.py"), """
                def main(args):
                    return {'body': 'hello ' + args.get('name', 'world')}
                """);
        Files.writeString(application.resolve("shop.yaml"), """
                apiVersion: weft.dev/v1alpha1
                kind: Function
                metadata: {name: echo, namespace: shop}
                spec:
                  contract: openwhisk
                  runtime: python:3
                  code: {path: ./shop}
                  placement: {clouds: [{name: cellar}]}
                ---
                apiVersion: gateway.networking.k8s.io/v1
                kind: HTTPRoute
                metadata: {name: echo, namespace: shop}
                spec:
                  rules:
                    - matches: [{path: {type: PathPrefix, value: /of-shop}}]
                      backendRefs: [{group: weft.dev, kind: Function, name: echo}]
                """);
        weft = WeftInTest.withFacades(folder, List.of("aws", "openwhisk", "knative", "google", "fn"), application);
    }

    @AfterAll
    static void stop() {
        if (weft != null) {
            weft.close();
        }
    }

    private static LambdaClient of(Key key) {
        return new AwsClients(scratch, weft.facade("aws"), key).sdk();
    }

    private static String said(LambdaClient aws, String function) {
        return aws.invoke(asked -> asked.functionName(function).payload(SdkBytes.fromUtf8String("{}")))
                .payload()
                .asUtf8String();
    }

    private static void make(LambdaClient aws, String answer) {
        String code = "exports.handler = async (e, c) => { console.log('" + answer + "'); return ['" + answer
                + "', c.functionName]; };";
        aws.createFunction(asked -> asked.functionName("hello")
                .runtime(Runtime.NODEJS20_X)
                .handler("index.handler")
                .role("arn:aws:iam::000000000000:role/any")
                .publish(true)
                .code(zip -> zip.zipFile(SdkBytes.fromByteArray(Zips.of(Map.of("index.js", code))))));
    }

    private static JsonNode whisk(Key key, String method, String path) throws Exception {
        String basic =
                Base64.getEncoder().encodeToString((key.id() + ':' + key.secret()).getBytes(StandardCharsets.UTF_8));
        HttpRequest asked = HttpRequest.newBuilder(
                        URI.create(weft.facade("openwhisk") + "/api/v1/namespaces/_/" + path))
                .header("Authorization", "Basic " + basic)
                .method(method, HttpRequest.BodyPublishers.noBody())
                .build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            return AwsClients.json(
                    client.send(asked, HttpResponse.BodyHandlers.ofString()).body());
        }
    }

    @Test
    void everyVendorsListIsOfTheKeysNamespace() throws Exception {
        assertThat(listed(shop, "knative", "/apis/serving.knative.dev/v1/namespaces/shop/services"))
                .contains("\"name\":\"echo\"", "http://echo.shop.")
                .doesNotContain("slow");
        assertThat(listed(shop, "knative", "/apis/serving.knative.dev/v1/namespaces/default/services"))
                .contains("Forbidden");
        assertThat(listed(shop, "google", "/v2/projects/shop/locations/-/functions"))
                .contains("/functions/echo\"")
                .doesNotContain("slow", "echo.shop");
        assertThat(listed(shop, "google", "/v2/projects/default/locations/-/functions"))
                .doesNotContain("slow", "/functions/echo");
        String app = AwsClients.json(listed(shop, "fn", "/v2/apps"))
                .path("items")
                .get(0)
                .path("id")
                .asString();
        assertThat(listed(shop, "fn", "/v2/fns?app_id=" + app))
                .contains("\"name\":\"echo\"")
                .doesNotContain("slow", "echo.shop");
    }

    private static String listed(Key key, String vendor, String path) throws Exception {
        HttpRequest asked = HttpRequest.newBuilder(URI.create(weft.facade(vendor) + path))
                .header("Authorization", "Bearer " + key.id() + '.' + key.secret())
                .build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(asked, HttpResponse.BodyHandlers.ofString()).body();
        }
    }

    @Test
    void oneNameIsEachTenantsOwn() throws Exception {
        try (LambdaClient ofShop = of(shop);
                LambdaClient ofBlue = of(blue);
                LambdaClient ofHome = of(home)) {
            make(ofShop, "from shop");
            assertThatThrownBy(() -> said(ofBlue, "hello")).isInstanceOf(ResourceNotFoundException.class);
            make(ofBlue, "from blue");
            assertThat(said(ofShop, "hello")).isEqualTo("[\"from shop\",\"hello\"]");
            assertThat(said(ofBlue, "hello")).isEqualTo("[\"from blue\",\"hello\"]");
            assertThat(said(ofBlue, "hello:1")).isEqualTo("[\"from blue\",\"hello\"]");
            for (String guess : List.of("hello.shop", "hello", "hello-shop")) {
                assertThatThrownBy(() -> said(ofHome, guess))
                        .satisfies(refused -> assertThat(refused.getMessage()).doesNotContain("from shop"));
            }
            assertThat(ofShop.listFunctions().functions())
                    .extracting(FunctionConfiguration::functionName)
                    .containsExactly("echo", "hello");
            assertThat(ofBlue.listFunctions().functions())
                    .extracting(FunctionConfiguration::functionName)
                    .containsExactly("hello");
            assertThat(ofHome.listFunctions().functions())
                    .extracting(FunctionConfiguration::functionName)
                    .doesNotContain("hello");
            assertThat(whisk(shop, "POST", "actions/hello?blocking=true&result=true")
                            .toString())
                    .contains("from shop");
            logsAndEventsAreApart(ofShop, ofBlue);
            ofShop.deleteFunction(asked -> asked.functionName("hello"));
            assertThatThrownBy(() -> said(ofShop, "hello")).isInstanceOf(ResourceNotFoundException.class);
            assertThat(said(ofBlue, "hello")).isEqualTo("[\"from blue\",\"hello\"]");
            ofBlue.deleteFunction(asked -> asked.functionName("hello"));
        }
    }

    private void logsAndEventsAreApart(LambdaClient ofShop, LambdaClient ofBlue) throws Exception {
        String tail = new String(
                Base64.getDecoder()
                        .decode(ofBlue.invoke(asked -> asked.functionName("hello")
                                        .logType(software.amazon.awssdk.services.lambda.model.LogType.TAIL))
                                .logResult()),
                StandardCharsets.UTF_8);
        assertThat(tail).contains("from blue").doesNotContain("from shop");
        ofShop.invoke(asked -> asked.functionName("hello").invocationType(InvocationType.EVENT));
        WeftInTest.await(
                Duration.ofSeconds(20),
                () -> whisk(shop, "GET", "activations").toString().contains("\"hello\""));
        String id =
                whisk(shop, "GET", "activations").get(0).path("activationId").asString();
        assertThat(whisk(shop, "GET", "activations/" + id).toString()).contains("from shop");
        assertThat(whisk(blue, "GET", "activations/" + id).toString()).doesNotContain("from shop");
        assertThat(whisk(blue, "GET", "activations").toString()).doesNotContain(id);
        assertThat(new WeftCommand(scratch, Map.of())
                        .run("events", "list", "--namespace", "shop")
                        .is(0)
                        .out())
                .contains("hello.shop")
                .doesNotContain("hello.blue");
    }

    @Test
    void documentsOfANamespaceAreServedAndCalledByTheirFullName() throws Exception {
        HttpRequest asked = HttpRequest.newBuilder(weft.gateway().resolve("/of-shop?name=eve"))
                .build();
        try (LambdaClient ofShop = of(shop);
                LambdaClient ofHome = of(home);
                HttpClient client = HttpClient.newHttpClient()) {
            assertThat(said(ofShop, "echo")).contains("hello world");
            assertThat(said(ofHome, "echo")).contains("\"event\"");
            assertThat(client.send(asked, HttpResponse.BodyHandlers.ofString()).body())
                    .contains("hello eve");
        }
        assertThat(weft.invoke("echo.shop", "-d", "{\"name\": \"ada\"}").out()).contains("hello ada");
        assertThat(weft.invoke("echo", "-d", "{}").out()).contains("\"event\"");
        assertThat(weft.invoke("hello.nowhere", "-d", "{}").err()).contains("hello.nowhere");
    }
}
