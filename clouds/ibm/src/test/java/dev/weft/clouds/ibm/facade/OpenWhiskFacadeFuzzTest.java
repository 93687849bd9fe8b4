// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.ibm.facade;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.Body;
import dev.weft.api.Headers;
import dev.weft.api.Outcome;
import dev.weft.api.RequestLine;
import dev.weft.api.event.Event;
import dev.weft.api.event.Events;
import dev.weft.api.facade.Facade.Unread;
import dev.weft.api.facade.FacadeAnswer;
import dev.weft.api.facade.FacadeRequest;
import dev.weft.api.facade.Wish;
import dev.weft.api.resource.Function;
import dev.weft.api.resource.Metadata;
import dev.weft.testkit.SampleFunction;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whatever comes: an answer below 500 or a plain "not done", never an exception, and no call without a key. */
class OpenWhiskFacadeFuzzTest {
    private static final int ROUNDS = 20_000;
    private static final long SEED = 8094;
    private static final String[] PATHS = {
        "/api/v1/namespaces/_/actions/cart",
        "/api/v1/namespaces/shop/actions",
        "/api/v1/namespaces/shop/actions/p/a",
        "/api/v1/namespaces",
        "/api/v1/web/shop/default/cart.json",
        "/api/v1/namespaces/_/activations/1/logs",
        "/api/v1/namespaces/_/actions/seq",
        "/api/v1/namespaces/_/packages/p",
        "/api/v1/namespaces/_/packages",
        "/api/v1/namespaces/_/triggers/t",
        "/api/v1/namespaces/_/triggers",
        "/api/v1/namespaces/_/rules/r",
        "/api/v1/namespaces/_/rules",
        "/api/v1/namespaces/_/limits",
        "/ping",
        "/"
    };
    private static final String[] QUERIES = {
        "blocking=true&result=true", "limit=3&skip=1", "timeout=5&blocking=true", ""
    };
    private static final String SEQUENCE = "{\"components\":[\"cart\"]}";
    private static final String[] BODIES = {
        "{\"exec\":{\"kind\":\"sequence\",\"components\":[\"/_/cart\",\"/shop/pay\"]},\"limits\":{\"timeout\":100}}",
        "{\"trigger\":\"/_/t\",\"action\":{\"path\":\"shop\",\"name\":\"seq\"}}",
        "{\"trigger\":\"/_/t\",\"action\":\"/_/cart\"}",
        "{\"status\":\"inactive\"}",
        "{\"parameters\":[{\"key\":\"a\",\"value\":1e400}],\"annotations\":[{\"key\":\"b\",\"value\":null}]}",
        "{\"annotations\":[{\"key\":\"feed\",\"value\":\"/w/f\"}],\"binding\":{\"name\":\"x\"},\"publish\":true}",
        "{}"
    };
    private static final String[] METHODS = {
        "GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "", "get", "X Y"
    };
    private static final String[] NAMES = {"authorization", "content-type", "x-request-id", "x-namespace-id"};
    private static final String[] VALUES = {"application/json", "application/json;charset=", "Basic", ";", "multipart/x"
    };

    private final Random random = new Random(SEED);
    private final OpenWhiskFacade facade = new OpenWhiskFacade();
    private static final Known.Shop SHOP = new Known.Shop();

    private int calls;
    private int sends;
    private int performs;
    private int puts;
    private int controls;
    private int refusals;
    private int webs;

