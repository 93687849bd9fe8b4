// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.azure.call;

import dev.weft.api.spi.InvokeDialect;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What a call needs to know of a function in an app, and how it stands in a {@link InvokeDialect.Target}.
 *
 * @param function its name within the app
 * @param http whether an HTTP trigger begins it
 * @param path template of its address, prefix and route, for example {@code api/products/{id}}; empty unless {@code http}
 * @param methods that the trigger takes, upper case; empty where it takes every one
 * @param key which key the trigger asks for
 */
public record CallTarget(String function, boolean http, String path, List<String> methods, Key key) {
    private static final String FUNCTION = "function";
    private static final String PATH = "path";
    private static final String METHODS = "methods";
    private static final String KEY = "key";

    /** Which key opens a function. */
    public enum Key {
        /** Anybody may call it. */
        NONE,
        /** The function's own. */
        FUNCTION,
        /** The app's master key: authorization level admin, and every trigger that is not HTTP. */
        MASTER
    }

    public CallTarget {
        methods = List.copyOf(methods);
    }

    /** Reads it back. */
    public static CallTarget of(InvokeDialect.Target target) {
        Map<String, String> parts = target.parts();
        String path = parts.get(PATH);
        String methods = parts.getOrDefault(METHODS, "");
        return new CallTarget(
                parts.getOrDefault(FUNCTION, target.name()),
                path != null,
                path == null ? "" : path,
                methods.isEmpty() ? List.of() : List.of(methods.split(",", -1)),
                Key.valueOf(parts.getOrDefault(KEY, "function").toUpperCase(Locale.ROOT)));
    }

    /** In app {@code app}, which answers at {@code endpoint}. */
    public InvokeDialect.Target in(String app, URI endpoint, String region) {
        String word = key.name().toLowerCase(Locale.ROOT);
        Map<String, String> parts = http
                ? Map.of(FUNCTION, function, PATH, path, METHODS, String.join(",", methods), KEY, word)
                : Map.of(FUNCTION, function, KEY, word);
        return new InvokeDialect.Target(endpoint, app, region, parts);
    }
}
