// SPDX-License-Identifier: Apache-2.0
package dev.weft.adapters;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;

/** Classes and jars: those of a function, and the adapter's own. */
final class JavaCode {
    private static final Pattern HANDLER = Pattern.compile("([\\w$]+(?:\\.[\\w$]+)*)(?:::[\\w$]+)?");
    private static final Pattern ACTION = Pattern.compile("([\\w$]+(?:\\.[\\w$]+)*)(?:#[\\w$]+)?");
    private static final List<String> BUILDS = List.of("pom.xml", "build.gradle");
    private static final String JAR = ".jar";
    private static final String CLASS = ".class";
    private static final LocalDateTime ALWAYS = LocalDateTime.of(1980, 1, 1, 0, 0);

    private JavaCode() {}

    /** Why the Lambda handler is not to be found in the folder; null where it is, or may be in a jar that can't be read. */
    static @Nullable String wrong(Path code, String handler) {
        Matcher parts = HANDLER.matcher(handler);
        if (!parts.matches()) {
            return "contract aws-lambda needs package.Class::method, or package.Class for a class that implements"
                    + " RequestHandler or RequestStreamHandler";
        }
        return absent(code, parts.group(1));
    }

    /** The same of an OpenWhisk action. */
    static @Nullable String wrongAction(Path code, String handler) {
        Matcher parts = ACTION.matcher(handler);
        return parts.matches()
                ? absent(code, parts.group(1))
                : "contract openwhisk needs package.Class#method in Java, or package.Class where the method is main";
    }

    private static @Nullable String absent(Path code, String type) {
        String name = type.replace('.', '/') + CLASS;
        boolean there = Files.isRegularFile(code.resolve(name))
                || Stream.concat(jars(code).stream(), jars(code.resolve("lib")).stream())
                        .anyMatch(jar -> has(jar, name));
        return there
                ? null
                : "no class %s in the function's folder, nor in a .jar in it or in its lib folder".formatted(type);
    }

    private static boolean has(Path jar, String name) {
        try (ZipFile opened = new ZipFile(jar.toFile())) {
            return opened.getEntry(name) != null;
        } catch (IOException unreadable) {
            return true;
        }
    }

    /** The jars that lie in a folder. */
    static List<Path> jars(Path folder) {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(folder)) {
            return all.filter(each -> each.toString().endsWith(JAR)).sorted().toList();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    /** The jar that holds a class, as a path in the folder; null where there is none. */
    static @Nullable String jarWith(Path code, String type) {
        String name = type.replace('.', '/') + CLASS;
        return Stream.concat(jars(code).stream(), jars(code.resolve("lib")).stream())
                .filter(jar -> has(jar, name))
                .findFirst()
                .map(jar -> code.relativize(jar).toString())
                .orElse(null);
    }

    /** What Google's build would take instead of the adapter's jar; null where there is nothing. */
    static @Nullable String builtInstead(Path code) {
        return Stream.concat(
                        BUILDS.stream().filter(each -> Files.exists(code.resolve(each))),
                        jars(code).stream().map(each -> String.valueOf(each.getFileName())))
                .findFirst()
                .orElse(null);
    }

    /** A jar of the classes of a package, from a jar or, in a build, a folder; the same bytes each time. */
    static byte[] jarOf(Path from, String name) {
        try {
            return jarOf(classesOf(from, name));
        } catch (IOException unwritable) {
            throw new UncheckedIOException(unwritable);
        }
    }

    /** The classes of a package, from a jar or, in a build, a folder. */
    static Map<String, byte[]> classesOf(Path from, String name) {
        String folder = name.replace('.', '/');
        Map<String, byte[]> classes = new TreeMap<>();
        try {
            if (Files.isDirectory(from)) {
                try (Stream<Path> all = Files.list(from.resolve(folder))) {
                    for (Path each : all.toList()) {
                        classes.put(folder + '/' + each.getFileName(), Files.readAllBytes(each));
                    }
                }
            } else {
                try (ZipFile jar = new ZipFile(from.toFile())) {
                    for (ZipEntry each : jar.stream().toList()) {
                        if (!each.isDirectory() && each.getName().startsWith(folder + '/')) {
                            classes.put(each.getName(), jar.getInputStream(each).readAllBytes());
                        }
                    }
                }
            }
            return classes;
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static byte[] jarOf(Map<String, byte[]> classes) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream jar = new ZipOutputStream(bytes)) {
            for (Map.Entry<String, byte[]> each : classes.entrySet()) {
                ZipEntry entry = new ZipEntry(each.getKey());
                entry.setTimeLocal(ALWAYS);
                jar.putNextEntry(entry);
                jar.write(each.getValue());
            }
        }
        return bytes.toByteArray();
    }
}
