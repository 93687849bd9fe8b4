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
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Puts the values of environment variables and files in place of the references to them in a function's environment;
 * a doubled dollar sign keeps what looks like one. Messages name references, never a value.
 */
final class References {
    /** Size of a file that a value is read from. */
    static final int FILE_BYTES_MAX = 64 << 10;

    private final Map<String, String> environment;

    /** Variables come from {@code environment}. */
    References(Map<String, String> environment) {
        this.environment = environment;
    }

    /** The environment of {@code source}'s function with every reference resolved. */
    Map<String, String> resolve(Source<Function> source) {
        Map<String, String> resolved = new LinkedHashMap<>();
        source.document().spec().env().forEach((name, value) -> {
            String path = RecordBinder.join("spec.env", name);
            String text = resolve(value, path, source);
            if (text.indexOf('\0') >= 0) {
                source.findings().wrong(path, null, "contains a zero byte, which no environment variable can hold");
            }
            resolved.put(name, text);
        });
        return resolved;
    }

    private String resolve(String value, String path, Source<Function> source) {
        StringBuilder out = new StringBuilder();
        int at = 0;
        while (at < value.length()) {
            if (value.startsWith("$${", at)) {
                out.append("${");
                at += 3;
            } else if (value.startsWith("${", at)) {
                int end = value.indexOf('}', at);
                if (end < 0) {
                    source.findings().wrong(path, null, "has a ${ without its }; write $${ for a literal ${");
                    return "";
                }
                String found = reference(value.substring(at + 2, end), path, source);
                out.append(found == null ? "" : found);
                at = end + 1;
            } else {
                out.append(value.charAt(at++));
            }
        }
        return out.toString();
    }

    private @Nullable String reference(String inside, String path, Source<Function> source) {
        String shown = "${" + inside + '}';
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
                .wrong(path, shown, "is no reference; use ${env:NAME} or ${file:PATH}, or $${ for a literal ${");
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
