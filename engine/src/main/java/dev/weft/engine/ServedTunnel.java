// SPDX-License-Identifier: Apache-2.0
package dev.weft.engine;

import dev.weft.api.Body;
import dev.weft.api.Outcome;

/** A call that has become a tunnel: over when both its ways are. Lives on the call's loop. */
final class ServedTunnel {
    private final Outcome.Upgraded upgraded;
    private final Runnable whenOver;
    private final ServedBody fromFunction;
    private int waysOpen = 2;

    ServedTunnel(Outcome.Upgraded upgraded, Runnable whenOver) {
        this.upgraded = upgraded;
        this.whenOver = whenOver;
        this.fromFunction = new ServedBody(upgraded.body(), false, this::wayOver);
    }

    ServedBody fromFunction() {
        return fromFunction;
    }

    Outcome.Upgraded outcome() {
        return new Outcome.Upgraded(upgraded.headers(), fromFunction, this::fromCaller);
    }

    private void fromCaller(Body body) {
        upgraded.toFunction().accept(new ServedBody(body, false, this::wayOver));
    }

    private void wayOver() {
        waysOpen--;
        if (waysOpen == 0) {
            whenOver.run();
        }
    }
}
