// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.azure.facade;

import static dev.weft.clouds.azure.facade.FacadeSamples.DEPLOY;
import static dev.weft.clouds.azure.facade.FacadeSamples.ELSEWHERE;
import static dev.weft.clouds.azure.facade.FacadeSamples.INVOKE;
import static dev.weft.clouds.azure.facade.FacadeSamples.SITES;
import static dev.weft.clouds.azure.facade.FacadeSamples.request;
import static dev.weft.clouds.azure.facade.FacadeSamples.said;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.CloudException;
import dev.weft.api.Outcome;
import dev.weft.api.RequestLine;
import dev.weft.api.event.Taken;
import dev.weft.api.facade.Facade;
import dev.weft.api.facade.FacadeAnswer;
import dev.weft.api.facade.FacadeRequest;
import dev.weft.api.facade.Key;
import dev.weft.api.facade.Wish;
import dev.weft.testkit.FacadeFuzz;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class AzureFacadeTest {
    private static final String ROUTE = "azure.weft.dev/route";

    private final AzureFacade facade = new AzureFacade();
    private final KeptFunctions functions = new KeptFunctions();

    private Wish read(FacadeRequest request) {
        return read(request, FacadeSamples.NOW);
    }

    private Wish read(FacadeRequest request, Instant now) {
        return facade.read(request, FacadeSamples.KEYS::get, now);
    }

    private Wish.Refused refused(FacadeRequest request) {
        Wish wish = read(request);
        assertThat(wish).isInstanceOf(Wish.Refused.class);
        return (Wish.Refused) wish;
    }

    private FacadeAnswer controlled(FacadeRequest request) throws InterruptedException {
        Wish wish = read(request);
        assertThat(wish).isInstanceOf(Wish.Control.class);
        return ((Wish.Control) wish).work().run(functions);
    }

    private static JsonNode json(FacadeAnswer answer) {
        return JsonMapper.shared().readTree(answer.body());
    }

    /** What a call of {@code paint} turns into, which has that route. */
    private Wish called(FacadeRequest request, @Nullable String route) {
        Wish wish = read(request);
        assertThat(wish).isInstanceOf(Wish.Look.class);
        Wish then = ((Wish.Look) wish)
                .then()
                .of(FacadeSamples.function("default", "paint", route == null ? Map.of() : Map.of(ROUTE, route)));
        return then instanceof Wish.Passed passed ? passed.call() : then;
    }

    private static FacadeRequest call(String rest, String... headers) {
        return request("POST", "/apps/Paint" + rest, "body", headers);
    }

    @Test
    void aKeyOfAnyRoleIsAFunctionKeyAndIsNotPassedOn() {
        String key = said(INVOKE);
        Wish byQuery = called(call("/api/hello?a=1&code=" + key + "&b=%20"), null);
        assertThat(byQuery).isInstanceOfSatisfying(Wish.Exchange.class, call -> {
            assertThat(call.function()).isEqualTo("paint");
            assertThat(call.key()).isEqualTo(INVOKE);
            assertThat(call.line()).isEqualTo(new RequestLine("POST", "/api/hello", "a=1&b=%20"));
            assertThat(call.body()).asString().isEqualTo("body");
        });
        Wish byField = called(call("/api/hello?code=theirs", "X-Functions-Key", key, "X-Mine", "1"), null);
        assertThat(byField).isInstanceOfSatisfying(Wish.Exchange.class, call -> {
            assertThat(call.line().query()).isEqualTo("code=theirs");
            assertThat(call.headers().has("x-functions-key")).isFalse();
            assertThat(call.headers().first("x-mine")).isEqualTo("1");
        });
    }

    @Test
    void aListedKeyIsForItsAppAndPurposeOnly() {
        for (AppKey each : AppKey.CALLING) {
            assertThat(called(call("/api/hello?code=" + each.of(DEPLOY, "paint")), null))
                    .isInstanceOf(Wish.Exchange.class);
        }
        for (String wrong : List.of(
                AppKey.FUNCTION.of(DEPLOY, "other"),
                AppKey.PUBLISH.of(DEPLOY, "paint"),
                AppKey.FUNCTION.of(DEPLOY, "paint").replace(DEPLOY.id(), INVOKE.id()),
                AppKey.FUNCTION.of(DEPLOY, "paint").replace(DEPLOY.id(), "WEFTNOBODY0000000001"),
                AppKey.FUNCTION.of(DEPLOY, "paint") + "x",
                DEPLOY.id() + '.' + INVOKE.secret(),
                DEPLOY.secret(),
                "")) {
            Wish.Refused refused = refused(call("/api/hello?code=" + wrong));
            assertThat(refused.proved()).as(wrong).isFalse();
            assertThat(refused.answer().status()).isEqualTo(401);
            assertThat(refused.answer().body()).isEmpty();
        }
        FacadeRequest twice = call("/api/x", "x-functions-key", said(INVOKE), "x-functions-key", said(INVOKE));
        assertThat(refused(twice).answer().status()).isEqualTo(401);
        // the field wins, also where it is the wrong one
        assertThat(refused(call("/api/x?code=" + said(INVOKE), "x-functions-key", "no"))
                        .answer()
                        .status())
                .isEqualTo(401);
    }

    @ParameterizedTest
    @CsvSource({
        "/api/items/7, true",
        "/api/ITEMS/7/, true",
        "/api/items, false",
        "/api/items/7/8, false",
        "/, false",
    })
    void aPathThatIsNotTheRouteIsNotThere(String path, boolean there) {
        Wish wish = called(call(path, "x-functions-key", said(INVOKE)), "api/items/{id:int}");
        assertThat(wish instanceof Wish.Exchange).isEqualTo(there);
        if (wish instanceof Wish.Refused refused) {
            assertThat(refused.answer().status()).isEqualTo(404);
            assertThat(refused.proved()).isTrue();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "azure.example:8092, /apps/paint/api/x, paint, false, /api/x",
        "azure.example:8092, /apps/paint, paint, false, /",
        "azure.example:8092, /scm/paint/api/zipdeploy, paint, true, /api/zipdeploy",
        "paint.azure.example, /api/x, paint, false, /api/x",
        "paint.localhost:8092, /subscriptions/x, paint, false, /subscriptions/x",
        "Paint.SCM.localhost:8092, /api/zipdeploy, paint, true, /api/zipdeploy",
        "localhost:8092, /api/x, '', false, /api/x",
        "127.0.0.1:8092, /admin/x, '', false, /admin/x",
    })
    void appsAreNamedByPathOrHost(String authority, String path, String app, boolean scm, String rest) {
        assertThat(AppUrl.read(FacadeSamples.at(authority, "GET", path, new byte[0])))
                .isEqualTo(new AppUrl(app, scm, rest));
    }

    @ParameterizedTest
    @ValueSource(strings = {"/subscriptions/x", "/metadata/endpoints", "/weft/oauth2/v2.0/token", "/identity/token"})
    void otherPathsAreTheResourceManagers(String path) {
        assertThat(AppUrl.read(FacadeSamples.at("azure.example:8092", "GET", path, new byte[0])))
                .isNull();
        assertThat(AppUrl.host("azure.example:8092", "a")).isEqualTo("a.azure.example:8092");
        assertThat(AppUrl.host("127.0.0.1:8092", "a")).isEqualTo("127.0.0.1:8092/apps/a");
    }

    @Test
    void theHostIsAskedWithTheMasterKey() throws Exception {
        functions.declared.put("paint", FacadeSamples.function("default", "paint", Map.of()));
        String master = AppKey.MASTER.of(DEPLOY, "paint");
        String base = "/apps/paint/admin/";
        JsonNode all = json(controlled(request("GET", base + "functions?code=" + master, "")));
        assertThat(all.path(0).path("name").asString()).isEqualTo("paint");
        assertThat(all.path(0).path("invoke_url_template").asString())
                .isEqualTo("https://azure.example:8092/apps/paint/api/paint");
        assertThat(json(controlled(request("GET", base + "host/status?code=" + master, "")))
                        .path("state")
                        .asString())
                .isEqualTo("Running");
        assertThat(controlled(request("GET", base + "functions/PAINT/status?code=" + said(DEPLOY), ""))
                        .status())
                .isEqualTo(200);
        assertThat(controlled(request("GET", base + "functions/none?code=" + master, ""))
                        .status())
                .isEqualTo(404);
        String listed = json(controlled(request("GET", base + "functions/paint/keys?code=" + master, "")))
                .path("keys")
                .path(0)
                .path("value")
                .asString();
        assertThat(listed).isEqualTo(AppKey.FUNCTION.of(DEPLOY, "paint"));
        assertThat(refused(request("GET", base + "functions?code=" + listed, ""))
                        .answer()
                        .status())
                .isEqualTo(401);
        assertThat(refused(request("GET", base + "functions?code=" + said(INVOKE), ""))
                        .answer()
                        .status())
                .isEqualTo(403);
        Wish.Refused restart = refused(request("POST", base + "host/restart?code=" + master, ""));
        assertThat(restart.answer().status()).isEqualTo(501);
        assertThat(restart.why()).contains("host.Restart");
        assertThat(read(request("GET", base + "host/ping", ""))).isInstanceOf(Wish.Open.class);
    }

    @Test
    void theHostTakesEvents() {
        FacadeRequest good =
                request("POST", "/apps/paint/admin/functions/Paint?code=" + said(INVOKE), "{\"input\":\"{}\"}");
        Wish wish = called(good, null);
        assertThat(wish).isInstanceOfSatisfying(Wish.Later.class, later -> {
            assertThat(later.payload()).asString().isEqualTo("{}");
            assertThat(later.contentType()).isEqualTo("application/json");
            assertThat(later.taking().taken("id").status()).isEqualTo(202);
            assertThat(later.taking()
                            .refused(new Taken.Refused(Taken.Why.FULL, "full"))
                            .status())
                    .isEqualTo(429);
        });
        FacadeRequest other = request("POST", "/apps/paint/admin/functions/b?code=" + said(INVOKE), "{\"input\":\"\"}");
        assertThat(called(other, null)).isInstanceOfSatisfying(Wish.Refused.class, refused -> assertThat(
                        refused.answer().status())
                .isEqualTo(404));
        for (String body : List.of("", "{}", "{\"input\":{}}", "[", "\"x\"")) {
            assertThat(refused(request("POST", "/apps/paint/admin/functions/paint?code=" + said(INVOKE), body))
                            .answer()
                            .status())
                    .isEqualTo(400);
        }
    }

    @Test
    void withoutAKeyNothingIsDone() {
        for (String target : List.of("/subscriptions", SITES + "paint", "/tenants", "/subscriptions/a//b")) {
            for (String[] said : new String[][] {
                {},
                {"authorization", "Bearer " + DEPLOY.id() + ".wrong"},
                {"authorization", "Bearer " + "A".repeat(9000)}
            }) {
                Wish.Refused refused = refused(request("GET", target, "", said));
                assertThat(refused.proved()).isFalse();
                assertThat(refused.answer().status()).isEqualTo(401);
                assertThat(json(refused.answer()).path("error").path("code").asString())
                        .isEqualTo("InvalidAuthenticationToken");
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "POST, S/restart, Microsoft.Web/sites/restart/action",
        "PUT, S/slots/blue, Microsoft.Web/sites/slots/write",
        "POST, S/slotsswap, Microsoft.Web/sites/slotsswap/action",
        "PUT, S/config/authsettingsV2, Microsoft.Web/sites/config/authsettingsV2/write",
        "PUT, S/functions/hello, Microsoft.Web/sites/functions/write",
        "PUT, S/functions/hello/keys/mine, Microsoft.Web/sites/functions/keys/write",
        "PUT, /subscriptions/default/resourceGroups/g/providers/Microsoft.Web/serverfarms/p, Microsoft.Web/serverfarms/write",
        "DELETE, /subscriptions/default/resourceGroups/g, resourceGroups/delete",
        "PUT, /subscriptions/default/resourceGroups/g/providers/microsoft.insights/components/c, microsoft.insights/components/write",
    })
    void whatIsNotDoneIsRefusedByItsName(String method, String path, String action) {
        Wish.Refused refused = refused(request(DEPLOY, method, path.replaceFirst("^S/", SITES + "paint/"), "{}"));
        assertThat(refused.answer().status()).isEqualTo(501);
        assertThat(refused.action()).isEqualTo(action);
        assertThat(json(refused.answer()).path("error").path("message").asString())
                .startsWith(action + " is not done");
    }

    @Test
    void rolesAndSubscriptionsAreKept() throws Exception {
        functions.declared.put("theirs", FacadeSamples.function("other", "theirs", Map.of()));
        functions.declared.put("ours", FacadeSamples.function("default", "ours", Map.of()));
        String list = "/subscriptions/S/providers/Microsoft.Web/sites";
        assertThat(refused(request(INVOKE, "GET", list.replace("S", "default"), ""))
                        .answer()
                        .status())
                .isEqualTo(403);
        assertThat(json(refused(request(DEPLOY, "GET", list.replace("/S/", "/other/"), ""))
                                .answer())
                        .path("error")
                        .path("code")
                        .asString())
                .isEqualTo("SubscriptionNotFound");
        for (Key each : List.of(DEPLOY, ELSEWHERE)) {
            FacadeAnswer answer =
                    controlled(request(each, "GET", list.replace("/S/", '/' + Subscription.of(each) + '/'), ""));
            assertThat(json(answer).path("value").size()).isEqualTo(1);
        }
        String upper = "/SUBSCRIPTIONS/default/resourcegroups/WEFT/providers/microsoft.web/SITES/ours?api-version=1";
        JsonNode shown = json(controlled(request(DEPLOY, "GET", upper, "")));
        assertThat(shown.path("name").asString()).isEqualTo("ours");
        assertThat(shown.path("tags").path("team").asString()).isEqualTo("shop");
        assertThat(controlled(request(DEPLOY, "GET", upper.replace("WEFT", "shop"), ""))
                        .status())
                .isEqualTo(404);
    }

    @Test
    void aCallEndsAsOnAzure() {
        AppAnswering answering = new AppAnswering();
        FacadeAnswer said = answering.spoke(FacadeSamples.came(FacadeSamples.response(418, "x-mine", "1"), "tea"));
        assertThat(said.status()).isEqualTo(418);
        assertThat(said.headers().first("x-mine")).isEqualTo("1");
        Outcome failure = new Outcome.Failure(
                Outcome.Failure.Reason.ERROR, "TypeError", "no tea", "secret".getBytes(StandardCharsets.UTF_8), "log");
        FacadeAnswer failed = answering.spoke(FacadeSamples.came(failure, ""));
        assertThat(failed.status()).isEqualTo(500);
        assertThat(failed.body()).isEmpty();
        assertThat(answering
                        .failed(new CloudException(CloudException.Kind.BUSY, "full", null))
                        .headers()
                        .first("retry-after"))
                .isEqualTo("1");
        assertThat(answering
                        .failed(new CloudException(CloudException.Kind.UNKNOWN, "late", new TimeoutException()))
                        .status())
                .isEqualTo(504);
        assertThat(answering.absent().status()).isEqualTo(404);
        for (Facade.Unread each : Facade.Unread.values()) {
            for (String path : List.of("/apps/a/api/x", "/scm/a/api/zipdeploy", "/subscriptions")) {
                assertThat(facade.unread(new RequestLine("GET", path, null), each)
                                .status())
                        .isGreaterThanOrEqualTo(400);
            }
        }
    }

    @Test
    void spoiltRequestsAreAnsweredWithoutAnException() throws Exception {
        String basic = Base64.getEncoder()
                .encodeToString(("$paint:" + AppKey.PUBLISH.of(DEPLOY, "paint")).getBytes(StandardCharsets.UTF_8));
        List<FacadeRequest> good = List.of(
                call("/api/hello?code=" + said(INVOKE)),
                request("GET", "/apps/paint/admin/functions", "", "x-functions-key", AppKey.MASTER.of(DEPLOY, "paint")),
                request("POST", "/apps/paint/admin/functions/paint?code=" + said(INVOKE), "{\"input\":\"x\"}"),
                request(DEPLOY, "GET", "/subscriptions/default/providers/Microsoft.Web/sites?api-version=1", ""),
                request(
                        DEPLOY,
                        "PUT",
                        SITES + "paint",
                        FacadeSamples.site("Node|20", ",\"appSettings\":[{\"name\":\"A\"}]")),
                request(DEPLOY, "PUT", SITES + "paint/config/appsettings", "{\"properties\":{\"A\":\"b\"}}"),
                request(DEPLOY, "POST", SITES + "paint/functions/paint/listkeys", ""),
                request(DEPLOY, "DELETE", SITES + "paint", ""),
                request(
                        DEPLOY,
                        "PATCH",
                        SITES + "paint/providers/Microsoft.Resources/tags/default",
                        "{\"operation\":\"Merge\",\"properties\":{\"tags\":{\"a\":\"b\"}}}"),
                request(
                        "GET",
                        "/storage/" + DEPLOY.id() + "/weftstore/releases/a.zip?sp=r&sr=b&se=2030-01-01T00:00:00Z&sig=x",
                        "",
                        "x-ms-date",
                        "Mon, 30 Nov 2026 09:00:00 GMT",
                        "authorization",
                        "SharedKey weftstore:x"),
                request(
                        "POST",
                        "/weft/oauth2/v2.0/token",
                        "grant_type=client_credentials&client_id=" + DEPLOY.id() + "&client_secret=" + DEPLOY.secret()),
                FacadeSamples.at(
                        FacadeSamples.HOST,
                        "POST",
                        "/scm/paint/api/zipdeploy?isAsync=true",
                        FacadeSamples.node("a"),
                        "authorization",
                        "Basic " + basic));
        int refused = new FacadeFuzz(facade, FacadeSamples.KEYS::get, FacadeSamples.NOW)
                .run(good, request -> request, 10_000, 76);
        assertThat(refused).isBetween(2_000, 9_900);
    }
}
