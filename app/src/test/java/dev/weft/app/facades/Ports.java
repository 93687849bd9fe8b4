// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.facades;

import java.io.IOException;
import java.net.ServerSocket;

/** Ports for processes that are told theirs. */
public final class Ports {
    private Ports() {}

    /** One that nobody listens on. */
    public static int free() throws IOException {
        try (ServerSocket one = new ServerSocket(0)) {
            return one.getLocalPort();
        }
    }
}
