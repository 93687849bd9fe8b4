// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway;

import dev.weft.gateway.protection.Admission;
import dev.weft.gateway.protection.Dependents;
import dev.weft.gateway.protection.Shedder;
import dev.weft.gateway.tap.Taps;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.LongSupplier;

/** What stands between a call and its placement, or looks on. @param dependents calls made by functions, by the call they serve */
record Guard(LongSupplier nanos, Admission admission, Dependents dependents, Refusals refusals, Taps taps) {
    static Guard of(LongSupplier nanos, MeterRegistry meters) {
        Shedder shedder = new Shedder(nanos);
        Refusals refusals = new Refusals(meters);
        refusals.watch(shedder);
        return new Guard(nanos, new Admission(nanos, shedder), new Dependents(), refusals, new Taps());
    }
}
