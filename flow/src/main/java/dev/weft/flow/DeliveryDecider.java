// SPDX-License-Identifier: Apache-2.0
package dev.weft.flow;

import dev.weft.flow.Delivery.Answer;
import dev.weft.flow.Delivery.Condition;
import dev.weft.flow.Delivery.Facts;
import dev.weft.flow.Delivery.Next;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Says what is next for an event. The function's failures are counted and have few retries; a cloud that is away, full or
 * throttling is waited for until the event is too old. Pure.
 */
final class DeliveryDecider {
    /** A retry after the function failed never waits longer. */
    static final Duration FAILED_WAIT_MAX = Duration.ofHours(1);

    /** How long the first try waits after no cloud answered; each further one twice as long. */
    static final Duration AWAY_WAIT = Duration.ofSeconds(1);

    /** And at most. */
    static final Duration AWAY_WAIT_MAX = Duration.ofMinutes(5);

    /** Part of a wait that is added by draw. */
    static final double SPREAD = 0.1;

    private static final int DOUBLINGS_MAX = 20;

    /** Before a call: null where there is to be one. */
    @Nullable
    Next before(Facts facts, Instant now) {
        return now.isBefore(expiry(facts)) ? null : old(facts);
    }

    /** After a call. */
    Next after(Facts facts, Answer answer, Instant now) {
        return switch (answer) {
            case Answer.Well() -> new Next.Delivered();
            case Answer.Never(String why) -> new Next.Dead(Condition.NOT_DELIVERABLE, why);
            case Answer.Failed(String why) -> {
                int failures = facts.failures() + 1;
                if (failures > facts.settings().retries()) {
                    yield new Next.Dead(Condition.RETRIES_EXHAUSTED, why);
                }
                Duration wait = doubled(facts.settings().retryAfter(), failures, FAILED_WAIT_MAX);
                Instant due = now.plus(spread(wait, facts.draw()));
                yield due.isBefore(expiry(facts))
                        ? new Next.Again(due, failures, 0, why)
                        : new Next.Dead(Condition.EVENT_AGE_EXCEEDED, why);
            }
            case Answer.Away(String why, Duration notBefore) -> {
                int troubles = facts.troubles() + 1;
                Duration wait = doubled(AWAY_WAIT, troubles, AWAY_WAIT_MAX);
                Duration asked = notBefore.compareTo(AWAY_WAIT_MAX) > 0 ? AWAY_WAIT_MAX : notBefore;
                Instant due = now.plus(spread(wait.compareTo(asked) > 0 ? wait : asked, facts.draw()));
                yield due.isBefore(expiry(facts))
                        ? new Next.Again(due, facts.failures(), troubles, why)
                        : new Next.Dead(Condition.EVENT_AGE_EXCEEDED, why);
            }
        };
    }

    private static Instant expiry(Facts facts) {
        return facts.since().plus(facts.settings().maxAge());
    }

    private static Next old(Facts facts) {
        return new Next.Dead(
                Condition.EVENT_AGE_EXCEEDED,
                "it was tried for " + facts.settings().maxAge().toSeconds() + " s, as spec.events.maxAge says");
    }

    private static Duration doubled(Duration first, int times, Duration most) {
        Duration wait = first.multipliedBy(1L << Math.min(DOUBLINGS_MAX, times - 1));
        return wait.compareTo(most) > 0 ? most : wait;
    }

    private static Duration spread(Duration wait, double draw) {
        return wait.plusMillis((long) (wait.toMillis() * SPREAD * draw));
    }
}
