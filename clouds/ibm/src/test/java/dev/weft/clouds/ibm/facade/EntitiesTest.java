// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.ibm.facade;

import static dev.weft.clouds.ibm.facade.Known.CALLER;
import static dev.weft.clouds.ibm.facade.Known.OWNER;
import static dev.weft.clouds.ibm.facade.Known.STRANGER;
import static dev.weft.clouds.ibm.facade.Known.json;
import static dev.weft.clouds.ibm.facade.Known.wish;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.event.Event;
import dev.weft.api.event.EventRecord;
import dev.weft.api.event.Events;
import dev.weft.api.event.Taken;
import dev.weft.api.facade.FacadeAnswer;
import dev.weft.api.facade.Key;
import dev.weft.api.facade.Wish;
import dev.weft.clouds.ibm.facade.kept.EntityPut;
import dev.weft.clouds.ibm.facade.kept.Kind;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** Packages, triggers, rules and sequences: made, shown, fired, and refused. */
class EntitiesTest {
    private static final String ROOT = "/api/v1/namespaces/_/";

    private final Known.Shop shop = new Known.Shop();
    private final Kept kept = new Kept();

    /** Keeps events, or none. */
    private static final class Kept implements Events {
        private final List<Event> taken = new ArrayList<>();
        private final List<EventRecord> noted = new ArrayList<>();
        private boolean full;

        @Override
        public Taken take(Event event) {
            return takeAll(List.of(event));
        }

        @Override
        public Taken takeAll(List<Event> events) {
            if (full) {
                return new Taken.Refused(Taken.Why.FULL, "full");
            }
            taken.addAll(events);
            return new Taken.Kept(events.getFirst().id());
        }

        @Override
        public @Nullable EventRecord find(String namespace, String id) {
            return noted.stream()
                    .filter(each -> each.id().equals(id))
                    .findFirst()
                    .orElse(null);
        }

        @Override
        public List<EventRecord> list(Filter filter) {
            return noted;
        }

        @Override
        public void note(EventRecord record) {
            noted.add(record);
        }
    }

    private FacadeAnswer asked(Key key, String method, String path, String body) throws InterruptedException {
        return answer(wish(key, method, ROOT + path, body));
    }

    private FacadeAnswer answer(Wish wish) throws InterruptedException {
        return switch (wish) {
            case Wish.Control control -> control.work().run(shop);
            case Wish.Send send -> send.work().run(kept, shop, Event.Origin.OUTSIDE);
            case Wish.Ask ask -> ask.work().run(kept, shop);
            case Wish.Refused refused -> refused.answer();
            case Wish.Consult consult -> answer(consult.work().of(shop));
            case Wish other -> throw new AssertionError(other);
        };
    }

    private JsonNode put(String path, String body) throws InterruptedException {
        FacadeAnswer answer = asked(OWNER, "PUT", path, body);
        assertThat(answer.status()).as("%s", json(answer)).isEqualTo(200);
        return json(answer);
    }

    private void refused(String method, String path, String body, int status, String words)
            throws InterruptedException {
        FacadeAnswer answer = asked(OWNER, method, path, body);
        assertThat(json(answer).path("error").asString())
                .as("%s %s", path, body)
                .contains(words);
        assertThat(answer.status()).as("%s", json(answer)).isEqualTo(status);
    }

    private static String rule(String trigger, String action) {
        return "{\"trigger\":\"" + trigger + "\",\"action\":\"" + action + "\"}";
    }

    private static String sequence(String... components) {
        return "{\"exec\":{\"kind\":\"sequence\",\"components\":[\"" + String.join("\",\"", components) + "\"]}}";
    }

