// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.oracle.inside;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.net.URISyntaxException;
import java.nio.file.Path;

/**
 * Starts the FDK for Java with a function that is known only now: the process may have been booted ahead of it. The
 * environment names the function; the FDK is on the class path.
 */
public final class FunctionMain {
    private static final String FDK = "com.fnproject.fn.runtime.EntryPoint";

    /** The class that the FDK's published jar has only by half. */
    private static final String SOCKETS = "com.fnproject.fn.runtime.ntv.UnixSocketNative";

    private FunctionMain() {}

    /** What the first call would otherwise wait for; called while there is time, before the function is known. */
    public static void rehearse(String[] arguments) {
        Rehearsal.run();
    }

    /** Serves calls until the process ends. */
    public static void main(String[] arguments) throws IOException, URISyntaxException, ReflectiveOperationException {
        String handler = System.getenv("WEFT_HANDLER");
        ClassLoader process = FunctionMain.class.getClassLoader();
        FunctionClasses classes = FunctionClasses.of(
                place(Class.forName(SOCKETS, false, process)),
                Path.of(System.getenv("WEFT_CODE")),
                place(Class.forName(FDK, false, process)),
                process);
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

    /** The jar, or in a build the folder, that {@code type} came from. */
    private static Path place(Class<?> type) throws URISyntaxException {
        return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
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
