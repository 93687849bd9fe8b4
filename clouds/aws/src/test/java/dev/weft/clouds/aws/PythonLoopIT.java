// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.aws;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.spi.ContractHost;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Our own start-up loop for Python. */
class PythonLoopIT extends PythonClientContract {
    @Override
    RuntimeApi.Client client() {
        return (launch, handler) -> List.of(
                "python3",
                "-u",
                ((ContractHost.Program.Python) launch.program()).script().toString());
    }

    @Test
    void theRuntimeApisAddressIsNotTheHandlersBusiness() {
        assertThat(api.said(python("app.handler"), "{}"))
                .contains("\"LAMBDA_TASK_ROOT\"")
                .contains("\"path\": \"" + folder + "\"")
                .doesNotContain("AWS_LAMBDA_RUNTIME_API");
    }
}
