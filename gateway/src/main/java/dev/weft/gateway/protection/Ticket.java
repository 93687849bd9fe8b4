// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway.protection;

import java.util.ArrayList;
import java.util.List;

/** What a call that was let in holds until it is over. */
public final class Ticket {
    /** Holds nothing. */
    public static final Ticket FREE = new Ticket(List.of());

    private final List<Bucket> held;

    private Ticket(List<Bucket> held) {
        this.held = held;
    }

    /** One that can hold up to {@code most}. */
    static Ticket holding(int most) {
        return new Ticket(new ArrayList<>(most));
    }

    void hold(Bucket bucket) {
        held.add(bucket);
    }

    /** The call is not let in after all. */
    void giveBack() {
        held.forEach(Bucket::giveBack);
    }

    /** The call is over; to be called once. */
    public void release() {
        for (int i = 0; i < held.size(); i++) {
            held.get(i).release();
        }
    }
}
