// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.knative.facade;

import dev.weft.api.Headers;
import dev.weft.api.event.Taken;
import dev.weft.api.facade.FacadeAnswer;
import dev.weft.api.facade.Wish;
import java.time.Duration;

/** An event that was left at a function's host: 202 once it is kept, with the id by which it is asked for. */
final class HostTaking implements Wish.Taking {
    private static final Duration SOON = Duration.ofSeconds(1);

    @Override
    public FacadeAnswer taken(String id) {
        return new FacadeAnswer(
                202, Headers.of(HostAnswering.INVOCATION, id, "Preference-Applied", "respond-async"), new byte[0]);
    }

    @Override
    public FacadeAnswer refused(Taken.Refused refused) {
        return switch (refused.why()) {
            case BUSY, FULL, UNAVAILABLE -> HostAnswering.words(503, refused.message(), "", SOON);
            case TOO_LARGE -> HostAnswering.words(413, refused.message(), "", null);
        };
    }

    @Override
    public FacadeAnswer absent() {
        return HostAnswering.nobody();
    }
}
