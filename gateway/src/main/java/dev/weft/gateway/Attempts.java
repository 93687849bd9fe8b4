// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway;

import dev.weft.api.Body;
import dev.weft.api.Call;
import dev.weft.api.CloudException;
import dev.weft.api.Outcome;
import dev.weft.api.spi.Loop;
import dev.weft.api.spi.Place;
import dev.weft.gateway.body.ReplayBody;
import dev.weft.gateway.budget.BudgetSpentException;
import dev.weft.gateway.placement.PlaceStatistics;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Tries one call on one cloud after the other, until one answers or none may. Which failures may be tried elsewhere is
 * {@link CloudException#retry()}'s word; a retry also needs the whole request and the budget. On the call's loop.
 */
final class Attempts {
    /** Hears exactly one of the two, unless cancelled. */
    interface Result {
        /** Where each attempt is written down. */
        AttemptLog log();

        /** A function spoke, on {@code cloud}. */
        void outcome(Outcome outcome, String cloud, int attempts);

        /** No cloud answered; the last one's failure, or that of one that works and was full. */
        void failed(CloudException why, String cloud, int attempts);
    }

    private final FunctionEntry function;
    private final List<Integer> order;
    private final Call call;
    private final Loop loop;
    private final Result result;
    private final @Nullable ReplayBody replay;
    private int next;
    private int made;
    private @Nullable CloudException full;
    private String fullCloud = "";
    private boolean over;
    private Place.@Nullable Attempt current;
    private PlaceStatistics.@Nullable Visit visit;

    Attempts(FunctionEntry function, List<Integer> order, Call call, Loop loop, Result result) {
        this.function = function;
        this.order = order;
        this.call = call;
        this.loop = loop;
        this.result = result;
        this.replay = order.size() > 1 && call.body().length() != 0 ? new ReplayBody(call.body()) : null;
    }

    void start() {
        function.budget().earn();
        tryNext();
    }

    /** Clouds tried so far. */
    int made() {
        return made;
    }

    /** The caller is gone. */
    void cancel() {
        if (!over) {
            over = true;
            Place.Attempt attempt = current;
            if (attempt != null) {
                attempt.cancel();
            }
            PlaceStatistics.Visit left = visit;
            if (left != null) {
                left.cancelled();
            }
            letGo();
        }
    }

    private void tryNext() {
        FunctionEntry.Candidate candidate = pick();
        made++;
        Call attempt = result.log().trying(whole(), candidate.place().cloud());
        int number = made;
        PlaceStatistics statistics = candidate.known().statistics();
        PlaceStatistics.Visit begun = statistics == null
                ? null
                : statistics.begin(function.function().spec().timeout());
        visit = begun;
        Place.Attempt started = candidate.place().call(attempt, loop, new Place.Answers() {
            @Override
            public void outcome(Outcome outcome) {
                if (number == made && !over) {
                    candidate.health().answered();
                    over = true;
                    result.outcome(
                            begun == null ? outcome : begun.answered(outcome),
                            candidate.place().cloud(),
                            made);
                }
            }

            @Override
            public void failed(CloudException why) {
                if (number == made && !over) {
                    candidate.health().failed(why.kind());
                    result.log().failed(why);
                    if (begun != null) {
                        begun.failed(why.kind());
                    }
                    failedOn(candidate.place().cloud(), why);
                }
            }
        });
        if (number == made) { // else it failed at once and the next has been started already
            current = started;
        }
    }

    /** The call with a body that nobody has touched yet. */
    private Call whole() {
        ReplayBody kept = replay;
        if (kept != null) {
            return call.with(kept.view());
        }
        return made > 1 ? call.with(Body.empty()) : call; // only one without bytes is tried again
    }

    /** The next cloud in order; one that is out and due for a probe only if no other call probes it. */
    private FunctionEntry.Candidate pick() {
        while (true) {
            FunctionEntry.Candidate candidate = function.places().get(order.get(next++));
            boolean last = next >= order.size();
            boolean probe = candidate.health().standing() == PlacementDecider.Standing.PROBE;
            if (last || !probe || candidate.health().probe()) {
                return candidate;
            }
        }
    }

    private void failedOn(String cloud, CloudException why) {
        if (why.kind() == CloudException.Kind.BUSY) {
            full = why;
            fullCloud = cloud;
        }
        boolean allowed =
                switch (why.retry()) {
                    case ELSEWHERE -> true;
                    case IF_IDEMPOTENT -> function.function().spec().idempotent();
                    case NEVER -> false;
                };
        ReplayBody kept = replay;
        boolean whole = kept == null ? call.body().length() == 0 : kept.replayable();
        boolean unspent = why.getCause() instanceof BudgetSpentException; // no outage, nothing to be doubled
        if (allowed
                && whole
                && next < order.size()
                && (unspent || function.budget().spend())) {
            tryNext();
            return;
        }
        over = true;
        letGo();
        CloudException works = full;
        if (works != null && why.retry() == CloudException.Retry.ELSEWHERE) {
            result.failed(works, fullCloud, made); // to come back later helps, whatever the others' state
        } else {
            result.failed(why, cloud, made);
        }
    }

    /** Nobody will read the request any more. */
    private void letGo() {
        ReplayBody kept = replay;
        if (kept == null) {
            call.body().discard();
        } else {
            kept.discard();
        }
    }
}
