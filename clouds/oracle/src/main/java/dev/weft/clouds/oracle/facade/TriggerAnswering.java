// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.oracle.facade;

import dev.weft.api.CloudException;
import dev.weft.api.Headers;
import dev.weft.api.Outcome;
import dev.weft.api.facade.FacadeAnswer;
import dev.weft.api.facade.Wish;

/** What came of a request to a trigger: the function's own answer as it is; what is none is as a call's. */
record TriggerAnswering() implements Wish.Answering {
    private static final FnAnswering OTHERWISE = new FnAnswering(false);

    @Override
    public FacadeAnswer spoke(Wish.Came came) {
        return came.outcome() instanceof Outcome.Response(int status, Headers fields, var _)
                ? new FacadeAnswer(
                        status,
                        SpokenFields.of(came, fields.first("content-type"), fields)
                                .build(),
                        came.body())
                : OTHERWISE.spoke(came);
    }

    @Override
    public FacadeAnswer failed(CloudException why) {
        return OTHERWISE.failed(why);
    }

    @Override
    public FacadeAnswer absent() {
        return OTHERWISE.absent();
    }
}
