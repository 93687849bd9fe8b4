// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.ibm.facade;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.Body;
import dev.weft.api.Headers;
import dev.weft.api.Outcome;
import dev.weft.api.facade.Functions;
import dev.weft.api.facade.Key;
import dev.weft.api.facade.Wish;
import dev.weft.clouds.ibm.Commands;
import dev.weft.clouds.ibm.facade.kept.Says;
import dev.weft.testkit.FacadeServer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** OpenWhisk's own client for Node.js, unmodified, with Weft's façade in OpenWhisk's place. */
@Tag("system")
class FacadeClientIT {
    private static final String CLIENT = "openwhisk@3.21.9";

    /** Prints what each step came to: a value, or what the client was told when it was refused. */
    private static final String SCRIPT = """
            const openwhisk = require('openwhisk')
            const [,, apihost, owner, caller] = process.argv
            const client = (api_key, more) => openwhisk({apihost, api_key, ...more})
            const ow = client(owner), only = client(caller)
            const steps = {
              list: () => ow.actions.list(),
              page: () => ow.actions.list({limit: 1, skip: 1}),
              count: () => ow.actions.list({count: true}),
              tooMany: () => ow.actions.list({limit: 201}),
              get: () => ow.actions.get('cart'),
              getCode: () => ow.actions.get({name: 'cart', code: true}),
              getNone: () => ow.actions.get('none'),
              namespaces: () => ow.namespaces.list(),
              record: () => ow.actions.invoke({name: 'cart', blocking: true, params: {who: 'ada', n: 1.5}}),
              byName: () => ow.actions.invoke({name: '/shop/cart', blocking: true, result: true}),
              result: () => only.actions.invoke({name: 'cart', blocking: true, result: true, params: {who: 'ada'}}),
              text: () => only.actions.invoke({name: 'web', blocking: true, result: true}),
              failing: () => ow.actions.invoke({name: 'pay', blocking: true}),
              failingResult: () => only.actions.invoke({name: 'pay', blocking: true, result: true}),
              large: () => only.actions.invoke({name: 'cart', blocking: true, params: {a: 'x'.repeat(1 << 20)}}),
              unknown: () => only.actions.invoke({name: 'none', blocking: true}),
              packaged: () => only.actions.invoke({name: 'pack/cart', blocking: true}),
              elsewhere: () => only.actions.invoke({name: '/elsewhere/cart', blocking: true}),
              wrongKey: () => client(owner + 'x').actions.list(),
              noKey: () => client('x').actions.list(),
              onlyCalls: () => only.actions.list(),
              async: () => ow.actions.invoke({name: 'cart'}),
              create: () => ow.actions.create({name: 'new', action: 'function main() {}'}),
              update: () => ow.actions.update({name: 'cart', action: Buffer.alloc(2 << 20)}),
              remove: () => ow.actions.delete('cart'),
              activations: () => ow.activations.list(),
              activation: () => ow.activations.get('44794bd6aab74415b4e42a308d880e5b'),
              logs: () => ow.activations.logs({name: '44794bd6aab74415b4e42a308d880e5b'}),
              packages: () => ow.packages.list(),
              package: () => ow.packages.update('p'),
              triggers: () => ow.triggers.list(),
              fire: () => ow.triggers.invoke('t'),
              rules: () => ow.rules.create({name: 'r', action: 'cart', trigger: 't'}),
              feed: () => ow.feeds.create({name: 'f', trigger: 't'}),
              routes: () => client(owner, {apigw_token: 'a', apigw_space_guid: 'b'}).routes.list()
            }
            const run = async () => {
              const said = {}
              for (const [name, step] of Object.entries(steps)) {
                try {
                  said[name] = {value: await step()}
                } catch (failed) {
                  said[name] = {status: failed.statusCode, message: failed.message, error: failed.error}
                }
              }
              console.log(JSON.stringify(said))
            }
            run().catch(failed => { console.error(failed); process.exit(1) })
            """;

    @TempDir
    private Path scratch;

    @Test
    @Timeout(300)
    void theClientSeesCallsAndIsRefused() throws Exception {
        Files.writeString(scratch.resolve("package.json"), "{\"private\": true}");
        Commands.run(scratch, "npm", "install", "--no-audit", "--no-fund", CLIENT);
        Files.writeString(scratch.resolve("client.js"), SCRIPT);
        JsonNode said;
        try (FacadeServer server = new FacadeServer(new OpenWhiskFacade())) {
            served(server);
            said = JsonMapper.shared()
                    .readTree(Commands.run(
                            scratch,
                            "node",
                            "client.js",
                            server.uri().toString(),
                            pair(Known.OWNER),
                            pair(Known.CALLER)));
        }

        seen(said);
        called(said);
        kept(said);
        notDone(said);
    }

