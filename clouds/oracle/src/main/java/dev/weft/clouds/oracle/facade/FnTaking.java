// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.oracle.facade;

import dev.weft.api.Headers;
import dev.weft.api.event.Taken;
import dev.weft.api.facade.FacadeAnswer;
import dev.weft.api.facade.Wish;
import dev.weft.clouds.oracle.call.FnWire;
import java.time.Duration;

/** A detached call as a Fn server behind its load balancer answers it: 202 with the call's id, once it is kept. */
final class FnTaking implements Wish.Taking {
    private static final Duration SOON = Duration.ofSeconds(1);

    @Override
    public FacadeAnswer taken(String id) {
        return new FacadeAnswer(202, Headers.of(FnWire.CALL_ID, id), new byte[0]);
    }

    @Override
    public FacadeAnswer refused(Taken.Refused refused) {
        return switch (refused.why()) {
            case BUSY -> FnRefusal.busy().answer(SOON);
            case FULL -> new FnRefusal(503, "Timed out - server too busy: " + refused.message()).answer(SOON);
            case TOO_LARGE -> new FnRefusal(413, "Request content too large: " + refused.message()).answer();
            case UNAVAILABLE -> new FnRefusal(503, refused.message()).answer(SOON);
        };
    }

    @Override
    public FacadeAnswer absent() {
        return FnRefusal.noFunction().answer();
    }
}
