// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway.service;

import dev.weft.api.resource.Function;
import dev.weft.api.resource.Metadata;
import dev.weft.api.resource.Quantity;
import dev.weft.api.resource.Service;
import dev.weft.api.spi.Place;
import dev.weft.net.Upstreams;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Every service port as the gateway calls it: a function that lives on one cloud, named {@link #CLOUD}. */
public final class Services implements AutoCloseable {
    /** What the journal and the metrics call the cloud of services. */
    public static final String CLOUD = "service";

    /** A service's answer must begin within this, unless the route says less. */
    public static final Duration CALL_MAX = Duration.ofMinutes(5);

    private record Server(String host, int port) {}

    private final Upstreams upstreams = new Upstreams();
    private final Addresses addresses = new Addresses();
    private final Map<Server, Place> places = new ConcurrentHashMap<>();
    private final InstantSource clock;

    /** No connection yet; they come with the first calls. */
    public Services(InstantSource clock) {
        this.clock = clock;
    }

    /** The server behind a port. */
    public Place place(Service service, Service.Port port) {
        return places.computeIfAbsent(
                new Server(service.spec().externalName(), port.target()),
                server -> new ServicePlace(server.host(), server.port(), upstreams, addresses, clock));
    }

    /** A service port in the words of a function, under {@code name}. */
    public static Function function(String name) {
        return new Function(
                new Metadata(name, "default", Map.of(), Map.of()),
                new Function.Spec(
                        Function.Contract.HTTP,
                        null,
                        new Function.Code(null, null, null, null),
                        null,
                        List.of(),
                        new Quantity(0),
                        CALL_MAX,
                        Map.of(),
                        1,
                        0,
                        1,
                        Duration.ZERO,
                        false,
                        Function.Payload.MAPPED,
                        Function.AppProtocol.HTTP,
                        new Function.Placement(
                                Function.Strategy.FAILOVER, List.of(new Function.Placement.Choice(CLOUD, 1)), Map.of()),
                        List.of(),
                        Function.Architecture.AMD64,
                        false,
                        null,
                        null,
                        Function.Spec.Unsaid.HOPS));
    }

    @Override
    public void close() {
        upstreams.close();
    }
}
