// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.facades;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.weft.api.facade.Key;
import dev.weft.app.WeftInTest;
import dev.weft.app.event.EventsInTest;
import dev.weft.app.facade.Zips;
import dev.weft.app.keys.KeysInTest;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.GenericKubernetesResourceList;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.dsl.MixedOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.io.ByteArrayInputStream;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.ResourceNotFoundException;

/** kubectl and fabric8's client, unmodified, against a {@code weft up}. */
@Tag("system")
@Timeout(180)
class KnativeFacadeIT {
    private static final Duration SOON = Duration.ofSeconds(20);
    private static final ResourceDefinitionContext KSVC = new ResourceDefinitionContext.Builder()
            .withGroup("serving.knative.dev")
            .withVersion("v1")
            .withKind("Service")
            .withPlural("services")
            .withNamespaced(true)
            .build();

    private static final String SERVER = """
            require('http').createServer((q, a) => {
              let body = '';
              q.on('data', (part) => body += part);
              q.on('end', () => a.end([process.env.WHO, q.method, q.url, q.headers['ce-id'], body].join(' ')));
            }).listen(process.env.PORT);
            """;

    @TempDir
    private static Path folder;

    private static Path home;
    private static WeftInTest weft;
    private static Key deploy;
    private static Key invoke;
    private static Key other;
    private static Kubectl kubectl;

    @BeforeAll
    static void start() throws Exception {
        home = folder.resolve("home");
        deploy = KeysInTest.create(home, "ci", Key.Role.DEPLOY, "default");
        invoke = KeysInTest.create(home, "app", Key.Role.INVOKE, "default");
        other = KeysInTest.create(home, "theirs", Key.Role.ADMIN, "other");
        Path app = ThreeFunctions.write(folder.resolve("app"));
        Files.writeString(app.resolve("service.yaml"), """
                apiVersion: serving.knative.dev/v1
                kind: Service
                metadata: {name: from-file, labels: {weft-clouds: here}}
                spec:
                  template:
                    metadata: {annotations: {weft.dev/path: ./server}}
                    spec:
                      containers:
                      - {image: registry.example/not-run:1, command: [node, index.js]}
                """);
        weft = WeftInTest.withFacades(home, List.of("knative", "aws"), app);
        kubectl = Kubectl.with(folder.resolve("kube"), weft.facade("knative"), deploy, null);
    }

    @AfterAll
    static void stop() {
        if (weft != null) {
            weft.close();
        }
    }

    private static String service(String name, String who) {
        String code = Base64.getEncoder().encodeToString(Zips.of(Map.of("index.js", SERVER)));
        return """
                apiVersion: serving.knative.dev/v1
                kind: Service
                metadata: {name: %s, labels: {team: shop}}
                spec:
                  template:
                    metadata:
                      annotations:
                        weft.dev/code: %s
                        autoscaling.knative.dev/max-scale: "3"
                    spec:
                      timeoutSeconds: 9
                      containers:
                      - image: registry.example/hello:1
                        command: [node]
                        args: [index.js]
                        env: [{name: WHO, value: %s}]
                """.formatted(name, code, who);
    }

