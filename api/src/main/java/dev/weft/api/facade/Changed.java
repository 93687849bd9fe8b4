// SPDX-License-Identifier: Apache-2.0
package dev.weft.api.facade;

/** What came of a wish to change a function. */
public sealed interface Changed {
    /**
     * It is as wanted, and calls reach it so.
     *
     * @param now the function; of one that was deleted, as it was last
     */
    record Done(Functions.Served now) implements Changed {}

    /** Nothing was changed, for the reason that the {@link Functions.Edit} gave. */
    record Left(FacadeAnswer answer) implements Changed {}

    /**
     * Nothing was changed.
     *
     * @param message for people: what is wrong and what would be right; without secrets
     */
    record Refused(Reason reason, String message) implements Changed {}

    /** Why nothing was changed. */
    enum Reason {
        /** There is no such function. */
        ABSENT,
        /** The function stands in the user's own documents: it is changed there. */
        DECLARED,
        /** What is wanted breaks a rule: the message names the field, the value and what would be right. */
        WRONG,
        /** A limit of Weft's is reached. */
        FULL,
        /** This Weft takes no functions from clients. */
        UNABLE,
        /** It was tried and did not work; what was there before goes on. */
        FAILED,
        /** Too many changes wait. */
        BUSY
    }
}
