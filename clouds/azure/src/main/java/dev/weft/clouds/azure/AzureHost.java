// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.azure;

import dev.weft.api.Mistake;
import dev.weft.api.resource.Function;
import dev.weft.api.spi.ContractHost;
import dev.weft.net.Upstreams;
import java.nio.file.Path;
import java.util.List;

/** Hosts contract {@code azure-functions}. */
public final class AzureHost implements ContractHost {
    private final Upstreams upstreams;
    private final Tools tools;

    /** Calls go out through {@code upstreams}, which stays the caller's to close. */
    public AzureHost(Upstreams upstreams, Tools tools) {
        this.upstreams = upstreams;
        this.tools = tools;
    }

    @Override
    public Function.Contract contract() {
        return Function.Contract.AZURE_FUNCTIONS;
    }

    @Override
    public boolean oneCallAtATime(Function function) {
        return true;
    }

    @Override
    public List<Mistake> check(Function function, Path code) {
        return List.of(Mistake.at(
                "spec.contract",
                "azure-functions",
                "is being built; see " + tools.files() + upstreams.space().apart()));
    }

    @Override
    public Hosted open(Setup setup) {
        throw new IllegalStateException("checked before");
    }

    @Override
    public void close() {}
}
