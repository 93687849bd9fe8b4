// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.facades;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.facade.Key;
import dev.weft.app.SelfSigned;
import dev.weft.app.keys.KeysInTest;
import dev.weft.app.six.Podman;
import dev.weft.app.six.WeftCommand;
import dev.weft.clouds.google.facade.ServiceAccount;
import dev.weft.testkit.RealRegistry;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.json.JsonMapper;

/**
 * One Weft's façades are the clouds of another, of every type, over TLS: processes of their own, of which the first deploys and calls.
 * Where it can't deploy, by images, it calls what is there.
 */
@Tag("system")
@Timeout(300)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class WeftsOfEveryTypeIT {
    private static final List<String> VENDORS =
            List.of("aws", "azure", "google", "openwhisk", "fn", "knative", "alibaba", "oci", "weft");

    private static final Map<String, String> BOB = Map.of("WHO", "bob");
    private static final Map<String, Integer> PORTS = new ConcurrentHashMap<>();

    @TempDir
    private static Path scratch;

    private static WeftCommand.Running there;
    private static WeftCommand.Running spare;
    private static WeftCommand here;
    private static Map<String, String> environment;
    private static Path documents;
    private static RealRegistry registry;
    private static Podman podman;

    @BeforeAll
    static void start() throws Exception {
        SelfSigned.write(scratch, List.of("localhost", "own.localhost", "ship.localhost"));
        registry = RealRegistry.open(scratch.resolve("registry"));
        podman = new Podman(scratch.resolve("podman"));
        podman.pushNode(registry.host() + "/base/node:20");
        there = up("there", VENDORS);
        spare = up("spare", List.of("weft"));
        environment = new HashMap<>(credentials());
        environment.put("SSL_CERT_FILE", scratch.resolve("tls.crt").toString());
        environment.put("WHO", "ada");
        here = new WeftCommand(scratch.resolve("here"), environment);
        documents =
                EveryType.write(scratch.resolve("documents"), WeftsOfEveryTypeIT::address, scratch, registry.host());
    }

    /** The same each time: who was away is found again. */
    private static int port(String weft, String facade) {
        return PORTS.computeIfAbsent(weft + ' ' + facade, _ -> EveryType.freePort());
    }

    private static Path home(String name) {
        return scratch.resolve(name).resolve("weft");
    }

    private static WeftCommand.Running up(String name, List<String> vendors) throws Exception {
        WeftCommand weft = new WeftCommand(scratch.resolve(name), Map.of());
        WeftCommand.Running up = weft.start(
                Map.of(),
                "up",
                EveryType.own(scratch.resolve(name + "-own")).toString(),
                "--port",
                "0",
                "--admin-port",
                "0",
                "--no-watch",
                "--facade",
                String.join(
                        ",",
                        vendors.stream()
                                .map(each -> each + '=' + port(name, each))
                                .toList()),
                "--tls-certificate",
                scratch.resolve("tls.crt").toString(),
                "--tls-key",
                scratch.resolve("tls.key").toString());
        up.says("ready in");
        return up;
    }

    private static Map<String, String> credentials() throws Exception {
        KeysInTest.Oci rsa = KeysInTest.createForOci(home("there"), "ci", Key.Role.DEPLOY, "default");
        Key key = rsa.key();
        String token = key.id() + '.' + key.secret();
        Key other = KeysInTest.create(home("spare"), "ci", Key.Role.DEPLOY, "default");
        Files.writeString(scratch.resolve("spare.key"), other.id() + '.' + other.secret() + '\n');
        String endpoint = address("google").toString().replaceAll("/$", "");
        Path google = Files.writeString(
                scratch.resolve("google.json"),
                JsonMapper.shared().writeValueAsString(ServiceAccount.file(key, rsa.privateKey(), endpoint)));
        return Map.ofEntries(
                Map.entry("WEFT_KEY", token),
                Map.entry("AWS_ACCESS_KEY_ID", key.id()),
                Map.entry("AWS_SECRET_ACCESS_KEY", key.secret()),
                Map.entry("AZURE_TENANT_ID", "weft"),
                Map.entry("AZURE_CLIENT_ID", key.id()),
                Map.entry("AZURE_CLIENT_SECRET", key.secret()),
                Map.entry("AZURE_AUTHORITY_HOST", address("azure").toString()),
                Map.entry("GOOGLE_APPLICATION_CREDENTIALS", google.toString()),
                Map.entry("__OW_API_KEY", key.id() + ':' + key.secret()),
                Map.entry("FN_TOKEN", token),
                Map.entry("KUBE_TOKEN", token),
                Map.entry("ALIBABA_CLOUD_ACCESS_KEY_ID", key.id()),
                Map.entry("ALIBABA_CLOUD_ACCESS_KEY_SECRET", key.secret()),
                Map.entry("OCI_CLI_TENANCY", rsa.tenancy()),
                Map.entry("OCI_CLI_USER", rsa.user()),
                Map.entry("OCI_CLI_FINGERPRINT", rsa.fingerprint()),
                Map.entry("OCI_CLI_KEY_CONTENT", rsa.privateKey()));
    }

    /** Where a façade listens; {@code spare} is the other Weft's. */
    private static URI address(String facade) throws Exception {
        boolean other = facade.equals("spare");
        return said(other ? spare : there, "façade +" + (other ? "weft" : facade) + " +(\\S+)");
    }

    private static URI said(WeftCommand.Running weft, String pattern) throws Exception {
        String all = Files.readString(weft.out());
        Matcher found = Pattern.compile(pattern).matcher(all);
        assertThat(found.find()).as("%s", all).isTrue();
        return URI.create(found.group(1));
    }

    @AfterAll
    static void stop() throws Exception {
        for (WeftCommand.Running each : new WeftCommand.Running[] {there, spare}) {
            if (each != null) {
                end(each);
            }
        }
        if (podman != null) {
            podman.removeAll();
        }
        registry.close();
    }

    private static void end(WeftCommand.Running weft) throws Exception {
        weft.process().destroy();
        WeftCommand.Said ignored = weft.end();
    }

    @Test
    @Order(1)
    void whatIsDeployedByEveryTypeIsAsWantedUntilSomethingChanges() throws Exception {
        String file = documents.toString();
        here.run("apply", "-f", file, "--yes").is(0);
        assertThat(here.run("plan", "-f", file).is(0).out()).contains("as wanted");
        here.run("drift", "-f", file).is(0);
        assertThat(here.run(BOB, "apply", "-f", file, "--yes").is(0).out()).contains("13 of 13 steps done");
    }

    @Test
    @Order(2)
    void whatWasDeployedIsCalledAndWhenTheOneIsGoneTheOther() throws Exception {
        String file = documents.toString();
        WeftCommand.Running serving =
                here.start(BOB, "serve", "-f", file, "--port", "0", "--admin-port", "0", "--no-watch");
        try {
            serving.says("ready in");
            URI gateway = said(serving, "gateway +(\\S+)");
            for (String each : List.of(
                    "lambda", "action", "compute", "offer", "twice", "boxed-fn", "boxed-oci", "boxed-knative")) {
                assertThat(get(gateway, "/" + each + "/a%20b?c=d"))
                        .as(each)
                        .startsWith("200 ")
                        .contains((each.startsWith("boxed") ? "twice" : each) + " bob");
            }
            for (String each : List.of("own-fn", "own-oci", "own-azure", "own-knative")) {
                assertThat(get(gateway, "/" + each))
                        .as(each)
                        .startsWith("200 own GET /" + (each.equals("own-azure") ? "api/own" : each));
            }
            assertThat(get(gateway, "/ship")).startsWith("200 ").contains("bob");
            assertThat(here.run(BOB, "logs", "--file", file, "offer", "--cloud", "google")
                            .is(0)
                            .out())
                    .contains("offered /");
            end(there);
            assertThat(get(gateway, "/ship")).startsWith("200 ").contains("bob");
            assertThat(get(gateway, "/twice/a%20b?c=d")).isEqualTo("200 twice bob /twice/a%20b c=d");
            assertThat(get(gateway, "/boxed-fn/a%20b?c=d")).isEqualTo("200 twice bob /boxed-fn/a%20b c=d");
            assertThat(get(gateway, "/offer/a%20b?c=d")).isEqualTo("200 offer bob");
            assertThat(get(gateway, "/action")).startsWith("503 ");
        } finally {
            end(serving);
            if (!there.process().isAlive()) {
                there = up("there", VENDORS);
            }
        }
    }

    @Test
    @Order(3)
    void whatItWroteThereIsReadAndAllIsTakenAway() throws Exception {
        String file = documents.toString();
        assertThat(here.run(BOB, "logs", "--file", file, "twice", "--cloud", "spare")
                        .is(0)
                        .out())
                .contains("served /twice");
        assertThat(here.run(BOB, "rollback", "offer", "-f", file).is(1).err()).contains("GetService is not done");
        assertThat(here.run(BOB, "rollback", "ship", "-f", file).is(1).err()).contains("no version before");
        assertThat(here.run(BOB, "destroy", "-f", file, "--yes").is(0).out()).contains("13 of 13 steps done");
    }

    private static String get(URI gateway, String path) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<String> answer = client.send(
                    HttpRequest.newBuilder(URI.create(gateway + path)).build(), HttpResponse.BodyHandlers.ofString());
            return answer.statusCode() + " " + answer.body();
        }
    }
}
