// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.contracts;

import dev.weft.api.resource.Function;
import dev.weft.clouds.aws.LambdaHost;
import dev.weft.testkit.SampleFunction;
import java.util.OptionalLong;

class LambdaPythonContractIT extends ContractOnEngine {
    @Override
    protected SampleFunction function(Behaviour behaviour) {
        String does =
                switch (behaviour) {
                    case HELLO ->
                        "return {'statusCode': 200, 'body': 'hello ' + str(event.get('body') or event.get('who'))}";
                    case FAILING -> "raise ValueError('out of stock')";
                    case SLOW -> "time.sleep(10)";
                    case CRASHING -> "print('last words', flush=True); os._exit(7)";
                    case BROKEN -> "pass\nprint('no such module', flush=True)\nos._exit(3)";
                    case LARGE -> "return 'x' * (7 * 1024 * 1024)";
                    case ECHO ->
                        "return {'statusCode': 200, 'headers': {'content-type': 'application/octet-stream'},"
                                + " 'body': event['body'], 'isBase64Encoded': True}";
                    case COUNTING -> "calls.append(1); return {'statusCode': 200, 'body': str(len(calls))}";
                    case PRINTING -> "print('out', event['who']); print('err', event['who'], file=sys.stderr)";
                    case SHELL ->
                        "import json, subprocess; return {'statusCode': 200, 'body': subprocess.run(['/bin/sh', '-c', json.loads(event['body'])['script'] + ' 2>&1'], capture_output=True).stdout.decode(errors='replace')}";
                    case GREEDY -> "taken = []\n    while True: taken.append(bytearray(b'x' * (1 << 20)))";
                };
        under.code(
                "greeter",
                "app.py",
                "import os, sys, time\n\ncalls = []\n\n\ndef handler(event, context):\n    " + does + "\n");
        return SampleFunction.handler("greeter", Function.Contract.AWS_LAMBDA, "python3.11", "app.handler");
    }

    @Override
    protected OptionalLong bodyBytesMax() {
        return OptionalLong.of(LambdaHost.PAYLOAD_BYTES_MAX);
    }

    @Override
    protected int binaryBytesMax() {
        return 4_000_000; // base64 makes a third more of it
    }
}
