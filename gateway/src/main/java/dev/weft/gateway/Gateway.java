// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway;

import dev.weft.api.Body;
import dev.weft.api.CloudException;
import dev.weft.api.resource.Function;
import dev.weft.api.resource.HttpRoute;
import dev.weft.api.resource.Limit;
import dev.weft.api.resource.Service;
import dev.weft.api.spi.ContractHost;
import dev.weft.api.spi.Loop;
import dev.weft.api.spi.Place;
import dev.weft.gateway.event.Addressed;
import dev.weft.gateway.event.EventQueue;
import dev.weft.gateway.event.Invoked;
import dev.weft.gateway.event.Running;
import dev.weft.gateway.event.Upshot;
import dev.weft.gateway.filter.BackendName;
import dev.weft.gateway.placement.CloudTerms;
import dev.weft.gateway.placement.Explanation;
import dev.weft.gateway.placement.PlaceStatistics;
import dev.weft.gateway.placement.Spending;
import dev.weft.gateway.placement.Spendings;
import dev.weft.gateway.protection.RetryBudget;
import dev.weft.gateway.route.RouteTable;
import dev.weft.gateway.service.Services;
import dev.weft.gateway.tap.Taps;
import dev.weft.net.ExchangeHandler;
import dev.weft.net.HttpListener;
import dev.weft.net.ListenerConfig;
import dev.weft.net.ListenerHandover;
import dev.weft.net.Loops;
import dev.weft.net.NetworkSpace;
import dev.weft.net.tls.Tls;
import dev.weft.net.wire.Refusals;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** One URL for every function. Routes and functions are swapped whole while calls go on. */
public final class Gateway implements AutoCloseable {
    /** Bytes of an answer that {@link #invoke} gathers. */
    public static final long INVOKE_ANSWER_BYTES_MAX = 64L << 20;

    /**
     * Where and how to listen.
     *
     * @param host address to bind
     * @param port port to bind; 0 takes a free one
     * @param sampling which calls leave spans
     * @param adopted a socket that listens there already; null to bind one
     * @param tls what callers speak; null for plain HTTP
     */
    public record Config(
            String host,
            int port,
            InstantSource clock,
            Sampling sampling,
            ListenerHandover.@Nullable Adopted adopted,
            @Nullable Tls tls) {
        /** Plain HTTP on a port of its own, and no spans. */
        public Config(String host, int port, InstantSource clock) {
            this(host, port, clock, Sampling.OFF, null, null);
        }

        boolean loopback() {
            return ListenerConfig.onlyHere(host);
        }
    }

    /** Finds the places of functions: what the clouds offer. */
    @FunctionalInterface
    public interface Places {
        /** The function on the cloud; null where that cloud can't be called. */
        @Nullable
        Place find(String function, String cloud);
    }

    /** One match of one rule, for people. */
    public record RouteView(
            String route, List<String> hostnames, String match, Map<String, Integer> backends, List<String> filters) {}

    /** One function on one cloud, for people. @param standing healthy, probe or out */
    public record PlaceView(String function, String cloud, int weight, String standing) {}

    private final Config config;
    private final Loops loops;
    private final Places places;
    private final InvocationPath path;
    private final EventPath events;
    private final Map<List<String>, PlaceHealth> healths = new ConcurrentHashMap<>();
    private final Guard guard;
    private final Map<List<String>, PlaceStatistics> statistics = new ConcurrentHashMap<>();
    private final Map<String, RetryBudget> budgets = new ConcurrentHashMap<>();
    private final Services services;
    private final Spendings spendings;
    private final HttpListener listener;
    private volatile Snapshot snapshot = Snapshot.STARTING;
    private volatile List<HttpRoute> served = List.of();
    private volatile EventQueue queue = EventQueue.none();

