// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.azure.worker;

import com.google.gson.JsonObject;
import com.microsoft.azure.functions.ExecutionContext;
import com.microsoft.azure.functions.HttpRequestMessage;
import com.microsoft.azure.functions.OutputBinding;
import com.microsoft.azure.functions.annotation.BindingName;
import com.microsoft.azure.functions.annotation.FunctionName;
import java.lang.annotation.Annotation;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The method that is the function, and how its parameters are filled. Safe for calls at once. */
final class UserFunction {
    private static final String AZURE = "com.microsoft.azure.functions.annotation.";
    private static final int VALUE_CHARS_MAX = 4096;

    /** What it threw, or why it could not be called. */
    static final class FailedException extends Exception {
        private final transient Throwable thrown;

        FailedException(Throwable thrown) {
            super(thrown);
            this.thrown = thrown;
        }

        Throwable thrown() {
            return thrown;
        }
    }

    /** A value for a service that isn't here. */
    record Output(String name, String type, Object value) {
        String sentence() {
            String text = Values.json(value).toString();
            return "Output binding '%s' was set and went nowhere: no service of type %s is here. Value: %s"
                    .formatted(name, type, text.substring(0, Math.min(text.length(), VALUE_CHARS_MAX)));
        }
    }

    /** What it said. */
    record Said(@Nullable Object returned, @Nullable Object httpOutput, List<Output> outputs) {
        HttpAnswer answer() {
            return HttpAnswer.of(httpOutput == null ? returned : httpOutput);
        }

        /** For an event: what it returned, and its outputs. */
        JsonObject result() {
            JsonObject result = new JsonObject();
            JsonObject values = new JsonObject();
            outputs.forEach(each -> values.add(each.name(), Values.json(each.value())));
            result.add("outputs", values);
            switch (returned) {
                case null -> result.addProperty("kind", "none");
                case String text -> add(result, "text", text);
                case byte[] bytes -> add(result, "bytes", Base64.getEncoder().encodeToString(bytes));
                default -> add(result, "json", Values.json(returned).toString());
            }
            return result;
        }

        private static void add(JsonObject result, String kind, String value) {
            result.addProperty("kind", kind);
            result.addProperty("value", value);
        }
    }

    /** Keeps what a function puts in. */
    private static final class Holder implements OutputBinding<@Nullable Object> {
        private final String name;
        private final String type;
        private @Nullable Object value;

        Holder(String name, String type) {
            this.name = name;
            this.type = type;
        }

        @Override
        public @Nullable Object getValue() {
            return value;
        }

        @Override
        public void setValue(@Nullable Object other) {
            value = other;
        }
    }

    private final @Nullable Constructor<?> maker; // null for a static method
    private final Method method;
    private final FunctionLog log;

    private UserFunction(@Nullable Constructor<?> maker, Method method, FunctionLog log) {
        this.maker = maker;
        this.method = method;
        this.log = log;
    }

    /** Loads the class of {@code entryPoint}, {@code package.Class.method}, and finds the method. */
    static UserFunction load(ClassLoader loader, String entryPoint, FunctionLog log)
            throws ReflectiveOperationException {
        int dot = entryPoint.lastIndexOf('.');
        Class<?> owner = Class.forName(entryPoint.substring(0, dot), true, loader);
        String name = entryPoint.substring(dot + 1);
        List<Method> named = Arrays.stream(owner.getMethods())
                .filter(each -> each.getName().equals(name) && !each.isBridge())
                .toList();
        Method method = named.stream()
                .filter(each -> each.isAnnotationPresent(FunctionName.class))
                .findFirst()
                .or(() -> named.stream().findFirst())
                .orElseThrow(() -> new NoSuchMethodException("no public method " + entryPoint));
        return new UserFunction(Modifier.isStatic(method.getModifiers()) ? null : owner.getConstructor(), method, log);
    }

    /** Calls it, on a new object each time as Azure does. */
    Said call(Invocation invocation) throws FailedException {
        List<Holder> holders = new ArrayList<>();
        Object returned;
        try {
            Object[] arguments = Arrays.stream(method.getParameters())
                    .map(each -> argument(each, invocation, holders))
                    .toArray();
            Object target = maker == null ? null : maker.newInstance();
            returned = method.invoke(target, arguments);
        } catch (InvocationTargetException thrown) {
            Throwable cause = thrown.getCause();
            throw new FailedException(cause == null ? thrown : cause);
        } catch (ReflectiveOperationException | RuntimeException | LinkageError broken) {
            throw new FailedException(broken);
        }
        return said(returned, holders);
    }

    private Said said(@Nullable Object returned, List<Holder> holders) {
        List<Output> outputs = new ArrayList<>();
        Object http = null;
        for (Holder each : holders) {
            if (each.type.equals("http")) {
                http = each.value;
            } else if (each.value != null) {
                outputs.add(new Output(each.name, each.type, each.value));
            }
        }
        for (Annotation each : method.getAnnotations()) {
            String type = type(each);
            if (returned != null && type.endsWith("Output") && !type.equals("HttpOutput")) {
                outputs.add(new Output("$return", bindingType(type), returned));
            }
        }
        return new Said(returned, http, outputs);
    }

    private @Nullable Object argument(Parameter parameter, Invocation invocation, List<Holder> holders) {
        Class<?> raw = parameter.getType();
        if (raw.equals(ExecutionContext.class)) {
            return new FunctionContext(invocation, log.logger());
        }
        Annotation azure = Arrays.stream(parameter.getAnnotations())
                .filter(each -> !type(each).isEmpty())
                .findFirst()
                .orElse(null);
        if (raw.equals(OutputBinding.class)) {
            Holder holder = azure == null ? new Holder("", "") : new Holder(name(azure), bindingType(type(azure)));
            holders.add(holder);
            return holder;
        }
        Type type = parameter.getParameterizedType();
        if (azure instanceof BindingName named) {
            return converted(() -> Values.read(invocation.metadata(named.value()), type), parameter);
        }
        JsonObject http = invocation.http();
        if (raw.equals(HttpRequestMessage.class) && http != null) {
            Type body = type instanceof ParameterizedType generic ? generic.getActualTypeArguments()[0] : String.class;
            return new HttpRequest(invocation, http, converted(() -> Values.read(invocation.bytes(), body), parameter));
        }
        return converted(() -> Values.read(invocation.bytes(), type), parameter);
    }

    private static @Nullable Object converted(Supplier<@Nullable Object> value, Parameter parameter) {
        try {
            return value.get();
        } catch (IllegalArgumentException unfit) {
            throw new IllegalArgumentException(
                    "parameter '%s' %s".formatted(parameter.getName(), unfit.getMessage()), unfit);
        }
    }

    /** The simple name of one of Azure's annotations; empty for any other. */
    private static String type(Annotation annotation) {
        Class<?> type = annotation.annotationType();
        return type.getName().startsWith(AZURE) ? type.getSimpleName() : "";
    }

    /** What function.json calls it: {@code QueueOutput} is {@code queue}. */
    private static String bindingType(String annotation) {
        String base = annotation.replaceFirst("Output$", "");
        return base.isEmpty() ? "" : base.substring(0, 1).toLowerCase(Locale.ROOT) + base.substring(1);
    }

    private static String name(Annotation annotation) {
        try {
            return String.valueOf(annotation.annotationType().getMethod("name").invoke(annotation));
        } catch (ReflectiveOperationException nameless) {
            return "";
        }
    }
}
