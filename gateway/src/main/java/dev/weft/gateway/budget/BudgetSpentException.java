// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway.budget;

/** Why a call was not sent: the cause of a {@link dev.weft.api.CloudException} of kind BUSY that says until when. */
public final class BudgetSpentException extends Exception {
    private static final long serialVersionUID = 1;

    BudgetSpentException(String message) {
        super(message, null, false, false);
    }
}
