// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.oracle;

import dev.weft.api.CallContext;
import dev.weft.api.Mistake;
import dev.weft.api.Outcome;
import dev.weft.api.resource.Function;
import dev.weft.api.spi.ContractHost;
import dev.weft.clouds.oracle.call.FnFailure;
import dev.weft.clouds.oracle.call.FnWire;
import dev.weft.net.Upstreams;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Hosts contract {@code fn}: functions written with an FDK of the Fn project, as the Fn server and OCI Functions run them.
 * Plays the server's side of the container contract over a unix socket.
 */
public final class FnHost implements ContractHost {
    /** Bytes of a body, each way. */
    public static final int PAYLOAD_BYTES_MAX = FnWire.PAYLOAD_BYTES_MAX;

    /** Most memory that the Fn server gives a function. */
    static final int MEMORY_MEBIBYTES_MAX = 8192;

    /** The longest a function may take that somebody waits for. */
    static final Duration TIMEOUT_MAX = Duration.ofMinutes(5);

    private final Upstreams upstreams;
    private final Tools tools;

    /** Calls go out through {@code upstreams}, which stays the caller's to close. */
    public FnHost(Upstreams upstreams, Tools tools) {
        this.upstreams = upstreams;
        this.tools = tools;
    }

    @Override
    public Function.Contract contract() {
        return Function.Contract.FN;
    }

    @Override
    public boolean oneCallAtATime(Function function) {
        return true;
    }

    @Override
    public boolean runsImages() {
        return true;
    }

    @Override
    public List<Mistake> check(Function function, Path code) {
        List<Mistake> mistakes = new ArrayList<>();
        Function.Spec spec = function.spec();
        FnRuntime runtime = FnRuntime.named(spec);
        if (runtime == null) {
            mistakes.add(Mistake.at(
                    "spec.runtime",
                    spec.runtime(),
                    "contract fn runs node (node18, node20, node22, node24), java (java8, java11, java17, java21,"
                            + " java25) and, by spec.command, docker: any program that serves FN_LISTENER"));
        } else {
            mistakes.addAll(runtime.check(function, code, tools.languages()));
        }
        if (spec.memory().mebibytes() > MEMORY_MEBIBYTES_MAX) {
            mistakes.add(Mistake.at(
                    "spec.memory",
                    spec.memory().mebibytes() + "Mi",
                    "contract fn gives at most " + MEMORY_MEBIBYTES_MAX + "Mi"));
        }
        if (spec.timeout().compareTo(TIMEOUT_MAX) > 0) {
            mistakes.add(Mistake.at(
                    "spec.timeout",
                    spec.timeout().toSeconds() + "s",
                    "contract fn allows at most " + TIMEOUT_MAX.toSeconds() + "s"));
        }
        return mistakes;
    }

    @Override
    public void prepare(Function function) {
        FnRuntime.of(function).prepare(tools.libraries());
    }

    @Override
    public Hosted open(Setup setup) {
        FnRuntime runtime = FnRuntime.of(setup.function());
        Program program = runtime.program(tools, setup.files());
        return new FnInstance(setup, program, upstreams, tools.clock());
    }

    @Override
    public Outcome.Failure ended(Outcome.Failure.Reason reason, CallContext context, String message, String logTail) {
        return FnFailure.of(reason).outcome(reason, message, logTail);
    }

    @Override
    public void close() {
        // nothing of its own: instances are closed by the engine, the clients by whoever made them
    }
}
