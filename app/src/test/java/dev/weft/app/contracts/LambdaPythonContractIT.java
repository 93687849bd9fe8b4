// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.Outcome;
import dev.weft.api.resource.Function;
import dev.weft.api.spi.Place;
import dev.weft.testkit.SampleFunction;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class LambdaPythonContractIT extends LambdaOnEngine {
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

    @Test
    void theEnvironmentInsideIsLambdasAndTheFunctionsOwn() {
        Path code = under.code(
                "greeter",
                "pkg/app.py",
                "import os, sys\n\ndef handler(event, context):\n    return {'env': dict(os.environ), 'path': sys.path,"
                        + " 'context': repr(context), 'cwd': os.getcwd()}\n");
        SampleFunction function =
                SampleFunction.handler("greeter", Function.Contract.AWS_LAMBDA, "python3.9", "pkg/app.handler");
        String text = event(deployed(function, code), "{}").text();

        assertThat(text)
                .contains("\"LAMBDA_TASK_ROOT\": \"/var/task\"")
                .contains("\"AWS_EXECUTION_ENV\": \"AWS_Lambda_python3.9\"")
                .contains("\"PYTHONPATH\": \"/opt/weft\"")
                .contains("\"MINE\": \"yes\"")
                .contains("\"path\": [\"/var/task\"")
                .contains("\"cwd\": \"/var/task\"")
                .contains("LambdaContext([aws_request_id=")
                .doesNotContain("RUNTIME_API")
                .doesNotContain("AWS_ACCESS_KEY_ID");
    }

    @Test
    void memoryThatPythonItselfRunsOutOfIsTold() {
        Path code = under.code("greeter", "app.py", "def handler(event, context):\n    raise MemoryError()\n");
        SampleFunction function =
                SampleFunction.handler("greeter", Function.Contract.AWS_LAMBDA, "python3.9", "app.handler");
        Outcome.Failure failure = failure(event(deployed(function, code), "{}"));

        assertThat(failure.reason()).isEqualTo(Outcome.Failure.Reason.MEMORY);
        assertThat(failure.message()).contains("256 MiB");
    }

    @Test
    void theStartUpLoopIsCompiledOnceForAllProcesses() {
        Path code = under.code(
                "greeter",
                "app.py",
                "import os\n\ndef handler(event, context):\n    return {'statusCode': 200, 'body':"
                        + " str(os.path.exists('/opt/weft/aws-lambda-bootstrap.pyc'))}\n");
        Place place = deployed(
                SampleFunction.handler("greeter", Function.Contract.AWS_LAMBDA, "python3.9", "app.handler"), code);
        long until = System.nanoTime() + Duration.ofSeconds(30).toNanos();

        // processes that were booted before it was there are used up first
        while (!event(place, "{}").text().contains("True")) {
            assertThat(System.nanoTime()).isLessThan(until);
            under.cloud.instances().forEach(each -> ProcessHandle.of(each.pid())
                    .ifPresent(ProcessHandle::destroyForcibly));
        }
    }
}
