// SPDX-License-Identifier: Apache-2.0
package dev.weft.adapters.action;

import java.io.File;
import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The classes of an action: those in its folder, in jars beside them and in jars in {@code lib}, in that order; or of one jar. */
final class ActionClasses extends URLClassLoader {
    /** A folder's class path as Weft reads it for every contract. */
    static final String USUAL = ".:*:lib/*";

    static {
        boolean ignored = registerAsParallelCapable();
    }

    private ActionClasses(URL[] places) {
        super(places, new RuntimeClasses());
    }

    /** Of {@code root}, a folder with a class path in Java's notation, or a jar. */
    static ActionClasses of(File root, String classpath) throws IOException {
        List<URL> places = new ArrayList<>();
        if (root.isFile()) {
            places.add(root.toURI().toURL());
        } else {
            for (String each : classpath.split(":", -1)) {
                for (File place : places(root, each)) {
                    places.add(place.toURI().toURL());
                }
            }
        }
        return new ActionClasses(places.toArray(new URL[0]));
    }

    private static List<File> places(File root, String said) {
        if (said.equals(".")) {
            return Arrays.asList(root);
        }
        if (!said.endsWith("*")) {
            return Arrays.asList(new File(root, said));
        }
        File[] jars =
                new File(root, said.substring(0, said.length() - 1)).listFiles((folder, name) -> name.endsWith(".jar"));
        if (jars == null) {
            return new ArrayList<>();
        }
        Arrays.sort(jars);
        return Arrays.asList(jars);
    }
}
