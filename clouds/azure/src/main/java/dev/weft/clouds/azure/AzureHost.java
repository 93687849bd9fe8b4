// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.azure;

import dev.weft.api.BodyGatherer;
import dev.weft.api.Call;
import dev.weft.api.CallContext;
import dev.weft.api.Mistake;
import dev.weft.api.Outcome;
import dev.weft.api.resource.Function;
import dev.weft.api.spi.ContractHost;
import dev.weft.net.Upstreams;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Hosts contract {@code azure-functions}: custom handlers as Azure's own host starts and calls them, Node.js functions of
 * {@code @azure/functions} 4 and annotated Java functions through small workers of Weft's.
 */
public final class AzureHost implements ContractHost {
    /** Bytes of a request; Azure's own limit for HTTP. */
    public static final int REQUEST_BYTES_MAX = 100 << 20;

    /** An HTTP function must have answered by then, whatever its own timeout: Azure's load balancer gives up. */
    public static final Duration HTTP_ANSWER_MAX = Duration.ofSeconds(230);

    private final Upstreams upstreams;
    private final Tools tools;
    private final Workers workers;

    /** Calls go out through {@code upstreams}, which stays the caller's to close. */
    public AzureHost(Upstreams upstreams, Tools tools) {
        this.upstreams = upstreams;
        this.tools = tools;
        this.workers = new Workers(tools);
    }

    @Override
    public Function.Contract contract() {
        return Function.Contract.AZURE_FUNCTIONS;
    }

    @Override
    public boolean oneCallAtATime(Function function) {
        return function.spec().concurrency() == 1;
    }

    @Override
    public boolean takesExchanges(Function function, Path code) {
        AzureRuntime runtime = AzureRuntime.parse(function.spec().runtime());
        if (runtime == null) {
            return true; // a mistake of its own
        }
        AzureFunction known = AzureApp.read(runtime.worker(), code, new ArrayList<>())
                .choose(function.spec().handler(), new ArrayList<>());
        return known == null || known.http();
    }

    @Override
    public List<Mistake> check(Function function, Path code) {
        return AzureCheck.check(function, code, tools.languages());
    }

    @Override
    public void prepare(Function function) {
        AzureRuntime runtime = AzureRuntime.parse(function.spec().runtime());
        if (runtime != null) {
            workers.library(runtime.worker());
        }
    }

    @Override
    public Hosted open(Setup setup) {
        AzureRuntime runtime = AzureRuntime.parse(setup.function().spec().runtime());
        if (runtime == null) {
            throw new IllegalStateException(
                    "checked before: " + setup.function().spec().runtime());
        }
        return new AzureStart(upstreams, workers, tools.clock(), runtime, setup).open();
    }

    @Override
    public Outcome.Failure ended(Outcome.Failure.Reason reason, CallContext context, String message, String logTail) {
        return AzureFailure.ended(reason, context.id(), message, logTail);
    }

    /** The bytes of a call whose body is all there. */
    static byte[] whole(Call call) {
        byte[][] bytes = {new byte[0]};
        BodyGatherer.gather(call.body(), REQUEST_BYTES_MAX, all -> bytes[0] = all, broken -> {
            throw new IllegalStateException("the body was to be whole", broken);
        });
        return bytes[0];
    }

    @Override
    public void close() {
        // nothing of its own: instances are closed by the engine, the clients by whoever made them
    }
}
