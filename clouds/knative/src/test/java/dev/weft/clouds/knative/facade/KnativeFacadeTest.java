// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.knative.facade;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.RequestLine;
import dev.weft.api.facade.Facade;
import dev.weft.api.facade.FacadeAnswer;
import dev.weft.api.facade.FacadeRequest;
import dev.weft.api.facade.Wish;
import dev.weft.testkit.FacadeFuzz;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Who may ask, and what there is to find. */
class KnativeFacadeTest {
    private static final String TABLE =
            "application/json;as=Table;v=v1;g=meta.k8s.io,application/json;as=Table;v=v1beta1;g=meta.k8s.io,application/json";
    private static final String HOST = "hello.default.localhost:8096";
    private static final String SHOWN = "hello.default." + HostProof.label(Api.DEPLOY, "hello") + ".localhost:8096";

    private final Api api = new Api();

    private static String basic(String pair) {
        return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    }

    private FacadeAnswer got(String target, @Nullable String authorization) throws InterruptedException {
        return api.done(Api.request("GET", target, authorization, ""));
    }

    @Test
    void aKeyIsABearerTokenOrUserAndPassword() throws Exception {
        String pair = Api.DEPLOY.id() + ':' + Api.DEPLOY.secret();
        assertThat(got(Api.ROOT, Api.bearer(Api.DEPLOY)).status()).isEqualTo(200);
        assertThat(got(Api.ROOT, basic(pair)).status()).isEqualTo(200);
        String[] wrong = {null, "", "Bearer x", basic(pair + "x"), basic("x"), Api.bearer(Api.DEPLOY) + 'x'};
        for (String each : wrong) {
            for (String path : List.of(Api.ROOT, "/version", "/api", "/healthz", "/nonsense")) {
                FacadeAnswer refused = got(path, each);
                assertThat(refused.status()).isEqualTo(401);
                assertThat(Api.json(refused.body()).path("reason").asString("")).isEqualTo("Unauthorized");
            }
        }
    }

