// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.cli;

/** Ends a command with one sentence for its user and an exit code. */
public final class CliException extends RuntimeException {
    private final Exit exit;

    /** Exit codes of every command; picocli's own 2 for wrong usage is between them. */
    public enum Exit {
        /** The thing asked for failed. */
        FAILED(1),
        /** The command line is wrong. */
        USAGE(2),
        /** No Weft runs, or it can't be reached. */
        UNREACHED(3);

        private final int code;

        Exit(int code) {
            this.code = code;
        }

        /** The process's exit code. */
        public int code() {
            return code;
        }
    }

    /** Says {@code message} on standard error. */
    public CliException(Exit exit, String message) {
        super(message, null, false, false);
        this.exit = exit;
    }

    /** With which code the process ends. */
    public Exit exit() {
        return exit;
    }
}
