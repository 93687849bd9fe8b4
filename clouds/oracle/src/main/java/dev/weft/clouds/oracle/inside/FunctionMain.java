// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.oracle.inside;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.net.URISyntaxException;
import java.nio.file.Path;

/**
 * Starts the FDK for Java with a function that is known only now: the process may have been booted ahead of it. Its
 * argument is the FDK's runtime jar; the environment names the function.
 */
public final class FunctionMain {
    private static final String FDK = "com.fnproject.fn.runtime.EntryPoint";

    private FunctionMain() {}

    /** Serves calls until the process ends. */
    public static void main(String[] arguments) throws IOException, URISyntaxException, ReflectiveOperationException {
        String handler = System.getenv("WEFT_HANDLER");
        Path own = Path.of(FunctionMain.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        FunctionClasses classes = FunctionClasses.of(
                own, Path.of(System.getenv("WEFT_CODE")), Path.of(arguments[0]), FunctionMain.class.getClassLoader());
        Thread.currentThread().setContextClassLoader(classes);
        loaded(handler, classes);
        try {
            Class.forName(FDK, true, classes).getMethod("main", String[].class).invoke(null, (Object)
                    new String[] {handler});
        } catch (InvocationTargetException ended) {
            Throwable cause = ended.getCause();
            (cause == null ? ended : cause).printStackTrace();
            System.exit(1);
        }
    }

    /**
     * Loads the function's class before the FDK says that it is ready; left alone, it would do so in the first call. So a
     * function that can't start fails to initialize, and its first caller does not wait for its static initializers.
     */
    private static void loaded(String handler, ClassLoader classes) {
        int colon = handler.indexOf(':');
        String name = colon < 0 ? handler : handler.substring(0, colon);
        try {
            Class.forName(name, true, classes);
        } catch (ClassNotFoundException | LinkageError broken) {
            System.err.println("Class '" + name + "' can't be loaded from the function's code:");
            broken.printStackTrace();
            System.exit(1);
        }
    }
}
