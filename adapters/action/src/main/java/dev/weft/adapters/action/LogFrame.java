// SPDX-License-Identifier: Apache-2.0
package dev.weft.adapters.action;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** What the invoker takes for the end of an activation's log: a line on both streams. */
interface LogFrame {
    /** Of this process, whatever an action has put in the place of its streams. */
    LogFrame SYSTEM = new LogFrame() {
        private final byte[] line = "XXX_THE_END_OF_A_WHISK_ACTIVATION_XXX\n".getBytes(StandardCharsets.UTF_8);
        private final FileOutputStream out = new FileOutputStream(FileDescriptor.out);
        private final FileOutputStream err = new FileOutputStream(FileDescriptor.err);

        @Override
        public void write() {
            System.out.flush();
            System.err.flush();
            write(out);
            write(err);
        }

        private void write(FileOutputStream stream) {
            try {
                stream.write(line);
            } catch (IOException closed) {
                // by the action; whoever reads waits for it no longer than a limit of its own
            }
        }
    };

    /** All that was written before stands before it. */
    void write();
}
