// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway;

import dev.weft.api.BodyGatherer;
import dev.weft.api.Call;
import dev.weft.api.CallContext;
import dev.weft.api.CloudException;
import dev.weft.api.event.Event;
import dev.weft.api.event.Posted;
import dev.weft.api.event.Taken;
import dev.weft.api.resource.Function;
import dev.weft.api.spi.ContractHost;
import dev.weft.gateway.event.EventQueue;
import dev.weft.gateway.event.EventRefusals;
import dev.weft.gateway.filter.RouteFilters;
import dev.weft.gateway.filter.TimedPlace;
import dev.weft.gateway.placement.Stickiness;
import dev.weft.gateway.protection.Admission;
import dev.weft.gateway.protection.Deadlines;
import dev.weft.gateway.protection.Leash;
import dev.weft.gateway.protection.Refusal;
import dev.weft.gateway.route.RouteBackend;
import dev.weft.gateway.route.RouteRule;
import dev.weft.gateway.route.RouteTable;
import dev.weft.net.Authority;
import dev.weft.net.ServerExchange;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A call's way through the gateway: read the wire, decide where it goes, act by trying clouds in that order, record how
 * it ended. On the exchange's own loop from its first byte to its last; nothing here blocks.
 */
final class InvocationPath {
    /** What is said of a {@link #suspicious} path. */
    static final String SUSPICIOUS = "a path may not have '.' or '..' segments";

    private static final Duration UNROUTED_MAX = Duration.ofDays(2);

    /** What a place is told of a route's timeout is this much later, so that it is the gateway that says 504. */
    private static final Duration DEADLINE_AFTER_TIMEOUT = Duration.ofMillis(20);

    private final Supplier<Snapshot> snapshot;
    private final boolean loopback;
    private final Sampling sampling;
    private final PlacementDecider decider = new PlacementDecider();
    private final Recording.Ledger ledger;
    private final InstantSource clock;
    private final Guard guard;
    private final Mirrors mirrors;
    private final Supplier<EventQueue> queue;

    /** Calls are routed by {@code snapshot}; a {@code config} on loopback means that nobody outside this machine asks. */
    InvocationPath(
            Supplier<Snapshot> snapshot,
            Supplier<EventQueue> queue,
            Gateway.Config config,
            Journal journal,
            Guard guard) {
        this.queue = queue;
        this.snapshot = snapshot;
        this.loopback = config.loopback();
        this.sampling = config.sampling();
        this.ledger = new Recording.Ledger(journal, guard, config.sampling());
        this.clock = config.clock();
        this.guard = guard;
        this.mirrors = new Mirrors(journal, config.clock());
    }

    /** Takes one exchange. @param serving the call that the calling function serves; null for callers from outside */
    void handle(ServerExchange exchange, ContractHost.GatewayAddresses.@Nullable Serving serving) {
        Instant now = clock.instant();
        Snapshot tables = snapshot.get();
        CallContext parent = serving == null ? null : serving.now();
        CallContext read =
                CallReader.context(exchange, parent == null ? null : () -> parent, now.plus(UNROUTED_MAX), sampling);
        Instant asked = Deadlines.asked(exchange.headers(), now);
        Decision.Refuse unfit = unfit(exchange, tables);
        RouteRule rule = unfit != null ? null : tables.routes().match(exchange);
        RouteBackend backend =
                rule == null ? null : rule.backend(ThreadLocalRandom.current().nextDouble());
        FunctionEntry function = backend == null ? null : tables.functions().get(backend.name());
        RouteFilters filters = rule == null ? null : rule.filters(backend);
        CallContext context = bounded(asked == null ? read : read.before(asked), function, exchange, now);
        Recording recording = new Recording(ledger, new Recording.Asked(exchange, context, function, now, filters));
        RouteFilters.Early early = filters == null ? null : filters.early(exchange);
        if (early != null) {
            recording.early(early);
            return;
        }

        if (rule != null && function != null && !letIn(tables, rule, recording, parent != null)) {
            return;
        }
        if (unfit == null && function != null && backend != null && backend.queue()) {
            leave(recording, function);
            return;
        }
        switch (unfit != null ? unfit : decide(exchange, context, rule, function)) {
            case Decision.Refuse refuse -> recording.refused(refuse);
            case Decision.Try order -> attempt(order, new Way(tables, rule, parent, serving), recording);
        }
    }

