// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.Outcome;
import dev.weft.api.spi.Place;
import dev.weft.testkit.Caller;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** What users of the Java annotation library rely on besides the contract. */
class AzureJavaIT {
    private static final String IMPORTS = """
            import com.microsoft.azure.functions.*;
            import com.microsoft.azure.functions.annotation.*;
            import java.util.*;
            """;

    @TempDir
    Path folder;

    private AzureUnderTest azure;

    @BeforeEach
    void open() {
        azure = new AzureUnderTest(folder, "java17");
    }

    @AfterEach
    void close() {
        azure.close();
    }

    private Place app(String methods, String handler) {
        AzureClasses.compile(azure.file(".keep", ""), "Shop", IMPORTS + "public class Shop {" + methods + "}");
        return azure.deployed(handler);
    }

    @Test
    void aMethodSeesItsWholeContextAndRequest() {
        Place place = app("""
                @FunctionName("cart")
                @FixedDelayRetry(maxRetryCount = 3, delayInterval = "00:00:01")
                public HttpResponseMessage cart(
                        @HttpTrigger(name = "req", methods = {HttpMethod.GET}, route = "carts/{id:int}")
                                HttpRequestMessage<Optional<String>> request,
                        @BindingName("id") int id,
                        @BindingName("a") String a,
                        final ExecutionContext context) {
                    context.getLogger().info("cart " + id);
                    return request.createResponseBuilder(HttpStatus.CREATED)
                            .header("X-Shop", "linen")
                            .body(Map.of("uri", request.getUri().toString(), "method", request.getHttpMethod().name(),
                                    "agent", request.getHeaders().get("user-agent"), "query", request.getQueryParameters(),
                                    "id", id, "a", a, "function", context.getFunctionName(),
                                    "trace", context.getTraceContext().getTraceparent(),
                                    "retries", context.getRetryContext().getMaxretrycount(),
                                    "body", request.getBody().isPresent()))
                            .build();
                }""", "cart");

        Caller.Heard heard = azure.get(place, "/api/carts/7?a=x", "User-Agent", "curl/8");

        assertThat(heard.status()).as("%s", heard).isEqualTo(201);
        assertThat(AzureUnderTest.headers(heard).first("x-shop")).isEqualTo("linen");
        assertThat(AzureUnderTest.headers(heard).first("content-type")).startsWith("application/json");
        JsonNode said = AzureUnderTest.json(heard);
        assertThat(said.path("uri").asString("")).isEqualTo("http://weft/api/carts/7?a=x");
        assertThat(said.path("method").asString("")).isEqualTo("GET");
        assertThat(said.path("agent").asString("")).isEqualTo("curl/8");
        assertThat(said.path("query").toString()).isEqualTo("{\"a\":\"x\"}");
        assertThat(said.path("id").asInt(0)).isEqualTo(7);
        assertThat(said.path("a").asString("")).isEqualTo("x");
        assertThat(said.path("function").asString("")).isEqualTo("cart");
        assertThat(said.path("trace").asString("")).startsWith("00-");
        assertThat(said.path("retries").asInt(0)).isEqualTo(3);
        assertThat(said.path("body").asBoolean(true)).isFalse();
        assertThat(azure.request(place, "POST", "/api/carts/7", "").status()).isEqualTo(404);
    }

    @Test
    void bodiesAreReadAsTheTypeThatIsAskedFor() {
        Place place = app("""
                public static class Order { public int id; public List<String> items; }

                @FunctionName("order")
                public Order order(
                        @HttpTrigger(name = "req") HttpRequestMessage<Order> request, ExecutionContext context) {
                    Order order = request.getBody();
                    order.id++;
                    return order;
                }""", null);

        Caller.Heard heard = azure.request(place, "PUT", "/order", "{\"id\":1,\"items\":[\"a\"]}");

        assertThat(heard.text()).isEqualTo("{\"id\":2,\"items\":[\"a\"]}");
        Outcome.Failure failure = AzureUnderTest.failure(azure.request(place, "PUT", "/order", "seven"));
        assertThat(failure.message()).contains("can't be read as Shop$Order");
    }

