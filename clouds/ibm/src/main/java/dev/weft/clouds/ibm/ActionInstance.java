// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.ibm;

import dev.weft.api.Call;
import dev.weft.api.CloudException;
import dev.weft.api.Outcome;
import dev.weft.api.resource.Function;
import dev.weft.api.spi.ContractHost;
import dev.weft.api.spi.Loop;
import dev.weft.api.spi.Place;
import dev.weft.net.InstanceServer;
import dev.weft.net.NetworkSpace;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One action's process: our proxy, which is OpenWhisk's action interface, and the action that it loads. */
final class ActionInstance implements ContractHost.Hosted {
    /** How long an answer is held for the markers of its activation; an action may have closed the streams they come on. */
    static final Duration MARKERS_MAX = Duration.ofMillis(200);

    private static final List<String> RESERVED = List.of(
            "__OW_NAMESPACE",
            "__OW_ACTION_NAME",
            "__OW_ACTION_VERSION",
            "__OW_ACTIVATION_ID",
            "__OW_TRANSACTION_ID",
            "__OW_DEADLINE",
            "__OW_ALLOW_CONCURRENT",
            "WEFT_ACTION_PORT",
            "WEFT_ACTION_CODE");

    private final ContractHost.Setup setup;
    private final Proxy proxy;
    private final InstantSource clock;
    private final Map<String, Duration> timeLimits;
    private final ActionDialect dialect;
    private final LogFrames frames = new LogFrames();
    private volatile boolean spent;
    private volatile String serving = "";

    /**
     * Where its proxy is.
     *
     * @param program that is it
     * @param server that it will be
     */
    record Proxy(ContractHost.Program program, InstanceServer server, NetworkSpace space) {}

    /** @param timeLimits of the calls under way, by invocation: its own are put there and taken out */
    ActionInstance(ContractHost.Setup setup, Proxy proxy, InstantSource clock, Map<String, Duration> timeLimits) {
        this.setup = setup;
        this.proxy = proxy;
        this.clock = clock;
        this.timeLimits = timeLimits;
        this.dialect = new ActionDialect(setup.function());
    }

    @Override
    public ContractHost.Launch launch() {
        Function function = setup.function();
        Map<String, String> env = new HashMap<>();
        env.put("__OW_NAMESPACE", function.metadata().namespace());
        env.put("__OW_ACTION_NAME", dialect.name());
        env.put("__OW_ACTION_VERSION", OpenWhiskHost.ACTION_VERSION);
        env.put("__OW_ALLOW_CONCURRENT", "false");
        env.put("WEFT_ACTION_PORT", Integer.toString(proxy.server().port()));
        env.put("WEFT_ACTION_CODE", setup.code().toString());
        return new ContractHost.Launch(proxy.program(), env, RESERVED);
    }

    @Override
    public void awaitReady() throws ContractHost.InitException, InterruptedException {
        proxy.server().awaitListening();
        Initialization.of(proxy.space(), proxy.server().port(), dialect.name(), ActionRuntime.main(setup.function()));
    }

    @Override
    public Place.Attempt call(Call call, Loop loop, Place.Answers answers) {
        frames.began();
        serving = call.context().id();
        timeLimits.put(serving, setup.function().spec().timeout());
        return proxy.server().call(dialect, clock, call, loop, new Held(loop, answers));
    }

    /** Holds an answer until the log of its activation is complete, so that no line of it is taken for the next call's. */
    private final class Held implements Place.Answers {
        private final Loop loop;
        private final Place.Answers answers;
        private Loop.@Nullable Timer timer;
        private boolean told;

        Held(Loop loop, Place.Answers answers) {
            this.loop = loop;
            this.answers = answers;
        }

        @Override
        public void outcome(Outcome outcome) {
            // the platform destroys a container whose answer was not 200, or not to be used
            spent = outcome instanceof Outcome.Failure failure
                    && !failure.type().equals(ActivationFailure.APPLICATION);
            if (frames.await(() -> loop.execute(() -> tell(outcome)))) {
                timer = loop.after(MARKERS_MAX, () -> tell(outcome));
            } else {
                tell(outcome);
            }
        }

        private void tell(Outcome outcome) {
            if (!told) {
                told = true;
                if (timer != null) {
                    timer.cancel();
                }
                timeLimits.remove(serving);
                answers.outcome(outcome);
            }
        }

        @Override
        public void failed(CloudException why) {
            timeLimits.remove(serving);
            answers.failed(why);
        }
    }

    @Override
    public @Nullable String logged(String line) {
        return frames.read(line);
    }

    @Override
    public boolean spent() {
        return spent;
    }

    @Override
    public void close() {
        timeLimits.remove(serving);
        proxy.server().close();
    }
}
