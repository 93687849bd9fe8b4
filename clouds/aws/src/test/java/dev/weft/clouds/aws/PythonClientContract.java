// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.api.Outcome;
import dev.weft.api.spi.ContractHost;
import dev.weft.testkit.Caller;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a client of the Runtime API does for Python handlers: AWS's own and our start-up loop are held to the same. */
@Timeout(60)
abstract class PythonClientContract {
    private static final String HANDLERS = """
            import decimal, logging, os, sys

            calls = 0
            logger = logging.getLogger()
            logger.setLevel(logging.INFO)
            number = 7


            def handler(event, context):
                global calls
                calls += 1
                if event.get('fail'):
                    raise ValueError('told to fail')
                if event.get('version') == '2.0':
                    return {'statusCode': 201, 'headers': {'x-path': event['rawPath']}, 'body': 'got ' + event['body']}
                client = context.client_context
                return {
                    'calls': calls, 'event': event, 'id': context.aws_request_id, 'name': context.function_name,
                    'version': context.function_version, 'arn': context.invoked_function_arn,
                    'memory': context.memory_limit_in_mb, 'group': context.log_group_name,
                    'stream': context.log_stream_name, 'left': context.get_remaining_time_in_millis(),
                    'identity': [context.identity.cognito_identity_id, context.identity.cognito_identity_pool_id],
                    'client': client and [client.custom, client.env, client.client and client.client.app_title,
                                          client.client and client.client.installation_id],
                    'trace': os.environ['_X_AMZN_TRACE_ID'], 'env': dict(os.environ), 'path': sys.path[0],
                }


            def values(event, context):
                return {'big': 2 ** 70, 'decimal': decimal.Decimal('1.10'), 'text': 'é"', 'nothing': None,
                        'list': (1, 2.5, True), 'mixed': {1: decimal.Decimal('12345678901234567890.123')}, 'bytes': b'abc'}


            def unserialisable(event, context):
                return {'set': {1, 2}} if event.get('set') else {'bytes': b'\\xff'}


            def raw(event, context):
                return b'{"as": "bytes"}'


            def logs(event, context):
                print('printed')
                logger.info('informed %s', 'me')
                logger.debug('not shown')
                print('complained', file=sys.stderr)


            def leaving(event, context):
                sys.exit(4)
            """;

    @TempDir
    Path folder;

    RuntimeApi api;

    /** The client that is held to this. */
    abstract RuntimeApi.Client client();

    @BeforeEach
    void open() {
        api = new RuntimeApi(folder);
        api.code("app.py", HANDLERS);
        api.code("pkg/__init__.py", "");
        api.code("pkg/deep.py", "from . import words\n\ndef handler(event, context):\n    return words.SAID\n");
        api.code("pkg/words.py", "SAID = 'from a package'\n");
        api.code("broken.py", "def handler(:\n    pass\n");
        api.code("asking.py", "import no_such_package\n");
        api.code("throwing.py", "raise RuntimeError('not today')\n");
    }

    @AfterEach
    void close() {
        api.close();
    }

    ContractHost.Hosted python(String handler) {
        try {
            return api.start("python3.9", handler, client());
        } catch (ContractHost.InitException refused) {
            throw new AssertionError(refused.failure().type() + ": " + refused.getMessage(), refused);
        } catch (InterruptedException stopped) {
            throw new AssertionError(stopped);
        }
    }

    @Test
    void aHandlerIsToldAllOfItsCall() {
        ContractHost.Hosted instance = python("app.handler");
        Caller.Heard heard = api.call(
                instance,
                RuntimeApi.event(
                        "{\"name\":\"weft\"}",
                        Map.of("client-context", "{\"custom\":{\"a\":1},\"client\":{\"app_title\":\"shop\"}}")));

        assertThat(heard.text())
                .contains("\"calls\": 1, \"event\": {\"name\": \"weft\"}")
                .contains("\"id\": \"call-1\", \"name\": \"checkout\", \"version\": \"$LATEST\"")
                .contains("\"arn\": \"arn:aws:lambda:eu-west-1:000000000000:function:checkout\"")
                .contains("\"memory\": \"256\", \"group\": \"/aws/lambda/checkout\"")
                .containsPattern("\"stream\": \"\\d{4}/\\d{2}/\\d{2}/\\[\\$LATEST\\][0-9a-f]{32}\"")
                .containsPattern("\"left\": [1-9]\\d{3}")
                .contains("\"identity\": [null, null]")
                .contains("\"client\": [{\"a\": 1}, null, \"shop\", null]")
                .contains("\"trace\": \"Root=1-")
                .contains("\"AWS_EXECUTION_ENV\": \"AWS_Lambda_python3.9\"");
        assertThat(api.said(instance, ""))
                .contains("\"calls\": 2, \"event\": {}")
                .contains("\"client\": null");
    }

