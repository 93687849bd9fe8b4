// SPDX-License-Identifier: Apache-2.0
package dev.weft.app;

import dev.weft.api.CloudException;
import dev.weft.api.Mistake;
import dev.weft.api.resource.Cloud;
import dev.weft.api.resource.Function;
import dev.weft.api.resource.Metadata;
import dev.weft.api.spi.ContractHost;
import dev.weft.api.spi.FunctionCloud.Deployment;
import dev.weft.api.spi.Loop;
import dev.weft.api.spi.Place;
import dev.weft.app.home.Home;
import dev.weft.app.parity.CloudArtifact;
import dev.weft.app.parity.CloudArtifacts;
import dev.weft.app.parity.HostedHere;
import dev.weft.app.parity.LimitedPlace;
import dev.weft.app.parity.Trial;
import dev.weft.app.parity.Trials;
import dev.weft.control.Application;
import dev.weft.engine.Engine;
import dev.weft.engine.StandIn;
import dev.weft.engine.box.Isolation;
import dev.weft.images.UnpackedImages;
import dev.weft.net.Loops;
import dev.weft.net.NetworkSpace;
import dev.weft.net.Upstreams;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;

/**
 * Functions on an engine of their own, each as its cloud would run what {@code weft apply} uploads: unlike the stand-ins of {@code
 * weft up}, which run the code by its own contract everywhere.
 */
final class StandInTrials implements Trials {
    private final CloudArtifacts artifacts;
    private final List<AutoCloseable> opened = new ArrayList<>();
    private final Loops loops;
    private final Engine engine;

    /** In a run folder of {@code home}; what takes long is told {@code say}. */
    StandInTrials(Home home, CloudArtifacts artifacts, InstantSource clock, Consumer<String> say) {
        this.artifacts = artifacts;
        try {
            Engine.sweep(home.folder());
            Home.Run run = keep(home.open());
            loops = keep(Loops.start(Runtime.getRuntime().availableProcessors()));
            NetworkSpace space = keep(NetworkSpace.separate());
            Upstreams upstreams = keep(new Upstreams(space));
            Hosts hosts = keep(Hosts.open(loops, upstreams, Hosts.tools(home, run, say, clock)));
            engine = keep(Engine.open(
                    new Engine.Config(
                            home.folder(),
                            run.folder(),
                            new Engine.Apart(Isolation.BEST, space),
                            UnpackedImages.in(home.folder(), System.getenv(), clock, say),
                            clock,
                            0),
                    hosts.all(),
                    new NoGateway()));
            if (!engine.sandboxed()) {
                say.accept("weft: " + engine.isolation());
            }
        } catch (RuntimeException | Error failed) {
            close();
            throw failed;
        }
    }

    private <T extends AutoCloseable> T keep(T room) {
        opened.add(room);
        return room;
    }

    @Override
    public Loop loop() {
        return loops.next();
    }

    @Override
    public List<Trial> of(Application documents, Function function) {
        Path code = Objects.requireNonNull(documents.code().get(function.name()), "code is required");
        List<Trial> trials = new ArrayList<>();
        for (CloudArtifact each : artifacts.of(documents, function)) {
            trials.add(
                    switch (each) {
                        case CloudArtifact.Not(String cloud, String why) -> new Trial.Not(cloud, why);
                        case CloudArtifact.Made made -> tried(documents, function, code, made);
                    });
        }
        return trials;
    }

    private Trial tried(Application documents, Function function, Path code, CloudArtifact.Made made) {
        try {
            Path files = artifacts.files(made, function, code);
            return switch (HostedHere.of(function, made, files, engine::check)) {
                case HostedHere.Found.Not(String why) -> new Trial.Not(made.cloud(), why);
                case HostedHere.Found.Runs(HostedHere hosted) -> {
                    Map<String, String> env = new HashMap<>(documents.env().getOrDefault(function.name(), Map.of()));
                    env.putAll(made.packing().env());
                    Place web = deployed(made, "", hosted.web(), files, env);
                    Place queue = hosted.queue().equals(hosted.web())
                            ? web
                            : deployed(made, "-events", hosted.queue(), files, env);
                    yield new Trial.Ready(
                            made.cloud(),
                            LimitedPlace.as(made, web),
                            LimitedPlace.as(made, queue),
                            made.artifact().hash(),
                            made.refused().stream().map(Mistake::toString).toList(),
                            hosted.note().isEmpty() ? List.of() : List.of(hosted.note()));
                }
            };
        } catch (CloudException failed) {
            return new Trial.Not(made.cloud(), String.valueOf(failed.getMessage()));
        } catch (IOException unreadable) {
            throw new UncheckedIOException("what is uploaded can't be unpacked", unreadable);
        }
    }

    private Place deployed(
            CloudArtifact.Made made, String suffix, Function function, Path files, Map<String, String> env) {
        Cloud named = new Cloud(
                new Metadata(made.cloud() + suffix, "default", Map.of(), Map.of()),
                made.document().spec());
        StandIn on = engine.standIn(named);
        on.deploy(new Deployment(function, files, env));
        return on.place(function.name());
    }

    @Override
    public void close() {
        for (AutoCloseable room : opened.reversed()) {
            Weft.closeRoom(room);
        }
        opened.clear();
    }

    /** Nobody is called from here: a function that calls others finds nobody. */
    private static final class NoGateway implements ContractHost.GatewayAddresses {
        private static final URI NOBODY = URI.create("http://127.0.0.1:1");

        @Override
        public Address open(Serving serving) {
            return new Address() {
                @Override
                public URI uri() {
                    return NOBODY;
                }

                @Override
                public void close() {
                    // there is no port
                }
            };
        }

        @Override
        public URI plain() {
            return NOBODY;
        }
    }
}
