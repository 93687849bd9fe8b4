// SPDX-License-Identifier: Apache-2.0
package dev.weft.engine.boot;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.TimeZone;
import org.jspecify.annotations.Nullable;

/**
 * A JVM, booted before its function is known: loads the main class and calls its {@code rehearse}, if it has that, then
 * waits on standard input for the environment, sets it, and runs {@code main} as if that had been started directly. Written for its class to be alone in a jar.
 */
public final class JavaBoot {
    private static final String MARK = "environment";

    private JavaBoot() {}

    /** The main class to run, and its arguments. */
    public static void main(String[] arguments) throws Throwable {
        String when = System.getenv().getOrDefault("WEFT_BOOT", "");
        Class<?> main = Class.forName(arguments[0], false, JavaBoot.class.getClassLoader());
        String[] parameters = Arrays.copyOfRange(arguments, 1, arguments.length);
        if (when.equals("train")) {
            train(main, parameters);
        }
        if (!when.equals("now")) {
            Map<String, String> environment = environment();
            MethodHandle setenv = setenv();
            if (when.isEmpty()) {
                rehearse(main, parameters);
                set("PATH", environment.getOrDefault("PATH", ""), environment, setenv);
            }
            if (!receive(environment, setenv)) {
                return;
            }
            String zone = environment.get("TZ");
            if (zone != null) {
                TimeZone.setDefault(TimeZone.getTimeZone(zone.startsWith(":") ? zone.substring(1) : zone));
            }
        }
        call(main.getMethod("main", String[].class), (Object) parameters);
    }

    /** Shows the JVM, which takes notes, what processes of this main class do: rehearses, and lives a life if there is one. */
    private static void train(Class<?> main, String[] parameters) throws Throwable {
        Map<String, String> environment = environment();
        MethodHandle setenv = setenv();
        rehearse(main, parameters);
        Method training = offered(main, "training");
        if (training != null) {
            for (Object variable : ((Map<?, ?>) call(training, (Object) parameters)).entrySet()) {
                Map.Entry<?, ?> pair = (Map.Entry<?, ?>) variable;
                set((String) pair.getKey(), (String) pair.getValue(), environment, setenv);
            }
            call(main.getMethod("main", String[].class), (Object) parameters);
        }
        System.exit(0);
    }

    /** What a first call would otherwise wait for. */
    private static void rehearse(Class<?> main, String[] parameters) throws Throwable {
        Method rehearsal = offered(main, "rehearse");
        if (rehearsal != null) {
            call(rehearsal, (Object) parameters);
        }
    }

    /** A main class may offer it, and is not even initialized if it does not; null then. */
    private static @Nullable Method offered(Class<?> main, String name) {
        for (Method each : main.getMethods()) {
            if (each.getName().equals(name)) {
                return each;
            }
        }
        return null;
    }

    private static Object call(Method method, Object... arguments) throws Throwable {
        try {
            return method.invoke(null, arguments);
        } catch (InvocationTargetException thrown) {
            throw thrown.getCause();
        }
    }

    /** Waits for the environment; false when Weft has ended, or has no use for this process. */
    private static boolean receive(Map<String, String> environment, MethodHandle setenv) throws Throwable {
        System.out.write("\0booted\n".getBytes(StandardCharsets.UTF_8));
        System.out.flush();
        String[] parts = new String(System.in.readAllBytes(), StandardCharsets.UTF_8).split("\0", -1);
        for (int i = 1; i < parts.length; i++) {
            int equals = parts[i].indexOf('=');
            if (equals > 0) {
                set(parts[i].substring(0, equals), parts[i].substring(equals + 1), environment, setenv);
            }
        }
        return parts[0].equals(MARK);
    }

    /** For {@link System#getenv()}, and for the processes that the function starts. */
    private static void set(String name, String value, Map<String, String> environment, MethodHandle setenv)
            throws Throwable {
        environment.put(name, value);
        try (Arena arena = Arena.ofConfined()) {
            int result = (int) setenv.invokeExact(arena.allocateFrom(name), arena.allocateFrom(value), 1);
            if (result != 0) {
                throw new IllegalStateException("setenv refused " + name);
            }
        }
    }

    @SuppressWarnings("restricted") // the JDK has no word for it
    private static MethodHandle setenv() {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(
                linker.defaultLookup().findOrThrow("setenv"),
                FunctionDescriptor.of(
                        ValueLayout.JAVA_INT, ValueLayout.ADDRESS, ValueLayout.ADDRESS, ValueLayout.JAVA_INT));
    }

    /**
     * The map behind {@link System#getenv()}, which the JDK fills once and offers no way to change. The engine opens the
     * two packages to this class by {@code --add-opens}.
     */
    @SuppressWarnings("unchecked")
    private static Map<String, String> environment() throws ReflectiveOperationException {
        Field whole = Class.forName("java.lang.ProcessEnvironment").getDeclaredField("theUnmodifiableEnvironment");
        whole.setAccessible(true);
        Field behind = Class.forName("java.util.Collections$UnmodifiableMap").getDeclaredField("m");
        behind.setAccessible(true);
        return (Map<String, String>) behind.get(whole.get(null));
    }
}
