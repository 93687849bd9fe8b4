// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.contracts;

import dev.weft.api.resource.Function;
import dev.weft.clouds.alibaba.FcLimits;
import dev.weft.testkit.SampleFunction;
import java.util.OptionalLong;

class AlibabaPythonContractIT extends ContractOnEngine {
    @Override
    protected SampleFunction function(Behaviour behaviour) {
        String body =
                switch (behaviour) {
                    case HELLO -> "return b'hello ' + event";
                    case FAILING -> "raise ValueError('out of stock')";
                    case SLOW -> "time.sleep(10)";
                    case CRASHING -> "print('last words'); os._exit(7)";
                    case BROKEN -> "pass\nprint('no such module'); os._exit(3)";
                    case LARGE -> "return b'x' * (33 << 20)";
                    case ECHO ->
                        "return {'statusCode': 200, 'headers': {'Content-Type': 'application/octet-stream'},"
                                + " 'body': json.loads(event)['body'], 'isBase64Encoded': True}";
                    case COUNTING -> "global n; n += 1; return str(n)";
                    case PRINTING ->
                        "who = json.loads(event)['who']; print('out ' + who); print('err ' + who, file=sys.stderr)";
                    case GREEDY -> "all = []\n    while True: all.append(bytearray(b'x') * (1 << 20))";
                };
        under.code(
                "greeter",
                "index.py",
                "import json, os, sys, time\nn = 0\ndef handler(event, context):\n    " + body + "\n");
        return SampleFunction.handler("greeter", Function.Contract.ALIBABA_FC, "python3.10", "index.handler");
    }

    @Override
    protected OptionalLong bodyBytesMax() {
        return OptionalLong.of(FcLimits.PAYLOAD_BYTES_MAX);
    }
}
