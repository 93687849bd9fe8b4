// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.facades;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.api.facade.Key;
import dev.weft.app.WeftInTest;
import dev.weft.app.facade.Zips;
import dev.weft.app.keys.KeysInTest;
import dev.weft.net.tls.TlsFiles;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Azure's own command line and plain HTTP, over TLS, against a {@code weft up} that answers other vendors' clients too. */
@Tag("system")
@Timeout(300)
class AzureFacadeIT {
    @TempDir
    private static Path folder;

    private static HttpClient http;
    private static WeftInTest weft;
    private static Key deploy;
    private static Key invoke;
    private static Key other;
    private static AzureCli az;

    @BeforeAll
    static void start() throws Exception {
        Path home = folder.resolve("home");
        deploy = KeysInTest.create(home, "ci", Key.Role.DEPLOY, "default");
        invoke = KeysInTest.create(home, "app", Key.Role.INVOKE, "default");
        other = KeysInTest.create(home, "theirs", Key.Role.ADMIN, "other");
        TlsFiles.Pair pair = certificate();
        http = HttpClient.newBuilder().sslContext(trusting(pair.certificate())).build();
        weft = WeftInTest.withFacades(
                home,
                new TlsFiles(List.of(pair), null),
                List.of("azure", "openwhisk"),
                ThreeFunctions.write(folder.resolve("app")));
        az = new AzureCli(folder.resolve("az"), weft.facade("azure"), pair.certificate());
    }

    @AfterAll
    static void stop() {
        if (weft != null) {
            weft.close();
            http.close();
        }
    }

