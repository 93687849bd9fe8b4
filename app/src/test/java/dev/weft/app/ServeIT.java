// SPDX-License-Identifier: Apache-2.0
package dev.weft.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.weft.api.CloudException;
import dev.weft.api.CloudException.Kind;
import dev.weft.app.account.Vendors;
import dev.weft.testkit.FakeVendor;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code weft serve} in front of accounts that a test plays: gateway, admin API, reloading, cost and budgets. */
class ServeIT {
    private static final String DOCUMENTS = """
            apiVersion: weft.dev/v1alpha1
            kind: Cloud
            metadata: {name: near}
            spec: {type: aws, region: eu-west-1, price: {perMillionCalls: 1000}}
            ---
            apiVersion: weft.dev/v1alpha1
            kind: Cloud
            metadata: {name: far}
            spec: {type: google, region: europe-west1, price: {perMillionCalls: 2000}}
            ---
            apiVersion: weft.dev/v1alpha1
            kind: Function
            metadata: {name: shop}
            spec:
              contract: http
              existing: true
              placement: {clouds: [{name: near}, {name: far, as: shop-there}]}
            ---
            apiVersion: gateway.networking.k8s.io/v1
            kind: HTTPRoute
            metadata: {name: all}
            spec:
              rules:
              - matches: [{path: {type: PathPrefix, value: /shop}}]
                backendRefs: [{group: weft.dev, kind: Function, name: shop}]
            """;

    @TempDir
    private Path folder;

    private final HttpClient client = HttpClient.newHttpClient();
    private final FakeVendor vendor = new FakeVendor();
    private HttpServer server;
    private Map<String, String> environment = Map.of();

