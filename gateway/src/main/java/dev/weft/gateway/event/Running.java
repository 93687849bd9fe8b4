// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway.event;

/** A call under way. */
public interface Running {
    /** One that never began, or is over. */
    Running OVER = new Running() {
        @Override
        public void cancel() {}

        @Override
        public String id() {
            return "";
        }
    };

    /** Nobody waits for it any more. On its loop. */
    void cancel();

    /** The invocation's id; empty where none was begun. */
    String id();
}