    @Test
    void aQueueFunctionTakesAnEventAndItsOutputsAreNotLostSilently() throws InterruptedException {
        Place place = app("""
                @FunctionName("order")
                public String order(
                        @QueueTrigger(name = "message", queueName = "orders", connection = "Storage") String message,
                        @BindingName("DequeueCount") long count,
                        @QueueOutput(name = "bill", queueName = "bills", connection = "Storage") OutputBinding<String> bill,
                        ExecutionContext context) {
                    bill.setValue("bill for " + message);
                    return message + count;
                }""", "order");

        Caller.Heard heard = azure.event(place, "linen", Map.of());

        assertThat(heard.text()).isEqualTo("linen1");
        Outcome.Result result = (Outcome.Result) Objects.requireNonNull(heard.outcome());
        assertThat(result.attributes().first("weft-output-bill")).isEqualTo("\"bill for linen\"");
        azure.awaitLogged("no service of type queue is here");
    }

    @Test
    void aTimerFunctionIsToldOfItsTimer() {
        Place place = app("""
                @FunctionName("nightly")
                public String nightly(@TimerTrigger(name = "timer", schedule = "0 0 2 * * *") String timer) {
                    return timer;
                }""", "nightly");

        JsonNode timer = AzureUnderTest.json(azure.event(place, "", Map.of()));

        assertThat(timer.path("Schedule").path("AdjustForDST").asBoolean(false)).isTrue();
        assertThat(timer.path("IsPastDue").asBoolean(true)).isFalse();
    }

    @Test
    void aBatchOfEventsComesAsAList() {
        Place place = app("""
                @FunctionName("hub")
                public int hub(@EventHubTrigger(name = "events", eventHubName = "h", connection = "C") List<String> events) {
                    return events.size();
                }""", "hub");

        assertThat(azure.event(place, "[\"a\",{\"b\":1}]", Map.of()).text()).isEqualTo("2");
        assertThat(azure.event(place, "one", Map.of()).text()).isEqualTo("1");
    }

    @Test
    void anAppAsTheMavenPluginPacksItRuns() throws IOException {
        Path classes = folder.resolve("classes");
        Files.createDirectories(classes);
        AzureClasses.compile(classes, "Shop", IMPORTS + """
                public class Shop {
                    public String greet(HttpRequestMessage<Optional<String>> request, ExecutionContext context) {
                        return "hello " + request.getBody().orElse("world");
                    }
                }""");
        Path app = azure.file("greet/function.json", """
                {"scriptFile": "../shop-1.0.jar", "entryPoint": "Shop.greet", "bindings": [
                  {"type": "httpTrigger", "direction": "in", "name": "req", "methods": ["GET"], "authLevel": "ANONYMOUS"},
                  {"type": "http", "direction": "out", "name": "$return"}]}
                """);
        try (JarOutputStream jar = new JarOutputStream(Files.newOutputStream(app.resolve("shop-1.0.jar")))) {
            jar.putNextEntry(new JarEntry("Shop.class"));
            jar.write(Files.readAllBytes(classes.resolve("Shop.class")));
            jar.closeEntry();
        }

        assertThat(azure.get(azure.deployed(null), "/greet").text()).isEqualTo("hello world");
    }

    @Test
    void whyAClassDidNotLoadIsSaid() {
        Outcome.Failure failure = AzureUnderTest.failure(azure.get(app("""
                public Shop(String needed) {}

                @FunctionName("cart")
                public String cart(@HttpTrigger(name = "req") HttpRequestMessage<String> request) { return ""; }""", "cart"), "/cart"));

        assertThat(failure.reason()).isEqualTo(Outcome.Failure.Reason.INIT);
        assertThat(failure.type()).isEqualTo("java.lang.NoSuchMethodException");
    }

    @Test
    void whatAMethodThrowsIsItsFailureInAzuresShape() {
        Outcome.Failure failure = AzureUnderTest.failure(azure.get(app("""
                @FunctionName("cart")
                public String cart(@HttpTrigger(name = "req") HttpRequestMessage<String> request) {
                    throw new UnsupportedOperationException("no linen");
                }""", "cart"), "/cart"));

        assertThat(failure.type()).isEqualTo("java.lang.UnsupportedOperationException");
        JsonNode payload = tools.jackson.databind.json.JsonMapper.shared().readTree(failure.payload());
        assertThat(payload.path("message").asString("")).isEqualTo("no linen");
        assertThat(payload.path("stackTrace").asString("")).contains("Shop.cart");
    }
}
