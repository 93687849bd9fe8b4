// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway;

import dev.weft.api.Call;
import dev.weft.api.CallContext;
import dev.weft.api.CloudException;
import dev.weft.api.Outcome;
import dev.weft.api.Trace;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Which clouds a call was tried on, and in which span each. The usual call is answered by the first, so that costs neither
 * list nor clock until it is over. On the call's loop.
 */
final class AttemptLog {
    private final boolean recorded;
    private final LongSupplier nanos;
    private final long beganNanos;
    private @Nullable List<Journal.Attempt> failed;
    // the attempt under way, or the one that answered
    private @Nullable String cloud;
    private @Nullable String span;
    private long afterNanos;
    private @Nullable String failure;

    /** @param recorded whether each attempt is a span of its own */
    AttemptLog(boolean recorded, LongSupplier nanos, long beganNanos) {
        this.recorded = recorded;
        this.nanos = nanos;
        this.beganNanos = beganNanos;
    }

    /** {@code call} as it is about to go to {@code on}: in a span of its own where the call leaves spans. */
    Call trying(Call call, String on) {
        // the first follows its call's beginning at once
        afterNanos = failed == null ? 0 : nanos.getAsLong() - beganNanos;
        cloud = on;
        if (!recorded) {
            return call;
        }
        Trace its = call.context().trace().child();
        span = its.spanId();
        return call.in(its);
    }

    /** The cloud failed; another may be tried. */
    void failed(CloudException why) {
        List<Journal.Attempt> all = failed == null ? new ArrayList<>(2) : failed;
        failed = all;
        all.add(attempt(nanos.getAsLong() - beganNanos, word(why.kind())));
        cloud = null;
        span = null;
    }

    /** The function spoke; its attempt goes on until its answer's last byte. */
    void answered(Outcome outcome) {
        failure = outcome instanceof Outcome.Failure itself ? word(itself.reason()) : null;
    }

    /** The attempt under way came to no good end: the caller did not wait, or the answer broke off. */
    void ended(Journal.Ending ending) {
        failure = word(ending);
    }

    /** All of it, when the call is over. */
    Journal.Trail over(CallContext context, long tookNanos) {
        List<Journal.Attempt> all = failed;
        if (cloud != null) {
            Journal.Attempt last = attempt(tookNanos, failure);
            if (all == null) {
                all = List.of(last);
            } else {
                all.add(last);
            }
        }
        return new Journal.Trail(context.caller(), context.trace(), recorded, all == null ? List.of() : all);
    }

    private Journal.Attempt attempt(long endNanos, @Nullable String why) {
        return new Journal.Attempt(String.valueOf(cloud), span, afterNanos, endNanos - afterNanos, why);
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
