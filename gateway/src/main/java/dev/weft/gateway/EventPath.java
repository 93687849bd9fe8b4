// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway;

import dev.weft.api.Body;
import dev.weft.api.BodyException;
import dev.weft.api.BodyGatherer;
import dev.weft.api.Call;
import dev.weft.api.CallContext;
import dev.weft.api.CloudException;
import dev.weft.api.Outcome;
import dev.weft.api.RequestLine;
import dev.weft.api.Trace;
import dev.weft.api.resource.Function;
import dev.weft.api.resource.Metadata;
import dev.weft.api.spi.Loop;
import dev.weft.gateway.body.WatchedBody;
import dev.weft.gateway.event.Addressed;
import dev.weft.gateway.event.Entry;
import dev.weft.gateway.event.Exchange;
import dev.weft.gateway.event.Invoked;
import dev.weft.gateway.event.Origin;
import dev.weft.gateway.event.Passing;
import dev.weft.gateway.event.Running;
import dev.weft.gateway.event.Speaking;
import dev.weft.gateway.event.Upshot;
import dev.weft.gateway.protection.Admission;
import dev.weft.gateway.protection.Refusal;
import dev.weft.gateway.protection.Ticket;
import dev.weft.net.ServerExchange;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * An event's way through the gateway: decide where it goes, act by trying clouds in that order, gather the answer, record
 * how it ended. Also that of an HTTP request that names its function. For façades and for {@code weft invoke}; nothing here
 * blocks.
 */
public final class EventPath {
    private final Supplier<Snapshot> snapshot;
    private final Sampling sampling;
    private final Journal journal;
    private final InstantSource clock;
    private final Guard guard;
    private final PlacementDecider decider = new PlacementDecider();

    /** Functions are those of {@code snapshot}. */
    EventPath(Supplier<Snapshot> snapshot, Sampling sampling, Journal journal, InstantSource clock, Guard guard) {
        this.snapshot = snapshot;
        this.sampling = sampling;
        this.journal = journal;
        this.clock = clock;
        this.guard = guard;
    }

    /** Whether functions are not deployed yet. */
    public boolean starting() {
        return snapshot.get().starting();
    }

    /** The function of that name as it is served; null where that namespace has none. On any thread. */
    public @Nullable Function function(String namespace, String name) {
        FunctionEntry entry = find(snapshot.get(), name, namespace);
        return entry == null ? null : entry.function();
    }

    /** A call of Weft's own; {@code then} hears on {@code loop} how it ended. On any thread. */
    public Running start(Addressed event, Loop loop, Consumer<Upshot> then) {
        return start(event, new Origin(CallReader.id(), null, 0), loop, then);
    }

    private static Call call(Addressed event, CallContext context) {
        return new Call.Event(context, event.contentType(), event.attributes(), event.body());
    }

    /** A call of an event that was left before; {@code then} hears on {@code loop} how it ended. On any thread. */
    public Running start(Addressed event, Origin origin, Loop loop, Consumer<Upshot> then) {
        FunctionEntry function = find(snapshot.get(), event.function(), event.namespace());
        if (function == null) {
            return absent(event.body(), then);
        }
        Instant now = clock.instant();
        Trace trace = origin.trace() == null ? Trace.start() : origin.trace().child();
        CallContext context = new CallContext(
                origin.id(),
                sampling.decide(trace),
                origin.hops(),
                now.plus(function.timeMax()),
                CallContext.Caller.WEFT);
        Asker asker = new Asker(event.answerBytesMax(), null, then, null);
        return begin(call(event, context), loop, new Walk(function, context, now, Ticket.FREE, asker));
    }

    /** Whose call it is. On the exchange's loop. */
    public Origin origin(ServerExchange exchange) {
        return CallReader.origin(exchange);
    }

    /** Whether who asks by {@code exchange} may leave an event for {@code function}: under its limits. On the exchange's loop. */
    public Entry enter(String function, String namespace, ServerExchange exchange) {
        Snapshot tables = snapshot.get();
        FunctionEntry entry = find(tables, function, namespace);
        if (entry == null) {
            return new Entry.Absent();
        }
        Admission.Answer let = guard.admission().enter(tables.limiters(), List.of(), entry.name(), exchange, false);
        Refusal refusal = let.refusal();
        if (refusal != null) {
            guard.refusals().count(entry.name(), refusal.word());
            return new Entry.Refused(refusal.word() + ": " + refusal.message());
        }
        let.ticket().release();
        return new Entry.Let(CallReader.origin(exchange));
    }

    /**
     * A call for who asks by {@code exchange}: under the function's limits, in the caller's trace. Where the function answers,
     * {@code passing} takes the answer as it comes; where that is null it is gathered. On the exchange's loop.
     */
    public Running start(Addressed event, ServerExchange exchange, Consumer<Upshot> then, @Nullable Passing passing) {
        Asked asked = new Asked(event.function(), event.namespace(), event.body(), context -> call(event, context));
        return enter(asked, exchange, new Asker(event.answerBytesMax(), null, then, passing));
    }