    /** Over a connection of its own: names below localhost are not everywhere in a machine's resolver, and Host is the client's. */
    private static String call(Key key, String host, String head, String body) throws Exception {
        URI facade = weft.facade("knative");
        try (Socket socket = new Socket("127.0.0.1", facade.getPort())) {
            String request = head.replace("\n", "\r\n") + "\r\nHost: " + host + "\r\nAuthorization: Bearer " + key.id()
                    + '.' + key.secret() + "\r\nConnection: close\r\nContent-Length: " + body.length() + "\r\n\r\n"
                    + body;
            socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static String host(String name) {
        return name + ".default.localhost:" + weft.facade("knative").getPort();
    }

    @Test
    void kubectlMakesAServiceChangesItAndDeletesIt() throws Exception {
        assertThat(kubectl.apply(service("hello", "Weft"))).contains("service.serving.knative.dev/hello created");
        assertThat(kubectl.does("wait", "--for=condition=Ready", "ksvc/hello", "--timeout=20s"))
                .contains("condition met");
        assertThat(kubectl.does("get", "ksvc", "hello").replaceAll(" +", " "))
                .contains("NAME URL LATESTCREATED LATESTREADY READY REASON")
                .containsPattern(
                        "hello http://hello\\.default\\.[a-z0-9]{60}\\.localhost:[0-9]+ hello-00001 hello-00001 True");
        assertThat(call(invoke, host("hello"), "PUT /a/b?c=d HTTP/1.1", "text"))
                .startsWith("HTTP/1.1 200")
                .endsWith("Weft PUT /a/b?c=d  text");
        assertThat(kubectl.apply(service("hello", "Again"))).contains("configured");
        assertThat(call(invoke, host("hello"), "GET / HTTP/1.1", "")).endsWith("Again GET /  ");
        assertThat(kubectl.does("label", "ksvc", "hello", "more=yes")).contains("labeled");
        String patch = "[{\"op\":\"replace\",\"path\":\"/spec/template/spec/timeoutSeconds\",\"value\":10}]";
        assertThat(kubectl.does("patch", "ksvc", "hello", "--type=json", "-p", patch))
                .contains("patched");
        String seen = kubectl.does("get", "ksvc", "hello", "-o", "json");
        assertThat(seen).contains("\"timeoutSeconds\": 10").contains("hello-00003");
        assertThat(kubectl.run(seen, "replace", "-f", "-").text()).contains("replaced");
        assertThat(kubectl.does("get", "ksvc", "-l", "more=yes,team=shop", "-o", "name"))
                .isEqualTo("service.serving.knative.dev/hello\n");
        assertThat(kubectl.does("get", "configurations,routes,revisions", "-o", "name"))
                .contains("configuration.serving.knative.dev/hello")
                .contains("route.serving.knative.dev/hello")
                .contains("revision.serving.knative.dev/hello-00003");
        assertThat(kubectl.does("delete", "ksvc", "hello")).contains("deleted");
        assertThat(kubectl.refused("", "get", "ksvc", "hello")).contains("NotFound");
        assertThat(call(invoke, host("hello"), "GET / HTTP/1.1", "")).startsWith("HTTP/1.1 404");
    }

    @Test
    void whatCanNotBeIsRefusedInKubectlsWords() throws Exception {
        String image = service("image", "x").replaceAll("weft.dev/code: .*", "");
        assertThat(kubectl.refused(image, "apply", "-f", "-"))
                .contains("fetching image registry.example/hello:1", "no address is known of registry.example");
        assertThat(kubectl.refused(
                        service("bad", "x").replace("timeoutSeconds: 9", "volumes: [{name: v}]"), "create", "-f", "-"))
                .contains("spec.template.spec.volumes");
        assertThat(kubectl.refused(service("server", "x"), "create", "-f", "-")).contains("AlreadyExists");
        assertThat(kubectl.refused("", "delete", "ksvc", "server")).contains("Forbidden", "documents");
        assertThat(kubectl.refused(service("ssa", "x"), "apply", "--server-side", "-f", "-"))
                .contains("server-side apply is not done");
        assertThat(kubectl.refused("", "get", "ksvc", "-n", "other")).contains("Forbidden");
        assertThat(kubectl.refused("", "get", "pods")).contains("doesn't have a resource type");
        Kubectl small = Kubectl.with(folder.resolve("small"), weft.facade("knative"), invoke, null);
        assertThat(small.refused("", "get", "ksvc")).contains("Forbidden").contains("role deploy");
        Key nobody = new Key("WEFTNOBODY0000000001", "x".repeat(40), "nobody", Key.Role.ADMIN, "default");
        Kubectl stranger = Kubectl.with(folder.resolve("stranger"), weft.facade("knative"), nobody, null);
        assertThat(stranger.refused("", "get", "ksvc")).contains("You must be logged in to the server");
        Kubectl elsewhere = Kubectl.with(folder.resolve("elsewhere"), weft.facade("knative"), other, null);
        assertThat(elsewhere.does("get", "ksvc", "-A")).contains("No resources found");
        assertThat(call(other, host("server"), "GET / HTTP/1.1", "")).startsWith("HTTP/1.1 404");
    }

    @Test
    void aKnativeServiceInAFileIsAFunction() throws Exception {
        assertThat(kubectl.does("get", "ksvc", "from-file", "-o", "name"))
                .isEqualTo("service.serving.knative.dev/from-file\n");
        assertThat(call(invoke, host("from-file"), "POST / HTTP/1.1\nContent-Type: text/plain", "echo"))
                .startsWith("HTTP/1.1 200")
                .endsWith("echo");
    }

    @Test
    void kubectlWatches() throws Exception {
        Path out = folder.resolve("watched.txt");
        Process watching = kubectl.begin(out, "get", "ksvc", "-w", "-o", "name", "--output-watch-events=false");
        try {
            WeftInTest.await(SOON, () -> Files.readString(out).contains("/server"));
            assertThat(kubectl.apply(service("seen", "x"))).contains("created");
            WeftInTest.await(SOON, () -> Files.readString(out).contains("/seen"));
            assertThat(kubectl.does("delete", "ksvc", "seen", "--wait=true")).contains("deleted");
            WeftInTest.await(SOON, () -> Files.readString(out).split("/seen", -1).length > 2);
        } finally {
            watching.destroy();
            assertThat(watching.waitFor(20, TimeUnit.SECONDS)).isTrue();
        }
    }

    @Test
    void anEventIsKeptForWhoWouldRatherNotWait() throws Exception {
        String taken = call(
                invoke,
                host("server"),
                "POST / HTTP/1.1\nPrefer: respond-async\nCe-Id: 7\nCe-Source: /it\nCe-Type: t\nCe-Specversion: 1.0\nContent-Type: text/plain",
                "later");
        assertThat(taken).startsWith("HTTP/1.1 202");
        String id = taken.replaceAll("(?is).*weft-invocation-id: (\\S+).*", "$1");
        assertThat(EventsInTest.await(home, id, "delivered").path("result").asString())
                .isEqualTo("later");
    }

    private static KubernetesClient fabric8(Key key) {
        Config config = new ConfigBuilder(Config.empty())
                .withMasterUrl(weft.facade("knative").toString())
                .withOauthToken(key.id() + '.' + key.secret())
                .withNamespace("default")
                .withRequestRetryBackoffLimit(0)
                .build();
        return new KubernetesClientBuilder().withConfig(config).build();
    }

    private static GenericKubernetesResource read(KubernetesClient client, String document) {
        return (GenericKubernetesResource) client.resource(document).item();
    }

    @Test
    void fabric8MakesAServiceEditsItWatchesItAndDeletesIt() throws Exception {
        BlockingQueue<String> events = new LinkedBlockingQueue<>();
        try (KubernetesClient client = fabric8(deploy)) {
            MixedOperation<
                            GenericKubernetesResource,
                            GenericKubernetesResourceList,
                            Resource<GenericKubernetesResource>>
                    services = client.genericKubernetesResources(KSVC);
            Watch watch = services.inNamespace("default").withName("fabric").watch(told(events));
            try {
                GenericKubernetesResource made = services.inNamespace("default")
                        .resource(read(client, service("fabric", "eight")))
                        .create();
                assertThat(made.getMetadata().getUid()).isNotEmpty();
                assertThat(events.poll(20, TimeUnit.SECONDS)).isEqualTo("ADDED");
                services.inNamespace("default").withName("fabric").edit(each -> {
                    each.getMetadata().getLabels().put("edited", "yes");
                    return each;
                });
                assertThat(events.poll(20, TimeUnit.SECONDS)).isEqualTo("MODIFIED");
                KubernetesClientException stale = catchThrowableOfType(
                        KubernetesClientException.class,
                        () -> services.inNamespace("default").resource(made).update());
                assertThat(stale.getCode()).isEqualTo(409);
                assertThat(stale.getStatus().getReason()).isEqualTo("Conflict");
                assertThat(services.inNamespace("default")
                                .withLabel("edited", "yes")
                                .list()
                                .getItems())
                        .extracting(each -> each.getMetadata().getName())
                        .containsExactly("fabric");
                assertThat(services.inNamespace("default").withName("fabric").delete())
                        .hasSize(1);
                assertThat(events.poll(20, TimeUnit.SECONDS)).isEqualTo("DELETED");
                assertThat(services.inNamespace("default").withName("fabric").get())
                        .isNull();
            } finally {
                watch.close();
            }
        }
    }

    private static Watcher<GenericKubernetesResource> told(BlockingQueue<String> events) {
        return new Watcher<>() {
            @Override
            public void eventReceived(Action action, GenericKubernetesResource resource) {
                events.add(action.name());
            }

            @Override
            public void onClose(WatcherException cause) {
                events.add("closed: " + cause);
            }
        };
    }

    @Test
    void aFunctionIsTheSameForAwsClients() throws Exception {
        assertThat(kubectl.apply(service("shared", "both"))).contains("created");
        try (LambdaClient aws = new AwsClients(folder, weft.facade("aws"), deploy).sdk()) {
            assertThat(aws.listFunctions().functions())
                    .extracting(each -> each.functionName())
                    .contains("shared");
            assertThat(aws.invoke(asked -> asked.functionName("shared").payload(SdkBytes.fromUtf8String("\"event\"")))
                            .payload()
                            .asUtf8String())
                    .endsWith(" \"event\"");
            byte[] code = Zips.of(Map.of("index.mjs", "export const handler = async () => 'from aws';"));
            aws.createFunction(asked -> asked.functionName("From_Aws")
                    .runtime("nodejs20.x")
                    .handler("index.handler")
                    .role("arn:aws:iam::000000000000:role/any")
                    .code(zip -> zip.zipFile(SdkBytes.fromInputStream(new ByteArrayInputStream(code)))));
            assertThat(kubectl.does("get", "ksvc", "from-aws", "-o", "yaml")).contains("weft.dev/contract: aws-lambda");
            assertThat(call(invoke, host("from-aws"), "GET / HTTP/1.1", "")).contains("from aws");
            assertThat(kubectl.does(
                            "patch",
                            "ksvc",
                            "from-aws",
                            "--type=merge",
                            "-p",
                            "{\"metadata\":{\"labels\":{\"a\":\"b\"}}}"))
                    .contains("patched");
            assertThat(call(invoke, host("from-aws"), "GET / HTTP/1.1", "")).contains("from aws");
            assertThat(kubectl.does("delete", "ksvc", "from-aws")).contains("deleted");
            assertThat(catchThrowableOfType(
                            ResourceNotFoundException.class,
                            () -> aws.getFunction(asked -> asked.functionName("From_Aws"))))
                    .isNotNull();
            aws.deleteFunction(asked -> asked.functionName("shared"));
        }
        assertThat(kubectl.refused("", "get", "ksvc", "shared")).contains("NotFound");
    }
}
