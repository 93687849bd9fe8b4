// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.six;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.clouds.oracle.account.PlayedFn;
import dev.weft.testkit.NodeRoot;
import dev.weft.testkit.RealRegistry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Images out of a registry that others wrote, made by a real container engine and by Weft itself, run by {@code weft up}. */
@Tag("system")
@Timeout(300)
class ImagesUpIT {
    private static final String SERVER = """
            import http from 'node:http';
            http.createServer((request, response) => {
              let body = '';
              request.on('data', (chunk) => body += chunk).on('end', () =>
                response.end(`VERSION ${request.url} ${body} ${request.headers['ce-type'] ?? ''} ${process.env.CITY} ${process.cwd()}`));
            }).listen(process.env.PORT, process.env.HOST);
            """;
    /** What AWS's runtime interface client does, in a few lines. */
    private static final String CLIENT = """
            const base = `http://${process.env.AWS_LAMBDA_RUNTIME_API}/2018-06-01/runtime/invocation/`;
            while (true) {
              const next = await fetch(base + 'next');
              const event = await next.json();
              const said = JSON.stringify({ from: event.rawPath ?? event.who, of: process.env.AWS_LAMBDA_FUNCTION_NAME });
              await fetch(`${base}${next.headers.get('lambda-runtime-aws-request-id')}/response`, { method: 'POST', body: said });
            }
            """;

    private static final Pattern GATEWAY = Pattern.compile("gateway\\s+(http://\\S+)");

    @TempDir
    private Path scratch;

    private RealRegistry registry;
    private Podman podman;
    private final List<Process> started = new ArrayList<>();
    private WeftCommand weft;
    private Path documents;

    @BeforeEach
    void start() throws Exception {
        weft = new WeftCommand(scratch, Map.of());
        registry = RealRegistry.guarded(scratch.resolve("registry"));
        podman = new Podman(scratch.resolve("podman"));
        Path home = WeftCommand.home(scratch);
        Files.writeString(
                Files.createDirectories(home.resolve(".docker")).resolve("config.json"),
                "{\"auths\":{\"%s\":{\"auth\":\"%s\"}}}".formatted(registry.host(), login()));
        documents = Files.createDirectories(scratch.resolve("shop"));
        weft = new WeftCommand(scratch, Map.of());
    }

    @AfterEach
    void stop() throws Exception {
        started.forEach(Process::destroyForcibly); // where a test failed before it stopped one
        registry.close();
        if (podman != null) {
            podman.removeAll();
        }
    }

    private void push(String name, String server) throws Exception {
        Path root = scratch.resolve("root");
        if (!Files.exists(root)) {
            NodeRoot.fill(Files.createDirectories(root));
        }
        Files.writeString(Files.createDirectories(root.resolve("app")).resolve("main.mjs"), server);
        podman.push(
                root,
                registry.host() + "/shop/" + name,
                "ENV CITY=Riga",
                "WORKDIR /app",
                "ENTRYPOINT [\"node\"]",
                "CMD [\"main.mjs\"]");
    }

    private String function(String name, String contract, String image) {
        return """
                ---
                apiVersion: weft.dev/v1alpha1
                kind: Function
                metadata: {name: %1$s}
                spec:
                  contract: %2$s
                  code: {image: "%3$s"}
                  placement: {clouds: [{name: here}]}
                ---
                apiVersion: gateway.networking.k8s.io/v1
                kind: HTTPRoute
                metadata: {name: %1$s}
                spec:
                  rules:
                  - matches: [{path: {type: PathPrefix, value: /%1$s}}]
                    backendRefs: [{group: weft.dev, kind: Function, name: %1$s}]
                """.formatted(name, contract, image);
    }

    private void write(String... functions) throws IOException {
        Files.writeString(documents.resolve("weft.yaml"), """
                apiVersion: weft.dev/v1alpha1
                kind: Cloud
                metadata: {name: here}
                spec: {type: knative}
                """ + String.join("", functions));
    }

    private WeftCommand.Running up() throws Exception {
        WeftCommand.Running running =
                weft.start(Map.of(), "up", "--port", "0", "--admin-port", "0", documents.toString());
        started.add(running.process());
        return running;
    }

    private static String gateway(WeftCommand.Running running) throws Exception {
        String said = says(running, "ready in");
        Matcher found = GATEWAY.matcher(said);
        assertThat(found.find()).as(said).isTrue();
        return found.group(1);
    }

