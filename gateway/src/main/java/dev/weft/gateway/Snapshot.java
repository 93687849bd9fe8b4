// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway;

import dev.weft.gateway.protection.Limiters;
import dev.weft.gateway.route.RouteTable;
import java.util.List;
import java.util.Map;

/** Routes and functions as they stand together; immutable, swapped whole. */
record Snapshot(RouteTable routes, Map<String, FunctionEntry> functions, Limiters limiters) {
    /** Nothing is deployed yet: every call is to come again. */
    static final Snapshot STARTING = new Snapshot(new RouteTable(List.of()), Map.of(), Limiters.NONE);

    @SuppressWarnings("ReferenceEquality") // an application without functions and routes is another thing
    boolean starting() {
        return this == STARTING;
    }
}
