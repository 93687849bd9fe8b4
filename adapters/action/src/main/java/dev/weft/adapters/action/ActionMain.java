// SPDX-License-Identifier: Apache-2.0
package dev.weft.adapters.action;

import com.google.gson.JsonObject;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import org.jspecify.annotations.Nullable;

/** The method that an action is: {@code public static JsonObject main(JsonObject)}, or of another name. */
final class ActionMain {
    private static final String NAME = "main";

    private final Method method;
    private final ClassLoader classes;

    private ActionMain(Method method, ClassLoader classes) {
        this.method = method;
        this.classes = classes;
    }

    /** That of {@code main}, in OpenWhisk's notation {@code package.Class} or {@code package.Class#method}; its class is initialized. */
    static ActionMain find(ClassLoader classes, String main) throws ReflectiveOperationException {
        int mark = main.indexOf('#');
        String type = mark < 0 ? main : main.substring(0, mark);
        String name = mark < 0 || mark + 1 == main.length() ? NAME : main.substring(mark + 1);
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(classes);
        try {
            Class<?> loaded = Class.forName(type, true, classes);
            Method method = loaded.getMethod(name, JsonObject.class);
            if (!Modifier.isStatic(method.getModifiers()) || method.getReturnType() != JsonObject.class) {
                throw new NoSuchMethodException(
                        type + '.' + name + " must be public static JsonObject " + name + "(JsonObject)");
            }
            method.setAccessible(true); // its class need not be public
            return new ActionMain(method, classes);
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    /** What it returns, which may be nothing. What it throws is thrown. */
    @Nullable
    JsonObject call(JsonObject parameters) throws Throwable {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(classes);
        try {
            return (JsonObject) method.invoke(null, parameters);
        } catch (InvocationTargetException thrown) {
            throw thrown.getCause() == null ? thrown : thrown.getCause();
        } finally {
            thread.setContextClassLoader(before);
        }
    }
}
