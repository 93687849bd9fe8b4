// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.parity;

import dev.weft.api.spi.Place;
import java.util.List;

/** A function on one cloud, as it is tried. */
public sealed interface Trial {
    /** The cloud's name. */
    String cloud();

    /**
     * It can be called.
     *
     * @param exchanges where HTTP exchanges go
     * @param events where events go
     * @param code the hash of what runs there
     * @param refused what the cloud would refuse to take the function for; empty for none
     * @param notes what a reader should know of how it was tried
     */
    record Ready(String cloud, Place exchanges, Place events, String code, List<String> refused, List<String> notes)
            implements Trial {
        public Ready {
            refused = List.copyOf(refused);
            notes = List.copyOf(notes);
        }
    }

    /** It can't be tried; why. */
    record Not(String cloud, String why) implements Trial {}
}
