// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.weft.facade;

import dev.weft.api.facade.Draft;
import dev.weft.api.facade.Functions.Served;
import dev.weft.api.facade.Versions;
import dev.weft.api.resource.Function;
import dev.weft.clouds.weft.FunctionWords;
import java.util.Map;
import java.util.TreeMap;

/**
 * Versions as this façade makes them: a version is a function of its own, so it must not keep instances that nobody calls; how many
 * the function had is written beside it.
 */
final class Published {
    private static final String MIN_INSTANCES = "minInstances";
    private static final String KEPT = "weft.dev/version-min-instances";

    private Published() {}

    /** {@code version} without instances of its own. */
    static Draft resting(Draft version) {
        Object instances = version.spec().get(MIN_INSTANCES);
        return instances == null
                ? version
                : version.withSpec(MIN_INSTANCES, null).with(KEPT, String.valueOf(instances));
    }

    /** What the function was when {@code version} was made of it. */
    static Map<String, Object> spec(Function version) {
        Map<String, Object> spec = new TreeMap<>(FunctionWords.spec(version.spec()));
        String instances = version.metadata().annotations().get(KEPT);
        if (instances != null && instances.matches("[0-9]{1,4}")) {
            spec.put(MIN_INSTANCES, Integer.valueOf(instances));
        }
        return spec;
    }

    /** {@code function} as {@code version} is: what is the function's own it keeps. */
    static Draft again(Draft function, Served version) {
        Map<String, String> annotations = new TreeMap<>();
        function.annotations().forEach((name, value) -> {
            if (name.startsWith(Draft.ITSELF) || name.equals(Draft.NAME)) {
                annotations.put(name, value);
            }
        });
        version.function().metadata().annotations().forEach((name, value) -> {
            boolean versions = name.equals(Versions.VERSION)
                    || name.equals(Draft.VERSION_OF)
                    || name.equals(Draft.NAME)
                    || name.equals(Draft.HOME)
                    || name.equals(KEPT);
            if (!versions) {
                annotations.put(name, value);
            }
        });
        return new Draft(
                function.name(),
                version.function().metadata().labels(),
                annotations,
                spec(version.function()),
                version.env(),
                function.home());
    }
}
