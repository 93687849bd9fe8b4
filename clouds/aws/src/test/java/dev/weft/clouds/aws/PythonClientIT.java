// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.aws;

import dev.weft.api.spi.ContractHost;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;

/** AWS's own client for Python, package awslambdaric. */
@Tag("system")
class PythonClientIT extends PythonClientContract {
    private static Path library = Path.of("");

    @BeforeAll
    @Timeout(1200)
    static void fetch() {
        library = AwsClients.python();
    }

    @Override
    RuntimeApi.Client client() {
        return new RuntimeApi.Client() {
            @Override
            public List<String> command(ContractHost.Launch launch, String handler) {
                return List.of("python3", "-m", "awslambdaric", handler);
            }

            @Override
            public void prepare(Map<String, String> env) {
                env.put("PYTHONPATH", library.toString());
            }

            @Override
            public boolean forgetsPath() {
                return true;
            }
        };
    }
}
