// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.aws;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Type;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * Begins a Java function's process: AWS's runtime interface client, told of the function by the environment, as every
 * instance's program is the same. Runs inside, knows the JDK only, and finds the client on its class path.
 */
public final class JavaStart {
    private static final String CLIENT = "com.amazonaws.services.lambda.runtime.api.client.AWSLambda";

    private static final String SERIALIZER = "com.amazonaws.services.lambda.runtime.serialization.PojoSerializer";
    private static final List<String> JSON = List.of(
            "com.amazonaws.services.lambda.runtime.serialization.factories.JacksonFactory",
            "com.amazonaws.services.lambda.runtime.serialization.factories.GsonFactory");
    private static final String EVENT = "{\"a\":{\"b\":[1,2.5,true,null,\"c\"]}}";

    /** Where the client looks for the function's classes and its lib folder. */
    private static final String TASK_PROPERTY = "user.dir";

    private JavaStart() {}

    /**
     * Does once, before the function is known, what its first call would wait for: loads the client's classes, and reads
     * and writes JSON by both of its libraries. Nothing of the client that looks at the environment is initialized.
     */
    public static void rehearse() throws IOException, ReflectiveOperationException, URISyntaxException {
        Class<?> client = Class.forName(CLIENT, false, JavaStart.class.getClassLoader());
        Path jar = Path.of(
                client.getProtectionDomain().getCodeSource().getLocation().toURI());
        try (ZipFile classes = new ZipFile(jar.toFile())) {
            for (String name : classes.stream().map(ZipEntry::getName).toList()) {
                if (name.startsWith("com/") && name.endsWith(".class")) {
                    String type =
                            name.substring(0, name.length() - ".class".length()).replace('/', '.');
                    Class.forName(type, false, client.getClassLoader());
                }
            }
        }
        for (String factory : JSON) {
            Class<?> type = Class.forName(factory);
            Object serializer = type.getMethod("getSerializer", Type.class)
                    .invoke(type.getMethod("getInstance").invoke(null), Map.class);
            Class<?> serializing = Class.forName(SERIALIZER);
            Object event = serializing.getMethod("fromJson", String.class).invoke(serializer, EVENT);
            serializing
                    .getMethod("toJson", Object.class, OutputStream.class)
                    .invoke(serializer, event, OutputStream.nullOutputStream());
        }
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
     * build leaves them, are only found in a folder of links, where they are in lib too.
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
