// SPDX-License-Identifier: Apache-2.0
package dev.weft.control;

import dev.weft.api.resource.Function;
import dev.weft.control.ManifestReader.Source;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Puts the values of environment variables and files in place of the references to them in a function's environment;
 * a doubled dollar sign keeps what looks like one. What a reference brings is a secret, unless it says plain. Messages name references, never a value.
 */
final class References {
    /** Size of a file that a value is read from. */
    static final int FILE_BYTES_MAX = 64 << 10;

    /** Before a reference to what is no secret. */
    private static final String PLAIN = "plain:";

    private final Map<String, String> environment;

    /** Variables come from {@code environment}. */
    References(Map<String, String> environment) {
        this.environment = environment;
    }

    /**
     * A function's environment.
     *
     * @param values with every reference resolved
     * @param secrets names of those that hold what a reference brought, unless it said that this is plain
     */
    record Resolved(Map<String, String> values, Set<String> secrets) {
        @Override
        public String toString() {
            return "Resolved[redacted]";
        }
    }

    /** The environment of {@code source}'s function with every reference resolved. */
    Resolved resolve(Source<Function> source) {
        Map<String, String> resolved = new LinkedHashMap<>();
        Set<String> secrets = new HashSet<>();
        source.document().spec().env().forEach((name, value) -> {
            String path = RecordBinder.join("spec.env", name);
            Out out = new Out();
            resolve(value, path, source, out);
            String text = out.text.toString();
            if (text.indexOf('\0') >= 0) {
                source.findings().wrong(path, null, "contains a zero byte, which no environment variable can hold");
            }
            resolved.put(name, text);
            if (out.secret) {
                secrets.add(name);
            }
        });
        return new Resolved(Map.copyOf(resolved), Set.copyOf(secrets));
    }

    /** One value so far. */
    private static final class Out {
        final StringBuilder text = new StringBuilder();
        boolean secret;
    }

    private void resolve(String value, String path, Source<Function> source, Out out) {
        int at = 0;
        while (at < value.length()) {
            if (value.startsWith("$${", at)) {
                out.text.append("${");
                at += 3;
            } else if (value.startsWith("${", at)) {
                int end = value.indexOf('}', at);
                if (end < 0) {
                    source.findings().wrong(path, null, "has a ${ without its }; write $${ for a literal ${");
                    return;
                }
                String inside = value.substring(at + 2, end);
                boolean plain = inside.startsWith(PLAIN);
                String found =
                        reference(plain ? inside.substring(PLAIN.length()) : inside, "${" + inside + '}', path, source);
                out.text.append(found == null ? "" : found);
                out.secret |= !plain;
                at = end + 1;
            } else {
                out.text.append(value.charAt(at++));
            }
        }
    }

    private @Nullable String reference(String inside, String shown, String path, Source<Function> source) {
        if (inside.startsWith("env:")) {
            String name = inside.substring("env:".length());
            String value = environment.get(name);
            if (value == null) {
                source.findings().wrong(path, shown, "the environment variable " + name + " is not set");
            }
            return value;
        }
        if (inside.startsWith("file:")) {
            return file(inside.substring("file:".length()), path, shown, source);
        }
        source.findings()
                .wrong(
                        path,
                        shown,
                        "is no reference; use ${env:NAME} or ${file:PATH}, ${plain:env:NAME} where it is no secret, or $${"
                                + " for a literal ${");
        return null;
    }

    private static @Nullable String file(String name, String path, String shown, Source<Function> source) {
        try {
            Path file = source.folder().resolve(name);
            if (!Files.isRegularFile(file)) {
                source.findings().wrong(path, shown, "there is no file " + file.normalize());
                return null;
            }
            long size = Files.size(file);
            if (size > FILE_BYTES_MAX) {
                source.findings()
                        .wrong(path, shown, "the file has " + size + " of at most " + FILE_BYTES_MAX + " bytes");
                return null;
            }
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(Files.readAllBytes(file)))
                    .toString();
            return withoutLastNewline(text);
        } catch (CharacterCodingException notText) {
            source.findings().wrong(path, shown, "the file is not UTF-8 text");
        } catch (InvalidPathException | IOException unreadable) {
            source.findings()
                    .wrong(
                            path,
                            shown,
                            "the file cannot be read: " + unreadable.getClass().getSimpleName());
        }
        return null;
    }

    private static String withoutLastNewline(String text) {
        if (text.endsWith("\r\n")) {
            return text.substring(0, text.length() - 2);
        }
        return text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
    }
}
