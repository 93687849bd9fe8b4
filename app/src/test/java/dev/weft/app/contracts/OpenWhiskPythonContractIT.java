// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.contracts;

import dev.weft.api.resource.Function;
import dev.weft.testkit.SampleFunction;

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
                    case GREEDY -> "all = []\n    while True: all.append(b'1' * (1 << 20))";
                };
        write(
                "__main__.py",
                behaviour == Behaviour.BROKEN
                        ? "print('no such module'); raise SystemExit(3)"
                        : "import itertools, sys\ncount = itertools.count(1)\ndef main(p):\n    " + main + "\n");
        return named("main");
    }

    @Override
    SampleFunction named(String handler) {
        return SampleFunction.handler("greeter", Function.Contract.OPENWHISK, runtime(), handler);
    }

    @Override
    void write(String file, String text) {
        under.code("greeter", file, text);
    }

    @Override
    String printsItsContext() {
        return "import os\ndef main(p):\n    return {'parameters': p, 'env': dict(os.environ), 'cwd': os.getcwd()}\n";
    }

    @Override
    String answers(String json) {
        return "import json\ndef main(p):\n    return json.loads('''" + json + "''')\n";
    }

    @Override
    String file() {
        return "__main__.py";
    }

    @Override
    String runtime() {
        return "python:3.11";
    }
}
