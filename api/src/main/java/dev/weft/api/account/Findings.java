// SPDX-License-Identifier: Apache-2.0
package dev.weft.api.account;

import dev.weft.api.CloudException;
import dev.weft.api.account.CloudAccount.Finding;
import dev.weft.api.rest.RestFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What is found when an account is examined: one look after the other, none of which may throw. For one thread. */
public final class Findings {
    private final List<Finding> all = new ArrayList<>();
    private final Function<CloudException, @Nullable String> advice;

    /** Where the vendor's answer brings no advice of its own, {@code advice} has it, or null. */
    public Findings(Function<CloudException, @Nullable String> advice) {
        this.advice = advice;
    }

    /** Notes what {@code look} says, or why it could not; whether it could. */
    public boolean look(String what, Supplier<String> look) {
        try {
            all.add(new Finding(what, true, look.get(), null));
            return true;
        } catch (CloudException failed) {
            String said = failed.getCause() instanceof RestFailure worded ? worded.advice() : null;
            all.add(new Finding(
                    what, false, String.valueOf(failed.getMessage()), said == null ? advice.apply(failed) : said));
            return false;
        }
    }

    /** What was found so far, in the order in which it was tried. */
    public List<Finding> all() {
        return List.copyOf(all);
    }
}