    @Test
    void anExchangeIsAnEventOfFormat2() {
        Caller.Heard heard = api.call(python("app.handler"), RuntimeApi.exchange("hello"));

        assertThat(heard.status()).isEqualTo(201);
        assertThat(RuntimeApi.response(heard).headers().first("x-path")).isEqualTo("/checkout");
        assertThat(heard.text()).isEqualTo("got hello");
    }

    @Test
    void aHandlerMayBeInAPackageOrAFolder() {
        assertThat(api.said(python("pkg.deep.handler"), "{}")).isEqualTo("\"from a package\"");
        assertThat(api.said(python("pkg/deep.handler"), "{}")).isEqualTo("\"from a package\"");
    }

    @Test
    void everyValueThatAwsWritesIsWritten() {
        assertThat(api.said(python("app.values"), "{}"))
                .isEqualTo("{\"big\": 1180591620717411303424, \"decimal\": 1.10, \"text\": \"\\u00e9\\\"\","
                        + " \"nothing\": null, \"list\": [1, 2.5, true],"
                        + " \"mixed\": {\"1\": 12345678901234567890.123}, \"bytes\": \"abc\"}");
        assertThat(api.said(python("app.raw"), "{}")).isEqualTo("{\"as\": \"bytes\"}");
    }

    @Test
    void whatIsNotJsonIsAnErrorThatSaysSo() {
        Outcome.Failure failure = api.failure(python("app.unserialisable"), "{\"set\":true}");
        assertThat(failure.type()).isEqualTo("Runtime.MarshalError");
        assertThat(failure.message())
                .isEqualTo("Unable to marshal response: Object of type set is not JSON serializable");
        assertThat(api.failure(python("app.unserialisable"), "{}").message())
                .startsWith("Unable to marshal response: 'utf-8' codec can't decode byte 0xff");
    }

    @Test
    void whatIsRaisedIsTheOutcomeAndTheInstanceLivesOn() {
        ContractHost.Hosted instance = python("app.handler");

        Outcome.Failure failure = api.failure(instance, "{\"fail\":true}");
        assertThat(failure.reason()).isEqualTo(Outcome.Failure.Reason.ERROR);
        assertThat(failure.type()).isEqualTo("ValueError");
        assertThat(failure.message()).isEqualTo("told to fail");
        assertThat(new String(failure.payload(), StandardCharsets.UTF_8))
                .contains(
                        "\"errorMessage\": \"told to fail\", \"errorType\": \"ValueError\", \"requestId\": \"call-1\","
                                + " \"stackTrace\": [\"  File \\\"" + folder + "/app.py\\\", line 13, in handler\\n"
                                + "    raise ValueError('told to fail')\\n\"]");
        assertThat(api.said(instance, "{}")).contains("\"calls\": 2");
        assertThat(api.output())
                .contains("[ERROR] ValueError: told to fail")
                .contains("Traceback (most recent call last):");
    }

    @Test
    void whatIsPrintedAndLoggedComesOut() {
        assertThat(api.said(python("app.logs"), "{}")).isEqualTo("null");
        assertThat(api.output())
                .contains("printed\n")
                .containsPattern("\\[INFO\\]\t\\d{4}-\\d{2}-\\d{2}T[0-9:.]+Z\tcall-1\tinformed me\n")
                .contains("complained\n")
                .doesNotContain("not shown");
    }

    @Test
    void codeThatCannotStartSaysWhyInAwsWords() {
        init("broken.handler", "Runtime.UserCodeSyntaxError", "Syntax error in module 'broken': ");
        init("app.absent", "Runtime.HandlerNotFound", "Handler 'absent' missing on module 'app'");
        init("gone.handler", "Runtime.ImportModuleError", "Unable to import module 'gone': No module named 'gone'");
        init(
                "asking.handler",
                "Runtime.ImportModuleError",
                "Unable to import module 'asking': No module named 'no_such_package'");
        init("throwing.handler", "RuntimeError", "not today");
        init("app", "Runtime.MalformedHandlerName", "Bad handler 'app': not enough values to unpack");
        init("sys.exit", "Runtime.BuiltInModuleConflict", "Cannot use built-in module sys as a handler module");
    }

    private void init(String handler, String type, String message) {
        assertThatThrownBy(() -> api.start("python3.9", handler, client()))
                .isInstanceOfSatisfying(ContractHost.InitException.class, init -> {
                    assertThat(init.failure().reason()).isEqualTo(Outcome.Failure.Reason.INIT);
                    assertThat(init.failure().type()).isEqualTo(type);
                    assertThat(init.failure().message()).contains(message);
                });
    }

    @Test
    void aLargeAnswerAndALargeEventPass() {
        String large = "x".repeat(5_000_000);
        assertThat(api.said(python("app.handler"), "{\"large\":\"" + large + "\"}"))
                .contains(large);
    }
}
