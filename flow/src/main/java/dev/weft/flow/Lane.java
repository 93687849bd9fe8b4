// SPDX-License-Identifier: Apache-2.0
package dev.weft.flow;

import dev.weft.api.resource.Function;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The deliveries of one function: so that one that is slow or away holds up no other. Guarded by who has it. */
final class Lane {
    /** How long nothing is tried after no cloud answered; twice as long each time until one does. */
    static final Duration PAUSE = Duration.ofMillis(100);

    /** And at most. */
    static final Duration PAUSE_MAX = Duration.ofSeconds(5);

    private static final int DOUBLINGS_MAX = 10;

    /** Contracts whose instances serve one call at a time, whatever the document says. */
    private static final Set<Function.Contract> ONE_AT_A_TIME =
            Set.of(Function.Contract.AWS_LAMBDA, Function.Contract.OPENWHISK, Function.Contract.FN);

    private final String function;
    private Instant due = Instant.MAX;
    private Instant pausedUntil = Instant.MIN;
    private int streak;
    private int running;

    Lane(String function) {
        this.function = function;
    }

    /** How many calls at once {@code function}'s instances take, up to {@code limit}; of one that is not there, one is tried. */
    static int most(@Nullable Function function, int limit) {
        if (function == null) {
            return 1;
        }
        Function.Spec spec = function.spec();
        long each = ONE_AT_A_TIME.contains(spec.contract()) ? 1 : Math.max(1, spec.concurrency());
        return Math.clamp(each * Math.max(1, spec.maxInstances()), 1, limit);
    }

    String function() {
        return function;
    }

    int running() {
        return running;
    }

    /** Something may be due then. */
    void dueAt(Instant at) {
        if (at.isBefore(due)) {
            due = at;
        }
    }

    /** What is due has been asked for: nothing is known of more. */
    void asked() {
        due = Instant.MAX;
    }

    void started() {
        running++;
    }

    void ended() {
        running--;
    }

    /** A cloud answered, whatever it was. */
    void answered() {
        streak = 0;
        pausedUntil = Instant.MIN;
    }

    /** No cloud did. */
    void away(Instant now) {
        streak++;
        Duration pause = PAUSE.multipliedBy(1L << Math.min(DOUBLINGS_MAX, streak - 1));
        pausedUntil = now.plus(pause.compareTo(PAUSE_MAX) > 0 ? PAUSE_MAX : pause);
    }

    /** How many more may start now, of {@code most} at once; where no cloud answered last, one at a time. */
    int free(int most, Instant now) {
        if (due.isAfter(now) || pausedUntil.isAfter(now)) {
            return 0;
        }
        return room(most);
    }

    /** The same, if something were due. */
    int room(int most) {
        return Math.max(0, (streak > 0 ? 1 : most) - running);
    }

    /** When it is to be looked at again, where it has room. */
    Instant next() {
        return due.isAfter(pausedUntil) ? due : pausedUntil;
    }
}