    private static TlsFiles.Pair certificate() throws Exception {
        TlsFiles.Pair pair = new TlsFiles.Pair(folder.resolve("tls.crt"), folder.resolve("tls.key"));
        Process openssl = new ProcessBuilder(
                        List.of(("openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2"
                                        + " -subj /CN=localhost -addext subjectAltName=DNS:localhost -keyout "
                                        + pair.key() + " -out " + pair.certificate())
                                .split(" ", -1)))
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("openssl.log").toFile())
                .start();
        assertThat(openssl.waitFor())
                .as(Files.readString(folder.resolve("openssl.log")))
                .isZero();
        return pair;
    }

    private static SSLContext trusting(Path certificate) throws Exception {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        try (InputStream in = Files.newInputStream(certificate)) {
            trusted.setCertificateEntry(
                    "it", CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static HttpRequest.Builder at(String target) {
        return HttpRequest.newBuilder(URI.create(weft.facade("azure") + target));
    }

    private static HttpRequest.Builder openwhisk(String rest) {
        String basic = Base64.getEncoder()
                .encodeToString((deploy.id() + ':' + deploy.secret()).getBytes(StandardCharsets.UTF_8));
        return HttpRequest.newBuilder(URI.create(weft.facade("openwhisk") + "/api/v1/namespaces/_/actions" + rest))
                .header("Authorization", "Basic " + basic)
                .header("Content-Type", "application/json");
    }

    private static String said(Key key) {
        return key.id() + '.' + key.secret();
    }

    private static Path zip(String name, String code) throws Exception {
        return Files.write(
                folder.resolve(name + ".zip"),
                Zips.of(Map.of(
                        "host.json", "{\"version\":\"2.0\"}",
                        "package.json", "{\"main\":\"index.js\",\"dependencies\":{\"@azure/functions\":\"^4.0.0\"}}",
                        "index.js", code)));
    }

    private static String function(String name, String answer) {
        return "require('@azure/functions').app.http('" + name
                + "', {methods: ['GET', 'POST'], handler: async (request) => ({"
                + "headers: {'x-mine': 'yes'}, status: 201, body: " + answer + "})});\n";
    }

    private static List<String> names(JsonNode apps) {
        List<String> names = new ArrayList<>();
        apps.forEach(each -> names.add(each.path("name").asString()));
        return names;
    }

    private static final String PAINT = " -g shop -n Paint-One";

    @Test
    void azTakesAnAppThroughItsLife() throws Exception {
        az.login(deploy);
        JsonNode made = az.run("functionapp create -s anystore --consumption-plan-location westeurope --os-type Linux"
                + " --runtime node --runtime-version 20 --functions-version 4" + PAINT);
        assertThat(made.path("state").asString()).isEqualTo("Running");
        JsonNode ignored = az.run("functionapp config appsettings set --settings COLOUR=${env:HOME}" + PAINT);
        Path zip = zip("one", function("hello", "'one ' + process.env.COLOUR + ' ' + request.query.get('name')"));
        assertThat(deployed(zip).path("status").asInt()).isEqualTo(4);

        String url = az.run("functionapp function list" + PAINT)
                .path(0)
                .path("invokeUrlTemplate")
                .asString();
        assertThat(url).isEqualTo(weft.facade("azure") + "/apps/Paint-One/api/hello");
        String key = az.run("functionapp function keys list --function-name hello" + PAINT)
                .path("default")
                .asString();
        HttpResponse<String> called = send(HttpRequest.newBuilder(URI.create(url + "?name=ada&code=" + key)));
        assertThat(called.statusCode()).as(called.body()).isEqualTo(201);
        assertThat(called.body()).isEqualTo("one ${env:HOME} ada");
        assertThat(called.headers().firstValue("x-mine")).hasValue("yes");
        assertThat(send(HttpRequest.newBuilder(URI.create(url))).statusCode()).isEqualTo(401);

        Path several = zip("two", function("a", "'a'") + function("b", "'b'"));
        assertThatThrownBy(() -> deployed(several)).hasMessageContaining("the zip file has 2 functions (a, b)");
        seenByOthers();
        assertThat(names(az.run("functionapp list"))).contains("Paint-One", "compute", "lambda", "server");

        ignored = az.run("functionapp delete" + PAINT);
        assertThat(send(HttpRequest.newBuilder(URI.create(url + "?code=" + key)))
                        .statusCode())
                .isEqualTo(404);
        assertThat(send(openwhisk("/paint-one")).statusCode()).isEqualTo(404);
        assertThat(KeysInTest.audit(folder.resolve("home")))
                .contains("kudu.ZipDeploy", "Microsoft.Web/sites/delete")
                .doesNotContain(deploy.secret());
    }

    private static JsonNode deployed(Path zip) throws Exception {
        return az.run("functionapp deployment source config-zip --src " + zip + PAINT);
    }

    private static void seenByOthers() throws Exception {
        assertThat(send(openwhisk("")).body()).contains("\"Paint-One\"");
        HttpResponse<String> invoked =
                send(openwhisk("/paint-one?blocking=true&result=true").POST(HttpRequest.BodyPublishers.ofString("{}")));
        assertThat(invoked.body()).contains("one ${env:HOME}");
        assertThat(weft.invoke("paint-one", "--data", "{}").out()).contains("one ${env:HOME}");
    }

    @Test
    void whatAnotherClientMadeIsAnAppAndGoesAsOne() throws Exception {
        HttpResponse<String> made = send(openwhisk("/Made_There")
                .PUT(HttpRequest.BodyPublishers.ofString(
                        "{\"exec\":{\"kind\":\"nodejs:20\",\"code\":\"function main(args) {"
                                + " return {there: args.name || 'nobody'} }\"}}")));
        assertThat(made.statusCode()).as(made.body()).isEqualTo(200);
        String app = "/subscriptions/default/resourceGroups/weft/providers/Microsoft.Web/sites/made-there";
        JsonNode shown = JsonMapper.shared()
                .readTree(send(at(app).header("Authorization", "Bearer " + said(deploy)))
                        .body());
        assertThat(shown.path("name").asString()).isEqualTo("Made_There");
        HttpResponse<String> event = send(at("/apps/made-there/admin/functions/Made_There?code=" + said(invoke))
                .POST(HttpRequest.BodyPublishers.ofString("{\"input\":\"{\\\"name\\\":\\\"ada\\\"}\"}")));
        assertThat(event.statusCode()).as(event.body()).isEqualTo(202);
        assertThat(send(at(app).DELETE().header("Authorization", "Bearer " + said(deploy)))
                        .statusCode())
                .isEqualTo(200);
        assertThat(send(openwhisk("/Made_There")).statusCode()).isEqualTo(404);
    }

    @Test
    void functionsOfAnyContractAreCalledByUrl() throws Exception {
        HttpResponse<String> answer = send(at("/apps/server/deep/path?x=1")
                .header("x-functions-key", said(invoke))
                .header("Content-Type", "application/x-of-my-own")
                .header("X-Echo", "here")
                .POST(HttpRequest.BodyPublishers.ofString("hello")));
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("hello");
        assertThat(answer.headers().firstValue("content-type")).hasValue("application/x-of-my-own");
        assertThat(answer.headers().firstValue("x-echo")).hasValue("here");
        HttpResponse<String> lambda = send(at("/apps/lambda/api/lambda?q=1&code=" + said(invoke)));
        assertThat(lambda.body()).contains("\"rawQueryString\":\"q=1\"").doesNotContain(invoke.secret());
        assertThat(send(at("/apps/compute/api/compute?code=" + said(invoke))).statusCode())
                .isEqualTo(200);
        assertThat(send(at("/apps/lambda/api/lambda?code=" + said(other))).statusCode())
                .isEqualTo(404);
        assertThat(send(at("/apps/nonsense/api/x?code=" + said(invoke))).statusCode())
                .isEqualTo(404);
        assertThat(send(at("/apps/lambda/api/x?code=" + invoke.id() + ".wrong")).statusCode())
                .isEqualTo(401);
        assertThat(send(at("/apps/lambda/admin/host/ping")).statusCode()).isEqualTo(200);
        WeftInTest.await(
                Duration.ofSeconds(20), () -> weft.logs("compute").out().contains("compute serves"));
    }
}