    @BeforeEach
    void open() throws Exception {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/invoke/", exchange -> {
            byte[] said = exchange.getRequestURI().getPath().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, said.length);
            exchange.getResponseBody().write(said);
            exchange.close();
        });
        server.start();
        URI there = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
        vendor.account("near").has("shop", there);
        vendor.account("far").has("shop-there", there);
        write(DOCUMENTS);
    }

    @AfterEach
    void close() {
        server.stop(0);
    }

    private void write(String documents) throws Exception {
        Files.writeString(Files.createDirectories(folder.resolve("docs")).resolve("weft.yaml"), documents);
    }

    private WeftInTest serve() throws Exception {
        UpPath.Options options = UpPath.Options.plain(List.of(folder.resolve("docs")), 0, 0, true, false);
        return WeftInTest.up(folder.resolve("home"), RealClouds.of(new Vendors(environment, List.of(vendor))), options);
    }

    @Test
    void callsGoToTheCloudsThatTheDocumentsNameAndTheAdminApiTellsOfThem() throws Exception {
        try (WeftInTest weft = serve()) {
            assertThat(get(weft).body()).isEqualTo("/invoke/shop");
            assertThat(weft.said()).contains("RUNS AS").contains("itself").doesNotContain("stood in for");
            assertThat(weft.invoke("shop", "-d", "{}").out()).contains("/invoke/shop");
            vendor.account("near").lacks("shop");
            WeftInTest.await(Duration.ofSeconds(60), () -> get(weft).body().equals("/invoke/shop-there"));
            assertThat(weft.said()).contains("function shop on cloud near: it is not there");

            String clouds = admin(weft, "/clouds");
            assertThat(clouds).contains("\"runsAs\":\"cloud\"").contains("it is not there");
            assertThat(admin(weft, "/functions/shop/placement"))
                    .contains("near")
                    .contains("far");
            String costs = admin(weft, "/costs");
            assertThat(costs)
                    .contains("\"cloud\":\"near\",\"calls\":")
                    .contains("\"priceFrom\":\"spec.price\"")
                    .contains("\"dollars\":0.00");
            journalHas("\"cost\":0.001000000000");
        }
    }

    @Test
    void savedDocumentsAreServedAtOnce() throws Exception {
        try (WeftInTest weft = serve()) {
            assertThat(get(weft).body()).isEqualTo("/invoke/shop");
            write(DOCUMENTS.replace("[{name: near}, {name: far, as: shop-there}]", "[{name: far, as: shop-there}]"));
            WeftInTest.await(Duration.ofSeconds(20), () -> get(weft).body().equals("/invoke/shop-there"));
        }
    }

    @Test
    void aCloudThatRefusesOurCredentialsIsPassedOverAndNamed() throws Exception {
        vendor.account("near").denying(new CloudException(Kind.DENIED, "no keys in profile shop", null));
        try (WeftInTest weft = serve()) {
            assertThat(get(weft).body()).isEqualTo("/invoke/shop-there");
            assertThat(weft.said()).contains("no keys in profile shop");
        }
    }

    @Test
    void aBudgetLetsExactlyItsCallsThroughAndARestartKeepsIt() throws Exception {
        write(DOCUMENTS
                .replace("  existing: true", "  existing: true\n  budget: {dollars: 0.007, per: month}")
                .replace("[{name: near}, {name: far, as: shop-there}]", "[{name: near}]"));
        try (WeftInTest weft = serve()) {
            int answered = 0;
            for (int i = 0; i < 12; i++) {
                answered += get(weft).statusCode() == 200 ? 1 : 0;
            }
            assertThat(answered).isEqualTo(7);
        }
        try (WeftInTest weft = serve()) {
            HttpResponse<String> refused = get(weft);
            assertThat(refused.statusCode()).isEqualTo(429);
            assertThat(refused.body()).contains("budget spent: the 0.007 dollars of function/shop");
            assertThat(refused.headers().firstValueAsLong("retry-after").orElse(0))
                    .isPositive();
        }
    }

    @Test
    void aCloudsSpentBudgetMovesCallsToTheNextCloud() throws Exception {
        write(DOCUMENTS.replace("{perMillionCalls: 1000}}", "{perMillionCalls: 1000}, budget: {dollars: 0.003}}"));
        try (WeftInTest weft = serve()) {
            StringBuilder where = new StringBuilder();
            for (int i = 0; i < 40; i++) {
                HttpResponse<String> answer = get(weft);
                assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
                where.append(answer.body().endsWith("there") ? 'f' : 'n');
            }
            assertThat(where.toString()).isEqualTo("nnn" + "f".repeat(37));
        }
    }

    @Test
    void aPrivateCloudIsReachedOverTlsOnlyIfItsAuthorityIsNamed() throws Exception {
        char[] password = "changeit".toCharArray();
        KeyStore keys = keys(password);
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, password);
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(managers.getKeyManagers(), null, null);
        HttpsServer secured = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        secured.setHttpsConfigurator(new HttpsConfigurator(tls));
        secured.createContext("/invoke/", exchange -> {
            exchange.sendResponseHeaders(200, 7);
            exchange.getResponseBody().write("secured".getBytes(StandardCharsets.UTF_8));
            exchange.close();
        });
        secured.start();
        Path authority = Files.writeString(
                folder.resolve("authority.pem"),
                "-----BEGIN CERTIFICATE-----\n"
                        + Base64.getMimeEncoder()
                                .encodeToString(keys.getCertificate("it").getEncoded())
                        + "\n-----END CERTIFICATE-----\n");
        vendor.account("near")
                .has(
                        "shop",
                        URI.create("https://localhost:" + secured.getAddress().getPort()));
        try (WeftInTest weft = serve()) {
            assertThat(get(weft).body()).isEqualTo("/invoke/shop-there");
            journalHas("\"kind\":\"unreachable\"");
        }
        environment = Map.of(Vendors.AUTHORITIES, authority.toString());
        try (WeftInTest weft = serve()) {
            assertThat(get(weft).body()).isEqualTo("secured");
        } finally {
            secured.stop(0);
        }
    }

    /** A key and a certificate for localhost, made by the JDK's own tool. */
    private KeyStore keys(char[] password) throws Exception {
        Path store = folder.resolve("cloud.p12");
        Process keytool = new ProcessBuilder(List.of(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "it",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=localhost",
                        "-ext",
                        "SAN=DNS:localhost",
                        "-validity",
                        "2",
                        "-storepass",
                        new String(password),
                        "-keystore",
                        store.toString()))
                .start();
        assertThat(keytool.waitFor()).isZero();
        return KeyStore.getInstance(store.toFile(), password);
    }

    /** It is written a moment after the call. */
    private void journalHas(String text) throws Exception {
        Path journal;
        try (var all = Files.walk(folder.resolve("home"))) {
            journal =
                    all.filter(each -> each.endsWith("calls.jsonl")).findFirst().orElseThrow();
        }
        WeftInTest.await(Duration.ofSeconds(10), () -> Files.readString(journal).contains(text));
    }

    private HttpResponse<String> get(WeftInTest weft) throws Exception {
        return client.send(
                HttpRequest.newBuilder(weft.gateway().resolve("/shop")).build(), HttpResponse.BodyHandlers.ofString());
    }

    private String admin(WeftInTest weft, String path) throws Exception {
        return client.send(weft.admin(path).build(), HttpResponse.BodyHandlers.ofString())
                .body();
    }
}
