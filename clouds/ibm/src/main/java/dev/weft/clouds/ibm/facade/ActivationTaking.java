// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.ibm.facade;

import dev.weft.api.Headers;
import dev.weft.api.event.Taken;
import dev.weft.api.facade.FacadeAnswer;
import dev.weft.api.facade.Wish;
import dev.weft.clouds.ibm.OpenWhiskHost;
import dev.weft.clouds.ibm.facade.kept.Says;

/** A call that is not waited for: 202 with the activation's id, once the event is kept. Source: OpenWhisk's {@code Actions}. */
record ActivationTaking(Transaction transaction) implements Wish.Taking {
    @Override
    public FacadeAnswer taken(String id) {
        return Activation.accepted(transaction, id);
    }

    @Override
    public FacadeAnswer refused(Taken.Refused refused) {
        return switch (refused.why()) {
            case FULL, BUSY ->
                transaction.error(429, Says.OVERLOADED, Headers.builder().add("retry-after", "1"));
            case TOO_LARGE -> transaction.error(413, Says.tooLarge(OpenWhiskHost.PAYLOAD_BYTES_MAX));
            case UNAVAILABLE -> transaction.error(503, Says.UNAVAILABLE);
        };
    }

    @Override
    public FacadeAnswer absent() {
        return transaction.error(404, Says.ABSENT);
    }
}