    /** All that it has said once that is in it. */
    private static String says(WeftCommand.Running running, String words) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (true) {
            String all = Files.readString(running.out()) + Files.readString(running.err());
            if (all.contains(words)) {
                return all;
            }
            assertThat(running.process().isAlive() && System.nanoTime() < end)
                    .as("no '%s' in %s", words, all)
                    .isTrue();
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    private static void stop(WeftCommand.Running running) throws Exception {
        running.interrupt();
        assertThat(running.end().err()).doesNotContain("Exception");
    }

    private String digest(String name) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://" + registry.host() + "/v2/shop/" + name.replace(":", "/manifests/")))
                .header("accept", "application/vnd.oci.image.manifest.v1+json")
                .header("authorization", "Basic " + login())
                .build();
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(request, HttpResponse.BodyHandlers.discarding())
                    .headers()
                    .firstValue("docker-content-digest")
                    .orElseThrow();
        }
    }

    private static String login() {
        return Base64.getEncoder()
                .encodeToString((RealRegistry.USER + ':' + RealRegistry.PASSWORD).getBytes(StandardCharsets.UTF_8));
    }

    private static String post(String url, String body, String... headers) throws Exception {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(url)).POST(HttpRequest.BodyPublishers.ofString(body));
        if (headers.length > 0) {
            request.headers(headers);
        }
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofString())
                    .body();
        }
    }

    @Test
    void imagesOfPodmansRunByTheContractsThatHoldForAnyLanguage() throws Exception {
        push("web:1", SERVER.replace("VERSION", "one"));
        push("lambda:1", CLIENT);
        String web = registry.host() + "/shop/web:1";
        write(
                function("web", "http", web),
                function("news", "cloudevents", web),
                function("lambda", "aws-lambda", registry.host() + "/shop/lambda:1"));
        assertThat(weft.run("validate", documents.toString()).is(0).out()).contains("3 functions");

        WeftCommand.Running running = up();
        String gateway = gateway(running);
        assertThat(says(running, "fetching image " + web)).contains("fetching image " + web);
        assertThat(post(gateway + "/web/a", "body")).isEqualTo("one /web/a body  Riga /app");
        String[] event = {
            "ce-specversion",
            "1.0",
            "ce-id",
            "1",
            "ce-type",
            "shop.sold",
            "ce-source",
            "/shop",
            "content-type",
            "text/plain"
        };
        assertThat(post(gateway + "/news", "body", event)).isEqualTo("one /news body shop.sold Riga /app");
        assertThat(post(gateway + "/lambda/b", "")).isEqualTo("{\"from\":\"/lambda/b\",\"of\":\"lambda\"}");
        stop(running);

        // the tag moves: it is looked up when Weft starts
        push("web:1", SERVER.replace("VERSION", "two"));
        running = up();
        assertThat(post(gateway(running) + "/web", "")).startsWith("two /web");
        stop(running);
        assertThat(weft.everything()).doesNotContain(RealRegistry.PASSWORD);
    }

    @Test
    void aDigestThatIsThereNeedsNoRegistryAndWhatIsWrongIsTold() throws Exception {
        push("web:1", SERVER.replace("VERSION", "one"));
        String digest = digest("web:1");
        write(function("web", "http", registry.host() + "/shop/web@" + digest));
        WeftCommand.Running running = up();
        assertThat(post(gateway(running) + "/web", "")).startsWith("one");
        stop(running);

        String missing = registry.host() + "/shop/none:1";
        write(function("web", "http", registry.host() + "/shop/web@" + digest), function("none", "http", missing));
        assertThat(up().end().is(1).err())
                .contains("none on here could not be deployed: image " + missing, "has none of that name");
        registry.close();
        write(
                function("web", "http", registry.host() + "/shop/web@" + digest),
                function("tagged", "http", registry.host() + "/shop/web:1"));
        assertThat(up().end().is(1).err())
                .contains("fetching image " + registry.host() + "/shop/web:1", "does not answer");
        write(function("web", "http", registry.host() + "/shop/web@" + digest));
        running = up();
        assertThat(post(gateway(running) + "/web", "")).startsWith("one");
        stop(running);
        write(function("web", "google-functions", registry.host() + "/shop/web@" + digest));
        assertThat(up().end().is(1).err())
                .contains("spec.code.image", "runs no images", "aws-lambda, cloudevents, fn, http");
    }

    /** A Lambda handler in an image that speaks Fn, as {@code weft apply} makes it for a Fn server. */
    @Test
    void anImageThatWeftMadeForFnRunsHereAsThere() throws Exception {
        try (PlayedFn fn = new PlayedFn()) {
            weft = new WeftCommand(scratch, new HashMap<>(fn.environment(WeftCommand.home(scratch))));
            podman.pushNode(registry.host() + "/base/node:20");
            Path outward = Files.createDirectories(scratch.resolve("outward"));
            Files.writeString(
                    Files.createDirectories(outward.resolve("hello")).resolve("index.js"),
                    "exports.handler = async (event) => ({ hello: event.version === '2.0' ? event.rawPath : event.who, at: process.cwd() });");
            Files.writeString(outward.resolve("weft.yaml"), """
                    apiVersion: weft.dev/v1alpha1
                    kind: Cloud
                    metadata: {name: fn}
                    spec: {type: fn, endpoint: "%1$s", registry: "%2$s/shop"}
                    ---
                    apiVersion: weft.dev/v1alpha1
                    kind: Function
                    metadata: {name: hello}
                    spec:
                      contract: aws-lambda
                      runtime: nodejs20
                      code: {path: ./hello, base: "%2$s/base/node:20"}
                      handler: index.handler
                      placement: {clouds: [{name: fn}]}
                    """.formatted(fn.endpoint(), registry.host()));
            weft.run("apply", "--yes", "-f", outward.toString()).is(0);

            write(function("hello", "fn", fn.image("hello")));
            WeftCommand.Running running = up();
            assertThat(post(gateway(running) + "/hello/street", ""))
                    .isEqualTo("{\"hello\":\"/hello/street\",\"at\":\"/function\"}");
            stop(running);
        }
    }
}
