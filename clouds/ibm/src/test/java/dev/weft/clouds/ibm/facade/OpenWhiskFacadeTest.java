// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.ibm.facade;

import static dev.weft.clouds.ibm.facade.Known.CALLER;
import static dev.weft.clouds.ibm.facade.Known.KEYS;
import static dev.weft.clouds.ibm.facade.Known.NOW;
import static dev.weft.clouds.ibm.facade.Known.OWNER;
import static dev.weft.clouds.ibm.facade.Known.STRANGER;
import static dev.weft.clouds.ibm.facade.Known.basic;
import static dev.weft.clouds.ibm.facade.Known.call;
import static dev.weft.clouds.ibm.facade.Known.done;
import static dev.weft.clouds.ibm.facade.Known.json;
import static dev.weft.clouds.ibm.facade.Known.refused;
import static dev.weft.clouds.ibm.facade.Known.request;
import static dev.weft.clouds.ibm.facade.Known.text;
import static dev.weft.clouds.ibm.facade.Known.wish;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.Headers;
import dev.weft.api.RequestLine;
import dev.weft.api.facade.Facade.Unread;
import dev.weft.api.facade.FacadeAnswer;
import dev.weft.api.facade.Key;
import dev.weft.api.facade.Names;
import dev.weft.api.facade.Wish;
import dev.weft.api.resource.Function;
import dev.weft.clouds.ibm.OpenWhiskHost;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class OpenWhiskFacadeTest {
    private static final String ACTIONS = "/api/v1/namespaces/_/actions";
    private static final String CART = ACTIONS + "/cart";

    private final OpenWhiskFacade facade = new OpenWhiskFacade();

    private Wish read(Headers headers) {
        return facade.read(request("GET", ACTIONS, headers, ""), KEYS, NOW);
    }

    @Test
    void whoBringsNoKeyIsAskedForOne() throws InterruptedException {
        Wish wish = read(Headers.none());

        assertThat(wish).isInstanceOfSatisfying(Wish.Refused.class, refused -> {
            assertThat(refused.proved()).isFalse();
            assertThat(refused.keyId()).isEmpty();
        });
        FacadeAnswer answer = refused(wish);
        assertThat(answer.status()).isEqualTo(401);
        assertThat(answer.headers().first("www-authenticate")).isEqualTo("Basic realm=\"OpenWhisk secure realm\"");
        assertThat(json(answer).path("error").asString())
                .isEqualTo("The resource requires authentication, which was not supplied with the request");
        assertThat(json(answer).path("code").asString()).matches("[0-9a-f]{32}");
        assertThat(answer.headers().first("x-request-id"))
                .isEqualTo(json(answer).path("code").asString());
    }

    @Test
    void aWrongSecretAndAnUnknownKeyAreAnsweredAlike() throws InterruptedException {
        Headers known = Headers.of("authorization", basic(OWNER.id() + ":wrong"), "x-request-id", "t1");
        Headers unknown = Headers.of("authorization", basic("NOBODY:wrong"), "x-request-id", "t1");

        assertThat(text(refused(read(known)))).isEqualTo(text(refused(read(unknown))));
        assertThat(refused(read(known)).status()).isEqualTo(401);
        assertThat(read(known)).isInstanceOfSatisfying(Wish.Refused.class, refused -> {
            assertThat(refused.keyId()).isEqualTo(OWNER.id());
            assertThat(refused.proved()).isFalse();
        });
    }

    @ParameterizedTest
    @ValueSource(strings = {"Basic", "Basic ", "Basic !!!", "Bearer abc", "Basic YQ==", "basic", "", "Basic Og=="})
    void whatIsNoKeyIsAnsweredAsAWrongOne(String authorization) throws InterruptedException {
        FacadeAnswer answer = refused(read(Headers.of("authorization", authorization)));

        assertThat(answer.status()).isEqualTo(401);
        assertThat(json(answer).path("error").asString()).isEqualTo("The supplied authentication is invalid");
    }

    @Test
    void twoKeysAreNone() throws InterruptedException {
        Headers both = Headers.of("authorization", basic(OWNER), "authorization", basic(OWNER));

        assertThat(refused(read(both)).status()).isEqualTo(401);
    }

    @Test
    void anIdThatCouldBeALineOfALogIsNotWrittenDown() throws InterruptedException {
        Wish wish = read(Headers.of("authorization", basic("a\nb:c")));

        assertThat(wish).isInstanceOfSatisfying(Wish.Refused.class, refused -> assertThat(refused.keyId())
                .isEmpty());
    }

    @Test
    void aClientsOwnTransactionIsTakenOverUnlessItIsOdd() throws InterruptedException {
        assertThat(refused(read(Headers.of("x-request-id", "abc-1"))).headers().first("x-request-id"))
                .isEqualTo("abc-1");
        for (String odd : List.of("a b", "sid_controller", "x".repeat(65), "")) {
            assertThat(refused(read(Headers.of("x-request-id", odd))).headers().first("x-request-id"))
                    .matches("[0-9a-f]{32}");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "GET,/api/v1/namespaces/elsewhere/actions,elsewhere",
        "GET,/api/v1/namespaces/elsewhere/actions/cart,elsewhere/cart",
        "GET,/api/v1/namespaces/nowhere/actions/cart,nowhere/cart",
        "POST,/api/v1/namespaces/elsewhere/actions/cart?blocking=true,elsewhere/cart",
        "POST,/api/v1/namespaces/elsewhere/actions/pack/cart?blocking=true,elsewhere/pack/cart"
    })
    void anotherNamespaceLooksAsIfItWereNotThere(String method, String target, String what)
            throws InterruptedException {
        FacadeAnswer answer = refused(wish(OWNER, method, target, ""));

        assertThat(answer.status()).isEqualTo(403);
        assertThat(json(answer).path("error").asString())
                .isEqualTo("The supplied authentication is not authorized to access '" + what + "'.");
    }

    @Test
    void aKeyThatMayOnlyCallSeesNothing() throws InterruptedException {
        for (String target : List.of(ACTIONS, CART, "/api/v1/namespaces")) {
            assertThat(refused(wish(CALLER, "GET", target, "")).status())
                    .as(target)
                    .isEqualTo(403);
        }
        assertThat(call(wish(CALLER, "POST", CART + "?blocking=true", "{}")).key())
                .isEqualTo(CALLER);
    }

    @Test
    void theApiSaysWhatItIs() throws InterruptedException {
        assertThat(json(done(wish(CALLER, "GET", "/api/v1", "")))
                        .path("api_version_path")
                        .asString())
                .isEqualTo("v1");
        assertThat(text(done(wish(CALLER, "GET", "/ping", "")))).isEqualTo("pong");
        assertThat(text(done(wish(OWNER, "GET", "/api/v1/namespaces", "")))).isEqualTo("[\"shop\"]");
    }

    @Test
    void actionsAreListedByPages() throws InterruptedException {
        JsonNode all = json(done(wish(OWNER, "GET", ACTIONS, "")));
        assertThat(all).extracting(each -> each.path("name").asString()).containsExactly("web", "pay", "cart");
        assertThat(all.get(2).toString())
                .isEqualTo(
                        "{\"annotations\":[{\"key\":\"exec\",\"value\":\"nodejs:20\"},{\"key\":\"team\",\"value\":\"till\"},"
                                + "{\"key\":\"weft.dev/code\",\"value\":\"" + "ab".repeat(32) + "\"},"
                                + "{\"key\":\"weft.dev/contract\",\"value\":\"openwhisk\"}],\"exec\":{\"binary\":false},"
                                + "\"limits\":{\"concurrency\":1,\"memory\":256,\"timeout\":2500},\"name\":\"cart\","
                                + "\"namespace\":\"shop\",\"publish\":false,\"updated\":1796029197250,\"version\":\"0.0.1\"}");

        JsonNode page = json(done(wish(OWNER, "GET", "/api/v1/namespaces/shop/actions/?limit=1&skip=1", "")));
        assertThat(page).extracting(each -> each.path("name").asString()).containsExactly("pay");
        assertThat(json(done(wish(OWNER, "GET", ACTIONS + "?limit=0&skip=9", ""))))
                .isEmpty();
        assertThat(text(done(wish(OWNER, "GET", ACTIONS + "?count=true&skip=1", ""))))
                .isEqualTo("{\"actions\":2}");
        assertThat(text(done(wish(STRANGER, "GET", ACTIONS, "")))).isEqualTo("[]");
    }

    @Test
    void anActionIsShownWithoutItsCodeAndSecrets() throws InterruptedException {
        FacadeAnswer answer = done(wish(OWNER, "GET", CART + "?code=false", ""));

        assertThat(answer.status()).isEqualTo(200);
        assertThat(json(answer).path("exec").toString())
                .isEqualTo("{\"binary\":false,\"kind\":\"nodejs:20\",\"main\":\"index.main\"}");
        assertThat(json(answer).path("parameters")).isEmpty();
        assertThat(text(answer)).doesNotContain(Known.SECRET_VALUE);
        assertThat(text(done(wish(OWNER, "GET", CART, "")))).isEqualTo(text(answer));

        JsonNode web = json(done(wish(OWNER, "GET", ACTIONS + "/web", "")));
        assertThat(web.path("exec").path("kind").asString()).isEqualTo("blackbox");
        assertThat(web.path("limits").path("concurrency").asInt()).isEqualTo(7);

        assertThat(done(wish(OWNER, "GET", ACTIONS + "/none", "")).status()).isEqualTo(404);
        assertThat(json(refused(wish(OWNER, "GET", CART + "?code=true", "")))
                        .path("error")
                        .asString())
                .contains("code is not handed out");
    }

    @ParameterizedTest
    @CsvSource({
        "AWS_LAMBDA,nodejs20.x,nodejs:20",
        "AWS_LAMBDA,java21,java:21",
        "GOOGLE_FUNCTIONS,python311,python:3.11",
        "ALIBABA_FC,python3.10,python:3.10",
        "ALIBABA_FC,custom.debian12,blackbox",
        "FN,node,nodejs:default",
        "AZURE_FUNCTIONS,node20,nodejs:20",
        "OPENWHISK,java:17,java:17"
    })
    void aRuntimeIsToldInOpenWhisksNotation(String contract, String runtime, String kind) throws InterruptedException {
        assertThat(ActionView.kind(dev.weft.api.resource.Function.Contract.valueOf(contract), runtime))
                .isEqualTo(kind);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "limit=201|The value '201' is not in the range of 0 to 200 for actions.",
                "limit=-1|The value '-1' is not in the range of 0 to 200 for actions.",
                "limit=x|The value 'x' is not an integer for actions.",
                "skip=-1|The value '-1' is not greater than or equal to 0 for actions.",
                "skip=99999999999|The value '99999999999' is not an integer for actions.",
                "count=maybe|'maybe' is not a valid Boolean value",
                "limit=%zz|malformed percent-encoding"
            })
    void parametersOutOfRangeAreRefused(String query, String words) throws InterruptedException {
        FacadeAnswer answer = refused(wish(OWNER, "GET", ACTIONS + '?' + query, ""));

        assertThat(answer.status()).isEqualTo(400);
        assertThat(json(answer).path("error").asString()).contains(words);
    }

    @ParameterizedTest
    @ValueSource(strings = {"timeout=0", "timeout=60001", "timeout=soon", "timeout=-5", "blocking=2", "result="})
    void aCallsParametersOutOfRangeAreRefused(String query) throws InterruptedException {
        FacadeAnswer answer = refused(wish(CALLER, "POST", CART + '?' + query + "&blocking=true", "{}"));

        assertThat(answer.status()).isEqualTo(400);
    }

    @Test
    void aCallIsAnEventOfItsParameters() throws InterruptedException {
        Wish.Invoke call = call(wish(CALLER, "POST", CART + "?blocking=true&timeout=60000", "{\"who\": \"ada\"}"));

        assertThat(call.function()).isEqualTo("cart");
        assertThat(call.contentType()).isEqualTo("application/json");
        assertThat(call.payload()).asString(StandardCharsets.UTF_8).isEqualTo("{\"who\": \"ada\"}");
        assertThat(call(wish(CALLER, "POST", CART + "?blocking=true", "")).payload())
                .asString(StandardCharsets.UTF_8)
                .isEqualTo("{}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"[]", "1", "{", "{}{}", "null", "{\"a\":NaN}", " ", "{\"a\":1}x"})
    void parametersAreAnObject(String body) throws InterruptedException {
        FacadeAnswer answer = refused(wish(CALLER, "POST", CART + "?blocking=true", body));

        assertThat(answer.status()).isEqualTo(400);
        assertThat(json(answer).path("error").asString()).startsWith("The request content was malformed:\n");
    }

    @Test
    void parametersAreJsonInUtf8() throws InterruptedException {
        for (String type :
                List.of("text/plain", "application/x-www-form-urlencoded", "application/json;charset=latin1")) {
            Headers headers = Headers.of("authorization", basic(CALLER), "content-type", type);
            assertThat(refused(facade.read(request("POST", CART + "?blocking=true", headers, "{}"), KEYS, NOW))
                            .status())
                    .as(type)
                    .isEqualTo(415);
        }
        for (String type : List.of("application/json; charset=\"UTF-8\"", "Application/JSON")) {
            Headers headers = Headers.of("authorization", basic(CALLER), "content-type", type);
            assertThat(call(facade.read(request("POST", CART + "?blocking=true", headers, "{}"), KEYS, NOW))
                            .function())
                    .isEqualTo("cart");
        }
    }

    @Test
    void parametersHaveOpenWhisksLimit() throws InterruptedException {
        assertThat(facade.bodyBytesMax(new RequestLine("POST", CART, null))).isEqualTo(1 << 20);
        String fits = "{\"a\":\"" + "x".repeat(OpenWhiskHost.PAYLOAD_BYTES_MAX - 8) + "\"}";
        assertThat(call(wish(CALLER, "POST", CART + "?blocking=true", fits)).payload())
                .hasSize(1 << 20);
        assertThat(refused(wish(CALLER, "POST", CART + "?blocking=true", fits + ' '))
                        .status())
                .isEqualTo(413);
        FacadeAnswer unread = facade.unread(new RequestLine("POST", CART, "blocking=true"), Unread.TOO_LARGE);
        assertThat(unread.status()).isEqualTo(413);
        assertThat(json(unread).path("error").asString())
                .isEqualTo("Request larger than allowed: the limit is 1048576 bytes.");
    }

    @Test
    void aRequestThatIsNotReadIsAnsweredInOpenWhisksWords() throws InterruptedException {
        RequestLine line = new RequestLine("POST", CART, null);

        assertThat(facade.unread(line, Unread.STARTING).status()).isEqualTo(503);
        assertThat(facade.unread(line, Unread.BUSY).status()).isEqualTo(429);
        assertThat(json(facade.unread(line, Unread.BUSY)).path("error").asString())
                .isEqualTo("System is overloaded, try again later.");
        assertThat(facade.unread(line, Unread.BROKEN).status()).isEqualTo(500);
        assertThat(facade.unread(new RequestLine("PUT", CART, null), Unread.TOO_LARGE)
                        .status())
                .isEqualTo(413);
    }

    @ParameterizedTest
    @CsvSource({"GET,/,info at /", "POST,/api/v1/web/whisk.system/apimgmt/createApi.http,routes"})
    void whatIsNotDoneIsSaid(String method, String target, String operation) throws InterruptedException {
        FacadeAnswer answer = refused(wish(OWNER, method, target, ""));

        assertThat(answer.status()).isEqualTo(501);
        assertThat(json(answer).path("error").asString())
                .startsWith("Weft's OpenWhisk façade does not do '" + operation + "' yet: ");
    }

    @Test
    void aWebActionNeedsNoKeyToBeToldThatThereIsNone() throws InterruptedException {
        for (String path : List.of("/api/v1/web/shop/default/cart.json", "/api/v1/web/shop/p/cart")) {
            Wish.Look look = (Wish.Look) facade.read(request("GET", path, Headers.none(), ""), KEYS, NOW);

            assertThat(look.function()).isEqualTo(path.contains("/p/") ? "p-cart" : "cart");
            assertThat(refused(look.then().of(null)).status()).isEqualTo(404);
            Function cart = Objects.requireNonNull(new Known.Shop().find("shop", "cart"))
                    .function();
            assertThat(refused(look.then().of(cart)).status()).isEqualTo(404);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "GET,/nothing,404",
        "GET,/api/v2/namespaces,404",
        "GET,/api/v1/nothing,404",
        "GET,/api/v1/namespaces/_,404",
        "GET,/api/v1/namespaces/_/things,404",
        "GET,/api/v1/namespaces/_/actions/a/b/c,404",
        "POST,/api/v1/namespaces/_/actions/pack/cart?blocking=true,404",
        "PATCH,/api/v1/namespaces/_/actions/cart,405",
        "POST,/api/v1/namespaces/_/actions,405",
        "POST,/ping,405",
        "GET,/api/v1/namespaces/_/actions/%2e%2e%2fcart,400",
        "GET,/api/v1/namespaces/_/actions/..,400",
        "GET,/api/v1/namespaces/_/actions/a%00,400",
        "GET,/api/v1/namespaces/_/actions/%,400",
        "GET,/api/v1/namespaces/_/actions/cart%20,400"
    })
    void wrongPathsAreRefusedAsByOpenWhisk(String method, String target, int status) throws InterruptedException {
        assertThat(refused(wish(OWNER, method, target, "{}")).status()).isEqualTo(status);
    }

    @Test
    void namesHaveOpenWhisksLimit() throws InterruptedException {
        assertThat(call(wish(CALLER, "POST", ACTIONS + '/' + "x".repeat(256) + "?blocking=true", ""))
                        .function())
                .isEqualTo(Names.weft("x".repeat(256)));
        FacadeAnswer answer = refused(wish(CALLER, "POST", ACTIONS + '/' + "x".repeat(257) + "?blocking=true", ""));
        assertThat(json(answer).path("error").asString()).isEqualTo("Name longer than allowed: 257 > 256.");
    }

    @Test
    void theAuditTrailIsToldTheNamespacesOwnName() throws InterruptedException {
        assertThat(wish(OWNER, "GET", CART, "")).isInstanceOfSatisfying(Wish.Control.class, control -> {
            assertThat(control.action()).isEqualTo("actions.get");
            assertThat(control.on()).isEqualTo("shop/cart");
        });
        assertThat(Key.Role.values()).hasSize(3); // a new role needs a decision above
    }
}
