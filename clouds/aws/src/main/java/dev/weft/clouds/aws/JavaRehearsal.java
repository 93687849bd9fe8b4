// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.aws;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.lang.reflect.Type;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.Security;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;

/**
 * What a Java function's first call would wait for, done before the function is known. Nothing of AWS's client that looks
 * at the environment is initialized, for that is not there yet. Runs inside, knows the JDK only.
 */
public final class JavaRehearsal {
    private static final String CLIENT = "com.amazonaws.services.lambda.runtime.api.client.";
    private static final String SERIALIZATION = "com.amazonaws.services.lambda.runtime.serialization.";
    private static final List<String> JSON =
            List.of(SERIALIZATION + "factories.JacksonFactory", SERIALIZATION + "factories.GsonFactory");
    private static final String EVENT = "{\"a\":{\"b\":[1,2.5,true,null,\"c\"]}}";

    /** Where the client unpacks its library, and the property by which it takes one that is there. */
    private static final String LIBRARY = "/tmp/.libaws-lambda-jni.so";

    private static final String LIBRARY_PROPERTY = CLIENT + "runtimeapi.NativeClient.JNI";

    /** The client sets it: the first security property that is set loads them all. */
    private static final String SECURITY_PROPERTY = "networkaddress.cache.negative.ttl";

    private static final String REHEARSED = "rehearsal";
    private static final int CALLS = 5;
    private static final int TRAINING_CALLS = 30;
    private static final AtomicInteger SERVED = new AtomicInteger();

    private JavaRehearsal() {}

    /** {@code api} is where calls that are nobody's can be had. */
    static void run(String api) throws IOException, ReflectiveOperationException, URISyntaxException {
        loadClasses();
        for (String factory : JSON) {
            json(factory);
        }
        String ttl = Security.getProperty(SECURITY_PROPERTY);
        Security.setProperty(SECURITY_PROPERTY, ttl == null ? "10" : ttl);
        Class.forName(CLIENT + "util.UnsafeUtil")
                .getMethod("disableIllegalAccessWarning")
                .invoke(null);
        handler();
        calls(api);
    }

    private static void loadClasses() throws IOException, ReflectiveOperationException, URISyntaxException {
        ClassLoader loader = JavaRehearsal.class.getClassLoader();
        Class<?> client = Class.forName(CLIENT + "AWSLambda", false, loader);
        Path jar = Path.of(
                client.getProtectionDomain().getCodeSource().getLocation().toURI());
        try (ZipFile classes = new ZipFile(jar.toFile())) {
            for (String name : classes.stream().map(ZipEntry::getName).toList()) {
                if (name.startsWith("com/") && name.endsWith(".class")) {
                    Class.forName(
                            name.substring(0, name.length() - ".class".length()).replace('/', '.'), false, loader);
                }
            }
        }
    }

    private static void json(String factory) throws ReflectiveOperationException {
        Class<?> type = Class.forName(factory);
        Object serializer = type.getMethod("getSerializer", Type.class)
                .invoke(type.getMethod("getInstance").invoke(null), Map.class);
        Class<?> serializing = Class.forName(SERIALIZATION + "PojoSerializer");
        Object event = serializing.getMethod("fromJson", String.class).invoke(serializer, EVENT);
        serializing
                .getMethod("toJson", Object.class, OutputStream.class)
                .invoke(serializer, event, OutputStream.nullOutputStream());
    }

    /** Finds a handler as the client will: by a class loader of its own. */
    private static void handler() throws ReflectiveOperationException {
        Constructor<?> made = Class.forName(CLIENT + "CustomerClassLoader")
                .getDeclaredConstructor(String.class, String.class, ClassLoader.class);
        made.setAccessible(true);
        Object loader = made.newInstance("/nowhere", "/nowhere", ClassLoader.getSystemClassLoader());
        Class<?> info = Class.forName(CLIENT + "HandlerInfo");
        Object found = info.getMethod("fromString", String.class, ClassLoader.class)
                .invoke(null, JavaRehearsal.class.getName() + "::handle", loader);
        Class.forName(CLIENT + "EventHandlerLoader")
                .getMethod("loadEventHandler", info)
                .invoke(null, found);
    }

    private static void calls(String address) throws ReflectiveOperationException {
        Object api = Class.forName(CLIENT + "runtimeapi.LambdaRuntimeApiClientImpl")
                .getConstructor(String.class)
                .newInstance(address);
        Method next = api.getClass().getMethod("nextInvocation");
        Method answer = api.getClass().getMethod("reportInvocationSuccess", String.class, byte[].class);
        for (int i = 0; i < CALLS; i++) {
            next.invoke(api);
            answer.invoke(api, REHEARSED, EVENT.getBytes(StandardCharsets.UTF_8));
        }
        System.setProperty(LIBRARY_PROPERTY, LIBRARY);
    }

    /** Environment of a function whose handler is {@link #handle}. */
    static Map<String, String> environment(String api) {
        return Map.ofEntries(
                Map.entry("AWS_LAMBDA_RUNTIME_API", api),
                Map.entry("_HANDLER", JavaRehearsal.class.getName() + "::handle"),
                Map.entry("LAMBDA_TASK_ROOT", "/var/task"),
                Map.entry("AWS_LAMBDA_FUNCTION_NAME", REHEARSED),
                Map.entry("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
                Map.entry("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "512"),
                Map.entry("AWS_LAMBDA_LOG_GROUP_NAME", REHEARSED),
                Map.entry("AWS_LAMBDA_LOG_STREAM_NAME", REHEARSED),
                Map.entry("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand"));
    }

    /** A handler; after a number of calls the process has seen enough and ends. */
    public static Map<String, Object> handle(Map<String, Object> event) {
        if (SERVED.incrementAndGet() >= TRAINING_CALLS) {
            System.exit(0);
        }
        return Map.of("statusCode", 200, "body", event.keySet().toString());
    }
}
