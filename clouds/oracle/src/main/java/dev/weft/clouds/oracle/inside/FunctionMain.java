// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.oracle.inside;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Starts the FDK for Java with a function that is known only now: the process may have been booted ahead of it. The
 * environment names the function; the FDK is on the class path.
 */
public final class FunctionMain {
    private static final String FDK = "com.fnproject.fn.runtime.EntryPoint";

    /** A process booted for a call at hand has its function sooner than that, and no time to rehearse. */
    private static final Duration REHEARSAL_AFTER = Duration.ofMillis(100);

    private static final CountDownLatch CALLED = new CountDownLatch(1);

    static {
        Thread.ofPlatform().name("rehearsal").daemon().start(FunctionMain::rehearse);
    }

    private FunctionMain() {}

    /** Serves calls until the process ends. */
    public static void main(String[] arguments) throws IOException, URISyntaxException, ReflectiveOperationException {
        CALLED.countDown();
        String handler = System.getenv("WEFT_HANDLER");
        ClassLoader process = FunctionMain.class.getClassLoader();
        FunctionClasses classes = FunctionClasses.of(
                place(FunctionMain.class),
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

    private static void rehearse() {
        try {
            if (!CALLED.await(REHEARSAL_AFTER.toMillis(), TimeUnit.MILLISECONDS)) {
                Rehearsal.run();
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
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
