// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.aws;

import dev.weft.api.spi.ContractHost;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;

/** AWS's own client for Node, npm package aws-lambda-ric. */
@Tag("system")
class NodeClientIT extends NodeClientContract {
    private static Path library = Path.of("");

    @BeforeAll
    @Timeout(1200)
    static void fetch() {
        library = AwsClients.node();
    }

    @Override
    RuntimeApi.Client client() {
        return new RuntimeApi.Client() {
            @Override
            public List<String> command(ContractHost.Launch launch, String handler) {
                return List.of("node", library.resolve("bin/index.mjs").toString(), handler);
            }

            @Override
            public boolean forgetsPath() {
                return true;
            }
        };
    }
}