    /** cart echoes its parameters, pay throws as a Lambda does, web greets in plain text. */
    private static void served(FacadeServer server) {
        List.of(Known.CALLER, Known.OWNER, Known.STRANGER).forEach(server::with);
        Map<String, FacadeServer.Played> says = Map.of(
                "cart", invoke -> came(result("application/json"), invoke.payload()),
                "web", invoke -> came(result("text/plain"), "hello web".getBytes(StandardCharsets.UTF_8)),
                "pay",
                        invoke -> came(
                                new Outcome.Failure(
                                        Outcome.Failure.Reason.ERROR,
                                        "ValueError",
                                        "no money",
                                        "{\"errorType\":\"ValueError\",\"error\":\"no money\"}"
                                                .getBytes(StandardCharsets.UTF_8),
                                        "paying\n"),
                                new byte[0]));
        for (Functions.Served each : new Known.Shop().list("shop")) {
            server.with(
                    each.function(),
                    each.changed(),
                    Objects.requireNonNull(says.get(each.function().metadata().name())));
        }
    }

    private static Outcome result(String type) {
        return new Outcome.Result(type, Headers.none(), Body.empty());
    }

    private static Wish.Came came(Outcome outcome, byte[] body) {
        return new Wish.Came(outcome, body, UUID.randomUUID().toString(), "here", Duration.ofMillis(3), "");
    }

    private static String pair(Key key) {
        return key.id() + ':' + key.secret();
    }

    private static void seen(JsonNode said) {
        assertThat(said.path("list").path("value"))
                .extracting(each -> each.path("name").asString())
                .containsExactly("web", "pay", "cart");
        assertThat(said.path("page").path("value")).hasSize(1);
        assertThat(said.path("count").path("value").path("actions").asInt()).isEqualTo(3);
        assertThat(said.path("tooMany").path("status").asInt()).isEqualTo(400);
        JsonNode cart = said.path("get").path("value");
        assertThat(cart.path("exec").path("kind").asString()).isEqualTo("nodejs:20");
        assertThat(cart.path("limits").path("timeout").asInt()).isEqualTo(2500);
        assertThat(cart.path("exec").has("code")).isFalse();
        refused(said, "getCode", 501, "code is not handed out");
        refused(said, "getNone", 404, "The requested resource does not exist.");
        assertThat(said.path("namespaces").path("value").toString()).isEqualTo("[\"shop\"]");
    }

    private static void called(JsonNode said) {
        JsonNode record = said.path("record").path("value");
        assertThat(record.path("activationId").asString()).matches("[0-9a-f]{32}");
        assertThat(record.path("response").path("success").asBoolean()).isTrue();
        assertThat(record.path("response").path("result").toString()).isEqualTo("{\"who\":\"ada\",\"n\":1.5}");
        assertThat(record.path("end").asLong() - record.path("start").asLong()).isEqualTo(3);
        assertThat(said.path("byName").path("value").toString()).isEqualTo("{}");
        assertThat(said.path("result").path("value").toString()).isEqualTo("{\"who\":\"ada\"}");
        assertThat(said.path("text").path("value").path("result").asString()).isEqualTo("hello web");

        refused(said, "failing", 502, "no money");
        JsonNode failed = said.path("failing").path("error");
        assertThat(failed.path("response").path("status").asString()).isEqualTo("application error");
        assertThat(failed.path("response")
                        .path("result")
                        .path("error")
                        .path("errorType")
                        .asString())
                .isEqualTo("ValueError");
        assertThat(failed.path("logs").toString()).isEqualTo("[\"paying\"]");
        refused(said, "failingResult", 502, "no money");
        assertThat(said.path("failingResult").path("error").path("logs")).isEmpty();
        refused(said, "large", 413, "Request larger than allowed");
        refused(said, "unknown", 404, "The requested resource does not exist.");
        refused(said, "feed", 404, "The requested resource does not exist."); // a feed is an action, which is not there
        refused(said, "packaged", 404, "The requested resource does not exist.");
    }

    private static void kept(JsonNode said) {
        refused(said, "elsewhere", 403, "not authorized to access 'elsewhere/cart'");
        refused(said, "wrongKey", 401, "The supplied authentication is invalid");
        refused(said, "noKey", 401, "The supplied authentication is invalid");
        refused(said, "onlyCalls", 403, "not authorized to access 'shop'");
    }

    private static void notDone(JsonNode said) {
        String ours = "Weft's OpenWhisk façade does not do '";
        refused(said, "async", 503, Says.UNAVAILABLE); // this server keeps no events
        refused(said, "create", 501, "functions are not taken from clients here");
        refused(said, "update", 501, "functions are not taken from clients here");
        refused(said, "remove", 501, "functions are not taken from clients here");
        assertThat(said.path("activations").path("value").toString()).isEqualTo("[]");
        refused(said, "activation", 404, "The requested resource does not exist.");
        refused(said, "logs", 404, "The requested resource does not exist.");
        assertThat(said.path("packages").path("value").toString()).isEqualTo("[]");
        assertThat(said.path("package").path("value").path("version").asString())
                .isEqualTo("0.0.1");
        assertThat(said.path("triggers").path("value").toString()).isEqualTo("[]");
        refused(said, "fire", 404, "The requested resource does not exist.");
        refused(said, "rules", 400, "trigger /shop/t does not exist");
        refused(said, "routes", 501, ours + "routes' yet");
    }

    private static void refused(JsonNode said, String step, int status, String words) {
        assertThat(said.path(step).path("status").asInt())
                .as("%s: %s", step, said.path(step))
                .isEqualTo(status);
        assertThat(said.path(step).path("message").asString()).as(step).contains(words);
    }
}