    private Gateway(Config config, Loops loops, Places places, Journal journal, MeterRegistry meters) {
        this.config = config;
        this.loops = loops;
        this.places = places;
        this.services = new Services(config.clock());
        this.spendings = new Spendings(meters);
        CallMetrics metrics = new CallMetrics(meters);
        Journal both = event -> {
            metrics.record(event);
            journal.record(event);
        };
        this.guard = Guard.of(System::nanoTime, meters);
        this.path = new InvocationPath(() -> snapshot, () -> queue, config, both, guard);
        this.events = new EventPath(() -> snapshot, config.sampling(), both, config.clock(), guard);
        ListenerConfig listening = new ListenerConfig(
                "gateway",
                config.host(),
                config.port(),
                java.util.Set.of(),
                ListenerConfig.Limits.DEFAULT,
                config.tls());
        ExchangeHandler handler = exchange -> path.handle(exchange, null);
        ListenerHandover.Adopted socket = config.adopted();
        this.listener = socket == null
                ? HttpListener.open(loops, listening, handler)
                : HttpListener.adopt(loops, socket, listening, handler);
        measure(meters);
    }

    private void measure(MeterRegistry meters) {
        for (Refusals.Reason reason : Refusals.Reason.values()) {
            FunctionCounter.builder("weft.listener.refused", listener.refusals(), refusals -> refusals.of(reason))
                    .description("Requests, streams and connections that the listener refused by itself")
                    .tag("listener", "gateway")
                    .tag("reason", reason.word())
                    .register(meters);
        }
        Gauge.builder("weft.listener.connections", listener, HttpListener::connections)
                .description("Connections open now")
                .tag("listener", "gateway")
                .register(meters);
    }

    /** Starts listening; until {@link #serve} every call is answered 503. */
    public static Gateway open(Config config, Loops loops, Places places, Journal journal, MeterRegistry meters) {
        return new Gateway(config, loops, places, journal, meters);
    }

    /** As below, without limits, and with nothing known of the clouds. */
    public void serve(List<Function> functions, List<Service> services, List<HttpRoute> routes) {
        serve(List.of(), functions, services, routes, List.of());
    }

    /**
     * Serves these from now on; calls under way end as they began. Every placement names known clouds, every reference
     * of a route a function, a service or a limit.
     */
    public synchronized void serve(
            List<CloudTerms> clouds,
            List<Function> functions,
            List<Service> servers,
            List<HttpRoute> routes,
            List<Limit> limits) {
        Map<String, CloudTerms> terms = new HashMap<>();
        clouds.forEach(each -> terms.put(each.name(), each));
        Map<String, FunctionEntry> entries = HashMap.newHashMap(functions.size() + servers.size());
        for (Function function : functions) {
            entries.put(function.name(), entry(function, terms, cloud -> places.find(function.name(), cloud)));
        }
        for (Service service : servers) {
            for (Service.Port port : service.spec().ports()) {
                String name = BackendName.of(
                        service.kind(),
                        service.metadata().namespace(),
                        service.metadata().name(),
                        port.port());
                entries.put(name, entry(Services.function(name), terms, cloud -> services.place(service, port)));
            }
        }
        RouteTable table = snapshot.routes().changedTo(routes);
        served = List.copyOf(routes);
        snapshot = new Snapshot(
                table,
                Collections.unmodifiableMap(entries),
                snapshot.limiters().next(functions, limits, System::nanoTime));
    }

    private FunctionEntry entry(
            Function function,
            Map<String, CloudTerms> clouds,
            java.util.function.Function<String, @Nullable Place> placeOn) {
        List<FunctionEntry.Candidate> candidates = new ArrayList<>();
        for (Function.Placement.Choice choice : function.spec().placement().clouds()) {
            Place place = placeOn.apply(choice.name());
            if (place == null) {
                throw new IllegalArgumentException(
                        "function " + function.name() + ": cloud '" + choice.name() + "' can't be called from here");
            }
            PlaceHealth health = healths.computeIfAbsent(
                    List.of(function.name(), choice.name()), key -> new PlaceHealth(System::nanoTime));
            PlaceStatistics measured = statistics.computeIfAbsent(
                    List.of(function.name(), choice.name()), key -> new PlaceStatistics(System::nanoTime));
            CloudTerms terms = clouds.getOrDefault(choice.name(), CloudTerms.unknown(choice.name()));
            candidates.add(new FunctionEntry.Candidate(
                    place, health, FunctionEntry.Known.of(function, terms, measured, spendings)));
        }
        if (candidates.size() > 1) {
            List<PlaceHealth> all =
                    candidates.stream().map(FunctionEntry.Candidate::health).toList();
            Outliers outliers = new Outliers(all);
            all.forEach(each -> each.comparedBy(outliers));
        }
        RetryBudget budget = budgets.computeIfAbsent(
                function.name(), name -> guard.refusals().watch(name, new RetryBudget()));
        return FunctionEntry.of(function, candidates, budget);
    }