    /** An HTTP request for who asks by {@code exchange}, the same way. On the exchange's loop. */
    public Running start(Exchange wanted, ServerExchange exchange, Consumer<Upshot> then, @Nullable Passing passing) {
        if (InvocationPath.suspicious(wanted.line().path())) {
            wanted.body().discard();
            then.accept(new Upshot.Failed(
                    new CloudException(CloudException.Kind.INVALID, InvocationPath.SUSPICIOUS, null)));
            return Running.OVER;
        }
        Asked asked = new Asked(
                wanted.function(),
                wanted.namespace(),
                wanted.body(),
                context -> CallReader.exchange(wanted.line(), wanted.headers(), wanted.body(), context));
        return enter(asked, exchange, new Asker(wanted.answerBytesMax(), wanted.line(), then, passing));
    }

    private Running enter(Asked asked, ServerExchange exchange, Asker asker) {
        Snapshot tables = snapshot.get();
        FunctionEntry function = find(tables, asked.function(), asked.namespace());
        if (function == null) {
            // before its limits: who may not know of it must neither use nor feel them
            return absent(asked.body(), asker.then());
        }
        Admission.Answer let = guard.admission().enter(tables.limiters(), List.of(), function.name(), exchange, false);
        Refusal refusal = let.refusal();
        if (refusal != null) {
            guard.refusals().count(function.name(), refusal.word());
            asked.body().discard();
            asker.then()
                    .accept(new Upshot.Failed(new CloudException(
                            CloudException.Kind.BUSY, refusal.word() + ": " + refusal.message(), null)));
            return Running.OVER;
        }
        Instant now = clock.instant();
        CallContext context = CallReader.context(exchange, null, now.plus(function.timeMax()), sampling);
        Walk walk = new Walk(function, context, now, let.ticket(), asker);
        return begin(asked.call().apply(context), exchange.loop(), walk);
    }

    private Running begin(Call call, Loop loop, Walk walk) {
        long key = ThreadLocalRandom.current().nextLong();
        switch (decider.decide(walk.function.facts(walk.context.hops(), key))) {
            case Decision.Refuse refuse -> {
                call.body().discard();
                walk.refused(refuse);
                return Running.OVER;
            }
            case Decision.Try(List<Integer> order) -> {
                Call heard = guard.taps().watch(walk.function.name(), call);
                walk.attempts = new Attempts(walk.function, order, heard, loop, walk);
                loop.run(walk.attempts::start);
                return walk;
            }
        }
    }

    private static Running absent(Body body, Consumer<Upshot> then) {
        body.discard();
        then.accept(new Upshot.Absent());
        return Running.OVER;
    }

    /** Services are no functions, whatever their entries are called. Without a namespace by the name that is told where all are. */
    private static @Nullable FunctionEntry find(Snapshot tables, String name, @Nullable String namespace) {
        String its = namespace == null ? name : Metadata.qualified(namespace, name);
        FunctionEntry function =
                name.indexOf(':') >= 0 ? null : tables.functions().get(its);
        boolean elsewhere = function != null
                && namespace != null
                && !function.function().metadata().namespace().equals(namespace);
        return elsewhere ? null : function;
    }

    /** What is to be called, and how once it may be. */
    private record Asked(
            String function,
            @Nullable String namespace,
            Body body,
            java.util.function.Function<CallContext, Call> call) {}

    /** One call; tells once. */
    private final class Walk implements Attempts.Result, Running {
        private final FunctionEntry function;
        private final CallContext context;
        private final Instant began;
        private final long beganNanos = guard.nanos().getAsLong();
        private final Ticket ticket;
        private final Asker asker;
        private final AttemptLog log;
        private @Nullable Attempts attempts;
        private @Nullable Body answering;
        private boolean over;

        Walk(FunctionEntry function, CallContext context, Instant began, Ticket ticket, Asker asker) {
            this.function = function;
            this.context = context;
            this.began = began;
            this.ticket = ticket;
            this.asker = asker;
            this.log = new AttemptLog(sampling.on() && context.trace().sampled(), guard.nanos(), beganNanos);
        }

        @Override
        public AttemptLog log() {
            return log;
        }

        @Override
        public void outcome(Outcome outcome, String cloud, int made) {
            log.answered(outcome);
            Body body = Speaking.body(outcome);
            Passing passing = asker.passing();
            if (passing != null && (outcome instanceof Outcome.Response || outcome instanceof Outcome.Result)) {
                WatchedBody watched = new WatchedBody(passing.limited(body));
                answering = watched;
                Runnable ended = () -> passed(outcome, watched, cloud, made);
                passing.taker().accept(new Speaking(outcome, watched, context.id(), cloud, ended));
                return;
            }
            answering = body;
            BodyGatherer.gather(
                    body,
                    asker.bytesMax(),
                    bytes -> spoke(outcome, bytes, cloud, made),
                    broken -> brokeOff(broken, cloud, made));
        }

