// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway.budget;

import dev.weft.api.Call;
import dev.weft.api.CloudException;
import dev.weft.api.Outcome;
import dev.weft.api.spi.Loop;
import dev.weft.api.spi.Place;
import dev.weft.gateway.body.EndingBody;
import dev.weft.gateway.placement.CallPrice;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A place whose calls are paid from budgets: what a call costs at most is set aside before it is made, what it did cost is settled
 * when it is over. A call that may have run without our seeing its end is paid in full. Safe on any loop.
 */
final class BudgetedPlace implements Place {
    private static final double BILLION = 1e9;
    private static final double NANOS_PER_MILLI = 1e6;
    /** Sums of binary fractions may be a hair above the whole number that they mean. */
    private static final double HAIR = 1e-6;

    private final Place inner;
    private final CallPrice price;
    private final long most;
    private final List<Purse> purses;

    BudgetedPlace(Place inner, CallPrice price, Duration timeout, List<Purse> purses) {
        this.inner = inner;
        this.price = price;
        this.most = billionths(price.dollars((double) timeout.toMillis()));
        this.purses = purses;
    }

    private static long billionths(double dollars) {
        return (long) Math.ceil(dollars * BILLION - HAIR);
    }

    @Override
    public String cloud() {
        return inner.cloud();
    }

    @Override
    public int callsMax() {
        return inner.callsMax();
    }

    @Override
    public Attempt call(Call call, Loop loop, Answers answers) {
        Paid paid = new Paid(call, loop, answers);
        paid.next();
        return paid;
    }

    /** One call. On its loop. */
    private final class Paid implements Attempt, Answers {
        private final Call call;
        private final Loop loop;
        private final Answers answers;
        private final List<Purse.Held> held = new ArrayList<>(2);
        private boolean begun;
        private boolean over;
        private boolean settled;
        private long began;
        private @Nullable Attempt current;

        Paid(Call call, Loop loop, Answers answers) {
            this.call = call;
            this.loop = loop;
            this.answers = answers;
        }

        /** Asks the next purse; after the last, calls. */
        void next() {
            int at = held.size();
            if (at < purses.size()) {
                purses.get(at).take(most, loop, this::got, this::refused);
                return;
            }
            begun = true;
            began = System.nanoTime();
            Attempt started = inner.call(call, loop, this);
            if (!over) {
                current = started;
            }
        }

        private void got(Purse.Held some) {
            held.add(some);
            if (over) {
                settle(0); // the caller went away while the ledger was asked
            } else {
                next();
            }
        }

        private void refused(CloudException why) {
            settle(0);
            if (!over) {
                over = true;
                call.body().discard();
                answers.failed(why);
            }
        }

        private void settle(long real) {
            if (!settled) {
                settled = true;
                for (int i = 0; i < held.size(); i++) {
                    purses.get(i).settle(held.get(i), real);
                }
            }
        }

        private void settleByTime() {
            settle(billionths(price.dollars((System.nanoTime() - began) / NANOS_PER_MILLI)));
        }

        @Override
        public void outcome(Outcome outcome) {
            over = true;
            answers.outcome(
                    switch (outcome) {
                        case Outcome.Response(var status, var headers, var body)
                        when !body.complete() ->
                            new Outcome.Response(status, headers, new EndingBody(body, this::settleByTime));
                        case Outcome.Result(var type, var attributes, var body)
                        when !body.complete() ->
                            new Outcome.Result(type, attributes, new EndingBody(body, this::settleByTime));
                        case Outcome.Upgraded(var headers, var body, var toFunction) ->
                            new Outcome.Upgraded(headers, new EndingBody(body, this::settleByTime), toFunction);
                        case Outcome.Response _, Outcome.Result _, Outcome.Accepted _, Outcome.Failure _ -> {
                            settleByTime();
                            yield outcome;
                        }
                    });
        }

        @Override
        public void failed(CloudException why) {
            over = true;
            settle(
                    switch (why.kind()) {
                        case UNREACHABLE, ABSENT, BUSY, DENIED, INVALID -> 0;
                        case UNKNOWN, TOO_LARGE -> most;
                    });
            answers.failed(why);
        }

        @Override
        public void cancel() {
            if (over) {
                return;
            }
            over = true;
            if (!begun) {
                call.body().discard();
                return; // the purse that is being asked answers yet, and all is settled then
            }
            settle(most); // it may run on
            Attempt running = current;
            if (running != null) {
                running.cancel();
            }
        }
    }
}
