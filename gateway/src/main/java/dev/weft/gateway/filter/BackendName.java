// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway.filter;

import dev.weft.api.resource.Metadata;
import org.jspecify.annotations.Nullable;

/** The name under which the gateway knows a backend: a function's own, a service's with its port. */
public final class BackendName {
    private BackendName() {}

    /** {@code checkout} for a Function, {@code orders:80} for a Service, of {@code namespace}: the two never meet. */
    public static String of(String kind, String namespace, String name, @Nullable Integer port) {
        String its = Metadata.qualified(namespace, name);
        return kind.equals("Service") ? its + ':' + port : its;
    }
}
