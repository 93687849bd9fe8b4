// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway.filter;

import dev.weft.api.Headers;
import dev.weft.api.resource.RouteFilter.HeaderChange;

/** A header modifier: first what is taken away, then what is replaced, then what is added. */
record HeaderEdits(HeaderChange change) {
    void apply(Headers.Builder fields) {
        change.remove().forEach(fields::remove);
        change.set().forEach(field -> fields.set(field.name(), field.value()));
        change.add().forEach(field -> fields.add(field.name(), field.value()));
    }
}
