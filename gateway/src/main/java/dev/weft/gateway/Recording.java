// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway;

import dev.weft.api.Body;
import dev.weft.api.BodyException;
import dev.weft.api.CallContext;
import dev.weft.api.CloudException;
import dev.weft.api.Headers;
import dev.weft.api.Outcome;
import dev.weft.api.resource.Function;
import dev.weft.api.spi.Loop;
import dev.weft.gateway.body.WatchedBody;
import dev.weft.gateway.filter.RouteFilters;
import dev.weft.gateway.placement.Stickiness;
import dev.weft.gateway.protection.Leash;
import dev.weft.gateway.protection.Refusal;
import dev.weft.gateway.protection.Ticket;
import dev.weft.net.ServerExchange;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Answers the caller and tells the journal, once. */
final class Recording implements Attempts.Result, Leash.Held {
    /** What every exchange has in common. */
    record Ledger(Journal journal, Guard guard, Sampling sampling) {}

    /** What is known of an exchange when it is recorded. */
    record Asked(
            ServerExchange exchange,
            CallContext context,
            @Nullable FunctionEntry function,
            Instant began,
            @Nullable RouteFilters filters) {}

    /** How an exchange ended, but for its bytes. */
    private record End(
            int status,
            @Nullable String cloud,
            Journal.Ending ending,
            int attempts,
            @Nullable String reason) {}

    final ServerExchange exchange;
    final CallContext context;
    final @Nullable FunctionEntry function;
    final Instant began;
    final @Nullable RouteFilters filters;
    private final Journal journal;
    private final Guard guard;
    private final long beganNanos;
    private final AttemptLog log;
    Ticket ticket = Ticket.FREE;

    @Nullable
    Attempts attempts;

    @Nullable
    Leash leash;

    private @Nullable Consumer<Body> tunnel;
    private boolean told;
    private boolean early;
    private Loop.@Nullable Timer limit;
    private @Nullable WatchedBody watched;

    Recording(Ledger ledger, Asked asked) {
        this.journal = ledger.journal();
        this.guard = ledger.guard();
        this.exchange = asked.exchange();
        this.context = asked.context();
        this.function = asked.function();
        this.began = asked.began();
        this.filters = asked.filters();
        this.beganNanos = guard.nanos().getAsLong();
        boolean recorded = ledger.sampling().on() && context.trace().sampled();
        this.log = new AttemptLog(recorded, guard.nanos(), beganNanos);
    }

    @Override
    public AttemptLog log() {
        return log;
    }

    /** The whole answer must come within {@code most}. */
    void within(Duration most) {
        String why = "no answer within the route's timeouts.request of " + most.toMillis() + " ms";
        limit = exchange.loop().after(most, () -> cut("timeout", why, Journal.Ending.CLOUD_FAILED));
    }

    /** The route itself answers. */
    void early(RouteFilters.Early given) {
        early = true;
        Answer answer = new Answer(given.status(), given.headers(), Body.empty());
        answer(answer, null, 0, Journal.Ending.ANSWERED, null);
    }

    /** It is an event, and kept. */
    void kept() {
        answer(new Answer(202, Headers.none(), Body.empty()), null, 0, Journal.Ending.ANSWERED, null);
    }

    @Override
    public void outcome(Outcome outcome, String cloud, int attempts) {
        log.answered(outcome);
        tunnel = outcome instanceof Outcome.Upgraded upgraded ? upgraded.toFunction() : null;
        Journal.Ending ending = outcome instanceof Outcome.Failure ? Journal.Ending.FAILED : Journal.Ending.ANSWERED;
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
        guard.refusals().count(name(), refuse.word());
        answer(refusal, null, 0, Journal.Ending.REFUSED, refuse.word() + ": " + refuse.reason());
    }

    void refused(Refusal refusal) {
        guard.refusals().count(name(), refusal.word());
        Answer answer = Answer.of(refusal, context.id());
        answer(answer, null, 0, Journal.Ending.REFUSED, refusal.word() + ": " + refusal.message());
    }

    String name() {
        return function == null ? "none" : function.name();
    }

