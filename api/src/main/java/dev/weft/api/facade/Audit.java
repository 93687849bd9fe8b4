// SPDX-License-Identifier: Apache-2.0
package dev.weft.api.facade;

import java.time.Instant;

/** Where every refusal and every control request of façades is written down. Safe on any thread; does not block. */
@FunctionalInterface
public interface Audit {
    /** For those that keep nothing. */
    Audit NONE = entry -> {};

    /** Writes it down. */
    void tell(Entry entry);

    /**
     * What somebody asked for.
     *
     * @param vendor the façade's word
     * @param action the vendor's word for what was wanted
     * @param on what it was done to; empty where to no one thing
     * @param keyId the key that the client named; empty where it named none. Only {@code proved} says that it was his
     * @param caller the client's IP address
     * @param outcome done or refused
     * @param why of a refusal; empty else
     */
    record Entry(
            Instant at,
            String vendor,
            String action,
            String on,
            String keyId,
            boolean proved,
            String caller,
            Outcome outcome,
            String why) {}

    /** What came of it. */
    enum Outcome {
        /** It was done. */
        DONE,
        /** It was not. */
        REFUSED
    }
}
