// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.azure.facade;

import static dev.weft.clouds.azure.facade.FacadeSamples.DEPLOY;
import static dev.weft.clouds.azure.facade.FacadeSamples.SITES;
import static dev.weft.clouds.azure.facade.FacadeSamples.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.facade.Changed;
import dev.weft.api.facade.Draft;
import dev.weft.api.facade.FacadeAnswer;
import dev.weft.api.facade.FacadeRequest;
import dev.weft.api.facade.Wish;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class SiteChangeTest {
    private static final String PAINT = SITES + "Paint-One";
    private static final String SETTINGS = ",\"appSettings\":[{\"name\":\"COLOUR\",\"value\":\"${env:HOME}\"}]";

    private final KeptFunctions functions = new KeptFunctions();

    private FacadeAnswer answer(FacadeRequest request) {
        Wish wish = new AzureFacade().read(request, FacadeSamples.KEYS::get, FacadeSamples.NOW);
        try {
            return switch (wish) {
                case Wish.Control control -> control.work().run(functions);
                case Wish.Refused refused -> refused.answer();
                default -> throw new AssertionError(wish);
            };
        } catch (InterruptedException stopped) {
            throw new AssertionError(stopped);
        }
    }

    private FacadeAnswer put(String path, String body) {
        return answer(request(DEPLOY, "PUT", path, body));
    }

    private FacadeAnswer deploy(byte[] zip) {
        return answer(FacadeSamples.at(
                FacadeSamples.HOST,
                "POST",
                "/scm/Paint-One/api/zipdeploy?isAsync=true",
                zip,
                "authorization",
                "Bearer " + FacadeSamples.said(DEPLOY)));
    }

    private static String text(FacadeAnswer answer) {
        return new String(answer.body(), StandardCharsets.UTF_8);
    }

    private static JsonNode json(FacadeAnswer answer) {
        return JsonMapper.shared().readTree(answer.body());
    }

    private Draft draft() {
        return Objects.requireNonNull(functions.drafts.get("paint-one"));
    }

    private void made() {
        FacadeAnswer answer = put(PAINT, FacadeSamples.site("Node|20", SETTINGS));
        assertThat(answer.status()).as(text(answer)).isEqualTo(200);
    }

    @Test
    void anAppIsKeptBeforeItHasCode() {
        JsonNode site = json(put(PAINT, FacadeSamples.site("Node|20", SETTINGS)));
        assertThat(site.path("name").asString()).isEqualTo("Paint-One");
        assertThat(site.path("location").asString()).isEqualTo("westeurope");
        assertThat(site.path("properties")
                        .path("siteConfig")
                        .path("linuxFxVersion")
                        .asString())
                .isEqualTo("Node|20");
        assertThat(draft().labels()).isEqualTo(Map.of("team", "blue"));
        assertThat(draft().env()).isEqualTo(Map.of("COLOUR", "${env:HOME}"));
        assertThat(draft().spec()).containsEntry("contract", "http").containsEntry("timeout", "230s");
        assertThat(json(answer(request(DEPLOY, "GET", PAINT + "/functions", "")))
                        .path("value"))
                .isEmpty();
        JsonNode settings = json(answer(request(DEPLOY, "POST", PAINT + "/config/appsettings/list", "")))
                .path("properties");
        assertThat(settings.path("COLOUR").asString()).isEqualTo("${env:HOME}");
        assertThat(settings.path("FUNCTIONS_WORKER_RUNTIME").asString()).isEqualTo("node");
    }

    @Test
    void codeMakesItAFunctionOfAzuresContract() {
        made();
        FacadeAnswer deployed = deploy(FacadeSamples.node("hello"));
        assertThat(deployed.status()).as(text(deployed)).isEqualTo(202);
        assertThat(deployed.headers().first("location"))
                .isEqualTo("https://azure.example:8092/scm/Paint-One/api/deployments/latest");
        assertThat(draft().spec())
                .containsEntry("contract", "azure-functions")
                .containsEntry("runtime", "node20")
                .containsEntry("handler", "hello")
                .doesNotContainKey("command");
        JsonNode function = json(answer(request(DEPLOY, "GET", PAINT + "/functions/HELLO", "")))
                .path("properties");
        assertThat(function.path("invoke_url_template").asString())
                .isEqualTo("https://azure.example:8092/apps/Paint-One/api/hello");
        JsonNode latest = json(answer(request(DEPLOY, "GET", "/scm/paint-one/api/deployments/latest", "")));
        assertThat(latest.path("status").asInt()).isEqualTo(4);
    }

    @Test
    void aCustomHandlersBindingsAndRouteAreKept() {
        FacadeAnswer made = put(
                PAINT,
                FacadeSamples.site(
                        "", ",\"appSettings\":[{\"name\":\"FUNCTIONS_WORKER_RUNTIME\",\"value\":\"custom\"}]"));
        assertThat(made.status()).as(text(made)).isEqualTo(200);
        FacadeAnswer deployed = deploy(FacadeSamples.zip(Map.of(
                "host.json",
                "{\"version\":\"2.0\",\"extensions\":{\"http\":{\"routePrefix\":\"v1\"}},"
                        + "\"customHandler\":{\"description\":{\"defaultExecutablePath\":\"node\",\"arguments\":[\"h.js\"]}}}",
                "items/function.json",
                "{\"bindings\":[{\"type\":\"httpTrigger\",\"direction\":\"in\",\"name\":\"req\",\"route\":\"items/{id}\"},"
                        + "{\"type\":\"http\",\"direction\":\"out\",\"name\":\"res\"}]}",
                "h.js",
                "")));
        assertThat(deployed.status()).as(text(deployed)).isEqualTo(202);
        assertThat(draft().spec()).containsEntry("runtime", "custom").containsEntry("handler", "items");
        assertThat(draft().annotations()).containsEntry(AppView.ROUTE, "v1/items/{id}");
        JsonNode function = json(answer(request(DEPLOY, "GET", PAINT + "/functions/items", "")));
        assertThat(function.path("properties").path("config").path("bindings").size())
                .isEqualTo(2);
    }

    @Test
    void aZipFileWithSeveralFunctionsIsRefusedUnlessOneIsNamed() {
        made();
        FacadeAnswer several = deploy(FacadeSamples.node("a", "b"));
        assertThat(several.status()).isEqualTo(400);
        assertThat(text(several)).contains("2 functions (a, b)", "WEFT_FUNCTION");
        assertThat(draft().annotations()).containsKey(AppView.EMPTY);
        assertThat(put(PAINT + "/config/appsettings", "{\"properties\":{\"WEFT_FUNCTION\":\"b\"}}")
                        .status())
                .isEqualTo(200);
        assertThat(deploy(FacadeSamples.node("a", "b")).status()).isEqualTo(202);
        assertThat(draft().spec()).containsEntry("handler", "b");
    }

    @Test
    void codeThatCantRunIsToldBeforeItIsPut() {
        made();
        for (Map<String, String> files : java.util.List.of(
                Map.of("hello/function.json", "{\"bindings\":[]}"),
                Map.of("package.json", "{\"dependencies\":{\"left-pad\":\"1\"}}", "index.js", ""))) {
            FacadeAnswer refused = deploy(FacadeSamples.zip(files));
            assertThat(refused.status()).isEqualTo(400);
            assertThat(text(refused)).containsAnyOf("programming model v3", "[left-pad]");
        }
        assertThat(deploy("PK but no zip file".getBytes(StandardCharsets.UTF_8)).status())
                .isEqualTo(400);
        assertThat(deploy("none".getBytes(StandardCharsets.UTF_8)).status()).isEqualTo(400);
        assertThat(functions.zips.get("paint-one")).isEqualTo(SiteDraft.noCode());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "{\"kind\":\"functionapp\"}; properties.reserved must be true",
                "{\"kind\":\"app,linux\"}; kind is 'app,linux'",
                "{\"kind\":\"functionapp,linux,container\"}; it must be functionapp,linux",
                "{\"kind\":\"functionapp,linux\"}; linuxFxVersion must say the runtime",
                "{\"identity\":{\"type\":\"SystemAssigned\"}}; identity is not done",
                "{\"extendedLocation\":{\"name\":\"x\"}}; extendedLocation is not done",
                "{\"properties\":{\"virtualNetworkSubnetId\":\"/x\"}}; properties.virtualNetworkSubnetId is not done",
                "{\"properties\":{\"clientCertEnabled\":true}}; properties.clientCertEnabled is not done",
                "{\"properties\":{\"functionAppConfig\":{\"a\":1}}}; properties.functionAppConfig is not done",
                "{\"properties\":{\"serverFarmId\":\"/x/serverfarms/theirs\"}}; the one plan here is weft",
                "{\"properties\":{\"siteConfig\":{\"alwaysOn\":true}}}; properties.siteConfig.alwaysOn is not done",
                "{\"properties\":{\"siteConfig\":{\"linuxFxVersion\":\"Python|3.11\"}}}; Weft runs Node|20",
                "{\"properties\":{\"siteConfig\":{\"linuxFxVersion\":\"DOCKER|x\"}}}; Weft runs Node|20",
                "{\"properties\":{\"siteConfig\":{\"cors\":{\"a\":1}}}}; properties.siteConfig.cors is not done",
                "{\"properties\":{\"siteConfig\":{\"functionAppScaleLimit\":1001}}}; from 0 to 1000",
                "{\"properties\":{\"siteConfig\":{\"appSettings\":{}}}}; must be an array",
                "{\"properties\":{\"siteConfig\":{\"appSettings\":[{\"name\":\"a.b\"}]}}}; app setting 'a.b' must be letters",
                "{\"properties\":{\"siteConfig\":{\"appSettings\":[{\"name\":\"SCM_DO_BUILD_DURING_DEPLOYMENT\",\"value\":\"true\"}]}}}; nothing is built here",
                "{\"properties\":{\"siteConfig\":{\"appSettings\":[{\"name\":\"WEBSITE_RUN_FROM_PACKAGE\",\"value\":\"https://x\"}]}}}; must be 0 or 1",
                "{\"properties\":{\"siteConfig\":{\"appSettings\":[{\"name\":\"FUNCTIONS_EXTENSION_VERSION\",\"value\":\"~3\"}]}}}; must be ~4",
                "{\"properties\":{\"siteConfig\":{\"appSettings\":[{\"name\":\"AzureFunctionsJobHost__functionTimeout\",\"value\":\"5m\"}]}}}; such as 00:03:00",
                "{\"properties\":{\"siteConfig\":{\"linuxFxVersion\":\"Node|20\",\"appSettings\":[{\"name\":\"FUNCTIONS_WORKER_RUNTIME\",\"value\":\"java\"}]}}}; linuxFxVersion says node20",
                "{\"properties\":{\"enabled\":false}}; properties.enabled false is not done",
                "{\"properties\":{\"hostNameSslStates\":[{\"sslState\":\"SniEnabled\"}]}}; other than Disabled is not done",
                "{\"properties\":{\"siteConfig\":{\"numberOfWorkers\":3}}}; numberOfWorkers over 1 is not done",
                "[]; must be a JSON object",
            })
    void whatCantBeDoneIsRefusedByItsName(String body, String words) {
        FacadeAnswer answer = put(PAINT, body);
        assertThat(answer.status()).isBetween(400, 501);
        assertThat(json(answer).path("error").path("message").asString()).contains(words);
        assertThat(functions.drafts).isEmpty();
    }

    @Test
    void settingsAndScaleChangeWithoutCode() {
        made();
        assertThat(put(
                                PAINT + "/config/appsettings",
                                "{\"properties\":{\"AzureFunctionsJobHost__functionTimeout\":\"00:01:30\",\"A\":null}}")
                        .status())
                .isEqualTo(200);
        assertThat(draft().spec()).containsEntry("timeout", "90s");
        assertThat(draft().env()).containsEntry("A", "").doesNotContainKey("COLOUR");
        FacadeAnswer java =
                put(PAINT + "/config/appsettings", "{\"properties\":{\"FUNCTIONS_WORKER_RUNTIME\":\"java\"}}");
        assertThat(text(java)).contains("the app's runtime is node20");
        FacadeAnswer web = answer(
                request(DEPLOY, "PATCH", PAINT + "/config/web", "{\"properties\":{\"functionAppScaleLimit\":7}}"));
        assertThat(json(web).path("properties").path("functionAppScaleLimit").asInt())
                .isEqualTo(7);
        assertThat(answer(request(DEPLOY, "PATCH", PAINT, "{\"tags\":{\"a\":\"b\"}}"))
                        .status())
                .isEqualTo(200);
        assertThat(draft().labels()).isEqualTo(Map.of("a", "b"));
        assertThat(draft().spec()).containsEntry("maxInstances", 7);
        assertThat(answer(request(DEPLOY, "PATCH", SITES + "none", "{}")).status())
                .isEqualTo(404);
    }

    @Test
    void whatOthersMadeIsShownAndNotReplaced() {
        functions.declared.put("ours", FacadeSamples.function("default", "ours", Map.of()));
        FacadeAnswer taken = put(SITES + "ours", FacadeSamples.site("Node|20", ""));
        assertThat(taken.status()).isEqualTo(409);
        String weft = SITES.replace("/shop/", "/weft/") + "ours";
        FacadeAnswer kept = answer(request(DEPLOY, "DELETE", weft, ""));
        assertThat(kept.status()).isEqualTo(409);
        assertThat(text(kept)).contains("stands in this Weft's documents");
        made();
        FacadeAnswer elsewhere = put(PAINT.replace("/shop/", "/other/"), FacadeSamples.site("Node|20", ""));
        assertThat(elsewhere.status()).isEqualTo(409);
        assertThat(answer(request(DEPLOY, "DELETE", PAINT.replace("/shop/", "/other/"), ""))
                        .status())
                .isEqualTo(204);
        assertThat(functions.drafts).hasSize(1);
        assertThat(answer(request(DEPLOY, "DELETE", PAINT, "")).status()).isEqualTo(200);
        assertThat(functions.drafts).isEmpty();
        assertThat(deploy(FacadeSamples.node("a")).status()).isEqualTo(404);
    }

    @ParameterizedTest
    @EnumSource(Changed.Reason.class)
    void everyRefusalHasAStatus(Changed.Reason reason) {
        functions.refusing = reason;
        FacadeAnswer answer = put(PAINT, FacadeSamples.site("Node|20", ""));
        assertThat(answer.status())
                .isEqualTo(
                        switch (reason) {
                            case ABSENT -> 404;
                            case DECLARED, FAILED, FULL -> 409;
                            case WRONG -> 400;
                            case UNABLE -> 501;
                            case BUSY -> 429;
                        });
    }
}
