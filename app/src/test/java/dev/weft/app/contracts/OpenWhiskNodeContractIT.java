// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.Outcome;
import dev.weft.api.resource.Function;
import dev.weft.api.spi.Place;
import dev.weft.testkit.SampleFunction;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class OpenWhiskNodeContractIT extends OpenWhiskContract {
    private static final String GREETS = "const greet = ({ name }) => ({ greeting: 'hello ' + name });\n// the end";

    @Override
    protected SampleFunction function(Behaviour behaviour) {
        String main =
                switch (behaviour) {
                    case HELLO -> "return { body: 'hello ' + p.who }";
                    case FAILING -> "throw new Error('out of stock')";
                    case SLOW -> "return new Promise((done) => setTimeout(done, 10000))";
                    case CRASHING -> "console.log('last words'); process.exit(7)";
                    case BROKEN -> "";
                    case LARGE -> "return { body: 'x'.repeat(2 * 1024 * 1024) }";
                    case ECHO ->
                        "return { headers: { 'content-type': 'application/octet-stream' }, body: p.__ow_body }";
                    case COUNTING -> "return { body: String(++count) }";
                    case PRINTING -> "console.log('out ' + p.who); console.error('err ' + p.who)";
                    case SHELL ->
                        "return { body: process.getBuiltinModule('child_process').spawnSync('/bin/sh', ['-c', p.script + ' 2>&1']).stdout.toString() }";
                    case GREEDY -> "const all = []; for (;;) all.push(Buffer.alloc(1 << 20, 1))";
                };
        under.code(
                "greeter",
                "index.js",
                behaviour == Behaviour.BROKEN
                        ? "console.log('no such module'); process.exit(3)"
                        : "let count = 0;\nfunction main(p) { " + main + "; }\n");
        return named("main");
    }

    @Override
    Names names() {
        return new Names("index.js", "hello.js");
    }

    @Override
    SampleFunction named(String handler) {
        return SampleFunction.handler("greeter", Function.Contract.OPENWHISK, "nodejs:20", handler);
    }

    @Override
    String printsItsContext() {
        return "function main(p) { return { 'parameters': p, 'env': process.env, 'cwd': process.cwd() } }";
    }

    @Override
    String returns(String json) {
        return "let count = 0; function main() { count++; return " + json.replace("COUNT", "count") + "; }";
    }

    @Override
    String printsWithoutEnd() {
        return "function main(p) { process.stdout.write(p.who); }";
    }

    @Override
    Place greets() {
        under.code("greeter", names().lonelyFile(), GREETS);
        return deployed(named("greet"));
    }

    @Test
    void anActionThatThrewIsReplacedAndTheNextCallIsServed() {
        Place place = deployed("let count = 0;\n"
                + "function main(p) { count++; if (p.fail) throw new Error('out of stock'); return { count }; }");

        assertThat(json(caller().call(place, caller().event(bytes("{}"))))
                        .path("count")
                        .asInt())
                .isEqualTo(1);
        Outcome.Failure failure = failure(caller().call(place, caller().event(bytes("{\"fail\":true}"))));
        JsonNode next = json(caller().call(place, caller().event(bytes("{}"))));

        assertThat(failure.type()).isEqualTo("action developer error");
        assertThat(payload(failure).toString()).isEqualTo("{\"error\":\"An error has occurred: Error: out of stock\"}");
        assertThat(failure.logTail()).contains("Error: out of stock");
        assertThat(next.path("count").asInt()).isEqualTo(1);
    }

    @Test
    void aRejectedPromiseIsAnApplicationErrorAndTheInstanceGoesOn() {
        Place place = deployed("let count = 0;\n"
                + "async function main(p) { count++; if (p.fail) throw new Error('out of stock'); return { count }; }");

        Outcome.Failure failure = failure(caller().call(place, caller().event(bytes("{\"fail\":true}"))));
        JsonNode next = json(caller().call(place, caller().event(bytes("{}"))));

        assertThat(failure.type()).isEqualTo("application error");
        assertThat(failure.message()).isEqualTo("out of stock");
        assertThat(payload(failure).path("error").path("name").asString()).isEqualTo("Error");
        assertThat(failure.logTail()).contains("Error: out of stock");
        assertThat(next.path("count").asInt()).isEqualTo(2);
    }

    @Test
    void aModuleThatExportsNothingIsAnActionToo() {
        under.code(
                "greeter",
                "hello.mjs",
                "import { sep } from 'node:path';\n" + GREETS.replace("hello ", "hello' + sep + '"));

        JsonNode said = json(caller().call(deployed(named("greet")), caller().event(bytes("{\"name\":\"ada\"}"))));

        assertThat(said.path("greeting").asString()).isEqualTo("hello/ada");
    }

    @Test
    void aPackageBringsItsOwnModules() {
        under.code("greeter", "package.json", "{\"main\": \"lib/start.js\", \"type\": \"module\"}");
        under.code(
                "greeter", "lib/start.js", "import pad from 'pad'; export const main = () => ({ padded: pad('a') });");
        under.code("greeter", "node_modules/pad/index.js", "module.exports = (text) => text.padStart(3, '.');");

        assertThat(json(caller().call(deployed(named("main")), caller().event(bytes("{}"))))
                        .path("padded")
                        .asString())
                .isEqualTo("..a");
    }

    @Test
    void aHandlerMayNameAnotherFile() {
        under.code("greeter", "index.js", "exports.main = () => ({});");
        under.code("greeter", "other.cjs", "exports.deep = { greet: () => ({ greeting: 'from other' }) };");

        assertThat(json(caller().call(deployed(named("other.deep.greet")), caller().event(bytes("{}"))))
                        .path("greeting")
                        .asString())
                .isEqualTo("from other");
    }
}
