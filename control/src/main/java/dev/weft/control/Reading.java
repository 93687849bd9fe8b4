// SPDX-License-Identifier: Apache-2.0
package dev.weft.control;

import dev.weft.api.Mistake;
import java.util.List;

/** What came of reading documents: an application without a mistake, or every mistake there is. */
public sealed interface Reading {
    /** Everything holds. */
    record Valid(Application application) implements Reading {}

    /** Nothing may be changed by these documents; in the order of files and lines. */
    record Invalid(List<Mistake> mistakes) implements Reading {
        public Invalid {
            mistakes = List.copyOf(mistakes);
        }
    }
}
