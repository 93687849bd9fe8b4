// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.oracle.facade;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.Body;
import dev.weft.api.CloudException;
import dev.weft.api.Headers;
import dev.weft.api.Outcome;
import dev.weft.api.RequestLine;
import dev.weft.api.event.Taken;
import dev.weft.api.facade.Changed;
import dev.weft.api.facade.Facade;
import dev.weft.api.facade.FacadeAnswer;
import dev.weft.api.facade.FacadeRequest;
import dev.weft.api.facade.Functions;
import dev.weft.api.facade.Key;
import dev.weft.api.facade.Wish;
import dev.weft.testkit.FacadeFuzz;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class OciFacadeTest {
    private static final String FUNCTIONS = "/20181201/functions";
    private static final String ALPHA = FUNCTIONS + "/ocid1.fnfunc.oc1..default.alpha";
    private static final String INVOKE = ALPHA + "/actions/invoke";

    private final OciFacade facade = new OciFacade();

    private Wish read(Key key, String method, String target, String body, String... more) {
        return facade.read(OciSamples.request(key, method, target, body, more), OciSamples.KEYS::get, FnSamples.NOW);
    }

    private Wish.Refused refused(Key key, String method, String target, String body, String... more) {
        Wish wish = read(key, method, target, body, more);
        assertThat(wish).isInstanceOf(Wish.Refused.class);
        return (Wish.Refused) wish;
    }

    private static JsonNode json(FacadeAnswer answer) {
        return JsonMapper.shared().readTree(answer.body());
    }

    private static String message(FacadeAnswer answer) {
        assertThat(answer.headers().first("opc-request-id")).isNotEmpty();
        return json(answer).path("message").asString();
    }

    @Test
    void aCallIsAnEventWithTheCallersFields() {
        assertThat(facade.vendor()).isEqualTo("oci");
        assertThat(facade.port()).isEqualTo(8098);
        assertThat(read(OciSamples.INVOKE, "POST", INVOKE, "{\"a\":1}", "X-Mine", "1", "opc-request-id", "r"))
                .isInstanceOfSatisfying(Wish.Invoke.class, call -> {
                    assertThat(call.function()).isEqualTo("alpha");
                    assertThat(call.contentType()).isEqualTo("application/json");
                    assertThat(call.payload()).isEqualTo(FnSamples.utf8("{\"a\":1}"));
                    assertThat(call.attributes()).isEqualTo(Map.of("x-mine", "1"));
                });
        assertThat(read(OciSamples.INVOKE, "POST", INVOKE, "{}", "fn-invoke-type", "detached"))
                .isInstanceOf(Wish.Later.class);
        assertThat(read(OciSamples.INVOKE, "POST", INVOKE, "{}", "fn-intent", "cloudevent"))
                .isInstanceOfSatisfying(Wish.Invoke.class, call -> assertThat(call.contentType())
                        .isEqualTo("application/cloudevents+json"));
    }

    @Test
    void aCallAsARequestHasWhatAnApiGatewaySaysOfIt() {
        assertThat(read(
                        OciSamples.INVOKE,
                        "POST",
                        INVOKE,
                        "{}",
                        "fn-intent",
                        "httprequest",
                        "Fn-Http-Method",
                        "PUT",
                        "Fn-Http-Request-Url",
                        "https://shop.example/a%20b?c=d",
                        "Fn-Http-H-Accept",
                        "text/plain",
                        "Fn-Http-H-Host",
                        "shop.example",
                        "X-Plain",
                        "1"))
                .isInstanceOfSatisfying(Wish.Exchange.class, call -> {
                    assertThat(call.line()).isEqualTo(new RequestLine("PUT", "/a%20b", "c=d"));
                    assertThat(call.headers().first("accept")).isEqualTo("text/plain");
                    assertThat(call.headers().first("content-type")).isEqualTo("application/json");
                    assertThat(call.headers().has("host")).isFalse();
                    assertThat(call.headers().has("x-plain")).isFalse();
                });
        assertThat(read(OciSamples.INVOKE, "POST", INVOKE, "{}", "fn-intent", "httprequest"))
                .isInstanceOfSatisfying(Wish.Exchange.class, call -> assertThat(call.line())
                        .isEqualTo(new RequestLine("POST", "/", null)));
        Outcome.Response response =
                new Outcome.Response(418, Headers.of("Content-Type", "text/tea", "X-Pot", "1"), Body.empty());
        FacadeAnswer answer = new OciAnswering(true).spoke(came(response));
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.headers().first("Fn-Http-Status")).isEqualTo("418");
        assertThat(answer.headers().first("Fn-Http-H-X-Pot")).isEqualTo("1");
        assertThat(answer.headers().first("Content-Type")).isEqualTo("text/tea");
        assertThat(new OciAnswering(false).spoke(came(response)).status()).isEqualTo(502);
    }

    private static Wish.Came came(Outcome outcome) {
        return new Wish.Came(outcome, FnSamples.utf8("body"), "call-1", "here", Duration.ofMillis(5), "");
    }

    @ParameterizedTest
    @CsvSource({
        "fn-invoke-type, later, 400, 'sync or detached'",
        "fn-intent, sing, 400, 'cloudevent or httprequest'",
        "is-dry-run, maybe, 400, 'false or true'"
    })
    void aCallInAnotherWayIsRefused(String name, String value, int status, String words) {
        FacadeAnswer answer =
                refused(OciSamples.INVOKE, "POST", INVOKE, "{}", name, value).answer();
        assertThat(answer.status()).isEqualTo(status);
        assertThat(message(answer)).contains(name).contains(words).contains(value);
    }

    @ParameterizedTest
    @CsvSource({"Fn-Http-Method, get it", "Fn-Http-Request-Url, 'http://['", "Fn-Http-Request-Url, mailto:x"})
    void aRequestThatIsNoneIsRefused(String name, String value) {
        FacadeAnswer answer = refused(OciSamples.INVOKE, "POST", INVOKE, "{}", "fn-intent", "httprequest", name, value)
                .answer();
        assertThat(answer.status()).isEqualTo(400);
        assertThat(message(answer)).contains(name).contains(value);
    }

    @ParameterizedTest
    @CsvSource({
        "POST, /applications, CreateApplication",
        "PUT, /applications/x, UpdateApplication",
        "DELETE, /applications/x, DeleteApplication",
        "POST, /applications/x/actions/changeCompartment, ChangeApplicationCompartment",
        "GET, /pbfListings, ListPbfListings",
        "GET, /pbfListings/x, GetPbfListing",
        "GET, /pbfListings/triggers, ListTriggers",
        "GET, /pbfListingVersions, ListPbfListingVersions",
        "GET, /pbfListingVersions/x, GetPbfListingVersion"
    })
    void whatIsNotDoneIsRefusedByItsName(String method, String path, String action) {
        Wish.Refused refused = refused(OciSamples.DEPLOY, method, "/20181201" + path, "{}");
        assertThat(refused.action()).isEqualTo(action);
        assertThat(refused.proved()).isTrue();
        assertThat(refused.answer().status()).isEqualTo(501);
        assertThat(json(refused.answer()).path("code").asString()).isEqualTo("MethodNotImplemented");
        assertThat(message(refused.answer())).startsWith(action + " is not done by Weft's façade of OCI Functions");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "image | \"fra.ocir.io/x@sha256:1\" | 400",
                "image | \"\" | 400",
                "image | 7 | 400",
                "imageDigest | \"sha256:1\" | 400",
                "displayName | \"other\" | 501",
                "provisionedConcurrencyConfig | {\"strategy\":\"CONSTANT\",\"count\":1} | 501",
                "successDestination | {\"kind\":\"STREAM\"} | 501",
                "failureDestination | {\"kind\":\"QUEUE\"} | 501",
                "traceConfig | {\"isEnabled\":true} | 501",
                "definedTags | {\"a\":{\"b\":\"c\"}} | 501",
                "detachedModeTimeoutInSeconds | 9 | 501",
                "anythingNew | 1 | 501",
                "memoryInMBs | 300 | 400",
                "memoryInMBs | \"128\" | 400",
                "timeoutInSeconds | 301 | 400",
                "timeoutInSeconds | 0 | 400",
                "config | [] | 400",
                "config | {\"a\":1} | 400",
                "freeformTags | 7 | 400"
            })
    void aFieldThatCanNotBeDoneIsRefusedByItsName(String field, String value, int status) {
        FacadeAnswer answer = refused(
                        OciSamples.DEPLOY, "PUT", ALPHA, "{\"timeoutInSeconds\":5,\"" + field + "\":" + value + '}')
                .answer();
        if (field.equals("timeoutInSeconds") || status == 400) {
            assertThat(answer.status()).isEqualTo(400);
        } else {
            assertThat(answer.status()).isEqualTo(501);
        }
        assertThat(message(answer)).startsWith(field);
    }

    @Test
    void whatAsksForNothingIsTakenAndTooMuchConfigurationIsNot() {
        String nothing = "{\"provisionedConcurrencyConfig\":{\"strategy\":\"NONE\"},\"definedTags\":{},"
                + "\"traceConfig\":{\"isEnabled\":false},\"image\":null,\"successDestination\":{\"kind\":\"NONE\"}}";
        assertThat(read(OciSamples.DEPLOY, "PUT", ALPHA, nothing)).isInstanceOf(Wish.Control.class);
        String config = "{\"config\":{\"A\":\"" + "x".repeat(4095) + "\"}}";
        assertThat(read(OciSamples.DEPLOY, "PUT", ALPHA, config)).isInstanceOf(Wish.Control.class);
        assertThat(message(refused(OciSamples.DEPLOY, "PUT", ALPHA, config.replace("\"A\"", "\"AB\""))
                        .answer()))
                .contains("config has 4097 bytes; at most 4096");
        for (String body : List.of("", "[]", "{", "7")) {
            assertThat(json(refused(OciSamples.DEPLOY, "PUT", ALPHA, body).answer())
                            .path("code")
                            .asString())
                    .isEqualTo("CannotParseRequest");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "/functions, 400, MissingParameter",
        "/functions?applicationId=ocid1.fnapp.oc1..other, 404, NotAuthorizedOrNotFound",
        "/functions?applicationId=ocid1.fnapp.oc1..default&limit=51, 400, InvalidParameter",
        "/functions?applicationId=ocid1.fnapp.oc1..default&limit=0, 400, InvalidParameter",
        "/functions?applicationId=ocid1.fnapp.oc1..default&sortOrder=UP, 400, InvalidParameter",
        "/functions?applicationId=ocid1.fnapp.oc1..default&sortBy=timeCreated, 501, MethodNotImplemented",
        "/functions?applicationId=ocid1.fnapp.oc1..default&page=!, 400, InvalidParameter",
        "/functions?applicationId=%zz, 400, InvalidParameter",
        "/applications, 400, MissingParameter",
        "/applications?compartmentId=x, 404, NotAuthorizedOrNotFound",
        "/functions/ocid1.fnfunc.oc1..other.theirs, 404, NotAuthorizedOrNotFound",
        "/functions/alpha, 404, NotAuthorizedOrNotFound",
        "/nothing, 404, NotFound"
    })
    void whatCanNotBeToldIsRefused(String target, int status, String code) {
        FacadeAnswer answer =
                refused(OciSamples.DEPLOY, "GET", "/20181201" + target, "").answer();
        assertThat(answer.status()).isEqualTo(status);
        assertThat(json(answer).path("code").asString()).isEqualTo(code);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/applications?compartmentId=ocid1.tenancy.oc1..default", "/functions/x"})
    void aKeyForCallsSeesNothing(String target) {
        FacadeAnswer answer =
                refused(OciSamples.INVOKE, "GET", "/20181201" + target, "").answer();
        assertThat(answer.status()).isEqualTo(404);
        assertThat(message(answer)).contains("role deploy");
    }

    private static Functions functions(String... names) {
        return new Functions() {
            @Override
            public List<Served> list(String namespace) {
                return List.of(names).stream()
                        .map(name -> new Served(FnSamples.function(namespace, name), FnSamples.NOW, "code", 1))
                        .toList();
            }

            @Override
            public Served find(String namespace, String name) {
                return new Served(FnSamples.function(namespace, name), FnSamples.NOW, "code", 1);
            }

            @Override
            public Changed delete(String namespace, String name) {
                return new Changed.Refused(Changed.Reason.FULL, "not " + name);
            }

            @Override
            public String logTail(String namespace, String function, String invocation) {
                return "";
            }
        };
    }

    private FacadeAnswer listed(String query) throws Exception {
        Wish wish = read(OciSamples.DEPLOY, "GET", FUNCTIONS + "?applicationId=ocid1.fnapp.oc1..default" + query, "");
        return ((Wish.Control) wish).work().run(functions("alpha", "beta", "gamma"));
    }

    @Test
    void listsComeInPagesBothWaysAndFiltered() throws Exception {
        FacadeAnswer first = listed("&limit=2");
        assertThat(json(first).findValuesAsString("displayName")).containsExactly("alpha", "beta");
        FacadeAnswer second = listed("&limit=2&page=" + first.headers().first("opc-next-page"));
        assertThat(json(second).findValuesAsString("displayName")).containsExactly("gamma");
        assertThat(second.headers().has("opc-next-page")).isFalse();
        FacadeAnswer last = listed("&limit=1&sortOrder=DESC");
        assertThat(json(last).findValuesAsString("displayName")).containsExactly("gamma");
        assertThat(json(listed("&limit=1&sortOrder=DESC&page=" + last.headers().first("opc-next-page")))
                        .findValuesAsString("displayName"))
                .containsExactly("beta");
        assertThat(json(listed("&displayName=beta")).findValuesAsString("id"))
                .containsExactly("ocid1.fnfunc.oc1..default.beta");
        assertThat(json(listed("&id=ocid1.fnfunc.oc1..default.alpha")).size()).isEqualTo(1);
        assertThat(json(listed("&lifecycleState=DELETED")).size()).isZero();
        assertThat(json(listed("&lifecycleState=ACTIVE")).size()).isEqualTo(3);
        assertThat(json(listed("")).get(0).has("config")).isFalse();
    }

    @Test
    void anEtagStaysWithWhatItIsOf() throws Exception {
        Wish get = read(OciSamples.DEPLOY, "GET", ALPHA, "");
        FacadeAnswer shown = ((Wish.Control) get).work().run(functions());
        String etag = String.valueOf(shown.headers().first("etag"));
        assertThat(json(shown).path("freeformTags").has("weft.dev/x")).isFalse();
        Wish matching = read(OciSamples.DEPLOY, "DELETE", ALPHA, "", "if-match", etag);
        assertThat(((Wish.Control) matching).work().run(functions()).status())
                .isEqualTo(400); // it got as far as delete
        Wish other = read(OciSamples.DEPLOY, "DELETE", ALPHA, "", "if-match", "x" + etag);
        assertThat(((Wish.Control) other).work().run(functions()).status()).isEqualTo(412);
    }

    @ParameterizedTest
    @CsvSource({"ABSENT, 404", "DECLARED, 403", "FAILED, 422", "WRONG, 400", "FULL, 400", "UNABLE, 501", "BUSY, 429"})
    void whatKeepsAFunctionFromBeingChangedIsToldInOcisShape(Changed.Reason reason, int status) {
        assertThat(OciRefusal.of(new Changed.Refused(reason, "why")).status()).isEqualTo(status);
    }

    @ParameterizedTest
    @CsvSource({
        "BUSY, 429",
        "UNREACHABLE, 503",
        "ABSENT, 503",
        "DENIED, 503",
        "UNKNOWN, 500",
        "TOO_LARGE, 413",
        "INVALID, 400"
    })
    void aCloudThatFailsIsToldApartFromAFunction(CloudException.Kind kind, int status) {
        FacadeAnswer answer = new OciAnswering(false).failed(new CloudException(kind, "why", null));
        assertThat(answer.status()).isEqualTo(status);
        assertThat(message(answer)).isNotEmpty();
        assertThat(new OciAnswering(false)
                        .failed(new CloudException(CloudException.Kind.UNKNOWN, "why", new TimeoutException("10 s")))
                        .status())
                .isEqualTo(504);
    }

    @Test
    void anEventThatIsNotKeptIsRefused() {
        for (Taken.Why why : Taken.Why.values()) {
            FacadeAnswer answer = new OciTaking().refused(new Taken.Refused(why, "no"));
            assertThat(answer.status()).isGreaterThanOrEqualTo(400);
            assertThat(message(answer)).isNotEmpty();
        }
        assertThat(new OciTaking().taken("id-1").headers().first("opc-request-id"))
                .isEqualTo("id-1");
    }

    @ParameterizedTest
    @CsvSource({"TOO_LARGE, 413", "STARTING, 503", "BUSY, 429", "BROKEN, 500"})
    void whatIsNotReadIsToldInItsShapeToo(Facade.Unread why, int status) {
        RequestLine line = new RequestLine("POST", INVOKE, null);
        assertThat(facade.unread(line, why).status()).isEqualTo(status);
        assertThat(message(facade.unread(line, why))).isNotEmpty();
        assertThat(facade.bodyBytesMax(line)).isEqualTo(6 << 20);
    }

    @Test
    void whateverComesIsRefusedOrDone() throws Exception {
        List<FacadeRequest> good = List.of(
                OciSamples.request(OciSamples.DEPLOY, "POST", INVOKE, "{}", "fn-intent", "cloudevent"),
                OciSamples.request(
                        OciSamples.DEPLOY, "POST", INVOKE, "{}", "fn-intent", "httprequest", "Fn-Http-Method", "GET"),
                OciSamples.request(OciSamples.DEPLOY, "POST", INVOKE, "{}", "fn-invoke-type", "detached"),
                OciSamples.request(OciSamples.DEPLOY, "PUT", ALPHA, "{\"config\":{\"A\":\"b\"}}", "if-match", "x"),
                OciSamples.request(
                        OciSamples.DEPLOY, "GET", FUNCTIONS + "?applicationId=ocid1.fnapp.oc1..default&limit=3", ""),
                OciSamples.request(OciSamples.DEPLOY, "DELETE", ALPHA, ""));
        FacadeFuzz fuzz = new FacadeFuzz(facade, OciSamples.KEYS::get, FnSamples.NOW);

        assertThat(fuzz.run(good, request -> request, 10_000, 1)).isBetween(4_000, 9_900);
        // each is signed anew, so that what comes after the proof is tried too; signing takes a millisecond
        assertThat(fuzz.run(good, request -> OciSamples.signed(OciSamples.DEPLOY, request), 2_000, 2))
                .isBetween(400, 1_900);
    }
}
