// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.aws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.spi.ContractHost;
import dev.weft.testkit.HostTools;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LambdaEnvironmentTest {
    @Test
    void everythingThatLambdaSetsIsSet() {
        assertThat(env("nodejs20", "index.handler"))
                .containsEntry("AWS_LAMBDA_RUNTIME_API", "127.0.0.1:7/secret")
                .containsEntry("_HANDLER", "index.handler")
                .containsEntry("LAMBDA_TASK_ROOT", "/var/task")
                .containsEntry("LAMBDA_RUNTIME_DIR", "/opt/weft")
                .containsEntry("AWS_LAMBDA_FUNCTION_NAME", "checkout")
                .containsEntry("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST")
                .containsEntry("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256")
                .containsEntry("AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/checkout")
                .containsEntry("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand")
                .containsEntry("AWS_EXECUTION_ENV", "AWS_Lambda_nodejs20.x")
                .containsEntry("AWS_REGION", "eu-west-1")
                .containsEntry("AWS_DEFAULT_REGION", "eu-west-1")
                .containsEntry("AWS_XRAY_CONTEXT_MISSING", "LOG_ERROR")
                .containsEntry("AWS_XRAY_DAEMON_ADDRESS", "127.0.0.1:2000")
                .containsEntry("TZ", ":UTC")
                .containsEntry(
                        "LD_LIBRARY_PATH", "/lib64:/usr/lib64:/opt/weft:/opt/weft/lib:/var/task:/var/task/lib:/opt/lib")
                .containsEntry(
                        "NODE_PATH", "/opt/nodejs/node20/node_modules:/opt/nodejs/node_modules:/opt/weft/node_modules")
                .hasEntrySatisfying("AWS_LAMBDA_LOG_STREAM_NAME", stream -> assertThat(stream)
                        .matches("2026/11/23/\\[\\$LATEST][0-9a-f]{32}"));
    }

    @Test
    void aLanguagesOwnPathIsSet() {
        assertThat(env("python3.12", "app.handler"))
                .containsEntry("PYTHONPATH", "/opt/weft")
                .containsEntry("AWS_EXECUTION_ENV", "AWS_Lambda_python3.12")
                .doesNotContainKey("NODE_PATH");
        assertThat(env("java21", "shop.Greeter"))
                .containsEntry("AWS_EXECUTION_ENV", "AWS_Lambda_java21")
                .doesNotContainKeys("PYTHONPATH", "NODE_PATH");
    }

    @Test
    void thereAreNoCredentialsAndAFunctionMayBringItsOwn() {
        assertThat(env("nodejs20", "index.handler"))
                .doesNotContainKeys("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN");
        assertThat(LambdaEnvironment.RESERVED).doesNotContain("AWS_ACCESS_KEY_ID");
    }

    private static Map<String, String> env(String runtime, String handler) {
        return LambdaEnvironment.of(
                new ContractHost.Setup(
                        RuntimeApi.function(runtime, handler),
                        "i-1",
                        new ContractHost.StandInCloud("aws-eu", "eu-west-1"),
                        Path.of("/var/task"),
                        HostTools.seen(Path.of("/tmp"))),
                "127.0.0.1:7/secret",
                Path.of("/opt/weft"),
                Instant.parse("2026-11-23T10:00:00Z"));
    }
}
