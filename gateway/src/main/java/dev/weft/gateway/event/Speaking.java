// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway.event;

import dev.weft.api.Body;
import dev.weft.api.Outcome;

/**
 * A function's answer that has begun.
 *
 * @param outcome a response or a result, but for its body
 * @param body of it, to be read or discarded
 * @param invocation the call's id
 * @param over to be run once the body has been passed on, or never will be; more often does nothing
 */
public record Speaking(Outcome outcome, Body body, String invocation, String cloud, Runnable over) {
    /** What {@code outcome} has to be read. */
    public static Body body(Outcome outcome) {
        return switch (outcome) {
            case Outcome.Response response -> response.body();
            case Outcome.Result result -> result.body();
            case Outcome.Upgraded upgraded -> upgraded.body();
            case Outcome.Accepted _, Outcome.Failure _ -> Body.empty();
        };
    }
}
