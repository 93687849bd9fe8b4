// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.oracle;

import dev.weft.api.Mistake;
import dev.weft.api.resource.Function;
import dev.weft.api.spi.ContractHost;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** An image as the Fn server runs it: what it starts listens on {@code FN_LISTENER}. */
record ImageRuntime(List<String> command) implements FnRuntime {
    ImageRuntime {
        command = List.copyOf(command);
    }

    /** Nothing of it is on this machine yet. */
    @Override
    public List<Mistake> check(Function function, Path code, ContractHost.Languages languages) {
        return List.of();
    }

    @Override
    public void prepare(ContractHost.Libraries libraries) {
        // it brings its own
    }

    @Override
    public ContractHost.Program program(ContractHost.Tools tools, ContractHost.Files files) {
        return new ContractHost.Program.Image(command);
    }

    @Override
    public Map<String, String> handler(Function function, Path code) {
        return Map.of();
    }
}
