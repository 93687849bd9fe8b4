// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.azure.worker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The classes of a function's app: the code's folder, jars in it, jars in its {@code lib}. Of what the worker itself was
 * loaded with they see Azure's library only, so that they may bring any other library in any version.
 */
final class UserClasses {
    private UserClasses() {}

    static ClassLoader of(Path code, ClassLoader worker) {
        List<URL> urls = new ArrayList<>();
        urls.add(url(code));
        jars(code, urls);
        jars(code.resolve("lib"), urls);
        return new URLClassLoader("function", urls.toArray(URL[]::new), new AzureOnly(worker));
    }

    private static void jars(Path folder, List<URL> urls) {
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (Stream<Path> all = Files.list(folder)) {
            all.filter(each -> each.toString().endsWith(".jar")).sorted().forEach(each -> urls.add(url(each)));
        } catch (IOException unreadable) {
            throw new UncheckedIOException("the app's jars can't be listed", unreadable);
        }
    }

    private static URL url(Path path) {
        try {
            return path.toUri().toURL();
        } catch (MalformedURLException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    /** Azure's packages from the worker, the JDK's from the platform, and nothing else. */
    private static final class AzureOnly extends ClassLoader {
        private static final String AZURE = "com.microsoft.azure.functions.";

        private final ClassLoader worker;

        AzureOnly(ClassLoader worker) {
            super("azure", ClassLoader.getPlatformClassLoader());
            this.worker = worker;
        }

        @Override
        protected Class<?> findClass(String name) throws ClassNotFoundException {
            if (name.startsWith(AZURE)) {
                return worker.loadClass(name);
            }
            throw new ClassNotFoundException(name);
        }
    }
}
