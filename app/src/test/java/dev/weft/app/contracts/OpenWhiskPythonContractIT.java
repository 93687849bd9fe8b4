// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.Outcome;
import dev.weft.api.resource.Function;
import dev.weft.api.spi.Place;
import dev.weft.testkit.SampleFunction;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

class OpenWhiskPythonContractIT extends OpenWhiskContract {
    @Override
    protected SampleFunction function(Behaviour behaviour) {
        String main =
                switch (behaviour) {
                    case HELLO -> "return {'body': 'hello ' + str(p.get('who'))}";
                    case FAILING -> "raise ValueError('out of stock')";
                    case SLOW -> "import time; time.sleep(10); return {}";
                    case CRASHING -> "print('last words'); sys.exit(7)";
                    case BROKEN -> "";
                    case LARGE -> "return {'body': 'x' * (2 * 1024 * 1024)}";
                    case ECHO ->
                        "return {'headers': {'content-type': 'application/octet-stream'}, 'body': p['__ow_body']}";
                    case COUNTING -> "return {'body': str(next(count))}";
                    case PRINTING -> "print('out ' + p['who']); print('err ' + p['who'], file=sys.stderr); return {}";
                    case SHELL ->
                        "import subprocess; return {'body': subprocess.run(['/bin/sh', '-c', p['script'] + ' 2>&1'], capture_output=True).stdout.decode(errors='replace')}";
                    case GREEDY -> "all = []\n    while True: all.append(b'1' * (1 << 20))";
                };
        under.code(
                "greeter",
                "__main__.py",
                behaviour == Behaviour.BROKEN
                        ? "print('no such module'); raise SystemExit(3)"
                        : "import itertools, sys\ncount = itertools.count(1)\ndef main(p):\n    " + main + "\n");
        return named("main");
    }

    /** An exception is a result, an error: no answer of a web action, OpenWhisk says. */
    @Override
    int failingStatus() {
        return 400;
    }

    @Override
    Names names() {
        return new Names("__main__.py", "hello.py");
    }

    @Override
    SampleFunction named(String handler) {
        return SampleFunction.handler("greeter", Function.Contract.OPENWHISK, "python:3.11", handler);
    }

    @Override
    String printsItsContext() {
        return "import os\ndef main(p): return { 'parameters': p, 'env': dict(os.environ), 'cwd': os.getcwd() }";
    }

    @Override
    String returns(String json) {
        return "import itertools\ncalls = itertools.count(1)\ndef main(p):\n    count = next(calls)\n    return "
                + json.replace("COUNT", "count");
    }

    @Override
    String printsWithoutEnd() {
        return "def main(p):\n    print(p['who'], end='')\n    return {}";
    }

    @Override
    Place greets() {
        under.code("greeter", names().lonelyFile(), "def greet(p):\n    return {'greeting': 'hello ' + p['name']}");
        return deployed(named("greet"));
    }

    @Test
    void anActionThatRaisedReturnsAnErrorAndServesOn() {
        Place place = deployed("count = 0\ndef main(p):\n    global count\n    count += 1\n"
                + "    if p.get('fail'): raise ValueError('out of stock')\n    return {'count': count}");

        Outcome.Failure failure = failure(caller().call(place, caller().event(bytes("{\"fail\":true}"))));
        JsonNode next = json(caller().call(place, caller().event(bytes("{}"))));

        assertThat(failure.type()).isEqualTo("application error");
        assertThat(payload(failure).toString()).isEqualTo("{\"error\":\"out of stock\"}");
        assertThat(failure.logTail()).contains("ValueError: out of stock");
        assertThat(next.path("count").asInt()).isEqualTo(2);
    }

    @Test
    void modulesBesideTheMainFileAndInItsVirtualenvAreFound() {
        under.code("greeter", "__main__.py", "import beside, packed\ndef main(p): return {'all': beside.x + packed.x}");
        under.code("greeter", "beside.py", "x = 'beside '");
        under.code("greeter", "virtualenv/lib/python3.11/site-packages/packed.py", "x = 'packed'");

        assertThat(json(caller().call(deployed(named("main")), caller().event(bytes("{}"))))
                        .path("all")
                        .asString())
                .isEqualTo("beside packed");
    }

    @Test
    void anActionThatTookItsOutputAwayIsAnsweredAllTheSame() {
        Place place = deployed("import os\ndef main(p):\n    nowhere = os.open('/dev/null', os.O_WRONLY)\n"
                + "    os.dup2(nowhere, 1)\n    os.dup2(nowhere, 2)\n    return {'answered': True}");

        JsonNode said = json(caller().call(place, caller().event(bytes("{}"))));

        assertThat(said.path("answered").asBoolean()).isTrue();
    }
}
