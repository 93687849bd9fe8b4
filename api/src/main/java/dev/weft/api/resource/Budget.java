// SPDX-License-Identifier: Apache-2.0
package dev.weft.api.resource;

import java.math.BigDecimal;

/** What calls may cost, estimated, in a period of the calendar (UTC). A call that it has no room for is refused. */
public record Budget(
        @Field(doc = "US dollars a period.", required = true, min = 0, max = 1_000_000_000)
        BigDecimal dollars,

        @Field(doc = "How long the sum is for; it begins anew with each hour, day or month.", fallback = "month")
        Period per) {
    /** A period of the calendar. */
    public enum Period {
        /** From one full hour to the next. */
        HOUR,
        /** From midnight to midnight. */
        DAY,
        /** From the first of a month to the first of the next. */
        MONTH
    }
}