    /** The port really bound. */
    public int port() {
        return listener.port();
    }

    /** Lets the next call of every function on {@code cloud} try it again at once. */
    public void probeSoon(String cloud) {
        healths.forEach((key, health) -> {
            if (key.getLast().equals(cloud)) {
                health.probeSoon();
            }
        });
    }

    /** Addresses for the calls that instances make; on loopback of the network that they live in. */
    public ContractHost.GatewayAddresses addresses(NetworkSpace space) {
        HttpListener plain = space.apart() || config.tls() != null ? inside(space, null) : listener;
        return new ContractHost.GatewayAddresses() {
            @Override
            public Address open(Serving serving) {
                HttpListener own = inside(space, serving);
                return new Address() {
                    @Override
                    public URI uri() {
                        return URI.create("http://127.0.0.1:" + own.port());
                    }

                    @Override
                    public void close() {
                        own.close();
                    }
                };
            }

            @Override
            public URI plain() {
                return URI.create("http://127.0.0.1:" + plain.port());
            }
        };
    }

    private HttpListener inside(NetworkSpace space, ContractHost.GatewayAddresses.@Nullable Serving serving) {
        return HttpListener.open(
                loops, space, ListenerConfig.loopback("instance", 0), exchange -> path.handle(exchange, serving));
    }

    /**
     * Calls a function with an event and waits for the whole answer. An unknown function is an {@link
     * IllegalArgumentException}; a cloud's failure a {@link CloudException}. Blocking.
     */
    public Invoked invoke(String name, byte[] payload, @Nullable String contentType, Map<String, String> attributes)
            throws InterruptedException {
        Addressed event = new Addressed(name, null, contentType, attributes, Body.of(payload), INVOKE_ANSWER_BYTES_MAX);
        BlockingQueue<Upshot> ended = new ArrayBlockingQueue<>(1);
        Loop loop = loops.next();
        Running running = events.start(event, loop, ended::add);
        try {
            return switch (ended.take()) {
                case Upshot.Spoke(Invoked invoked) -> invoked;
                case Upshot.Failed(CloudException why) -> throw why;
                case Upshot.Absent() ->
                    throw new IllegalArgumentException("function '" + name + "' is not served here; there are "
                            + snapshot.functions().keySet().stream().sorted().toList());
            };
        } catch (InterruptedException stopped) {
            loop.execute(running::cancel);
            throw stopped;
        }
    }

    /** How events reach functions without a route. */
    public EventPath events() {
        return events;
    }

    /** Who listens to calls. */
    public Taps taps() {
        return guard.taps();
    }

    /** Keeps events of routes there, from now on. */
    public void keepEvents(EventQueue in) {
        queue = in;
    }

    /** Why a call of {@code function} would go where, now; null where there is no such function. */
    public @Nullable Explanation explain(String function) {
        FunctionEntry entry = snapshot.functions().get(function);
        return entry == null ? null : new Explainer(entry).explain();
    }

    /** Every match of every rule, in the documents' order. */
    public List<RouteView> routes() {
        return RouteWords.views(served);
    }

    /** Every function on every cloud of its placement. */
    public List<PlaceView> places() {
        return Explainer.views(snapshot.functions().values());
    }

    /** What calls have cost since the start, estimated. */
    public List<Spending.View> costs() {
        return spendings.views();
    }

    /** The listener itself: what is handed to the process that comes after. */
    public HttpListener listener() {
        return listener;
    }

    /** Stops accepting and waits at most {@code most} for calls under way; how many were cut. Blocking. */
    public int drain(Duration most) throws InterruptedException {
        return listener.drain(most);
    }

    @Override
    public void close() {
        listener.close();
        services.close();
    }
}
