// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.event;

import dev.weft.api.Body;
import dev.weft.api.event.Caller;
import dev.weft.api.event.Event;
import dev.weft.api.spi.Loop;
import dev.weft.gateway.Gateway;
import dev.weft.gateway.event.Addressed;
import dev.weft.gateway.event.Invoked;
import dev.weft.gateway.event.Origin;
import dev.weft.gateway.event.Running;
import dev.weft.gateway.event.Upshot;
import dev.weft.net.Loops;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/** Calls with events through the gateway: the same way as every other call. */
public final class GatewayCaller implements Caller {
    /** Bytes of an answer; a function that answers more has failed. */
    static final long ANSWER_BYTES_MAX = 6L << 20;

    private final Gateway gateway;
    private final Loops loops;
    private final Logs logs;

    /** The last lines of a call, where they are at hand without asking a cloud for them. */
    @FunctionalInterface
    public interface Logs {
        /** Empty where there are none, or they are not at hand. */
        String tail(Event event);
    }

    /** Calls by {@code gateway}, on {@code loops} in turn. */
    public GatewayCaller(Gateway gateway, Loops loops, Logs logs) {
        this.gateway = gateway;
        this.loops = loops;
        this.logs = logs;
    }

    @Override
    public boolean ready() {
        return !gateway.events().starting();
    }

    @Override
    public Ended call(Event event) throws InterruptedException {
        Addressed call = new Addressed(
                event.function(),
                event.namespace(),
                event.contentType(),
                event.attributes(),
                Body.of(event.payload()),
                ANSWER_BYTES_MAX);
        Origin origin =
                new Origin(event.id(), event.origin().trace(), event.origin().hops());
        BlockingQueue<Upshot> ended = new ArrayBlockingQueue<>(1);
        Loop loop = loops.next();
        Running running = gateway.events().start(call, origin, loop, ended::add);
        try {
            return switch (ended.take()) {
                case Upshot.Spoke(Invoked said) ->
                    new Ended.Spoke(said.outcome(), said.body(), said.cloud(), said.took());
                case Upshot.Failed failed -> new Ended.Failed(failed.why());
                case Upshot.Absent() -> new Ended.Absent();
            };
        } catch (InterruptedException stopped) {
            loop.execute(running::cancel);
            throw stopped;
        }
    }

    @Override
    public String logTail(Event event) {
        return logs.tail(event);
    }
}