    @Test
    void aPackageIsMadeShownChangedAndDeleted() throws InterruptedException {
        JsonNode made = put("packages/p", "{\"parameters\":[{\"key\":\"a\",\"value\":1.50}]}");
        assertThat(made.path("version").asString()).isEqualTo("0.0.1");
        assertThat(made.path("namespace").asString()).isEqualTo("shop");
        refused("PUT", "packages/p", "{}", 409, "resource already exists");
        put("packages/p?overwrite=true", "{\"annotations\":[{\"key\":\"b\",\"value\":[2]}]}");
        JsonNode shown = json(asked(OWNER, "GET", "packages/p", ""));
        assertThat(shown.path("version").asString()).isEqualTo("0.0.2");
        assertThat(shown.path("parameters").toString()).isEqualTo("[{\"key\":\"a\",\"value\":1.5}]");
        assertThat(shown.path("annotations").toString()).isEqualTo("[{\"key\":\"b\",\"value\":[2]}]");
        assertThat(json(asked(OWNER, "GET", "packages", ""))
                        .path(0)
                        .path("name")
                        .asString())
                .isEqualTo("p");
        put("actions/p/chain", sequence("/_/cart"));
        assertThat(json(asked(OWNER, "GET", "packages/p", ""))
                        .path("actions")
                        .path(0)
                        .path("name")
                        .asString())
                .isEqualTo("chain");
        assertThat(json(asked(OWNER, "GET", "actions/p/", "")))
                .extracting(each -> each.path("namespace").asString())
                .containsExactly("shop/p");
        refused("DELETE", "packages/p", "", 409, "Package not empty (contains 1 entity)");
        refused("DELETE", "packages/p?force=true", "", 501, "packages.delete with force=true");
        assertThat(asked(OWNER, "DELETE", "actions/p/chain", "").status()).isEqualTo(200);
        assertThat(asked(OWNER, "DELETE", "packages/p", "").status()).isEqualTo(200);
        refused("GET", "packages/p", "", 404, "does not exist");
        refused("DELETE", "packages/p", "", 404, "does not exist");
        refused("GET", "actions/p/", "", 404, "does not exist");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "packages/p | {\"binding\":{\"namespace\":\"_\",\"name\":\"q\"}} | 501 | packages with a binding",
                "packages/p | {\"publish\":true} | 400 | publish must be false here",
                "packages/default | {} | 400 | Package name 'default' is reserved.",
                "packages/p | {\"exec\":{}} | 400 | 'exec' is no field of a package",
                "packages/p | [] | 400 | Object expected",
                "packages/p | {\"parameters\":{}} | 400 | parameters must be a list of keys and values",
                "packages/p | {\"annotations\":[{\"key\":1,\"value\":1}]} | 400 | annotations must be a list",
                "triggers/t | {\"annotations\":[{\"key\":\"feed\",\"value\":\"/w/f\"}]} | 501 | feeds (annotation feed)",
                "triggers/t | {\"limits\":{\"a\":1}} | 400 | limits of a trigger must be empty",
                "rules/r | {\"trigger\":\"/_/t\"} | 400 | rule requires a valid trigger and a valid action",
                "rules/r | {\"trigger\":\"/_/t\",\"action\":\"/_/none\"} | 400 | action /shop/none does not exist",
                "rules/r | {\"trigger\":\"/_/t\",\"action\":\"/_/cart\"} | 400 | trigger /shop/t does not exist",
                "rules/r | {\"trigger\":\"/elsewhere/t\",\"action\":\"/_/cart\"} | 403 | not authorized to access 'elsewhere/t'",
                "rules/r | {\"trigger\":\"/_/t\",\"action\":\"/_/b/\"} | 400 | action must be /shop/NAME, got '/_/b/'",
                "rules/r | {\"trigger\":\"/_/t\",\"action\":\"/_/cart\",\"status\":\"active\"} | 400 | set by POST",
                "actions/s | {\"exec\":{\"kind\":\"sequence\",\"components\":[]}} | 400 | No component specified for the sequence.",
                "actions/s | {\"exec\":{\"kind\":\"sequence\"}} | 400 | No component specified for the sequence.",
                "actions/s | {\"exec\":{\"kind\":\"sequence\",\"components\":[\"/_/none\"]}} | 400 | Sequence component does not exist.",
                "actions/s | {\"exec\":{\"kind\":\"sequence\",\"components\":[\"/_/s\"]}} | 400 | Sequence may not refer to itself.",
                "actions/s | {\"exec\":{\"kind\":\"sequence\",\"components\":[\"/them/a\"]}} | 403 | not authorized",
                "actions/s | {\"exec\":{\"kind\":\"sequence\",\"code\":\"\",\"components\":[\"/_/cart\"]}} | 400 | exec.code is no field of a sequence",
                "actions/s | {\"exec\":{\"kind\":\"sequence\",\"components\":[\"/_/cart\"]},\"limits\":{\"timeout\":9}} | 400 | below allowed threshold of 100",
                "actions/s | {\"exec\":{\"kind\":\"sequence\",\"components\":[\"/_/cart\"]},\"limits\":7} | 400 | limits must be an object",
                "actions/s | {\"exec\":{\"kind\":\"sequence\",\"components\":[\"/_/cart\"]},\"annotations\":[{\"key\":\"web-export\",\"value\":true}]} | 501 | web actions that are sequences",
                "actions/cart | {\"exec\":{\"kind\":\"sequence\",\"components\":[\"/_/pay\"]}} | 409 | resource already exists",
                "actions/cart?overwrite=true | {\"exec\":{\"kind\":\"sequence\",\"components\":[\"/_/pay\"]}} | 409 | delete it to make a sequence of it",
                "actions/none/s | {\"exec\":{\"kind\":\"sequence\",\"components\":[\"/_/cart\"]}} | 404 | does not exist",
                "actions/none/a | {\"exec\":{\"kind\":\"nodejs:20\",\"code\":\"x\"}} | 404 | does not exist"
            })
    void whatIsWrongOrNotDoneIsRefusedBeforeAnythingIsChanged(String path, String body, int status, String words)
            throws InterruptedException {
        refused("PUT", path, body, status, words);
        for (Kind each : Kind.values()) {
            assertThat(shop.shelf().list("shop", each.shelf())).isEmpty();
        }
    }

    @Test
    void aTriggerCallsTheActionsOfItsActiveRules() throws InterruptedException {
        put("triggers/t", "{\"parameters\":[{\"key\":\"a\",\"value\":1},{\"key\":\"b\",\"value\":1}]}");
        assertThat(asked(CALLER, "POST", "triggers/t", "").status()).isEqualTo(204);
        put("packages/p", "{\"parameters\":[{\"key\":\"c\",\"value\":3}]}");
        put("actions/p/chain", sequence("/_/cart"));
        JsonNode made = put("rules/r", rule("/_/t", "/_/cart"));
        assertThat(made.path("status").asString()).isEqualTo("active");
        assertThat(made.path("trigger").toString()).isEqualTo("{\"name\":\"t\",\"path\":\"shop\"}");
        put("rules/chained", "{\"trigger\":{\"path\":\"shop\",\"name\":\"t\"},\"action\":\"/shop/p/chain\"}");
        put("rules/off", rule("t", "pay"));
        assertThat(asked(OWNER, "POST", "rules/off", "{\"status\":\"inactive\"}")
                        .status())
                .isEqualTo(200);
        assertThat(json(asked(OWNER, "GET", "triggers/t", ""))
                        .path("rules")
                        .path("shop/chained")
                        .path("action")
                        .toString())
                .isEqualTo("{\"name\":\"chain\",\"path\":\"shop/p\"}");

        FacadeAnswer fired = asked(CALLER, "POST", "triggers/t", "{\"b\":2}");
        assertThat(fired.status()).isEqualTo(202);
        assertThat(kept.taken).extracting(Event::function).containsExactly("openwhisk:sequence:p/chain", "cart");
        assertThat(kept.taken)
                .extracting(each -> new String(each.payload(), StandardCharsets.UTF_8))
                .containsExactly("{\"a\":1,\"b\":2}", "{\"a\":1,\"b\":2}");
        String id = json(fired).path("activationId").asString();
        JsonNode record = json(asked(OWNER, "GET", "activations/" + id, ""));
        assertThat(record.path("name").asString()).isEqualTo("t");
        assertThat(record.path("response").path("result").toString()).isEqualTo("{\"b\":2}");
        assertThat(record.path("logs").toString())
                .contains("\\\"rule\\\":\\\"shop/off\\\"", "is inactive", "\\\"statusCode\\\":0")
                .contains(kept.taken.getLast().id().replace("-", ""));
    }

    @Test
    void firingKeepsAllEventsOrNone() throws InterruptedException {
        put("triggers/t", "{}");
        put("rules/r", rule("/_/t", "/_/cart"));
        kept.full = true;
        FacadeAnswer answer = asked(CALLER, "POST", "triggers/t", "{}");
        assertThat(answer.status()).isEqualTo(429);
        assertThat(kept.noted).isEmpty();
        assertThat(asked(CALLER, "POST", "triggers/none", "{}").status()).isEqualTo(404);
        refused("POST", "triggers/t", "[1]", 400, "Object expected");
        put("triggers/t?overwrite=true", "{\"parameters\":[{\"key\":\"a\",\"value\":1}]}");
        refused("POST", "triggers/t", "{\"a\":1e99999999999}", 400, "a number or text is too long");
    }

    @Test
    void aRuleIsEnabledDisabledAndFollowsItsTrigger() throws InterruptedException {
        put("triggers/t", "{}");
        put("rules/r", rule("/_/t", "/_/cart"));
        refused("PUT", "rules/r", rule("/_/t", "/_/cart"), 409, "resource already exists");
        refused("POST", "rules/r", "{\"status\":\"on\"}", 400, "status must be 'active' or 'inactive'");
        refused("POST", "rules/none", "{\"status\":\"active\"}", 404, "does not exist");
        asked(OWNER, "POST", "rules/r", "{\"status\":\"inactive\"}");
        JsonNode changed = put("rules/r?overwrite=true", "{\"action\":\"/_/pay\"}");
        assertThat(changed.path("status").asString()).isEqualTo("inactive");
        assertThat(changed.path("action").path("name").asString()).isEqualTo("pay");
        asked(OWNER, "POST", "rules/r", "{\"status\":\"active\"}");
        assertThat(json(asked(OWNER, "GET", "rules/r", "")).path("status").asString())
                .isEqualTo("active");
        assertThat(asked(OWNER, "DELETE", "triggers/t", "").status()).isEqualTo(200);
        assertThat(json(asked(OWNER, "GET", "rules/r", "")).path("status").asString())
                .isEqualTo("inactive");
        refused("POST", "rules/r", "{\"status\":\"active\"}", 404, "Only rules with existing triggers");
        put("triggers/t", "{}");
        assertThat(json(asked(OWNER, "GET", "rules/r", "")).path("status").asString())
                .isEqualTo("inactive");
        assertThat(json(asked(OWNER, "GET", "rules?count=true", ""))
                        .path("rules")
                        .asInt())
                .isEqualTo(1);
        assertThat(asked(OWNER, "DELETE", "rules/r", "").status()).isEqualTo(200);
    }

    @Test
    void limitsOfNumberAndSizeAreNamed() throws InterruptedException {
        put("triggers/t", "{}");
        for (int i = 0; i < Entities.RULES_OF_TRIGGER_MAX; i++) {
            put("rules/r" + i, rule("/_/t", "/_/cart"));
        }
        refused("PUT", "rules/more", rule("/_/t", "/_/cart"), 413, "trigger t has 50 rules already");
        for (int i = 0; i < Kind.PACKAGE.most(); i++) {
            put("packages/p" + i, "{}");
        }
        refused("PUT", "packages/more", "{}", 413, "there are 200 packages already; delete one first");
        put("packages/p0?overwrite=true", "{}");
        String value = "x".repeat(EntityPut.PARAMETERS_BYTES_MAX - "[{\"key\":\"a\",\"value\":\"\"}]".length());
        put("triggers/t?overwrite=true", "{\"parameters\":[{\"key\":\"a\",\"value\":\"" + value + "\"}]}");
        refused(
                "PUT",
                "triggers/t?overwrite=true",
                "{\"parameters\":[{\"key\":\"a\",\"value\":\"" + value + "x\"}]}",
                413,
                "parameters larger than allowed: 1048577 > 1048576 bytes.");
        refused("POST", "triggers/t", "{\"b\":\"" + "x".repeat(1 << 20) + "\"}", 413, "larger than allowed");
    }

    @Test
    void aSequenceHasAtMostFiftyActionsAndNeverLeadsToItself() throws InterruptedException {
        String[] fifty = new String[Sequences.COMPONENTS_MAX];
        java.util.Arrays.fill(fifty, "/_/cart");
        put("actions/long", sequence(fifty));
        String[] more = java.util.Arrays.copyOf(fifty, fifty.length + 1);
        more[fifty.length] = "/_/cart";
        refused("PUT", "actions/longer", sequence(more), 400, "Too many actions in the sequence.");
        refused("PUT", "actions/nested", sequence("/_/long", "/_/cart"), 400, "Too many actions in the sequence.");
        put("actions/outer", sequence("/_/long"));
        refused("PUT", "actions/long?overwrite=true", sequence("/_/outer"), 400, "may not refer to itself");
        JsonNode shown = json(asked(OWNER, "GET", "actions/outer", ""));
        assertThat(shown.path("exec").toString()).isEqualTo("{\"kind\":\"sequence\",\"components\":[\"/shop/long\"]}");
        refused(
                "PUT",
                "actions/outer?overwrite=true",
                "{\"exec\":{\"kind\":\"nodejs:20\",\"code\":\"x\"}}",
                409,
                "is a sequence");
        assertThat(json(asked(OWNER, "GET", "actions?limit=200", "")).toString())
                .contains("\"outer\"", "\"cart\"");
    }

    @Test
    void onlyWhoMayChangesAndOnlyWhatIsHis() throws InterruptedException {
        put("triggers/t", "{}");
        for (String path : List.of("packages/p", "triggers/t", "rules/r")) {
            assertThat(asked(CALLER, "GET", path, "").status()).isEqualTo(403);
            assertThat(asked(CALLER, "PUT", path, "{}").status()).isEqualTo(403);
            assertThat(asked(CALLER, "DELETE", path, "").status()).isEqualTo(403);
        }
        assertThat(asked(CALLER, "POST", "rules/r", "{\"status\":\"active\"}").status())
                .isEqualTo(403);
        assertThat(asked(CALLER, "GET", "triggers", "").status()).isEqualTo(403);
        assertThat(asked(CALLER, "GET", "limits", "").status()).isEqualTo(403);
        assertThat(json(asked(STRANGER, "GET", "triggers", "")).toString()).isEqualTo("[]");
        assertThat(answer(wish(STRANGER, "GET", "/api/v1/namespaces/shop/triggers/t", ""))
                        .status())
                .isEqualTo(403);
        assertThat(asked(STRANGER, "POST", "triggers/t", "").status()).isEqualTo(404);
        assertThat(asked(OWNER, "POST", "packages/p", "").status()).isEqualTo(405);
    }

    @Test
    void whatANamespaceMayAskForIsTold() throws InterruptedException {
        JsonNode limits = json(asked(OWNER, "GET", "limits", ""));
        assertThat(limits.path("maxActionTimeout").asInt()).isEqualTo(300_000);
        assertThat(limits.path("minActionMemory").asInt()).isEqualTo(128);
        assertThat(limits.path("maxParameterSize").asString()).isEqualTo("1048576 B");
    }

    @Test
    void aSequenceThatIsNotWaitedForIsAnEvent() throws InterruptedException {
        put("actions/chain", sequence("/_/cart"));
        Wish.Look look = (Wish.Look) wish(CALLER, "POST", ROOT + "actions/chain", "{\"a\":1}");
        Wish.Consult consult = (Wish.Consult) look.then().of(null);
        FacadeAnswer left = answer(consult.work().of(shop));
        assertThat(left.status()).isEqualTo(202);
        assertThat(kept.taken.getFirst().function()).isEqualTo("openwhisk:sequence:chain");
        look = (Wish.Look) wish(CALLER, "POST", ROOT + "actions/chain?blocking=true&timeout=250", "{\"a\":1}");
        Wish.Perform perform =
                (Wish.Perform) ((Wish.Consult) look.then().of(null)).work().of(shop);
        assertThat(perform.what()).isEqualTo("openwhisk:sequence:chain");
        assertThat(perform.patience().toMillis()).isEqualTo(250);
        look = (Wish.Look) wish(CALLER, "POST", ROOT + "actions/none?blocking=true", "{}");
        assertThat(answer(look.then().of(null)).status()).isEqualTo(404);
    }
}