    /** A request that is an event for later: gathered, read, kept; answered when it is on disk. */
    private void leave(Recording recording, FunctionEntry function) {
        ServerExchange exchange = recording.exchange;
        EventQueue into = queue.get();
        Refusal unfit = EventRefusals.unfit(exchange);
        if (unfit != null) {
            recording.refused(unfit);
            return;
        }
        long counted = into.hold(exchange.body().length());
        if (counted == 0) {
            recording.refused(EventRefusals.busy("too many events are on their way into the queue"));
            return;
        }
        exchange.onOver(() -> into.letGo(counted));
        exchange.onCallerGone(() -> recording.callerGone(0));
        BodyGatherer.gather(
                exchange.body(),
                EventQueue.EVENT_BYTES_MAX,
                bytes -> keep(recording, function.function(), into, bytes),
                failure -> recording.refused(EventRefusals.of(failure)));
    }

    private void keep(Recording recording, Function function, EventQueue into, byte[] bytes) {
        Call.Exchange call = CallReader.exchange(recording.exchange, recording.context);
        RouteFilters filters = recording.filters;
        Posted posted;
        try {
            posted = into.reader()
                    .read(
                            filters == null
                                    ? call.headers()
                                    : filters.request(call).headers(),
                            bytes);
        } catch (CloudException noEvent) {
            recording.refused(EventRefusals.of(noEvent));
            return;
        }
        if (EventRefusals.chars(posted.attributes()) > EventQueue.ATTRIBUTES_CHARS_MAX) {
            recording.refused(EventRefusals.attributes());
            return;
        }
        Event event = new Event(
                recording.context.id(),
                function.metadata().namespace(),
                function.metadata().name(),
                Event.BY_ROUTE,
                "",
                posted.contentType(),
                posted.attributes(),
                posted.data(),
                new Event.Origin(recording.context.trace(), recording.context.hops()));
        Thread.ofVirtual().name("route-event").start(() -> {
            Taken taken = into.events().take(event);
            recording.exchange.loop().run(() -> {
                switch (taken) {
                    case Taken.Kept _ -> recording.kept();
                    case Taken.Refused refused -> recording.refused(EventRefusals.of(refused));
                }
            });
        });
    }

    /** gRPC says in a field of its own how long its caller waits. */
    private static CallContext bounded(
            CallContext context, @Nullable FunctionEntry function, ServerExchange exchange, Instant now) {
        return function != null && function.function().spec().appProtocol() == Function.AppProtocol.H2C
                ? Grpc.bounded(context, exchange.headers(), now)
                : context;
    }

    /** Whether limits and load allow the call; else it is refused. */
    private boolean letIn(Snapshot tables, RouteRule rule, Recording recording, boolean inside) {
        if (!recording.began.isBefore(recording.context.deadline())) {
            recording.refused(new Decision.Refuse(504, "deadline", "the call came after its deadline"));
            return false;
        }
        ServerExchange exchange = recording.exchange;
        Admission.Answer answer =
                guard.admission().enter(tables.limiters(), rule.limits(), recording.name(), exchange, inside);
        Refusal refusal = answer.refusal();
        if (refusal != null) {
            recording.refused(refusal);
        }
        recording.ticket = answer.ticket();
        return refusal == null;
    }

    /**
     * How a call came here and what its route says.
     *
     * @param parent the call that the calling function serves, as it was when this one came
     */
    private record Way(
            Snapshot tables,
            @Nullable RouteRule rule,
            @Nullable CallContext parent,
            ContractHost.GatewayAddresses.@Nullable Serving serving) {}

    private void attempt(Decision.Try order, Way way, Recording recording) {
        ServerExchange exchange = recording.exchange;
        FunctionEntry function = recording.function;
        RouteRule rule = way.rule();
        if (function == null || rule == null) {
            throw new IllegalStateException("a decision to try needs a route and a function");
        }
        Instant latest = recording.began.plus(function.timeMax());
        boolean hurried = recording.context.deadline().isBefore(latest);
        Duration left = hurried ? Duration.between(recording.began, recording.context.deadline()) : null;
        Duration requestMax = rule.requestMax();
        Duration backendMax = rule.backendMax();
        FunctionEntry called =
                backendMax == null ? function : function.through(place -> new TimedPlace(place, backendMax));
        Attempts attempts = new Attempts(
                called,
                order.order(),
                guard.taps().watch(function.name(), call(way.tables(), recording, latest, requestMax, left)),
                exchange.loop(),
                recording);
        recording.attempts = attempts;
        exchange.onCallerGone(() -> {
            recording.giveUp();
            recording.callerGone(attempts.made());
        });
        if (requestMax != null) {
            recording.within(requestMax);
        }
        CallContext parent = way.parent();
        ContractHost.GatewayAddresses.Serving serving = way.serving();
        if (left != null || parent != null) {
            recording.leash = Leash.tie(
                    exchange.loop(), guard.dependents(), parent == null ? null : parent.id(), left, recording);
        }
        if (parent != null && serving != null && givenUp(parent, serving.now())) {
            recording.parentGivenUp();
        } else {
            attempts.start();
        }
    }