    @Test
    void nothingBreaksIt() throws InterruptedException {
        for (int round = 0; round < ROUNDS; round++) {
            if (round % 50 == 0) { // a round may delete it
                SHOP.shelf().change("shop", desk -> desk.put("openwhisk/sequence", "seq", SEQUENCE));
            }
            boolean keyed = random.nextInt(3) > 0;
            FacadeRequest request = request(keyed);
            switch (facade.read(request, Known.KEYS, Known.NOW)) {
                case Wish.Invoke invoke -> throw new AssertionError("without a record: " + invoke);
                case Wish.Noted noted -> throw new AssertionError("before anything was looked up: " + noted);
                case Wish.Later later -> throw new AssertionError("before anything was looked up: " + later);
                case Wish.Ask ask -> {
                    assertThat(keyed).as("%s", request).isTrue();
                    answered(ask.work().run(Events.NONE, SHOP), 404);
                }
                case Wish.Look look when request.line().path().startsWith("/api/v1/web/") -> web(look);
                case Wish.Look look -> {
                    assertThat(keyed).as("%s", request).isTrue();
                    called(Known.looked(look));
                    called(look.then().of(null));
                }
                case Wish.Consult consult -> {
                    assertThat(keyed).as("%s", request).isTrue();
                    called(consult);
                }
                case Wish.Send send -> {
                    assertThat(keyed).as("%s", request).isTrue();
                    sends++;
                    answered(send.work().run(Events.NONE, SHOP, Event.Origin.OUTSIDE), 503);
                }
                case Wish.Perform perform -> throw new AssertionError("before anything was looked up: " + perform);
                case Wish.Passed passed -> throw new AssertionError(passed);
                case Wish.Open open -> throw new AssertionError("nobody is answered without a key: " + open);
                case Wish.Watch watch -> throw new AssertionError("OpenWhisk's API has none: " + watch);
                case Wish.Exchange asked -> throw new AssertionError("OpenWhisk's API has none: " + asked);
                case Wish.Control control -> {
                    assertThat(keyed).as("%s", request).isTrue();
                    controls++;
                    FacadeAnswer answer = control.work().run(SHOP);
                    puts += request.line().method().equals("PUT") && answer.status() == 200 ? 1 : 0;
                    answered(answer, 501);
                }
                case Wish.Refused refused -> {
                    refusals++;
                    assertThat(refused.proved() && !keyed).as("%s", request).isFalse();
                    assertThat(refused.answer().status()).isBetween(400, 501).isNotEqualTo(500);
                    answered(refused.answer(), 501);
                }
            }
            answered(facade.unread(request.line(), pick(Unread.values())), 503);
        }
        theRoundsReachAllThatTheyAreToReach();
    }

    private void theRoundsReachAllThatTheyAreToReach() {
        assertThat(calls).isGreaterThan(100);
        assertThat(webs).isGreaterThan(100);
        assertThat(sends).isGreaterThan(30);
        assertThat(performs).isGreaterThan(5);
        assertThat(puts).isGreaterThan(3);
        assertThat(controls).isGreaterThan(100);
        assertThat(refusals).isGreaterThan(1000);
    }

    /** A call, of whatever it turns out to be. */
    private void called(Wish wish) throws InterruptedException {
        switch (wish) {
            case Wish.Consult consult -> called(consult.work().of(SHOP));
            case Wish.Noted noted -> {
                calls++;
                answered(noted.call().answering().spoke(came()), 502);
                answered(noted.late().after("44794bd6-aab7-4415-b4e4-2a308d880e5b"), 202);
            }
            case Wish.Later later -> {
                answered(later.taking().taken("44794bd6-aab7-4415-b4e4-2a308d880e5b"), 202);
                answered(later.taking().absent(), 404);
            }
            case Wish.Perform perform -> {
                performs++;
                answered(perform.answering().spoke(came()), 502);
                answered(perform.late().after("44794bd6-aab7-4415-b4e4-2a308d880e5b"), 202);
            }
            case Wish.Send send -> {
                sends++;
                answered(send.work().run(Events.NONE, SHOP, Event.Origin.OUTSIDE), 503);
            }
            case Wish.Refused refused -> answered(refused.answer(), 413);
            case Wish other -> throw new AssertionError(other);
        }
    }

    /** A web action: exported to everybody, and not there. */
    private void web(Wish.Look look) {
        Function plain = SampleFunction.handler("cart", Function.Contract.OPENWHISK, "nodejs:20", "index.main")
                .function();
        Map<String, String> exported = Map.of(ActionPut.ANNOTATIONS, "{\"web-export\":true}");
        Function cart = new Function(new Metadata("cart", "shop", Map.of(), exported), plain.spec());
        switch (look.then().of(cart)) {
            case Wish.Noted noted -> {
                FacadeAnswer said = noted.call().answering().spoke(came());
                assertThat(said.status()).isBetween(200, 599);
                answered(noted.late().after("44794bd6-aab7-4415-b4e4-2a308d880e5b"), 202);
                webs++;
            }
            case Wish.Refused refused -> assertThat(refused.answer().status()).isBetween(200, 501);
            case Wish other -> throw new AssertionError(other);
        }
        answered(((Wish.Refused) look.then().of(null)).answer(), 404);
    }

