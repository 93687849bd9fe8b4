// SPDX-License-Identifier: Apache-2.0
package dev.weft.adapters.action;

import java.lang.reflect.Field;
import java.util.Map;

/**
 * The process' environment, which OpenWhisk changes with each activation and Java offers no way to change: it is put into the
 * map behind {@link System#getenv()}, as Apache's runtime does. Where that map is closed, beginning with Java 17 without
 * {@code --add-opens=java.base/java.util=ALL-UNNAMED}, it stays as it was, there as here.
 */
final class Environment {
    private Environment() {}

    static void set(String name, String value) {
        try {
            behind().put(name, value);
        } catch (ReflectiveOperationException | RuntimeException closed) {
            // as is said above
        }
    }

    static void remove(String... names) {
        try {
            for (String each : names) {
                String ignored = behind().remove(each);
            }
        } catch (ReflectiveOperationException | RuntimeException closed) {
            // as is said above
        }
    }

    @SuppressWarnings("unchecked")
    private static Map<String, String> behind() throws ReflectiveOperationException {
        Map<String, String> shown = System.getenv();
        Field field = shown.getClass().getDeclaredField("m");
        field.setAccessible(true);
        return (Map<String, String>) field.get(shown);
    }
}
