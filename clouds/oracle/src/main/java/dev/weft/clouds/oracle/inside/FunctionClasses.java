// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.oracle.inside;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Loads a function's classes, before those of the same name that the process was started with: as in a Fn image, where
 * the function's jars stand first on the class path. The FDK's runtime is loaded here too, since it looks for the
 * function with the loader it came from.
 */
public final class FunctionClasses extends URLClassLoader {
    static {
        registerAsParallelCapable();
    }

    private FunctionClasses(URL[] places, ClassLoader above) {
        super("function", places, above);
    }

    /** Of the function in {@code code}, with the FDK in {@code runtime} and what {@code first} brings before all. */
    static FunctionClasses of(Path first, Path code, Path runtime, ClassLoader above) throws IOException {
        List<Path> places = new ArrayList<>(List.of(first, code));
        places.addAll(jars(code));
        places.add(runtime);
        List<URL> urls = new ArrayList<>();
        for (Path place : places) {
            urls.add(place.toUri().toURL());
        }
        return new FunctionClasses(urls.toArray(URL[]::new), above);
    }

    /** The jars of a function, by name: beside its classes and in {@code lib}; or the one it is. */
    public static List<Path> jars(Path code) throws IOException {
        if (Files.isRegularFile(code)) {
            return List.of(code);
        }
        List<Path> jars = new ArrayList<>();
        for (Path folder : List.of(code, code.resolve("lib"))) {
            if (Files.isDirectory(folder)) {
                try (Stream<Path> files = Files.list(folder)) {
                    files.filter(file -> file.toString().endsWith(".jar"))
                            .filter(Files::isRegularFile)
                            .sorted()
                            .forEach(jars::add);
                }
            }
        }
        return jars;
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (name.startsWith("java.")) {
            return super.loadClass(name, resolve);
        }
        synchronized (getClassLoadingLock(name)) {
            Class<?> found = findLoadedClass(name);
            if (found == null && findResource(name.replace('.', '/') + ".class") != null) {
                found = findClass(name);
            }
            if (found == null) {
                return super.loadClass(name, resolve);
            }
            if (resolve) {
                resolveClass(found);
            }
            return found;
        }
    }

    @Override
    public @Nullable URL getResource(String name) {
        URL own = findResource(name);
        return own == null ? super.getResource(name) : own;
    }

    @Override
    public Enumeration<URL> getResources(String name) throws IOException {
        List<URL> all = Collections.list(findResources(name));
        all.addAll(Collections.list(getParent().getResources(name)));
        return Collections.enumeration(all);
    }
}
