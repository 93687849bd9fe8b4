// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.aws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.Outcome;
import dev.weft.api.spi.ContractHost;
import dev.weft.testkit.Caller;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Our own start-up loop for Node. */
class NodeLoopIT extends NodeClientContract {
    @Override
    RuntimeApi.Client client() {
        return (launch, handler) -> List.of(
                "node",
                "--input-type=module",
                "--eval",
                "await (await import('" + ((ContractHost.Program.Node) launch.program()).script() + "')).main()");
    }

    @Test
    void theRuntimeApisAddressIsNotTheHandlersBusiness() {
        assertThat(api.said(node("index.handler"), "{}"))
                .contains("\"LAMBDA_TASK_ROOT\"")
                .doesNotContain("AWS_LAMBDA_RUNTIME_API");
    }

    @Test
    void aCallbackHandlerIsRefusedFromNode24OnAsOnLambda() {
        org.assertj.core.api.Assertions.assertThatThrownBy(() -> api.start("nodejs24", "index.callback", client()))
                .isInstanceOfSatisfying(
                        ContractHost.InitException.class,
                        init -> assertThat(init.failure().type()).isEqualTo("Runtime.CallbackHandlerDeprecated"));
    }

    @Test
    void aHeadWithoutABodyIsAnAnswer() {
        api.code("empty.js", """
                exports.handler = awslambda.streamifyResponse(async (event, stream) => {
                  awslambda.HttpResponseStream.from(stream, { statusCode: 204 }).end();
                });
                """);
        Caller.Heard heard = api.call(node("empty.handler"), RuntimeApi.exchange(""));
        assertThat(heard.status()).isEqualTo(204);
        assertThat(heard.body()).isEmpty();
    }

    @Test
    void aHeadBeyondTheLimitIsAFailureWithTheLimitsNumber() {
        api.code("wide.js", """
                exports.handler = awslambda.streamifyResponse(async (event, stream) => {
                  const headers = { 'x-wide': 'x'.repeat(Number(event.body)) };
                  awslambda.HttpResponseStream.from(stream, { statusCode: 200, headers }).end('body');
                });
                """);
        ContractHost.Hosted instance = node("wide.handler");
        Caller.Heard heard = api.call(instance, RuntimeApi.exchange("65536"));
        assertThat(heard.outcome()).isInstanceOfSatisfying(Outcome.Failure.class, failure -> {
            assertThat(failure.reason()).isEqualTo(Outcome.Failure.Reason.MALFORMED);
            assertThat(failure.message()).contains("65536");
        });
        assertThat(api.call(instance, RuntimeApi.exchange("60000")).text()).isEqualTo("body");
    }

    @Test
    void aStreamBeyondTheLimitBreaksOffWithTheLimitsNumber() {
        api.close();
        api = new RuntimeApi(folder, new LambdaHost.Limits(LambdaHost.PAYLOAD_BYTES_MAX, 1 << 20));
        ContractHost.Hosted instance = node("index.plain");

        Caller.Heard heard = api.call(instance, RuntimeApi.event("{\"pieces\":17}", Map.of()));

        assertThat(heard.outcome()).isInstanceOf(Outcome.Result.class);
        assertThat(heard.broken()).isNotNull().hasMessageContaining("1048576");
        assertThat(api.call(instance, RuntimeApi.event("{\"pieces\":16}", Map.of()))
                        .body())
                .hasSize(1 << 20);
    }
}
