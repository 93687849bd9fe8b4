// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.alibaba.facade;

import dev.weft.api.Headers;
import dev.weft.api.event.Taken;
import dev.weft.api.facade.FacadeAnswer;
import dev.weft.api.facade.RequestIds;
import dev.weft.api.facade.Wish;
import java.time.Duration;

/**
 * InvokeFunction with {@code x-fc-invocation-type: Async}: 202 with the request's id, once the event is kept.
 *
 * @param version of the function; empty for the function as it is now
 */
record FcTaking(String function, String version) implements Wish.Taking {
    private static final Duration SOON = Duration.ofSeconds(1);

    @Override
    public FacadeAnswer taken(String id) {
        return new FacadeAnswer(202, Headers.of(AlibabaFacade.REQUEST_ID, id), new byte[0]);
    }

    @Override
    public FacadeAnswer refused(Taken.Refused refused) {
        String id = RequestIds.next();
        return switch (refused.why()) {
            case FULL, BUSY -> new FcError(429, "ResourceThrottled", refused.message()).answer(id, SOON);
            case TOO_LARGE -> new FcError(413, "EntityTooLarge", refused.message()).answer(id, null);
            case UNAVAILABLE -> new FcError(503, "ServiceUnavailable", refused.message()).answer(id, SOON);
        };
    }

    @Override
    public FacadeAnswer absent() {
        return version.isEmpty()
                ? FcError.noFunction(function).answer()
                : FcError.noVersion(function, version).answer();
    }
}
