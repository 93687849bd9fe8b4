// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway;

import dev.weft.api.Body;
import dev.weft.api.Call;
import dev.weft.api.CallContext;
import dev.weft.api.CloudException;
import dev.weft.api.Headers;
import dev.weft.api.Outcome;
import dev.weft.api.resource.Function;
import dev.weft.api.spi.ContractHost;
import dev.weft.net.Authority;
import dev.weft.net.ServerExchange;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A call's way through the gateway: read the wire, decide where it goes, act by trying clouds in that order, record how
 * it ended. On the exchange's own loop from its first byte to its last; nothing here blocks.
 */
final class InvocationPath {
    private static final Duration UNROUTED_MAX = Duration.ofMinutes(5);

    private final Supplier<Snapshot> snapshot;
    private final boolean loopback;
    private final PlacementDecider decider = new PlacementDecider();
    private final Journal journal;
    private final InstantSource clock;
    private final LongSupplier nanos;

    /** Calls are routed by {@code snapshot}; {@code loopback} says that nobody outside this machine can be asking. */
    InvocationPath(
            Supplier<Snapshot> snapshot, boolean loopback, Journal journal, InstantSource clock, LongSupplier nanos) {
        this.snapshot = snapshot;
        this.loopback = loopback;
        this.journal = journal;
        this.clock = clock;
        this.nanos = nanos;
    }

    /** Takes one exchange. @param serving the call that the calling function serves; null for callers from outside */
    void handle(ServerExchange exchange, ContractHost.GatewayAddresses.@Nullable Serving serving) {
        Instant now = clock.instant();
        Snapshot tables = snapshot.get();
        CallContext context = CallReader.context(exchange, serving, now.plus(UNROUTED_MAX));
        Decision.Refuse unfit = unfit(exchange, tables);
        RouteRule rule =
                unfit != null ? null : tables.routes().match(exchange.authority(), exchange.line(), exchange.headers());
        String backend =
                rule == null ? null : rule.backend(ThreadLocalRandom.current().nextDouble());
        FunctionEntry function = backend == null ? null : tables.functions().get(backend);
        Recording recording = new Recording(exchange, context, function, now, nanos.getAsLong());

        switch (unfit != null ? unfit : decide(exchange, context, rule, function)) {
            case Decision.Refuse refuse -> recording.refused(refuse);
            case Decision.Try order -> {
                if (function == null) {
                    throw new IllegalStateException("a decision to try needs a function");
                }
                CallContext bounded = context.before(now.plus(function.timeMax()));
                if (function.function().spec().appProtocol() == Function.AppProtocol.H2C) {
                    bounded = Grpc.bounded(bounded, exchange.headers(), now);
                }
                Call call = CallReader.exchange(exchange, bounded);
                Attempts attempts = new Attempts(function, order.order(), call, exchange.loop(), recording);
                exchange.onCallerGone(() -> {
                    attempts.cancel();
                    recording.callerGone(attempts.made());
                });
                attempts.start();
            }
        }
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
            return new Decision.Refuse(400, "bad-path", "a path may not have '.' or '..' segments");
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
        return decider.decide(new PlacementDecider.Facts(
                function.function().spec().placement(),
                context.hops(),
                function.standings(),
                ThreadLocalRandom.current().nextDouble()));
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

    /** How an exchange ended, but for its bytes. */
    private record End(
            int status,
            @Nullable String cloud,
            Journal.Ending ending,
            int attempts,
            @Nullable String reason) {}

    /** Answers the caller and tells the journal, once. */
    private final class Recording implements Attempts.Result {
        private final ServerExchange exchange;
        private final CallContext context;
        private final @Nullable FunctionEntry function;
        private final Instant began;
        private final long beganNanos;
        private @Nullable Consumer<Body> tunnel;
        private boolean told;

        Recording(
                ServerExchange exchange,
                CallContext context,
                @Nullable FunctionEntry function,
                Instant began,
                long beganNanos) {
            this.exchange = exchange;
            this.context = context;
            this.function = function;
            this.began = began;
            this.beganNanos = beganNanos;
        }

        @Override
        public void outcome(Outcome outcome, String cloud, int attempts) {
            tunnel = outcome instanceof Outcome.Upgraded upgraded ? upgraded.toFunction() : null;
            Journal.Ending ending =
                    outcome instanceof Outcome.Failure ? Journal.Ending.FAILED : Journal.Ending.ANSWERED;
            String reason = outcome instanceof Outcome.Failure failure
                    ? failure.reason() + " " + failure.type() + ": " + failure.message()
                    : null;
            answer(Answer.of(outcome, context.id()), cloud, attempts, ending, reason);
        }

        @Override
        public void failed(CloudException why, String cloud, int attempts) {
            String reason = why.kind() + ": " + why.getMessage();
            answer(Answer.of(why, context.id()), cloud, attempts, Journal.Ending.CLOUD_FAILED, reason);
        }

        void refused(Decision.Refuse refuse) {
            Answer refusal = Answer.of(refuse, context.id());
            answer(refusal, null, 0, Journal.Ending.REFUSED, refuse.word() + ": " + refuse.reason());
        }

        void callerGone(int attempts) {
            tell(new End(0, null, Journal.Ending.CALLER_GONE, attempts, "the caller went away"), 0);
        }

        private void answer(
                Answer answer, @Nullable String cloud, int attempts, Journal.Ending ending, @Nullable String reason) {
            boolean ours = ending != Journal.Ending.ANSWERED;
            Answer told = ours && Grpc.asked(exchange.headers()) ? Grpc.instead(answer) : answer;
            WatchedBody body = new WatchedBody(told.body());
            Headers headers = Headers.builder()
                    .addAll(told.headers())
                    .add(CallReader.INVOCATION, context.id())
                    .build();
            exchange.onOver(() -> {
                boolean broke = body.failure() != null;
                End end = broke
                        ? new End(answer.status(), cloud, Journal.Ending.BROKEN_OFF, attempts, brokeOff(body))
                        : new End(answer.status(), cloud, ending, attempts, reason);
                tell(end, body.bytes());
            });
            if (tunnel == null) {
                exchange.respond(told.status(), headers, body);
            } else {
                Tunnels.join(exchange, headers, body, tunnel);
            }
        }

        private static String brokeOff(WatchedBody body) {
            return "the answer broke off after " + body.bytes() + " bytes";
        }

        private void tell(End end, long bytes) {
            if (told) {
                return;
            }
            told = true;
            journal.record(new Journal.CallEvent(
                    began,
                    context.id(),
                    context.trace().traceId(),
                    function == null ? null : function.name(),
                    end.cloud(),
                    exchange.line().method(),
                    exchange.line().path(),
                    end.status(),
                    end.ending(),
                    end.attempts(),
                    end.reason(),
                    bytes,
                    Duration.ofNanos(nanos.getAsLong() - beganNanos)));
        }
    }
}
