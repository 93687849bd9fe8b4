// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway;

import dev.weft.api.Body;
import dev.weft.api.Headers;
import dev.weft.api.resource.Function;
import dev.weft.api.resource.Spelling;
import dev.weft.net.ServerExchange;
import java.util.function.Consumer;

/** Requests for another protocol on the same connection ({@code Upgrade}), for example WebSocket: who may have it, and how. */
final class Tunnels {
    private Tunnels() {}

    /** Whether {@code function} is called in a protocol that can be left for another. */
    static boolean possible(Function function) {
        return function.spec().contract() == Function.Contract.HTTP
                && function.spec().appProtocol() == Function.AppProtocol.HTTP;
    }

    /** What callers hear who ask for it all the same. */
    static Decision.Refuse refusal(Function function) {
        String has = function.spec().contract() == Function.Contract.HTTP
                ? "speaks " + Spelling.Words.of(function.spec().appProtocol())
                : "has contract " + Spelling.Words.of(function.spec().contract());
        return new Decision.Refuse(
                501,
                "no-upgrade",
                "the function " + has + "; only contract http with appProtocol http can go on in another protocol");
    }

    /** The function took it: joins caller and function. */
    static void join(ServerExchange exchange, Headers headers, Body toCaller, Consumer<Body> toFunction) {
        ServerExchange.Upgrade upgrade = exchange.upgrade();
        if (upgrade == null) {
            throw new IllegalStateException("a function was asked for a protocol that its caller did not ask for");
        }
        toFunction.accept(upgrade.accept(headers, toCaller));
    }
}
