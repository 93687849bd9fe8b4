// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.home;

import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * Who works at this machine, as records name him.
 *
 * @param name the user's name on the machine
 */
public record Operator(String name, String host) {
    /** Who runs this process. */
    public static Operator here() {
        String host;
        try {
            host = InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException nameless) {
            host = "?";
        }
        return new Operator(System.getProperty("user.name", "?"), host);
    }

    @Override
    public String toString() {
        return name + '@' + host;
    }
}