        /** Its answer is over, whole or not. */
        private void passed(Outcome outcome, WatchedBody body, String cloud, int made) {
            BodyException broke = body.failure();
            if (broke != null) {
                log.ended(Journal.Ending.BROKEN_OFF);
            }
            Journal.Ending ending = broke == null ? Journal.Ending.ANSWERED : Journal.Ending.BROKEN_OFF;
            String reason = broke == null ? null : "the answer broke off after " + body.bytes() + " bytes";
            end(new End(cloud, ending, made, reason, status(outcome), body.bytes()), null);
        }

        /** The status of an HTTP request's answer; 0 of an event. */
        private int status(Outcome outcome) {
            boolean exchange = asker.line() != null && outcome instanceof Outcome.Response;
            return exchange ? ((Outcome.Response) outcome).status() : 0;
        }

        private void brokeOff(BodyException broken, String cloud, int made) {
            if (broken.reason() == BodyException.Reason.TOO_LARGE) {
                String message = "the function answered more than " + asker.bytesMax() + " bytes";
                Outcome.Failure failure = new Outcome.Failure(
                        Outcome.Failure.Reason.TOO_LARGE, "ResponseTooLarge", message, new byte[0], "");
                spoke(failure, new byte[0], cloud, made);
                return;
            }
            String why = "the function's answer did not come whole: " + broken.getMessage();
            failed(new CloudException(CloudException.Kind.UNKNOWN, why, broken), cloud, made);
        }

        private void spoke(Outcome outcome, byte[] bytes, String cloud, int made) {
            String reason = outcome instanceof Outcome.Failure failure
                    ? failure.reason() + " " + failure.type() + ": " + failure.message()
                    : null;
            Journal.Ending ending = reason == null ? Journal.Ending.ANSWERED : Journal.Ending.FAILED;
            Duration took = took();
            end(
                    new End(cloud, ending, made, reason, status(outcome), bytes.length),
                    new Upshot.Spoke(new Invoked(outcome, bytes, context.id(), cloud, took)));
        }

        @Override
        public void failed(CloudException why, String cloud, int made) {
            String reason = why.kind() + ": " + why.getMessage();
            end(new End(cloud, Journal.Ending.CLOUD_FAILED, made, reason, 0, 0), new Upshot.Failed(why));
        }

        void refused(Decision.Refuse refuse) {
            String reason = refuse.word() + ": " + refuse.reason();
            guard.refusals().count(function.name(), refuse.word());
            CloudException.Kind kind =
                    refuse.status() == 503 ? CloudException.Kind.UNREACHABLE : CloudException.Kind.INVALID;
            end(
                    new End(null, Journal.Ending.REFUSED, 0, reason, 0, 0),
                    new Upshot.Failed(new CloudException(kind, reason, null)));
        }

        @Override
        public String id() {
            return context.id();
        }

        @Override
        public void cancel() {
            if (over || (answering instanceof WatchedBody passed && passed.failure() != null)) {
                return; // it may have been the answer that broke off, and the caller's connection with it
            }
            Attempts trying = attempts;
            if (trying != null) {
                trying.cancel();
            }
            Body coming = answering;
            if (coming != null) {
                coming.discard();
            }
            guard.dependents().giveUp(context.id());
            log.ended(Journal.Ending.CALLER_GONE);
            int made = trying == null ? 0 : trying.made();
            end(new End(null, Journal.Ending.CALLER_GONE, made, "the caller went away", 0, 0), null);
        }

        private Duration took() {
            return Duration.ofNanos(guard.nanos().getAsLong() - beganNanos);
        }

        private void end(End end, @Nullable Upshot said) {
            if (over) {
                return;
            }
            over = true;
            ticket.release();
            Duration took = took();
            Journal.Trail trail = log.over(context, took.toNanos());
            RequestLine line = asker.line();
            journal.record(new Journal.CallEvent(
                    began,
                    context.id(),
                    context.trace().traceId(),
                    function.name(),
                    end.cloud(),
                    line == null ? null : line.method(),
                    line == null ? null : line.path(),
                    end.status(),
                    end.ending(),
                    end.attempts(),
                    end.reason(),
                    end.bytes(),
                    took,
                    trail,
                    function.require(),
                    function.spent(trail)));
            if (said != null) {
                asker.then().accept(said);
            }
        }
    }

    /**
     * Who waits for the answer, and how much of it he takes.
     *
     * @param line of an HTTP request; null for an event
     * @param passing takes what the function answers as it comes; null where it is gathered
     */
    private record Asker(
            long bytesMax,
            @Nullable RequestLine line,
            Consumer<Upshot> then,
            @Nullable Passing passing) {}

    private record End(
            @Nullable String cloud,
            Journal.Ending ending,
            int attempts,
            @Nullable String reason,
            int status,
            long bytes) {}
}
