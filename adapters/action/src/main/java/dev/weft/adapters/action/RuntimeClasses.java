// SPDX-License-Identifier: Apache-2.0
package dev.weft.adapters.action;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.net.URL;
import java.util.Enumeration;
import org.jspecify.annotations.Nullable;

/** What an action finds without bringing it: the JDK, and the runtime's own Gson, for that is what the action is called with. */
final class RuntimeClasses extends ClassLoader {
    private static final String GSON = "com.google.gson.";

    static {
        boolean ignored = registerAsParallelCapable();
    }

    RuntimeClasses() {
        super(ClassLoader.getSystemClassLoader().getParent());
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
        if (!name.startsWith(GSON)) {
            throw new ClassNotFoundException(name);
        }
        return Class.forName(name, false, JsonObject.class.getClassLoader());
    }

    @Override
    public @Nullable URL getResource(String name) {
        return getParent().getResource(name);
    }

    @Override
    public Enumeration<URL> getResources(String name) throws IOException {
        return getParent().getResources(name);
    }
}
