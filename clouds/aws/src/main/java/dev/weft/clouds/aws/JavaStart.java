// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.aws;

import dev.weft.adapters.front.TaskFolder;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.Map;

/**
 * Begins a Java function's process: AWS's runtime interface client, told of the function by the environment, as every
 * instance's program is the same. Runs inside, knows the JDK and {@link TaskFolder} only, and finds
 * the client on its class path.
 */
public final class JavaStart {
    private static final String CLIENT = "com.amazonaws.services.lambda.runtime.api.client.AWSLambda";

    /** Where the client looks for the function's classes and its lib folder. */
    private static final String TASK_PROPERTY = "user.dir";

    private JavaStart() {}

    /** Before the function is known. The argument names a Runtime API whose calls are nobody's. */
    public static void rehearse(String[] arguments)
            throws IOException, ReflectiveOperationException, URISyntaxException {
        JavaRehearsal.run(arguments[0]);
    }

    /** The environment in which {@link #main} shows the JVM what a function's life is, and ends. */
    public static Map<String, String> training(String[] arguments) {
        return JavaRehearsal.environment(arguments[0]);
    }

    /** Never returns while the function lives. */
    public static void main(String[] arguments) throws Throwable {
        Path task = Path.of(System.getenv().getOrDefault("LAMBDA_TASK_ROOT", ""));
        System.setProperty(TASK_PROPERTY, TaskFolder.of(task).toString());
        String handler = System.getenv().getOrDefault("_HANDLER", "");
        try {
            Class.forName(CLIENT).getMethod("main", String[].class).invoke(null, (Object) new String[] {handler});
        } catch (InvocationTargetException failed) {
            throw failed.getCause() == null ? failed : failed.getCause();
        }
    }
}
