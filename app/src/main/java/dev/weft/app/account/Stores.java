// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.account;

import dev.weft.app.home.Home;
import dev.weft.store.Store;
import java.net.URI;
import java.util.Map;

/** Which store this user's Weft keeps things in: {@code $WEFT_STORE}, a PostgreSQL, else a file in Weft's folder. */
public final class Stores {
    /** The variable that names a PostgreSQL. */
    static final String VARIABLE = "WEFT_STORE";

    private Stores() {}

    /** Opens it; an {@link IllegalArgumentException} where the variable names none. */
    public static Store open(Map<String, String> environment) {
        String url = environment.get(VARIABLE);
        if (url == null || url.isBlank()) {
            return Store.embedded(Home.of(environment).folder().resolve("weft.db"));
        }
        return Store.at(URI.create(url), environment.get("PGPASSWORD"));
    }
}
