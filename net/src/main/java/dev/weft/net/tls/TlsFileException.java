// SPDX-License-Identifier: Apache-2.0
package dev.weft.net.tls;

import java.nio.file.Path;

/** A file that TLS needs can't be used. The message names the file and what would be right, never what is in it. */
public final class TlsFileException extends Exception {
    private static final long serialVersionUID = 1;

    /** What the file is for. */
    public enum Role {
        /** Shown to callers. */
        CERTIFICATE,
        /** Kept secret. */
        KEY,
        /** Callers' certificates must come from it. */
        CLIENT_AUTHORITY,
        /** Servers that we call may have certificates of it. */
        SERVER_AUTHORITY
    }

    private final Role role;

    TlsFileException(Role role, Path file, String why) {
        super(file + ": " + why);
        this.role = role;
    }

    /** What the file is for. */
    public Role role() {
        return role;
    }
}
