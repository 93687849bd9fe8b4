// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway.protection;

import dev.weft.api.spi.Loop;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What ends a call early: the deadline that its caller gave, and the end of the call that it belongs to. On its loop. */
public final class Leash {
    /** What happens to the call. */
    public interface Held {
        /** Its caller's time is up. */
        void deadlinePassed();

        /** The call that it belongs to has been given up. */
        void parentGivenUp();
    }

    private final Dependents dependents;
    private final @Nullable String parent;
    private Dependents.@Nullable Member member;
    private Loop.@Nullable Timer timer;

    private Leash(Dependents dependents, @Nullable String parent) {
        this.dependents = dependents;
        this.parent = parent;
    }

    /**
     * Ties a call.
     *
     * @param parent the invocation that it belongs to; null for callers from outside
     * @param left until its deadline; null where its caller gave none
     */
    public static Leash tie(
            Loop loop, Dependents dependents, @Nullable String parent, @Nullable Duration left, Held held) {
        Leash leash = new Leash(dependents, parent);
        if (parent != null) {
            Dependents.Member member = new Dependents.Member(loop, held::parentGivenUp);
            leash.member = member;
            dependents.add(parent, member);
        }
        if (left != null) {
            leash.timer = loop.after(left, held::deadlinePassed);
        }
        return leash;
    }

    /** The call is over. */
    public void loosen() {
        Loop.Timer running = timer;
        if (running != null) {
            running.cancel();
        }
        Dependents.Member there = member;
        if (there != null && parent != null) {
            dependents.remove(parent, there);
        }
    }
}