    /** The call as its function gets it. @param left until the caller's deadline; null where it gave none */
    private Call.Exchange call(
            Snapshot tables,
            Recording recording,
            Instant latest,
            @Nullable Duration requestMax,
            @Nullable Duration left) {
        CallContext bounded = recording.context.before(latest);
        if (requestMax != null) {
            bounded = bounded.before(recording.began.plus(requestMax).plus(DEADLINE_AFTER_TIMEOUT));
        }
        Call.Exchange call = CallReader.exchange(recording.exchange, bounded);
        if (left != null) {
            call = Deadlines.told(call, left);
        }
        RouteFilters filters = recording.filters;
        return filters == null
                ? call
                : mirrors.watch(filters.request(call), filters, tables.functions(), recording.exchange.loop());
    }

    /** Whether {@code parent} was given up since it was looked at, perhaps before its leash held this call. */
    private static boolean givenUp(CallContext parent, @Nullable CallContext now) {
        return now != null && now.id().equals(parent.id()) && now.deadline().isBefore(parent.deadline());
    }

    /** Why a request is refused whatever its route; null where it is fine. */
    private Decision.@Nullable Refuse unfit(ServerExchange exchange, Snapshot tables) {
        RouteTable routes = tables.routes();
        if (foreign(exchange.authority()) && !routes.names(exchange.authority())) {
            return new Decision.Refuse(
                    421,
                    "wrong-host",
                    "this gateway listens on loopback and answers for localhost and the hostnames of its routes");
        }
        if (suspicious(exchange.line().path())) {
            return new Decision.Refuse(400, "bad-path", SUSPICIOUS);
        }
        if (tables.starting()) {
            return new Decision.Refuse(503, "starting", "the functions are not deployed yet");
        }
        return null;
    }

    private Decision decide(
            ServerExchange exchange, CallContext context, @Nullable RouteRule rule, @Nullable FunctionEntry function) {
        if (rule == null) {
            return new Decision.Refuse(
                    404, "no-route", "no route matches " + exchange.line().path());
        }
        if (function == null) {
            return new Decision.Refuse(500, "no-backend", "route " + rule.route() + " has no backend to send this to");
        }
        if (exchange.upgrade() != null && !Tunnels.possible(function.function())) {
            return Tunnels.refusal(function.function());
        }
        return decider.decide(function.facts(context.hops(), key(exchange, context, function)));
    }

    private static long key(ServerExchange exchange, CallContext context, FunctionEntry function) {
        Function.Placement.Sticky sticky =
                function.function().spec().placement().sticky();
        Long user = sticky == null ? null : Stickiness.key(sticky, exchange.headers(), context.id());
        return user == null ? ThreadLocalRandom.current().nextLong() : user;
    }

    /**
     * Whether a caller of a loopback gateway asks for a name that is not loopback's: a web page that had its own name
     * point here (DNS rebinding) must not reach functions.
     */
    private boolean foreign(String authority) {
        String host = Authority.host(authority);
        boolean local = host.isEmpty() || host.endsWith(".localhost") || Authority.loopback(host);
        return loopback && !local;
    }

    /** Dot segments, also percent-encoded: the function's server may resolve what the route did not. */
    static boolean suspicious(String path) {
        for (int slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
            int at = slash + 1;
            int dots = 0;
            while (dots < 3 && at < path.length()) {
                if (path.charAt(at) == '.') {
                    at++;
                } else if (path.regionMatches(true, at, "%2e", 0, 3)) {
                    at += 3;
                } else {
                    break;
                }
                dots++;
            }
            if ((dots == 1 || dots == 2) && (at == path.length() || path.charAt(at) == '/')) {
                return true;
            }
        }
        return false;
    }
}
