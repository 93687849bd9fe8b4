// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.alibaba;

import dev.weft.api.CallContext;
import dev.weft.api.Mistake;
import dev.weft.api.Outcome;
import dev.weft.api.resource.Function;
import dev.weft.api.spi.ContractHost;
import dev.weft.api.spi.HostFiles;
import dev.weft.net.Upstreams;
import java.nio.file.Path;
import java.util.List;

/**
 * Hosts contract {@code alibaba-fc}: custom runtimes as they are, Node.js and Python handlers by start-up loops of our own,
 * because Alibaba publishes none. The loops speak the custom runtime's protocol, so both are called alike.
 */
public final class AlibabaHost implements ContractHost {
    private static final String NODE = "bootstrap.mjs";
    private static final String PYTHON = "bootstrap.py";

    private final Upstreams upstreams;
    private final Tools tools;
    private final Path node;
    private final Path python;

    /** Calls go out through {@code upstreams}, which stays the caller's to close. */
    public AlibabaHost(Upstreams upstreams, Tools tools) {
        this.upstreams = upstreams;
        this.tools = tools;
        this.node = HostFiles.copy(AlibabaHost.class, NODE, tools.files(), "alibaba-fc-" + NODE);
        this.python = HostFiles.copy(AlibabaHost.class, PYTHON, tools.files(), "alibaba-fc-" + PYTHON);
    }

    @Override
    public Function.Contract contract() {
        return Function.Contract.ALIBABA_FC;
    }

    /** Function Compute 3.0 gives an instance several calls at once only in custom runtimes. */
    @Override
    public boolean oneCallAtATime(Function function) {
        return !(FcRuntime.of(function.spec().runtime()) instanceof FcRuntime.Custom)
                || function.spec().concurrency() == 1;
    }

    @Override
    public List<Mistake> check(Function function, Path code) {
        return FcChecks.of(function, code, tools.languages());
    }

    @Override
    public Hosted open(Setup setup) {
        Function.Spec spec = setup.function().spec();
        FcRuntime runtime = FcRuntime.of(spec.runtime());
        Program program =
                switch (runtime) {
                    case null -> throw new IllegalStateException("checked before: " + spec.runtime());
                    case FcRuntime.Custom _ ->
                        new Program.Command(
                                spec.command().isEmpty()
                                        ? List.of(setup.code()
                                                .resolve(FcChecks.BOOTSTRAP)
                                                .toString())
                                        : spec.command());
                    case FcRuntime.Node _ -> new Program.Node(setup.files().share(node), List.of(), List.of());
                    case FcRuntime.Python _ -> new Program.Python(setup.files().share(python), List.of(), List.of());
                };
        return new FcInstance(setup, new FcInstance.Served(upstreams, runtime, program, tools.clock()));
    }

    @Override
    public Outcome.Failure ended(Outcome.Failure.Reason reason, CallContext context, String message, String logTail) {
        return FcFailure.ended(reason, message, logTail);
    }

    @Override
    public void close() {
        // nothing of its own: instances are closed by the engine, the connections by whoever made them
    }
}
