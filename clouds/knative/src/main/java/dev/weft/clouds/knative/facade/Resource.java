// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.knative.facade;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What Knative Serving has; all but Services are read only, for they follow from them. Short names are those of Knative's definitions. */
enum Resource {
    /** A function. */
    SERVICES("Service", "kservice ksvc"),
    /** What it is to run. */
    CONFIGURATIONS("Configuration", "config cfg"),
    /** Where it is called. */
    ROUTES("Route", "rt"),
    /** What it runs now: earlier ones are not kept. */
    REVISIONS("Revision", "rev");

    static final String GROUP = "serving.knative.dev";
    static final String VERSION = GROUP + "/v1";

    private final String kind;
    private final String shortNames;

    Resource(String kind, String shortNames) {
        this.kind = kind;
        this.shortNames = shortNames;
    }

    String plural() {
        return name().toLowerCase(Locale.ROOT);
    }

    String kind() {
        return kind;
    }

    List<String> shortNames() {
        return List.of(shortNames.split(" ", -1));
    }

    /** Null where there is none. */
    static @Nullable Resource of(String plural) {
        for (Resource each : values()) {
            if (each.plural().equals(plural)) {
                return each;
            }
        }
        return null;
    }
}
