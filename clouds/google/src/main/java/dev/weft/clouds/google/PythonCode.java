// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.google;

import dev.weft.api.Mistake;
import dev.weft.api.resource.Function;
import dev.weft.api.spi.HostFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The code of a Python function as the framework will find it: its source file, and how it registers itself. Nothing is run. */
final class PythonCode {
    /** The variable by which Google's builds are told of another source file. */
    static final String SOURCE = "GOOGLE_FUNCTION_SOURCE";

    /** Bytes of source that are searched for a registration, all files together. */
    static final long SOURCE_BYTES_MAX = 8 << 20;

    private static final String USUAL = "main.py";
    private static final String DEBUG = "DEBUG";
    private static final Set<String> NO = Set.of("", "0", "false", "f", "no", "n", "off");
    private static final Pattern NAME = Pattern.compile("[\\p{Alpha}_]\\w*");
    /** A decorator, others below it, and the function. */
    private static final Pattern REGISTERED = Pattern.compile(
            "^@(?:[\\w.]+\\.)?(http|cloud_event|typed)\\b[^\\n]*\\n(?:[@#)\\s][^\\n]*\\n)*(?:async\\s+)?def\\s+(\\w+)",
            Pattern.MULTILINE);

    private static final Pattern LOCKED = Pattern.compile("^([\\w-]+)==", Pattern.MULTILINE);

    private PythonCode() {}

    /** Its source file within the code's folder. */
    static String source(Function function) {
        String said = function.spec().env().get(SOURCE);
        return said == null ? USUAL : said;
    }

    /** Notes what keeps the framework from finding the function. */
    static void check(Function function, Path code, List<Mistake> mistakes) {
        String target = function.spec().handler();
        if (target == null || !NAME.matcher(target).matches()) {
            mistakes.add(Mistake.at(
                    "spec.handler",
                    target,
                    "contract google-functions needs the name of a function in " + source(function)
                            + ", Google's entry point, for example hello_http"));
            return;
        }
        source(function, code, mistakes);
        String debug = function.spec().env().get(DEBUG);
        if (debug != null && !NO.contains(debug.toLowerCase(Locale.ROOT))) {
            mistakes.add(Mistake.at(
                    "spec.env." + DEBUG,
                    debug,
                    "the functions framework for Python reads this name and would start Flask's development server: leave it"
                            + " out, or say 0"));
        }
    }

    /** Notes what keeps a build from taking the source file. */
    static void source(Function function, Path code, List<Mistake> mistakes) {
        String source = source(function);
        String field = function.spec().env().containsKey(SOURCE) ? "spec.env." + SOURCE : "spec.code.path";
        String value = field.equals("spec.code.path") ? function.spec().code().path() : source;
        Path file = within(code, source);
        if (file == null || !source.endsWith(".py")) {
            mistakes.add(Mistake.at(
                    field, value, "must be a Python file within the code's folder, for example shop/main.py"));
            return;
        }
        if (!Files.isRegularFile(file)) {
            mistakes.add(Mistake.at(
                    field,
                    value,
                    "there is no file " + source + " in the folder"
                            + (source.equals(USUAL) ? "; " + SOURCE + " in env names another" : "")));
            return;
        }
        String target = function.spec().handler();
        try {
            String text = Files.readString(file, StandardCharsets.ISO_8859_1);
            if (target != null
                    && !Pattern.compile("\\b" + Pattern.quote(target) + "\\b")
                            .matcher(text)
                            .find()) {
                mistakes.add(Mistake.at("spec.handler", target, source + " has no function of that name"));
            }
        } catch (IOException unreadable) {
            mistakes.add(Mistake.at(field, value, source + " can't be read"));
        }
    }

    private static @Nullable Path within(Path code, String source) {
        try {
            Path file = code.resolve(source).normalize();
            return file.startsWith(code.normalize()) ? file : null;
        } catch (InvalidPathException noPath) {
            return null;
        }
    }

    /**
     * The signature under which the code registers {@code target} with the framework, as far as the text of the source file
     * and of those beside it shows it; null where it does not.
     */
    static @Nullable Signature registered(Function function, Path code, String target) {
        Path source = within(code, source(function));
        if (source == null || source.getParent() == null) {
            return null;
        }
        long left = SOURCE_BYTES_MAX;
        try (Stream<Path> files = Files.list(source.getParent())) {
            List<Path> all = files.filter(each -> each.toString().endsWith(".py") && Files.isRegularFile(each))
                    .sorted()
                    .toList();
            for (Path each : all) {
                left -= Files.size(each);
                if (left < 0) {
                    return null;
                }
                Matcher found = REGISTERED.matcher(Files.readString(each, StandardCharsets.ISO_8859_1));
                while (found.find()) {
                    if (found.group(2).equals(target)) {
                        return switch (found.group(1)) {
                            case "http" -> Signature.HTTP;
                            case "typed" -> Signature.TYPED;
                            default -> Signature.CLOUDEVENT;
                        };
                    }
                }
            }
            return null;
        } catch (IOException | UncheckedIOException unreadable) {
            return null; // the same folder is staged next, and that tells
        }
    }

    /** Whether the folder brings the framework itself, or one of the libraries it needs, as {@code pip install --target} leaves it. */
    static boolean bringsLibrary(Path code) {
        Set<String> ours = packages();
        try (Stream<Path> files = Files.list(code)) {
            return files.map(each -> String.valueOf(each.getFileName()))
                    .filter(name -> name.endsWith(".dist-info"))
                    .anyMatch(name -> ours.contains(plain(name.substring(0, name.indexOf('-')))));
        } catch (IOException unreadable) {
            throw new UncheckedIOException("code can't be read: " + code, unreadable);
        }
    }

    private static Set<String> packages() {
        return LOCKED.matcher(lock())
                .results()
                .map(each -> plain(each.group(1)))
                .collect(Collectors.toSet());
    }

    /** What is fetched where the code brings none. */
    static String lock() {
        return HostFiles.text(PythonCode.class, "python-packages.lock");
    }

    private static String plain(String name) {
        return name.toLowerCase(Locale.ROOT).replace('-', '_').replace('.', '_');
    }
}