    private static void answered(FacadeAnswer answer, int statusMax) {
        assertThat(answer.status()).isBetween(200, statusMax);
        answer.headers().forEach((name, value) -> assertThat(name + value).doesNotContain("\n", "\r"));
        if ("application/json".equals(answer.headers().first("content-type"))) {
            assertThat(Known.json(answer).isMissingNode()).isFalse();
        }
    }

    private Wish.Came came() {
        byte[] bytes = bytes(40);
        String odd = new String(bytes, StandardCharsets.UTF_8);
        Outcome outcome =
                switch (random.nextInt(3)) {
                    case 0 -> new Outcome.Result(random.nextBoolean() ? null : odd, Headers.none(), Body.empty());
                    case 1 ->
                        new Outcome.Failure(
                                pick(Outcome.Failure.Reason.values()),
                                random.nextBoolean() ? "application error" : odd,
                                odd,
                                random.nextBoolean() ? bytes : "{\"error\":[1e999]}".getBytes(StandardCharsets.UTF_8),
                                odd);
                    default -> new Outcome.Accepted(odd);
                };
        return new Wish.Came(outcome, bytes, odd.replaceAll("[^a-z0-9]", ""), "here", Duration.ZERO, odd);
    }

    private FacadeRequest request(boolean keyed) {
        Headers.Builder headers = Headers.builder();
        if (keyed) {
            headers.add("authorization", Known.basic(random.nextBoolean() ? Known.OWNER : Known.CALLER));
        }
        for (int i = random.nextInt(4); i > 0 && random.nextBoolean(); i--) {
            String name = pick(NAMES);
            if (!keyed || !name.equals("authorization")) {
                headers.add(name, random.nextBoolean() ? broken(pick(VALUES)) : text(12));
            }
        }
        String query = random.nextInt(4) == 0 ? broken(pick(QUERIES)) : pick(QUERIES);
        String known = random.nextInt(3) == 0 ? PATHS[0] : pick(PATHS);
        String path = random.nextInt(6) == 0 ? text(30) : random.nextInt(3) == 0 ? broken(known) : known;
        byte[] body =
                switch (random.nextInt(8)) {
                    case 0 -> bytes(60);
                    case 1 -> broken("{\"who\":\"ada\",\"n\":[1,2.5e3,null]}").getBytes(StandardCharsets.UTF_8);
                    case 2 -> "[".repeat(random.nextInt(5000)).getBytes(StandardCharsets.UTF_8);
                    case 3 -> broken(pick(BODIES)).getBytes(StandardCharsets.UTF_8);
                    case 4 -> pick(BODIES).getBytes(StandardCharsets.UTF_8);
                    default -> "{\"who\":\"ada\"}".getBytes(StandardCharsets.UTF_8);
                };
        if (random.nextInt(4) == 0) {
            body = pick(BODIES).getBytes(StandardCharsets.UTF_8);
        }
        String method = random.nextInt(3) == 0 ? pick(METHODS) : pick(new String[] {"POST", "POST", "GET", "PUT"});
        return new FacadeRequest(
                new RequestLine(method, path, random.nextInt(5) == 0 ? null : query),
                headers.build(),
                body,
                "http",
                text(5),
                "127.0.0.1");
    }

    /** Cut off, or with something put in, or something changed. */
    private String broken(String text) {
        if (text.isEmpty()) {
            return text;
        }
        int at = random.nextInt(text.length());
        return switch (random.nextInt(4)) {
            case 0 -> text.substring(0, at);
            case 1 -> text.substring(0, at) + text(3) + text.substring(at);
            case 2 ->
                text.substring(0, at)
                        + pick(new String[] {"%", "%2", "%2f", "%00", "//", "..", "+", "&", "="})
                        + text.substring(at);
            default -> text.substring(0, at) + (char) (random.nextInt(126) + 1) + text.substring(at + 1);
        };
    }

    private <T> T pick(T[] of) {
        return of[random.nextInt(of.length)];
    }

    private byte[] bytes(int most) {
        byte[] bytes = new byte[random.nextInt(most + 1)];
        random.nextBytes(bytes);
        return bytes;
    }

    private String text(int most) {
        return new String(bytes(most), StandardCharsets.ISO_8859_1);
    }
}
