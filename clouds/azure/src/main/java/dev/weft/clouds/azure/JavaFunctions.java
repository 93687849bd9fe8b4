// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.azure;

import java.io.IOException;
import java.lang.classfile.Annotation;
import java.lang.classfile.AnnotationElement;
import java.lang.classfile.AnnotationValue;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.MethodModel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * The functions of Java classes, read from their annotations without loading any class: classes in the code's folder and
 * jars in it, else jars in its {@code lib}.
 */
final class JavaFunctions {
    private static final String ANNOTATIONS = "com/microsoft/azure/functions/annotation/";
    private static final String FUNCTION_NAME = ANNOTATIONS + "FunctionName";
    private static final int CLASSES_MAX = 50_000;
    private static final long CLASS_BYTES_MAX = 4 << 20;

    private final Consumer<String> mistake;
    private final List<AzureFunction> found = new ArrayList<>();
    private int classes;

    private JavaFunctions(Consumer<String> mistake) {
        this.mistake = mistake;
    }

    /** Finds them; {@code mistake} takes a sentence for what can't be read. */
    static List<AzureFunction> read(Path folder, Consumer<String> mistake) {
        JavaFunctions functions = new JavaFunctions(mistake);
        functions.classes(folder);
        functions.jars(folder);
        if (functions.found.isEmpty()) {
            functions.jars(folder.resolve("lib"));
        }
        return functions.found;
    }

    private void classes(Path folder) {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path each : all.filter(file -> file.toString().endsWith(".class"))
                    .sorted()
                    .toList()) {
                if (Files.size(each) <= CLASS_BYTES_MAX && classes++ < CLASSES_MAX) {
                    look(Files.readAllBytes(each), each.toString());
                }
            }
        } catch (IOException unreadable) {
            mistake.accept("classes can't be read: " + unreadable.getMessage());
        }
    }

    private void jars(Path folder) {
        if (!Files.isDirectory(folder)) {
            return;
        }
        try (Stream<Path> all = Files.list(folder)) {
            for (Path each : all.filter(file -> file.toString().endsWith(".jar"))
                    .sorted()
                    .toList()) {
                jar(each);
            }
        } catch (IOException unreadable) {
            mistake.accept("jars can't be read: " + unreadable.getMessage());
        }
    }

    private void jar(Path file) throws IOException {
        try (JarFile jar = new JarFile(file.toFile())) {
            for (JarEntry each : jar.stream()
                    .filter(entry -> entry.getName().endsWith(".class"))
                    .toList()) {
                if (each.getSize() <= CLASS_BYTES_MAX && classes++ < CLASSES_MAX) {
                    look(jar.getInputStream(each).readAllBytes(), file + "!" + each.getName());
                }
            }
        }
    }

    private void look(byte[] bytes, String where) {
        // a class without the annotation's name in its constants needs no parsing, and that is nearly every class
        if (!new String(bytes, StandardCharsets.ISO_8859_1).contains(FUNCTION_NAME)) {
            return;
        }
        try {
            ClassModel model = ClassFile.of().parse(bytes);
            String name = model.thisClass().asInternalName().replace('/', '.');
            for (MethodModel each : model.methods()) {
                AzureFunction function = function(name, each);
                if (function != null) {
                    found.add(function);
                }
            }
        } catch (IllegalArgumentException malformed) {
            mistake.accept(where + " is no class file: " + malformed.getMessage());
        }
    }

    private static @Nullable AzureFunction function(String owner, MethodModel method) {
        List<Annotation> on = method.findAttribute(Attributes.runtimeVisibleAnnotations())
                .map(each -> each.annotations())
                .orElse(List.of());
        String name = on.stream()
                .filter(each -> simple(each).equals("FunctionName"))
                .map(each -> settings(each).path("value").asString(""))
                .findFirst()
                .orElse(null);
        if (name == null) {
            return null;
        }
        List<Binding> bindings = new ArrayList<>();
        int retries = 0;
        for (Annotation each : on) {
            add(each, bindings, Binding.RETURN);
            if (simple(each).endsWith("Retry")) {
                retries = settings(each).path("maxRetryCount").asInt(0);
            }
        }
        method.findAttribute(Attributes.runtimeVisibleParameterAnnotations())
                .ifPresent(all ->
                        all.parameterAnnotations().forEach(ofOne -> ofOne.forEach(each -> add(each, bindings, ""))));
        boolean http = bindings.stream().anyMatch(each -> each.is("httpTrigger"));
        if (http && bindings.stream().noneMatch(each -> each.name().equals(Binding.RETURN))) {
            ObjectNode answer = JsonMapper.shared().createObjectNode();
            bindings.add(Binding.of(
                    Binding.RETURN,
                    answer.put("type", "http").put("direction", "out").put("name", Binding.RETURN)));
        }
        return new AzureFunction(
                name, bindings, owner + '.' + method.methodName().stringValue(), retries);
    }

    /** What an annotation means in the words of function.json. */
    private static void add(Annotation annotation, List<Binding> bindings, String unnamed) {
        String simple = simple(annotation);
        ObjectNode settings = settings(annotation);
        String name = settings.path("name").asString("");
        if (simple.endsWith("Trigger")) {
            settings.put("type", triggerType(simple)).put("direction", "in");
            if (simple.equals("EventHubTrigger") && !settings.has("cardinality")) {
                settings.put("cardinality", "many");
            }
        } else if (simple.endsWith("Output")) {
            settings.put("type", type(simple, "Output")).put("direction", "out");
        } else if (simple.endsWith("Input")) {
            settings.put("type", type(simple, "Input")).put("direction", "in");
        } else if (!simple.equals("CustomBinding")) {
            return;
        }
        bindings.add(Binding.of(
                unnamed.isEmpty() || settings.path("direction").asString("").equals("in") ? name : unnamed, settings));
    }

    private static String triggerType(String simple) {
        return simple.startsWith("ServiceBus") ? "serviceBusTrigger" : lower(simple);
    }

    private static String type(String simple, String end) {
        String base = simple.substring(0, simple.length() - end.length());
        return base.startsWith("ServiceBus") ? "serviceBus" : lower(base);
    }

    private static String lower(String name) {
        return name.substring(0, 1).toLowerCase(Locale.ROOT) + name.substring(1);
    }

    /** The annotation's name if it is one of Azure's, else empty. */
    private static String simple(Annotation annotation) {
        String descriptor = annotation.className().stringValue();
        return descriptor.startsWith("L" + ANNOTATIONS)
                ? descriptor.substring(1 + ANNOTATIONS.length(), descriptor.length() - 1)
                : "";
    }

    private static ObjectNode settings(Annotation annotation) {
        ObjectNode settings = JsonMapper.shared().createObjectNode();
        for (AnnotationElement each : annotation.elements()) {
            settings.set(each.name().stringValue(), value(each.value()));
        }
        return settings;
    }

    private static JsonNode value(AnnotationValue value) {
        ObjectNode holder = JsonMapper.shared().createObjectNode();
        return switch (value) {
            case AnnotationValue.OfString text -> holder.stringNode(text.stringValue());
            case AnnotationValue.OfEnum word ->
                holder.stringNode(word.constantName().stringValue());
            case AnnotationValue.OfBoolean yes -> holder.booleanNode(yes.booleanValue());
            case AnnotationValue.OfInt number -> holder.numberNode(number.intValue());
            case AnnotationValue.OfArray many -> {
                ArrayNode array = holder.arrayNode();
                many.values().forEach(each -> array.add(value(each)));
                yield array;
            }
            default -> holder.stringNode(value.toString());
        };
    }
}
