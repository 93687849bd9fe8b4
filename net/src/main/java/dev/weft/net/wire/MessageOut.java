// SPDX-License-Identifier: Apache-2.0
package dev.weft.net.wire;

import dev.weft.api.Headers;
import io.netty.buffer.ByteBuf;

/** How a message's body goes out on a connection, behind its head. */
public interface MessageOut {
    /** The connection. */
    Outlet outlet();

    /** Some of it; taken over. */
    void bytes(ByteBuf some);

    /** All of it has been given. */
    void end(Headers trailers);
}
