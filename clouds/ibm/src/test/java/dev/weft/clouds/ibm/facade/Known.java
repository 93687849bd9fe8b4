// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.ibm.facade;

import dev.weft.api.Headers;
import dev.weft.api.Outcome;
import dev.weft.api.RequestLine;
import dev.weft.api.facade.FacadeAnswer;
import dev.weft.api.facade.FacadeRequest;
import dev.weft.api.facade.Functions;
import dev.weft.api.facade.Key;
import dev.weft.api.facade.Keys;
import dev.weft.api.facade.Shelf;
import dev.weft.api.facade.Wish;
import dev.weft.api.resource.Function;
import dev.weft.api.resource.Metadata;
import dev.weft.testkit.MemoryShelf;
import dev.weft.testkit.SampleFunction;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Keys, functions and requests for tests. */
final class Known {
    static final Instant NOW = Instant.parse("2026-11-30T09:00:00.250900Z");
    static final Key CALLER = key("CALLERCALLERCALLER01", Key.Role.INVOKE, "shop");
    static final Key OWNER = key("OWNEROWNEROWNEROWN02", Key.Role.DEPLOY, "shop");
    static final Key STRANGER = key("STRANGERSTRANGERST03", Key.Role.ADMIN, "elsewhere");

    /** Those three. */
    static final Keys KEYS = id -> List.of(CALLER, OWNER, STRANGER).stream()
            .filter(each -> each.id().equals(id))
            .findFirst()
            .orElse(null);

    static final String SECRET_VALUE = "a-secret-value";

    private static final JsonMapper JSON = JsonMapper.shared();

    /** The one that control requests work with; nothing is on its shelf. */
    private static final Functions SHOP = new Shop();

    private Known() {}

    private static Key key(String id, Key.Role role, String namespace) {
        return new Key(id, ("secret" + id + id).substring(0, 40), "ada", role, namespace);
    }

    /** What a client of {@code key} writes into the field Authorization. */
    static String basic(Key key) {
        return basic(key.id() + ':' + key.secret());
    }

    static String basic(String pair) {
        return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8));
    }

    static FacadeRequest request(String method, String target, Headers headers, String body) {
        int mark = target.indexOf('?');
        return new FacadeRequest(
                new RequestLine(
                        method,
                        mark < 0 ? target : target.substring(0, mark),
                        mark < 0 ? null : target.substring(mark + 1)),
                headers,
                body.getBytes(StandardCharsets.UTF_8),
                "http",
                "localhost:8094",
                "127.0.0.1");
    }

    /** What {@code key} wants by a request with a JSON body. */
    static Wish wish(Key key, String method, String target, String body) {
        Headers headers = Headers.of("authorization", basic(key), "content-type", "application/json");
        return new OpenWhiskFacade().read(request(method, target, headers, body), KEYS, NOW);
    }

    /** What is wanted of a function that is looked up: of one that is there, whatever its name. */
    static Wish looked(Wish wish) {
        if (wish instanceof Wish.Look look) {
            Functions.Served found = new Shop().find("shop", look.function());
            Function function = found != null
                    ? found.function()
                    : SampleFunction.handler(look.function(), Function.Contract.OPENWHISK, "nodejs:20", "index.main")
                            .function();
            return look.then().of(function);
        }
        return wish;
    }

    static FacadeAnswer refused(Wish asked) throws InterruptedException {
        Wish wish = asked instanceof Wish.Consult consult ? consult.work().of(new Shop()) : looked(asked);
        if (wish instanceof Wish.Refused refused) {
            return refused.answer();
        }
        throw new AssertionError(wish + " is no refusal");
    }

    static FacadeAnswer done(Wish wish) throws InterruptedException {
        if (wish instanceof Wish.Control control) {
            return control.work().run(SHOP);
        }
        throw new AssertionError(wish + " is no control request");
    }

    static Wish.Invoke call(Wish asked) {
        Wish wish = looked(asked);
        if (wish instanceof Wish.Noted noted) {
            return noted.call();
        }
        throw new AssertionError(wish + " is no call");
    }

    static Wish.Came came(Outcome outcome, String body) {
        return new Wish.Came(
                outcome,
                body.getBytes(StandardCharsets.UTF_8),
                "44794bd6-aab7-4415-b4e4-2a308d880e5b",
                "here",
                Duration.ofNanos(42_900_000),
                "");
    }

    static JsonNode json(FacadeAnswer answer) {
        return JSON.readTree(answer.body());
    }

    static String text(FacadeAnswer answer) {
        return new String(answer.body(), StandardCharsets.UTF_8);
    }

    /** Three functions of namespace shop. */
    static final class Shop implements Functions {
        private static final List<Served> ALL = List.of(
                served("cart", Function.Contract.OPENWHISK, "nodejs:20", 3),
                served("pay", Function.Contract.AWS_LAMBDA, "python3.11", 2),
                served("web", Function.Contract.HTTP, null, 1));

        private final Shelf shelf = new MemoryShelf();

        @Override
        public Shelf shelf() {
            return shelf;
        }

        private static Served served(String name, Function.Contract contract, @Nullable String runtime, int age) {
            Function plain = SampleFunction.handler(name, contract, runtime, "index.main")
                    .timeout(Duration.ofMillis(2500))
                    .function();
            Function.Spec spec = plain.spec();
            return new Served(
                    new Function(
                            new Metadata(name, "shop", Map.of("team", "till"), Map.of("note", "not told")),
                            new Function.Spec(
                                    spec.contract(),
                                    spec.runtime(),
                                    spec.code(),
                                    spec.handler(),
                                    spec.command(),
                                    spec.memory(),
                                    spec.timeout(),
                                    Map.of("PASSWORD", SECRET_VALUE),
                                    7,
                                    spec.minInstances(),
                                    spec.maxInstances(),
                                    spec.idleTimeout(),
                                    false,
                                    spec.payload(),
                                    spec.appProtocol(),
                                    spec.placement(),
                                    spec.limits(),
                                    spec.architecture(),
                                    false,
                                    null,
                                    null,
                                    Function.Spec.Unsaid.HOPS)),
                    NOW.minusSeconds(age),
                    "ab".repeat(32),
                    1234);
        }

        @Override
        public List<Served> list(String namespace) {
            return namespace.equals("shop") ? ALL : List.of();
        }

        @Override
        public @Nullable Served find(String namespace, String name) {
            return list(namespace).stream()
                    .filter(each -> each.function().metadata().name().equals(name))
                    .findFirst()
                    .orElse(null);
        }

        @Override
        public String logTail(String namespace, String function, String invocation) {
            return "";
        }
    }
}
