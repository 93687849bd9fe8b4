// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.oracle.facade;

import dev.weft.api.Headers;
import dev.weft.api.event.Taken;
import dev.weft.api.facade.FacadeAnswer;
import dev.weft.api.facade.Wish;
import dev.weft.clouds.oracle.call.FnWire;
import java.time.Duration;

/** A detached call as OCI answers it: 202 with the request's id, once it is kept. */
final class OciTaking implements Wish.Taking {
    private static final Duration SOON = Duration.ofSeconds(1);

    @Override
    public FacadeAnswer taken(String id) {
        return new FacadeAnswer(202, Headers.of(OciRefusal.REQUEST_ID, id, FnWire.CALL_ID, id), new byte[0]);
    }

    @Override
    public FacadeAnswer refused(Taken.Refused refused) {
        return switch (refused.why()) {
            case BUSY, FULL -> OciRefusal.busy(refused.message()).answer(SOON);
            case TOO_LARGE -> OciRefusal.tooLarge(refused.message()).answer();
            case UNAVAILABLE -> OciRefusal.unavailable(refused.message()).answer(SOON);
        };
    }

    @Override
    public FacadeAnswer absent() {
        return OciRefusal.absent().answer();
    }
}
