// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.parity;

import dev.weft.api.Body;
import dev.weft.api.Call;
import dev.weft.api.CloudException;
import dev.weft.api.account.CloudAccount;
import dev.weft.api.spi.InvokeDialect;
import dev.weft.api.spi.InvokeDialect.BodyNeed;
import dev.weft.api.spi.Loop;
import dev.weft.api.spi.Place;

/** A place that takes no larger body than what {@code weft serve} could send to its cloud. */
public record LimitedPlace(Place inner, InvokeDialect dialect) implements Place {
    /** {@code place}, limited as the cloud of {@code made} is. */
    public static Place as(CloudArtifact.Made made, Place place) {
        CloudAccount account = made.account();
        return account == null ? place : new LimitedPlace(place, account.dialect());
    }

    @Override
    public String cloud() {
        return inner.cloud();
    }

    @Override
    public int callsMax() {
        return inner.callsMax();
    }

    @Override
    public Attempt call(Call call, Loop loop, Answers answers) {
        Body body = call.body();
        if (dialect.bodyNeed(call) instanceof BodyNeed.Whole(long bytesMax) && body.length() > bytesMax) {
            body.discard();
            answers.failed(new CloudException(
                    CloudException.Kind.TOO_LARGE,
                    "the request has " + body.length() + " bytes; the cloud takes at most " + bytesMax,
                    null));
            return () -> {};
        }
        return inner.call(call, loop, answers);
    }
}
