// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.oracle.facade;

import org.jspecify.annotations.Nullable;

/**
 * OCIDs that stay the same, for they are made of names: a namespace is a tenancy, its root compartment and the one application in
 * it; a function's OCID ends with {@code namespace.name}. A call names its function by the OCID alone, so the name must be in it. Pure.
 */
final class Ocids {
    private static final String APPLICATION = "ocid1.fnapp.oc1..";
    private static final String FUNCTION = "ocid1.fnfunc.oc1..";

    private Ocids() {}

    static String application(String namespace) {
        return APPLICATION + namespace;
    }

    static String function(String namespace, String name) {
        return FUNCTION + FnNames.function(namespace, name);
    }

    /** The name of the function in {@code namespace} that has this OCID; null where none can have it. */
    static @Nullable String name(String namespace, String ocid) {
        return ocid.startsWith(FUNCTION) ? FnNames.name(namespace, ocid.substring(FUNCTION.length())) : null;
    }
}