    @Test
    void whoMayCallOnlySeesNothingAndNobodySeesAnotherNamespace() throws Exception {
        api.create("hello", "");
        FacadeAnswer small = got(Api.ROOT, Api.bearer(Api.INVOKE));
        assertThat(small.status()).isEqualTo(403);
        assertThat(Api.json(small.body()).path("reason").asString("")).isEqualTo("Forbidden");
        assertThat(got(Api.ROOT, Api.bearer(Api.OTHER)).status()).isEqualTo(403);
        FacadeAnswer all = got("/apis/serving.knative.dev/v1/services", Api.bearer(Api.OTHER));
        assertThat(Api.names(Api.json(all.body()))).isEmpty();
        FacadeAnswer own = got("/apis/serving.knative.dev/v1/services", Api.bearer(Api.DEPLOY));
        assertThat(Api.names(Api.json(own.body()))).containsExactly("hello");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/api",
                "/apis",
                "/apis/",
                "/api/v1",
                "/apis/serving.knative.dev",
                "/apis/serving.knative.dev/v1",
                "/version",
                "/openapi/v2",
                "/openapi/v3",
                "/openapi/v3/apis/serving.knative.dev/v1"
            })
    void whatThereIsCanBeFoundOut(String path) throws Exception {
        FacadeAnswer said = got(path, Api.bearer(Api.INVOKE));
        assertThat(said.status()).isEqualTo(200);
        assertThat(Api.json(said.body()).isObject()).isTrue();
    }

    @Test
    void clientsOfProtocolBuffersGetAnEmptySchema() throws Exception {
        FacadeAnswer said = api.done(Api.request(
                "GET",
                "/openapi/v2",
                Api.bearer(Api.DEPLOY),
                "",
                "Accept",
                "application/com.github.proto-openapi.spec.v2@v1.0+protobuf"));
        assertThat(said.headers().first("content-type"))
                .isEqualTo("application/com.github.proto-openapi.spec.v2.v1.0+protobuf");
        assertThat(said.body()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "GET, /apis/apps/v1/namespaces/default/deployments, 404",
        "GET, /api/v1/namespaces/default/pods, 404",
        "GET, /apis/serving.knative.dev/v1/namespaces/default/domainmappings, 404",
        "GET, /apis/serving.knative.dev/v1/namespaces/default/services/, 404",
        "GET, /apis/serving.knative.dev/v1/namespaces//services, 404",
        "GET, /apis/serving.knative.dev/v1/namespaces/default/services/a/scale, 404",
        "GET, /apis/serving.knative.dev/v1/namespaces/default/services/none, 404",
        "GET, /apis/serving.knative.dev/v1/namespaces/default/services/none/status, 404",
        "POST, /apis/serving.knative.dev/v1/namespaces/default/routes, 405",
        "DELETE, /apis/serving.knative.dev/v1/namespaces/default/revisions/x, 405",
        "POST, /apis/serving.knative.dev/v1/namespaces/default/services/x, 405",
        "BREW, /apis/serving.knative.dev/v1/namespaces/default/services, 404",
        "POST, /apis/serving.knative.dev/v1/namespaces/default/services, 400",
        "PUT, /apis/serving.knative.dev/v1/namespaces/default/services/x, 400",
        "GET, /apis/serving.knative.dev/v1/namespaces/default/services?labelSelector=%zz, 400",
        "GET, /apis/serving.knative.dev/v1/namespaces/default/services?labelSelector=a%20b, 400",
        "GET, /apis/serving.knative.dev/v1/namespaces/default/services?fieldSelector=spec.x%3D1, 400",
        "GET, /apis/serving.knative.dev/v1/namespaces/default/services?continue=x, 410",
        "GET, /apis/serving.knative.dev/v1/namespaces/default/services?resourceVersionMatch=Exact, 400",
        "GET, /apis/serving.knative.dev/v1/namespaces/default/services?watch=1&sendInitialEvents=true, 422",
    })
    void whatIsNotThereOrNotDoneIsSaidSo(String method, String target, int status) throws Exception {
        JsonNode said = api.ask(status, method, target, "[]");
        assertThat(said.path("reason").asString("")).isNotEmpty();
    }

    @Test
    void labelsAndFieldsSelect() throws Exception {
        for (String name : List.of("one", "two")) {
            api.ask(
                    201,
                    "POST",
                    Api.ROOT,
                    Api.service(name, "").replace("\"team\":\"shop\"", "\"team\":\"" + name + "\""));
        }
        String[][] selected = {
            {"labelSelector=team%3Done", "one"},
            {"labelSelector=team==one", "one"},
            {"labelSelector=team!%3Done", "two"},
            {"labelSelector=team+in+(one,three)", "one"},
            {"labelSelector=team+notin+(one,three)", "two"},
            {"labelSelector=team,team!%3Dtwo", "one"},
            {"labelSelector=!nothing,team%3Dtwo", "two"},
            {"fieldSelector=metadata.name%3Dtwo", "two"},
            {"fieldSelector=metadata.name!%3Dtwo,metadata.namespace%3Ddefault", "one"},
        };
        for (String[] each : selected) {
            assertThat(Api.names(api.ask(200, "GET", Api.ROOT + '?' + each[0], "")))
                    .as(each[0])
                    .containsExactly(each[1]);
        }
        assertThat(Api.names(api.ask(200, "GET", Api.ROOT + "?labelSelector=nothing", "")))
                .isEmpty();
        String many = "a,".repeat(Selectors.TERMS_MAX) + 'a';
        assertThat(Api.message(api.ask(400, "GET", Api.ROOT + "?labelSelector=" + many, "")))
                .contains("at most 100");
    }

    @Test
    void kubectlsTableHasKnativesColumns() throws Exception {
        api.create("hello", "");
        JsonNode table = api.ask(200, "GET", Api.ROOT, "", "Accept", TABLE);
        assertThat(table.path("kind").asString("")).isEqualTo("Table");
        assertThat(table.path("columnDefinitions").valueStream().map(each -> each.path("name")
                        .asString("")))
                .containsExactly("Name", "Url", "LatestCreated", "LatestReady", "Ready", "Reason");
        assertThat(table.at("/rows/0/cells").valueStream().map(each -> each.asString("")))
                .containsExactly("hello", Api.url("hello"), "hello-00001", "hello-00001", "True", "");
        assertThat(table.at("/rows/0/object/kind").asString("")).isEqualTo("PartialObjectMetadata");
        JsonNode whole = api.ask(200, "GET", Api.ROOT + "?includeObject=Object", "", "Accept", TABLE);
        assertThat(whole.at("/rows/0/object/kind").asString("")).isEqualTo("Service");
    }

    @Test
    void whatFollowsFromAServiceIsShown() throws Exception {
        JsonNode service = api.create("hello", "");
        String root = "/apis/serving.knative.dev/v1/namespaces/default/";
        JsonNode configuration = api.ask(200, "GET", root + "configurations/hello", "");
        assertThat(configuration.at("/spec/template")).isEqualTo(service.at("/spec/template"));
        assertThat(configuration.at("/metadata/ownerReferences/0/uid")).isEqualTo(service.at("/metadata/uid"));
        JsonNode route = api.ask(200, "GET", root + "routes/hello", "");
        assertThat(route.at("/status/url")).isEqualTo(service.at("/status/url"));
        JsonNode revision = api.ask(200, "GET", root + "revisions/hello-00001", "");
        assertThat(revision.at("/spec/containers")).isEqualTo(service.at("/spec/template/spec/containers"));
        assertThat(revision.at("/metadata/ownerReferences/0/uid")).isEqualTo(configuration.at("/metadata/uid"));
        assertThat(Api.names(
                        api.ask(200, "GET", root + "revisions?labelSelector=serving.knative.dev/service%3Dhello", "")))
                .containsExactly("hello-00001");
    }

    @ParameterizedTest
    @EnumSource(Facade.Unread.class)
    void whatIsNotReadIsToldInTheWordsOfWhatWasAsked(Facade.Unread why) {
        FacadeAnswer status = api.facade.unread(new RequestLine("GET", Api.ROOT, null), why);
        assertThat(Api.json(status.body()).path("kind").asString("")).isEqualTo("Status");
        FacadeAnswer words = api.facade.unread(new RequestLine("GET", "/of/a/function", null), why);
        assertThat(words.headers().first("content-type")).startsWith("text/plain");
        boolean again = why == Facade.Unread.BUSY || why == Facade.Unread.STARTING;
        for (FacadeAnswer each : List.of(status, words)) {
            assertThat(each.headers().has("retry-after")).isEqualTo(again);
        }
    }

    @Test
    void aRequestToTheApiHasKubernetesLimit() throws Exception {
        String body = "x".repeat(KnativeFacade.API_BYTES_MAX + 1);
        assertThat(Api.message(api.ask(413, "POST", Api.ROOT, body))).contains("limit is 3145728");
        assertThat(api.read(Api.at(HOST, Api.request("POST", "/", Api.bearer(Api.INVOKE), body))))
                .isInstanceOf(Wish.Passed.class);
    }

    @Test
    void tenThousandSpoiltRequestsAreRefusedOrDone() throws Exception {
        String deploy = Api.bearer(Api.DEPLOY);
        String table = "/apis/serving.knative.dev/v1/namespaces/default/services?labelSelector=a%3Db&limit=500";
        String[] json = {"Content-Type", "application/json"};
        List<FacadeRequest> good = List.of(
                Api.request(
                        "POST",
                        Api.ROOT,
                        deploy,
                        Api.service("hello", ",\"env\":[{\"name\":\"A\",\"value\":\"b\"}]"),
                        json),
                Api.request("PUT", Api.ROOT + "/hello", deploy, Api.service("hello", ""), json),
                Api.request("PATCH", Api.ROOT + "/hello", deploy, "{}", "Content-Type", "application/merge-patch+json"),
                Api.request("PATCH", Api.ROOT + "/hello", deploy, "[]", "Content-Type", "application/json-patch+json"),
                Api.request("DELETE", Api.ROOT + "/hello", deploy, "{\"propagationPolicy\":\"Background\"}", json),
                Api.request("GET", table, deploy, "", "Accept", TABLE),
                Api.request("GET", Api.ROOT + "?watch=true&resourceVersion=5", deploy, ""),
                Api.request("GET", "/openapi/v3", deploy, ""),
                Api.at(HOST, Api.request("POST", "/a?b=c", deploy, "{}", json)),
                Api.at(SHOWN, Api.request("POST", "/a?b=c", null, "{}", json)),
                Api.at(HOST, Api.request("POST", "/", deploy, "{}", "Prefer", "respond-async", "ce-id", "1")));
        int refused =
                new FacadeFuzz(api.facade, Api.KEYS::get, PlayedFunctions.NOW).run(good, each -> each, 10_000, 75);
        assertThat(refused).isGreaterThan(2000);
    }
}
