// SPDX-License-Identifier: Apache-2.0
package dev.weft.api.account;

/** Hears what a step does, while it does it. */
@FunctionalInterface
public interface Progress {
    /** For who does not listen. */
    Progress NONE = did -> {};

    /** One thing was done or is waited for, for example "uploaded 12 KiB"; never a secret. */
    void did(String words);
}
