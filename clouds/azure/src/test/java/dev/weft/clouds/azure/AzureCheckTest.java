// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.azure;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.Mistake;
import dev.weft.api.resource.Function;
import dev.weft.net.Upstreams;
import dev.weft.testkit.HostTools;
import dev.weft.testkit.SampleFunction;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AzureCheckTest {
    private static final String HTTP = """
            {"bindings": [{"type": "httpTrigger", "name": "req"}, {"type": "http", "direction": "out", "name": "res"}]}
            """;
    private static final String QUEUE = """
            {"bindings": [{"type": "queueTrigger", "name": "item"}]}
            """;

    @TempDir
    Path folder;

    private Path file(String name, String text) throws IOException {
        Path file = folder.resolve("app").resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }

    private static SampleFunction sample(String runtime, @Nullable String handler) {
        return SampleFunction.handler("shop", Function.Contract.AZURE_FUNCTIONS, runtime, handler);
    }

    private List<String> mistakes(Function function) {
        AzureHost host = new AzureHost(new Upstreams(), HostTools.in(folder.resolve("files")));
        return host.check(function, folder.resolve("app")).stream()
                .map(Mistake::toString)
                .toList();
    }

    private boolean takesExchanges(Function function) {
        return new AzureHost(new Upstreams(), HostTools.in(folder.resolve("files")))
                .takesExchanges(function, folder.resolve("app"));
    }

    @Test
    void anUnknownRuntimeIsToldWhichOnesRun() throws IOException {
        file("host.json", "{}");

        assertThat(mistakes(sample("python3.11", null).function()))
                .containsExactly("spec.runtime: 'python3.11': this version runs custom, node20, node22, node24, java8,"
                        + " java11, java17, java21 and java25 under contract azure-functions");
    }

    @Test
    void runtimesAreNamedInSeveralWays() {
        assertThat(List.of("custom", "node20", "nodejs22", "node~24", "Node|20", "nodejs20.x", "java21", "Java|17"))
                .allSatisfy(each -> assertThat(AzureRuntime.parse(each)).isNotNull());
        assertThat(List.of("node18", "node", "java12", "custom1", "dotnet8", "java210"))
                .allSatisfy(each -> assertThat(AzureRuntime.parse(each)).isNull());
    }

    @Test
    void everyMistakeOfAnAppIsSaidAtOnce() throws IOException {
        file(
                "cart/function.json",
                "{\"bindings\": [{\"type\": \"orchestrationTrigger\", \"name\": \"c\"},"
                        + "{\"type\": \"blob\", \"direction\": \"in\", \"name\": \"b\"}]}");
        file("broken/function.json", "{");
        file("host.json", """
                {"version": "1", "functionTimeout": "five", "logging": {"logLevel": {"default": "Loud"}},
                 "customHandler": {"port": 8080, "description": {"defaultExecutablePath": "missing-program-x"}}}
                """);
        file("local.settings.json", "{\"Values\": {\"FUNCTIONS_WORKER_RUNTIME\": \"node\", \"A\": {}}}");

        assertThat(mistakes(sample("custom", "cart").function()))
                .satisfiesExactlyInAnyOrder(
                        each -> assertThat(each).contains("host.json: version is \"1\""),
                        each -> assertThat(each).contains("host.json: functionTimeout is \"five\""),
                        each -> assertThat(each).contains("host.json: logging.logLevel is 'Loud'"),
                        each -> assertThat(each).contains("host.json: customHandler.port can't be kept"),
                        each -> assertThat(each).contains("local.settings.json: FUNCTIONS_WORKER_RUNTIME is 'node'"),
                        each -> assertThat(each).contains("local.settings.json: Values.A must be text"),
                        each -> assertThat(each).contains("broken/function.json: it is not JSON"),
                        each -> assertThat(each)
                                .contains("begun by a orchestrationTrigger; this version runs httpTrigger"),
                        each -> assertThat(each).contains("input binding 'b' from a blob"),
                        each -> assertThat(each).contains("'missing-program-x': there is no such program"));
    }

    @Test
    void aHandlerMustNameOneOfTheFunctions() throws IOException {
        file("cart/function.json", HTTP);
        file("order/function.json", QUEUE);
        file("host.json", "{\"customHandler\": {\"description\": {\"defaultExecutablePath\": \"sh\"}}}");

        assertThat(mistakes(sample("custom", null).function()))
                .containsExactly("spec.handler: the app has 2 functions; name one of them: cart, order");
        assertThat(mistakes(sample("custom", "till").function()))
                .containsExactly("spec.handler: 'till': the app has no function of that name; it has cart, order");
        assertThat(mistakes(sample("custom", "CART").function())).isEmpty();
    }

    @Test
    void onlyAnHttpFunctionTakesExchanges() throws IOException {
        file("cart/function.json", HTTP);
        file("order/function.json", QUEUE);

        assertThat(takesExchanges(sample("custom", "cart").function())).isTrue();
        assertThat(takesExchanges(sample("custom", "order").function())).isFalse();
    }

    @Test
    void aNodeAppIsReadAsFarAsItsTextTells() throws IOException {
        file("package.json", "{\"main\": \"src/{index.js,functions/*.js}\"}");
        file("src/functions/all.js", """
                app.timer('nightly', {});
                // app.timer('cart', {});
                app . http( "cart", {});
                """);

        assertThat(takesExchanges(sample("node20", "nightly").function())).isFalse();
        assertThat(takesExchanges(sample("node20", "cart").function())).isTrue();
        assertThat(takesExchanges(sample("node20", "elsewhere").function())).isTrue();
        assertThat(mistakes(sample("node20", "elsewhere").function())).isEmpty();
    }

    @Test
    void aNodeAppWithoutABeginningIsRefused() throws IOException {
        file("package.json", "{\"main\": \"dist/*.js\"}");
        file("cart/function.json", HTTP);

        assertThat(mistakes(sample("node20", null).function()))
                .satisfiesExactlyInAnyOrder(
                        each -> assertThat(each).contains("main is 'dist/*.js', and no file"),
                        each -> assertThat(each).contains("programming model v3"));
    }

    @Test
    void anHttpFunctionMayNotTakeLongerThanAzureWaits() throws IOException {
        file("cart/function.json", HTTP);
        file("handler", "#!/bin/sh\n").toFile().setExecutable(true);
        file("host.json", "{\"customHandler\": {\"description\": {\"defaultExecutablePath\": \"handler\"}}}");

        assertThat(mistakes(sample("custom", "cart")
                        .timeout(Duration.ofSeconds(230))
                        .function()))
                .isEmpty();
        assertThat(mistakes(sample("custom", "cart")
                        .timeout(Duration.ofSeconds(231))
                        .function()))
                .containsExactly(
                        "spec.timeout: '231s': function cart is begun by HTTP, and Azure waits 230 s for such an"
                                + " answer; at most that");
    }

    @Test
    void aHandlerThatIsNotExecutableIsToldHow() throws IOException {
        file("cart/function.json", HTTP);
        file("handler", "#!/bin/sh\n");
        file("host.json", "{\"customHandler\": {\"description\": {\"defaultExecutablePath\": \"handler\"}}}");

        assertThat(mistakes(sample("custom", "cart").function()))
                .singleElement()
                .asString()
                .contains("chmod +x");
    }

    @Test
    void aFileBeyondTheLimitIsNotRead() throws IOException {
        file("cart/function.json", " ".repeat(1 << 20) + HTTP);
        file("host.json", "{\"customHandler\": {\"description\": {\"defaultExecutablePath\": \"sh\"}}}");

        assertThat(mistakes(sample("custom", "cart").function()))
                .anySatisfy(each -> assertThat(each).contains("larger than 1048576 bytes"));
    }

    @Test
    void settingsBecomeVariablesWhateverTheirNames() throws IOException {
        file("local.settings.json", """
                {"Values": {"AzureWebJobs.cart.Disabled": "false", "a:b='$(x)": "1", "N": 7}}
                """);

        AzureApp app = AzureApp.read(AzureRuntime.Worker.CUSTOM, folder.resolve("app"), new java.util.ArrayList<>());

        assertThat(app.settings())
                .isEqualTo(java.util.Map.of("AzureWebJobs_cart_Disabled", "false", "a_b____x_", "1", "N", "7"));
    }
}
