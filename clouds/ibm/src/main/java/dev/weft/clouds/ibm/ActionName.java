// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.ibm;

import dev.weft.api.facade.Draft;
import dev.weft.api.resource.Function;

/**
 * What a function is called as an action. One of a package is {@code PACKAGE/ACTION}; its name in Weft, and for clients of other vendors,
 * is that with a dash. Pure.
 */
public final class ActionName {
    /** Annotation of an action in a package: its name with that of the package. */
    public static final String PACKAGED = "openwhisk.weft.dev/name";

    private ActionName() {}

    /** Without the namespace. */
    public static String of(Function function) {
        String packaged = function.metadata().annotations().get(PACKAGED);
        return packaged == null ? Draft.shownName(function) : packaged;
    }

    /** Whether it is one of a package. */
    public static boolean packaged(String name) {
        return name.indexOf('/') >= 0;
    }

    /** The package of such a one. */
    public static String pack(String name) {
        return name.substring(0, name.indexOf('/'));
    }

    /** Without its package, if it has one. */
    public static String simple(String name) {
        return name.substring(name.indexOf('/') + 1);
    }

    /** Where it is: the namespace, and its package. */
    public static String path(String namespace, String name) {
        return packaged(name) ? namespace + '/' + pack(name) : namespace;
    }
}
