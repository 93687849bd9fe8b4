// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.alibaba;

import dev.weft.api.Mistake;
import dev.weft.api.resource.Function;
import dev.weft.api.spi.ContractHost;
import dev.weft.net.Upstreams;
import java.nio.file.Path;
import java.util.List;

/** Hosts contract {@code alibaba-fc}. */
public final class AlibabaHost implements ContractHost {
    private final Upstreams upstreams;
    private final Tools tools;

    /** Calls go out through {@code upstreams}, which stays the caller's to close. */
    public AlibabaHost(Upstreams upstreams, Tools tools) {
        this.upstreams = upstreams;
        this.tools = tools;
    }

    @Override
    public Function.Contract contract() {
        return Function.Contract.ALIBABA_FC;
    }

    @Override
    public boolean oneCallAtATime(Function function) {
        return true;
    }

    @Override
    public List<Mistake> check(Function function, Path code) {
        return List.of(Mistake.at(
                "spec.contract",
                "alibaba-fc",
                "is being built; see " + tools.files() + upstreams.space().apart()));
    }

    @Override
    public Hosted open(Setup setup) {
        throw new IllegalStateException("checked before");
    }

    @Override
    public void close() {}
}
