// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway;

import dev.weft.api.Body;
import dev.weft.api.BodyGatherer;
import dev.weft.api.Call;
import dev.weft.api.CallContext;
import dev.weft.api.CloudException;
import dev.weft.api.Outcome;
import dev.weft.api.Trace;
import dev.weft.api.resource.Function;
import dev.weft.api.resource.HttpRoute;
import dev.weft.api.resource.Spelling;
import dev.weft.api.spi.ContractHost;
import dev.weft.api.spi.Loop;
import dev.weft.api.spi.Place;
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
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
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
     * @param adopted a socket that listens there already; null to bind one
     * @param tls what callers speak; null for plain HTTP
     */
    public record Config(
            String host,
            int port,
            InstantSource clock,
            ListenerHandover.@Nullable Adopted adopted,
            @Nullable Tls tls) {}

    /** Finds the places of functions: what the clouds offer. */
    @FunctionalInterface
    public interface Places {
        /** The function on the cloud; null where that cloud can't be called. */
        @Nullable
        Place find(String function, String cloud);
    }

    /** What came of {@link #invoke}. @param body of the result, whole; empty for every other outcome */
    public record Invoked(Outcome outcome, byte[] body, String id, String cloud, Duration took) {}

    /** One match of one rule, for people. */
    public record RouteView(String route, List<String> hostnames, String match, Map<String, Integer> backends) {}

    /** One function on one cloud, for people. @param standing healthy, probe or out */
    public record PlaceView(String function, String cloud, int weight, String standing) {}

    private final Config config;
    private final Loops loops;
    private final Places places;
    private final Journal journal;
    private final InvocationPath path;
    private final PlacementDecider decider = new PlacementDecider();
    private final Map<List<String>, PlaceHealth> healths = new ConcurrentHashMap<>();
    private final Map<String, RetryBudget> budgets = new ConcurrentHashMap<>();
    private final HttpListener listener;
    private volatile Snapshot snapshot = Snapshot.STARTING;
    private volatile List<HttpRoute> served = List.of();

    private Gateway(Config config, Loops loops, Places places, Journal journal, MeterRegistry meters) {
        this.config = config;
        this.loops = loops;
        this.places = places;
        CallMetrics metrics = new CallMetrics(meters);
        this.journal = event -> {
            metrics.record(event);
            journal.record(event);
        };
        boolean loopback = config.host().startsWith("127.")
                || config.host().equals("::1")
                || config.host().equals("localhost");
        this.path = new InvocationPath(() -> snapshot, loopback, this.journal, config.clock(), System::nanoTime);
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

    /** Serves these from now on; calls under way end as they began. Every placement names known clouds. */
    public void serve(List<Function> functions, List<HttpRoute> routes) {
        Map<String, FunctionEntry> entries = new HashMap<>();
        for (Function function : functions) {
            entries.put(function.name(), entry(function));
        }
        served = List.copyOf(routes);
        snapshot = new Snapshot(new RouteTable(routes), Map.copyOf(entries));
    }

    private FunctionEntry entry(Function function) {
        List<FunctionEntry.Candidate> candidates = new ArrayList<>();
        for (Function.Placement.Choice choice : function.spec().placement().clouds()) {
            Place place = places.find(function.name(), choice.name());
            if (place == null) {
                throw new IllegalArgumentException(
                        "function " + function.name() + ": cloud '" + choice.name() + "' can't be called from here");
            }
            PlaceHealth health = healths.computeIfAbsent(
                    List.of(function.name(), choice.name()), key -> new PlaceHealth(System::nanoTime));
            candidates.add(new FunctionEntry.Candidate(place, health));
        }
        RetryBudget budget = budgets.computeIfAbsent(function.name(), name -> new RetryBudget());
        return new FunctionEntry(function, List.copyOf(candidates), budget);
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
        FunctionEntry function = snapshot.functions().get(name);
        if (function == null) {
            throw new IllegalArgumentException("function '" + name + "' is not served here; there are "
                    + snapshot.functions().keySet().stream().sorted().toList());
        }
        Instant now = config.clock().instant();
        long began = System.nanoTime();
        CallContext context = new CallContext(
                CallReader.id(), Trace.start(), 0, now.plus(function.timeMax()), CallContext.Caller.WEFT);
        Call.Event event = new Call.Event(context, contentType, attributes, Body.of(payload));
        Decision decision = decider.decide(new PlacementDecider.Facts(
                function.function().spec().placement(),
                0,
                function.standings(),
                ThreadLocalRandom.current().nextDouble()));
        List<Integer> order =
                switch (decision) {
                    case Decision.Try(List<Integer> wanted) -> wanted;
                    case Decision.Refuse refuse -> throw new IllegalStateException(refuse.reason());
                };
        EventAnswer answer = new EventAnswer();
        Loop loop = loops.next();
        Attempts attempts = new Attempts(function, order, event, loop, answer);
        loop.execute(attempts::start);
        try {
            Invoked invoked = answer.take(context.id(), began);
            tell(context, function, now, invoked, answer.attempts);
            return invoked;
        } catch (CloudException why) {
            journal.record(new Journal.CallEvent(
                    now,
                    context.id(),
                    context.trace().traceId(),
                    name,
                    answer.cloud,
                    null,
                    null,
                    0,
                    Journal.Ending.CLOUD_FAILED,
                    answer.attempts,
                    why.kind() + ": " + why.getMessage(),
                    0,
                    Duration.ofNanos(System.nanoTime() - began)));
            throw why;
        } catch (InterruptedException stopped) {
            loop.execute(attempts::cancel);
            throw stopped;
        }
    }

    private void tell(CallContext context, FunctionEntry function, Instant began, Invoked invoked, int attempts) {
        boolean failed = invoked.outcome() instanceof Outcome.Failure;
        journal.record(new Journal.CallEvent(
                began,
                context.id(),
                context.trace().traceId(),
                function.name(),
                invoked.cloud(),
                null,
                null,
                0,
                failed ? Journal.Ending.FAILED : Journal.Ending.ANSWERED,
                attempts,
                invoked.outcome() instanceof Outcome.Failure failure
                        ? failure.reason() + " " + failure.type() + ": " + failure.message()
                        : null,
                invoked.body().length,
                invoked.took()));
    }

    /** Every match of every rule, in the documents' order. */
    public List<RouteView> routes() {
        List<RouteView> views = new ArrayList<>();
        for (HttpRoute route : served) {
            for (HttpRoute.Rule rule : route.spec().rules()) {
                Map<String, Integer> backends = new java.util.LinkedHashMap<>();
                rule.backendRefs().forEach(backend -> backends.merge(backend.name(), backend.weight(), Integer::sum));
                for (RouteRule each : RouteRule.of(route.name(), rule)) {
                    views.add(new RouteView(route.name(), route.spec().hostnames(), words(each), backends));
                }
            }
        }
        return views;
    }

    private static String words(RouteRule rule) {
        StringBuilder text = new StringBuilder();
        if (rule.method() != null) {
            text.append(rule.method()).append(' ');
        }
        switch (rule.pathType()) {
            case EXACT -> text.append("= ").append(rule.path());
            case PATH_PREFIX -> text.append(rule.path()).append(rule.path().endsWith("/") ? "*" : "/*");
            case REGULAR_EXPRESSION -> text.append("~ ").append(rule.path());
        }
        rule.headers().forEach(header -> text.append(" header ").append(header.name()));
        rule.queryParams().forEach(param -> text.append(" ?").append(param.name()));
        return text.toString();
    }

    /** Every function on every cloud of its placement. */
    public List<PlaceView> places() {
        List<PlaceView> views = new ArrayList<>();
        for (FunctionEntry entry : snapshot.functions().values()) {
            List<Function.Placement.Choice> choices =
                    entry.function().spec().placement().clouds();
            for (int i = 0; i < choices.size(); i++) {
                PlacementDecider.Standing standing =
                        entry.places().get(i).health().standing();
                views.add(new PlaceView(
                        entry.name(), choices.get(i).name(), choices.get(i).weight(), Spelling.Words.of(standing)));
            }
        }
        return views;
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
    }

    /** Gathers an event's answer for a waiting thread. */
    private static final class EventAnswer implements Attempts.Result {
        private record Done(
                @Nullable Outcome outcome, @Nullable CloudException why, byte[] body) {}

        private final BlockingQueue<Done> done = new ArrayBlockingQueue<>(1);
        private volatile String cloud = "";
        private volatile int attempts;

        @Override
        public void outcome(Outcome outcome, String on, int made) {
            cloud = on;
            attempts = made;
            Body body =
                    switch (outcome) {
                        case Outcome.Response response -> response.body();
                        case Outcome.Result result -> result.body();
                        case Outcome.Upgraded upgraded -> upgraded.body();
                        case Outcome.Accepted accepted -> Body.empty();
                        case Outcome.Failure failure -> Body.empty();
                    };
            BodyGatherer.gather(
                    body,
                    INVOKE_ANSWER_BYTES_MAX,
                    bytes -> done.add(new Done(outcome, null, bytes)),
                    broken -> done.add(new Done(
                            null,
                            new CloudException(
                                    CloudException.Kind.UNKNOWN,
                                    "the function's answer did not come whole: " + broken.getMessage(),
                                    broken),
                            new byte[0])));
        }

        @Override
        public void failed(CloudException why, String on, int made) {
            cloud = on;
            attempts = made;
            done.add(new Done(null, why, new byte[0]));
        }

        Invoked take(String id, long began) throws InterruptedException {
            Done got = done.take();
            if (got.why != null) {
                throw got.why;
            }
            if (got.outcome == null) {
                throw new IllegalStateException("an answer is an outcome or a failure");
            }
            return new Invoked(got.outcome, got.body, id, cloud, Duration.ofNanos(System.nanoTime() - began));
        }
    }
}
