// SPDX-License-Identifier: Apache-2.0
package dev.weft.engine.http;

import dev.weft.api.Call;
import dev.weft.api.Outcome;
import dev.weft.api.resource.Function;
import dev.weft.api.spi.ContractHost;
import dev.weft.api.spi.InvokeDialect;
import dev.weft.api.spi.Loop;
import dev.weft.api.spi.Place;
import dev.weft.net.InstanceServer;
import dev.weft.net.Upstreams;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

/**
 * One instance of a program that serves HTTP on {@code $PORT}, started and asked as Knative's container contract has it:
 * ready as soon as it takes a TCP connection. Source: Knative runtime contract.
 */
final class PortServer implements ContractHost.Hosted {
    private static final String LOOPBACK = "127.0.0.1";

    private final ContractHost.Setup setup;
    private final InstanceServer server;
    private final Wire wire;
    private final boolean apart;

    /** How calls are written, and by which clock. */
    record Wire(InvokeDialect dialect, InstantSource clock) {}

    PortServer(ContractHost.Setup setup, Upstreams upstreams, Wire wire) {
        this.setup = setup;
        this.server = InstanceServer.onPort(
                upstreams, protocol(setup.function()), setup.function().name());
        this.wire = wire;
        this.apart = upstreams.space().apart();
    }

    private static Upstreams.Protocol protocol(Function function) {
        return switch (function.spec().appProtocol()) {
            case HTTP -> Upstreams.Protocol.HTTP_1;
            case H2C -> Upstreams.Protocol.HTTP_2;
        };
    }

    @Override
    public ContractHost.Launch launch() {
        String name = setup.function().name();
        Map<String, String> env = Map.of(
                "PORT",
                Integer.toString(server.port()),
                // in a network of its own a server may listen on whatever it likes, as in a container
                "HOST",
                apart ? "0.0.0.0" : LOOPBACK,
                "K_SERVICE",
                name,
                "K_CONFIGURATION",
                name,
                "K_REVISION",
                name + '-' + setup.version());
        return new ContractHost.Launch(StartCommand.program(setup.function()), env, StartCommand.RESERVED);
    }

    @Override
    public void awaitReady() throws ContractHost.InitException, InterruptedException {
        server.awaitListening();
        List<String> exposed = server.exposedAt();
        if (!exposed.isEmpty()) {
            throw new ContractHost.InitException(new Outcome.Failure(
                    Outcome.Failure.Reason.INIT,
                    "Function.InitError",
                    "%s: listens on every interface (%s, port %d), so that other machines could reach it; listen on $HOST, %s"
                            .formatted(setup.function().name(), String.join(", ", exposed), server.port(), LOOPBACK),
                    new byte[0],
                    ""));
        }
    }

    @Override
    public Place.Attempt call(Call call, Loop loop, Place.Answers answers) {
        return server.call(wire.dialect(), wire.clock(), call, loop, answers);
    }

    @Override
    public void close() {
        server.close();
    }
}
