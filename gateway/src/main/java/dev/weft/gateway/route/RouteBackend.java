// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway.route;

import dev.weft.api.resource.HttpRoute;
import dev.weft.gateway.filter.BackendName;
import dev.weft.gateway.filter.RouteFilters;
import org.jspecify.annotations.Nullable;

/**
 * A backend of a rule, compiled.
 *
 * @param name a function's name, or a service's with its port
 * @param queue whether requests are events that wait for that function
 * @param filters the rule's and the backend's; null where there are none
 */
public record RouteBackend(
        String name, boolean queue, int weight, @Nullable RouteFilters filters) {
    /** Of a rule of a route of {@code namespace}, whose match asks for the path {@code prefix}. */
    static RouteBackend of(HttpRoute.BackendRef backend, HttpRoute.Rule rule, String prefix, String namespace) {
        return new RouteBackend(
                BackendName.of(backend.kind(), namespace, backend.name(), backend.port()),
                backend.kind().equals(HttpRoute.EVENT_QUEUE),
                backend.weight(),
                RouteFilters.of(rule.filters(), backend.filters(), prefix, namespace));
    }
}
