// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.azure;

import dev.weft.api.Body;
import dev.weft.api.BodyGatherer;
import dev.weft.api.Call;
import dev.weft.api.CloudException;
import dev.weft.api.Headers;
import dev.weft.api.Outcome;
import dev.weft.api.spi.ContractHost;
import dev.weft.api.spi.InvokeDialect;
import dev.weft.api.spi.Loop;
import dev.weft.api.spi.Place;
import dev.weft.net.InstanceServer;
import java.time.InstantSource;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One instance: a server, of the user's or of Weft's worker, and what its function's trigger makes of calls. */
final class AzureInstance implements ContractHost.Hosted {
    /** An HTTP function's answer that means an event failed is kept up to here. */
    private static final int ERROR_BYTES_MAX = 1 << 20;

    private static final int FIRST_ERROR_STATUS = 400;

    /** Waits until the server takes calls, and then knows the function. */
    interface Start {
        AzureFunction awaitReady() throws ContractHost.InitException, InterruptedException;
    }

    /** What the calls of a function are spoken in. */
    record Speech(String routePrefix, Function<AzureFunction, InvokeDialect> dialect) {}

    /** A function that is ready, and how it is spoken to. */
    private record Ready(AzureFunction function, InvokeDialect dialect) {}

    private final InstanceServer server;
    private final ContractHost.Launch launch;
    private final Start start;
    private final Speech speech;
    private final InstantSource clock;
    private volatile @Nullable Ready ready;

    AzureInstance(InstanceServer server, ContractHost.Launch launch, Start start, Speech speech, InstantSource clock) {
        this.server = server;
        this.launch = launch;
        this.start = start;
        this.speech = speech;
        this.clock = clock;
    }

    @Override
    public ContractHost.Launch launch() {
        return launch;
    }

    @Override
    public void awaitReady() throws ContractHost.InitException, InterruptedException {
        AzureFunction function = start.awaitReady();
        ready = new Ready(function, speech.dialect().apply(function));
    }

    @Override
    public Place.Attempt call(Call call, Loop loop, Place.Answers answers) {
        Ready to = ready;
        if (to == null) {
            throw new IllegalStateException("called before it was ready");
        }
        return switch (TriggerWay.of(to.function(), speech.routePrefix(), call)) {
            case TriggerWay.Deliver(Call delivered, var _) -> {
                boolean posted = call instanceof Call.Event && delivered instanceof Call.Exchange;
                yield server.call(to.dialect(), clock, delivered, loop, posted ? new EventAnswers(answers) : answers);
            }
            case TriggerWay.NotFound() -> {
                call.body().discard();
                answers.outcome(new Outcome.Response(404, Headers.of("content-length", "0"), Body.empty()));
                yield () -> {};
            }
            case TriggerWay.Refused(String why) -> {
                call.body().discard();
                answers.failed(new CloudException(CloudException.Kind.INVALID, why, null));
                yield () -> {};
            }
        };
    }

    @Override
    public void close() {
        server.close();
    }

    /** An HTTP function's answer as an event's outcome. */
    private record EventAnswers(Place.Answers to) implements Place.Answers {
        @Override
        public void outcome(Outcome outcome) {
            if (!(outcome instanceof Outcome.Response(int status, Headers headers, Body body))) {
                to.outcome(outcome);
            } else if (status < FIRST_ERROR_STATUS) {
                to.outcome(new Outcome.Result(headers.first("content-type"), headers, body));
            } else {
                BodyGatherer.gather(
                        body,
                        ERROR_BYTES_MAX,
                        bytes -> to.outcome(failed(status, bytes)),
                        broken -> to.outcome(failed(status, new byte[0])));
            }
        }

        private static Outcome failed(int status, byte[] body) {
            return new Outcome.Failure(
                    Outcome.Failure.Reason.ERROR,
                    "http " + status,
                    "the function answered an event with status " + status,
                    body,
                    "");
        }

        @Override
        public void failed(CloudException why) {
            to.failed(why);
        }
    }
}
