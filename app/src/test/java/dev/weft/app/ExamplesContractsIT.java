// SPDX-License-Identifier: Apache-2.0
package dev.weft.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.weft.api.resource.Function;
import dev.weft.app.cli.CommandLineInTest;
import dev.weft.app.cli.CommandLineInTest.Said;
import dev.weft.app.cli.InvokeCommand;
import dev.weft.app.home.Home;
import dev.weft.control.Application;
import dev.weft.control.DocumentReader;
import dev.weft.control.Reading;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code weft up examples/contracts}: one Weft, every contract; each says hello by HTTP and by {@code weft invoke}. */
class ExamplesContractsIT {
    private static final Path EXAMPLES = Path.of("../examples/contracts");
    private static final String CLOUDS = "clouds.yaml";

    private static final Path HOME = SharedHome.FOLDER;

    /** A first start may fetch libraries. */
    private static final Duration READY_MAX = Duration.ofMinutes(10);

    private static final Duration WAIT_MAX = Duration.ofSeconds(30);
    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final StringWriter SAID = new StringWriter();
    private static final CountDownLatch STOP = new CountDownLatch(1);

    private static Thread up = Thread.ofVirtual().start(() -> {});

    @BeforeAll
    static void start() throws Exception {
        UpPath.Options options = UpPath.Options.plain(List.of(EXAMPLES), 0, 256L << 20, false, false);
        PrintWriter out = new PrintWriter(SAID, true);
        up = Thread.ofPlatform().name("up").start(() -> {
            try {
                int ignored = new UpPath(options, home(), new Terminal(out, out, false), STOP).run();
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
        });
        await(READY_MAX, () -> SAID.toString().contains("ready in") || !up.isAlive());
        assertThat(up.isAlive()).as("%s", SAID).isTrue();
    }

    @AfterAll
    static void stop() throws InterruptedException {
        STOP.countDown();
        assertThat(up.join(WAIT_MAX)).isTrue();
    }

    /** One file of documents: the functions and routes of one contract in one language. */
    private record Row(String name, Application application) {
        String path() {
            return '/' + name;
        }

        Function function() {
            return application.functions().stream()
                    .filter(each -> each.name().equals("hello-" + name))
                    .findFirst()
                    .orElseThrow(() -> new AssertionError(name + ".yaml holds no function hello-" + name));
        }
    }

    private static List<Row> rows() throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.list(EXAMPLES)) {
            files = all.filter(file -> file.toString().endsWith(".yaml") && !file.endsWith(CLOUDS))
                    .sorted()
                    .toList();
        }
        assertThat(files).isNotEmpty();
        List<Row> rows = new ArrayList<>();
        for (Path file : files) {
            Reading reading = DocumentReader.read(List.of(EXAMPLES.resolve(CLOUDS), file), System.getenv());
            assertThat(reading).as("%s with %s alone", file, CLOUDS).isInstanceOf(Reading.Valid.class);
            if (reading instanceof Reading.Valid(Application application)) {
                rows.add(new Row(file.getFileName().toString().replace(".yaml", ""), application));
            }
        }
        return rows;
    }

    private static Stream<DynamicTest> each(Trial trial) throws IOException {
        return rows().stream().map(row -> dynamicTest(row.name(), () -> trial.of(row)));
    }

    /** What is tried with each row. */
    private interface Trial {
        void of(Row row) throws Exception;
    }

    @TestFactory
    Stream<DynamicTest> saysHelloOverHttp() throws IOException {
        return each(row -> {
            HttpResponse<String> ada = greet(row, "{\"name\":\"ada\"}");

            assertThat(ada.statusCode()).as("%s", ada.body()).isEqualTo(200);
            assertThat(ada.body()).contains("hello ada");
            assertThat(greet(row, "{}").body()).contains("hello world");
        });
    }

    @TestFactory
    Stream<DynamicTest> saysHelloToAnInvocation() throws IOException {
        return each(row -> {
            Said said = invoke(row.function().name(), "{\"name\":\"bob\"}");

            assertThat(said.exit()).as("%s", said).isZero();
            // a handler of events has no answer in some contracts: there it greets in its log
            await(
                    WAIT_MAX,
                    () -> said.out().contains("hello bob")
                            || admin("GET", "/functions/" + row.function().name() + "/logs", "")
                                    .body()
                                    .contains("hello bob"));
        });
    }

    @TestFactory
    Stream<DynamicTest> servesAgainAfterItsProcessWasKilled() throws IOException {
        return each(row -> {
            assertThat(greet(row, "{\"name\":\"ada\"}").statusCode()).isEqualTo(200);
            List<ProcessHandle> running = instances(row.function().name());
            assertThat(running).isNotEmpty();

            running.forEach(each -> each.children().forEach(ProcessHandle::destroyForcibly));
            running.forEach(ProcessHandle::destroyForcibly);

            await(WAIT_MAX, () -> running.stream().noneMatch(ProcessHandle::isAlive));
            await(WAIT_MAX, () -> greet(row, "{\"name\":\"eve\"}").body().contains("hello eve"));
        });
    }

    @TestFactory
    Stream<DynamicTest> isNotReachedWhileItsOnlyCloudFails() throws IOException {
        return each(row -> {
            String cloud = row.function().spec().placement().clouds().getFirst().name();
            try {
                fault(cloud, "fail");
                assertThat(greet(row, "{}").statusCode()).isEqualTo(503);
                assertThat(invoke(row.function().name(), "{}").exit()).isEqualTo(1);
            } finally {
                fault(cloud, "heal");
            }
            await(WAIT_MAX, () -> greet(row, "{}").statusCode() == 200);
        });
    }

    @Test
    void everyExampleIsNamedInTheReadMe() throws IOException {
        String text = Files.readString(EXAMPLES.resolve("README.md"));

        assertThat(rows()).allSatisfy(row -> assertThat(text).contains("](" + row.name() + ".yaml)"));
    }

    @Test
    void aFunctionThatIsNotThereIsToldWithThoseThatAre() throws IOException {
        Said said = invoke("hello-nobody", "{}");

        assertThat(said.exit()).isEqualTo(1);
        assertThat(said.err())
                .contains("no function named 'hello-nobody'")
                .contains(rows().getFirst().function().name());
    }

    @Test
    void aPathWithoutARouteIsNotFound() throws Exception {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(gateway() + "/nobody")).build();

        assertThat(CLIENT.send(request, BodyHandlers.ofString()).statusCode()).isEqualTo(404);
    }

    private static HttpResponse<String> greet(Row row, String json) throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(gateway() + row.path()))
                .version(HttpClient.Version.HTTP_1_1)
                .header("content-type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(json));
        if (row.function().spec().contract() == Function.Contract.CLOUDEVENTS) {
            request.header("ce-specversion", "1.0")
                    .header("ce-id", "1")
                    .header("ce-source", "/test")
                    .header("ce-type", "greet");
        }
        return CLIENT.send(request.build(), BodyHandlers.ofString());
    }

    private static Said invoke(String function, String json) {
        return CommandLineInTest.run(new InvokeCommand(), Map.of("WEFT_HOME", HOME.toString()), function, "-d", json);
    }

    private static List<ProcessHandle> instances(String function) throws IOException, InterruptedException {
        List<ProcessHandle> running = new ArrayList<>();
        for (JsonNode each : JsonMapper.shared()
                .readTree(admin("GET", "/instances", "").body())
                .path("items")) {
            if (each.path("function").asString().equals(function)) {
                ProcessHandle.of(each.path("pid").asLong()).ifPresent(running::add);
            }
        }
        return running;
    }

    private static void fault(String cloud, String what) throws IOException, InterruptedException {
        assertThat(admin("POST", "/clouds/" + cloud + "/fault", "{\"fault\":\"" + what + "\"}")
                        .statusCode())
                .isEqualTo(200);
    }

    private static HttpResponse<String> admin(String method, String path, String body)
            throws IOException, InterruptedException {
        Home.Found found = home().running().getFirst();
        HttpRequest request = HttpRequest.newBuilder(URI.create(found.url() + "/weft/v1" + path))
                .header("authorization", "Bearer " + found.token())
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build();
        return CLIENT.send(request, BodyHandlers.ofString());
    }

    private static String gateway() {
        Matcher url = Pattern.compile("gateway +(\\S+)").matcher(SAID.toString());
        assertThat(url.find()).as("%s", SAID).isTrue();
        return url.group(1);
    }

    private static Home home() {
        return Home.of(Map.of("WEFT_HOME", HOME.toString()));
    }

    private static void await(Duration most, Callable<Boolean> condition) throws Exception {
        long end = System.nanoTime() + most.toNanos();
        while (!condition.call()) {
            assertThat(System.nanoTime()).as("waited %s; %s", most, SAID).isLessThan(end);
            Thread.onSpinWait();
        }
    }
}
