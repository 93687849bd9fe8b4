// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.account;

import dev.weft.app.home.Home;
import dev.weft.store.Store;
import java.net.URI;
import java.nio.file.Files;
import java.util.Map;

/** Which store this user's Weft keeps things in: {@code $WEFT_STORE}, a PostgreSQL, else a file in Weft's folder. */
public final class Stores {
    /** The variable that names a PostgreSQL. */
    static final String VARIABLE = "WEFT_STORE";

    private static final String FILE = "weft.db";

    private Stores() {}

    /** Whether there is one already, or has to be one. */
    static boolean there(Map<String, String> environment) {
        return there(environment, Home.of(environment));
    }

    /** The same, with the file in {@code home}. */
    public static boolean there(Map<String, String> environment, Home home) {
        String url = environment.get(VARIABLE);
        return (url != null && !url.isBlank()) || Files.exists(home.folder().resolve(FILE));
    }

    /** Opens it; an {@link IllegalArgumentException} where the variable names none. */
    public static Store open(Map<String, String> environment) {
        return open(environment, Home.of(environment));
    }

    /** The same, with the file in {@code home}. */
    public static Store open(Map<String, String> environment, Home home) {
        String url = environment.get(VARIABLE);
        if (url == null || url.isBlank()) {
            home.make();
            return Store.embedded(home.folder().resolve(FILE));
        }
        return Store.at(URI.create(url), environment.get("PGPASSWORD"));
    }
}
