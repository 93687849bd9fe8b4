// SPDX-License-Identifier: Apache-2.0
package dev.weft.engine.http;

import dev.weft.api.Mistake;
import dev.weft.api.resource.Function;
import dev.weft.api.spi.ContractHost;
import dev.weft.net.Upstreams;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/** Hosts contract {@code http}: any program that serves HTTP on {@code $PORT}. */
public final class HttpHost implements ContractHost {
    private final Upstreams upstreams;
    // no signature is made for a function of our own, so no time is needed either
    private final PortServer.Wire wire = new PortServer.Wire(new HttpDialect(), () -> Instant.EPOCH);

    /** Calls go out through {@code upstreams}, which stays the caller's to close. */
    public HttpHost(Upstreams upstreams) {
        this.upstreams = upstreams;
    }

    @Override
    public Function.Contract contract() {
        return Function.Contract.HTTP;
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
