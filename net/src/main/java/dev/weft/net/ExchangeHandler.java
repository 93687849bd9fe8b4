// SPDX-License-Identifier: Apache-2.0
package dev.weft.net;

/** Takes requests on their loops; must not block. */
@FunctionalInterface
public interface ExchangeHandler {
    /** Takes one request as soon as its head is there. An exception becomes a 500 and closes the connection. */
    void handle(ServerExchange exchange);
}
