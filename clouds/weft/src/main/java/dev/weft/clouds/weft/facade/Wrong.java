// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.weft.facade;

/** A request that can't be what its sender means. Carries no stack trace. */
final class Wrong extends Exception {
    private final transient Refusal refusal;

    Wrong(Refusal refusal) {
        super(refusal.message(), null, false, false);
        this.refusal = refusal;
    }

    Refusal refusal() {
        return refusal;
    }
}
