// SPDX-License-Identifier: Apache-2.0
package dev.weft.engine.http;

import dev.weft.api.Mistake;
import dev.weft.api.resource.Function;
import dev.weft.api.spi.ContractHost;
import dev.weft.net.Upstreams;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;

/** Hosts contract {@code cloudevents}: any program that serves HTTP on {@code $PORT} and takes CloudEvents 1.0 at {@code /}. */
public final class CloudEventsHost implements ContractHost {
    private final Upstreams upstreams;
    private final PortServer.Wire wire;

    /** Calls go out through {@code upstreams}, which stays the caller's to close; events without a time get the clock's. */
    public CloudEventsHost(Upstreams upstreams, InstantSource clock) {
        this.upstreams = upstreams;
        this.wire = new PortServer.Wire(new CloudEventsDialect(), clock);
    }

    @Override
    public Function.Contract contract() {
        return Function.Contract.CLOUDEVENTS;
    }

    @Override
    public boolean oneCallAtATime(Function function) {
        return function.spec().concurrency() == 1;
    }

    @Override
    public boolean runsImages() {
        return true;
    }

    @Override
    public List<Mistake> check(Function function, Path code) {
        return StartCommand.check(function, code);
    }

    @Override
    public Hosted open(Setup setup) {
        return new PortServer(setup, upstreams, wire);
    }

    @Override
    public void close() {
        // nothing of its own: instances are closed by the engine, the clients by whoever made them
    }
}
