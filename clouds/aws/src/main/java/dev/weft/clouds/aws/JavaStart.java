// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.aws;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Begins a Java function's process: AWS's runtime interface client, told of the function by the environment, as every
 * instance's program is the same. Runs inside, knows the JDK only, and finds the client on its class path.
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
        System.setProperty(TASK_PROPERTY, classPath(task).toString());
        String handler = System.getenv().getOrDefault("_HANDLER", "");
        try {
            Class.forName(CLIENT).getMethod("main", String[].class).invoke(null, (Object) new String[] {handler});
        } catch (InvocationTargetException failed) {
            throw failed.getCause() == null ? failed : failed.getCause();
        }
    }

    /**
     * The folder as Lambda lays it out: classes in it and jars in its lib. Jars beside the classes, which is where a
     * build leaves them, are only found in a folder of links, where they are in lib too. The adapters' front does the
     * same in a copy: a function may be that front, which a jar of it on this class path would hide.
     */
    private static Path classPath(Path task) throws IOException {
        List<Path> beside = jars(task);
        if (beside.isEmpty()) {
            return task;
        }
        Path links = Files.createTempDirectory("task-");
        Path lib = Files.createDirectory(links.resolve("lib"));
        for (Path each : Stream.concat(list(task.resolve("lib")).stream(), beside.stream())
                .toList()) {
            Path link = lib.resolve(each.getFileName());
            if (!Files.exists(link)) {
                Files.createSymbolicLink(link, each);
            }
        }
        for (Path each : list(task)) {
            if (!each.endsWith("lib")) {
                Files.createSymbolicLink(links.resolve(each.getFileName()), each);
            }
        }
        return links;
    }

    private static List<Path> jars(Path folder) throws IOException {
        return list(folder).stream()
                .filter(each -> each.toString().endsWith(".jar"))
                .toList();
    }

    private static List<Path> list(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(folder)) {
            return all.sorted().toList();
        }
    }
}
