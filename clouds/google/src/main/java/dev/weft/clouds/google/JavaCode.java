// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.google;

import dev.weft.api.Mistake;
import dev.weft.api.resource.Function;
import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.jspecify.annotations.Nullable;

/** The code of a Java function: the folder itself, the jars in it and those in its {@code lib}. Nothing is loaded. */
final class JavaCode {
    /** Classes that are looked at to learn what one function implements. */
    static final int CLASSES_MAX = 200;

    private static final String API = "com/google/cloud/functions/";
    private static final Map<String, Signature> IMPLEMENTED = Map.of(
            API + "HttpFunction", Signature.HTTP,
            API + "TypedFunction", Signature.TYPED,
            API + "CloudEventsFunction", Signature.CLOUDEVENT,
            API + "BackgroundFunction", Signature.EVENT,
            API + "RawBackgroundFunction", Signature.EVENT);

    private JavaCode() {}

    /** The class path in the invoker's notation, where {@code code} is the folder as the process sees it. */
    static String classpath(Path code) {
        return code + ":" + code + "/*:" + code + "/lib/*";
    }

    /** Notes what keeps the invoker from running the function. */
    static void check(Function function, Path code, List<Mistake> mistakes) {
        String target = function.spec().handler();
        if (target == null || !target.matches("[\\p{Alpha}_$][\\w$]*(\\.[\\p{Alpha}_$][\\w$]*)*")) {
            mistakes.add(Mistake.at(
                    "spec.handler",
                    target,
                    "contract google-functions needs the class, with its package, for example shop.Hello"));
            return;
        }
        Set<Signature> implemented;
        try {
            implemented = implemented(code, target);
        } catch (IOException | IllegalArgumentException unreadable) {
            mistakes.add(Mistake.at("spec.code.path", function.spec().code().path(), "can't be read: " + unreadable));
            return;
        }
        if (implemented == null) {
            mistakes.add(Mistake.at(
                    "spec.handler",
                    target,
                    "there is no such class in the folder, in a jar in it or in its lib; is it compiled?"));
        } else if (implemented.isEmpty()) {
            mistakes.add(Mistake.at(
                    "spec.handler",
                    target,
                    "must implement one of HttpFunction, CloudEventsFunction, TypedFunction, BackgroundFunction and"
                            + " RawBackgroundFunction of com.google.cloud.functions"));
        } else {
            said(function, implemented, mistakes);
        }
    }

    private static void said(Function function, Set<Signature> implemented, List<Mistake> mistakes) {
        Signature said = Signature.said(function);
        // the invoker takes either word of events for every class of events, and http for a typed function too
        boolean fits = said == null
                || (said == Signature.TYPED
                        ? implemented.contains(said)
                        : implemented.stream().anyMatch(each -> each.eventsOnly() == said.eventsOnly()));
        if (said != null && !fits) {
            Signature is = implemented.iterator().next();
            mistakes.add(Mistake.at(
                    "spec.env." + Signature.VARIABLE,
                    said.word(),
                    "class %s has the signature %s: say that, or leave the variable out"
                            .formatted(function.spec().handler(), is.word())));
        }
    }

    /** The one signature that class {@code target} has; null where it has several, or none that can be seen. */
    static @Nullable Signature signature(Path code, String target) {
        try {
            Set<Signature> implemented = implemented(code, target);
            return implemented == null || implemented.size() != 1
                    ? null
                    : implemented.iterator().next();
        } catch (IOException | IllegalArgumentException unreadable) {
            return null; // check says it
        }
    }

    /** Null where there is no such class. */
    private static @Nullable Set<Signature> implemented(Path code, String target) throws IOException {
        try (Classes classes = Classes.of(code)) {
            String name = target.replace('.', '/');
            ClassModel model = classes.find(name);
            while (model == null && name.contains("/")) {
                // as the invoker does: a nested class may be written with dots
                int last = name.lastIndexOf('/');
                name = name.substring(0, last) + '$' + name.substring(last + 1);
                model = classes.find(name);
            }
            return model == null ? null : inherited(classes, model);
        }
    }

    private static Set<Signature> inherited(Classes classes, ClassModel target) throws IOException {
        Set<Signature> found = new HashSet<>();
        Set<String> seen = new HashSet<>();
        Deque<ClassModel> open = new ArrayDeque<>(List.of(target));
        while (!open.isEmpty() && seen.size() < CLASSES_MAX) {
            ClassModel each = open.removeFirst();
            List<String> above = new ArrayList<>();
            each.interfaces().forEach(one -> above.add(one.asInternalName()));
            each.superclass().ifPresent(one -> above.add(one.asInternalName()));
            for (String name : above) {
                Signature signature = IMPLEMENTED.get(name);
                if (signature != null) {
                    found.add(signature);
                } else if (seen.add(name)) {
                    ClassModel model = classes.find(name);
                    if (model != null) {
                        open.add(model);
                    }
                }
            }
        }
        return found;
    }

    /** Where classes are looked up, in the invoker's order. */
    private record Classes(Path folder, List<JarFile> jars) implements AutoCloseable {
        static Classes of(Path code) throws IOException {
            List<JarFile> jars = new ArrayList<>();
            for (Path folder : List.of(code, code.resolve("lib"))) {
                if (Files.isDirectory(folder)) {
                    try (Stream<Path> files = Files.list(folder)) {
                        for (Path each : files.filter(file -> file.toString().endsWith(".jar"))
                                .sorted()
                                .toList()) {
                            jars.add(new JarFile(each.toFile()));
                        }
                    }
                }
            }
            return new Classes(code, jars);
        }

        @Nullable
        ClassModel find(String internalName) throws IOException {
            String file = internalName + ".class";
            if (Files.isRegularFile(folder.resolve(file))) {
                return ClassFile.of().parse(Files.readAllBytes(folder.resolve(file)));
            }
            for (JarFile jar : jars) {
                ZipEntry entry = jar.getEntry(file);
                if (entry != null) {
                    try (InputStream in = jar.getInputStream(entry)) {
                        return ClassFile.of().parse(in.readAllBytes());
                    }
                }
            }
            return null;
        }

        @Override
        public void close() throws IOException {
            for (JarFile each : jars) {
                each.close();
            }
        }
    }
}