    /** Nobody waits for the answer any more: what works for it stops, also the calls that the function made. */
    void giveUp() {
        if (attempts != null) {
            attempts.cancel();
        }
        guard.dependents().giveUp(context.id());
    }

    @Override
    public void deadlinePassed() {
        end("deadline", "the deadline that the caller gave has passed", Journal.Ending.DEADLINE);
    }

    @Override
    public void parentGivenUp() {
        end("given-up", "the call that this one belongs to has been given up", Journal.Ending.CALLER_GONE);
    }

    private void end(String word, String why, Journal.Ending ending) {
        if (told) {
            return;
        }
        if (watched == null) {
            guard.refusals().count(name(), word);
        }
        cut(word, why, ending);
    }

    /** Its time is over: an answer that has begun is broken off, else the caller gets 504. */
    private void cut(String word, String why, Journal.Ending ending) {
        giveUp();
        WatchedBody answering = watched;
        if (answering != null) {
            answering.breakOff(new BodyException(BodyException.Reason.TIMED_OUT, why, null));
            return;
        }
        Answer answer = Answer.of(new Decision.Refuse(504, word, why), context.id());
        answer(answer, null, attempts == null ? 0 : attempts.made(), ending, word + ": " + why);
    }

    void callerGone(int attempts) {
        WatchedBody body = watched;
        if (body != null && body.failure() != null) {
            return; // it was the answer that broke off, and the caller's connection with it
        }
        log.ended(Journal.Ending.CALLER_GONE);
        tell(new End(0, null, Journal.Ending.CALLER_GONE, attempts, "the caller went away"), 0);
    }

    private void answer(
            Answer answer, @Nullable String cloud, int attempts, Journal.Ending ending, @Nullable String reason) {
        boolean ours = ending != Journal.Ending.ANSWERED;
        Answer given = ours && Grpc.asked(exchange.headers()) ? Grpc.instead(answer) : answer;
        Loop.Timer running = limit;
        if (running != null && tunnel != null) {
            running.cancel(); // what is agreed on now lasts as long as both sides want
        }
        WatchedBody observed = new WatchedBody(given.body());
        watched = observed;
        Headers.Builder headers = Headers.builder().addAll(answered(given)).add(CallReader.INVOCATION, context.id());
        addCookie(headers);
        exchange.onOver(() -> {
            boolean broke = observed.failure() != null;
            if (broke) {
                log.ended(Journal.Ending.BROKEN_OFF);
            }
            End end = broke
                    ? new End(answer.status(), cloud, Journal.Ending.BROKEN_OFF, attempts, brokeOff(observed))
                    : new End(answer.status(), cloud, ending, attempts, reason);
            tell(end, observed.bytes());
        });
        Consumer<Body> agreed = tunnel;
        if (agreed == null) {
            exchange.respond(given.status(), headers.build(), observed);
        } else {
            Tunnels.join(exchange, headers.build(), observed, agreed);
        }
    }

    private void addCookie(Headers.Builder headers) {
        Function.Placement.Sticky sticky =
                function == null ? null : function.function().spec().placement().sticky();
        if (sticky == null) {
            return;
        }
        boolean secure = exchange.scheme().equals("https");
        String cookie = Stickiness.setCookie(sticky, exchange.headers(), context.id(), secure);
        if (cookie != null) {
            headers.add("set-cookie", cookie);
        }
    }

    private Headers answered(Answer answer) {
        return filters == null || early ? answer.headers() : filters.answer(exchange.headers(), answer.headers());
    }

    private static String brokeOff(WatchedBody body) {
        return "the answer broke off after " + body.bytes() + " bytes";
    }

    private void tell(End end, long bytes) {
        if (told) {
            return;
        }
        told = true;
        long tookNanos = guard.nanos().getAsLong() - beganNanos;
        ticket.release();
        if (leash != null) {
            leash.loosen();
        }
        Loop.Timer running = limit;
        if (running != null) {
            running.cancel();
        }
        Journal.Trail trail = log.over(context, tookNanos);
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
                Duration.ofNanos(tookNanos),
                trail,
                function == null ? null : function.require(),
                function == null ? Double.NaN : function.spent(trail)));
    }
}
