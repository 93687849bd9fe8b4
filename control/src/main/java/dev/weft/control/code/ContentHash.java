// SPDX-License-Identifier: Apache-2.0
package dev.weft.control.code;

import dev.weft.api.Sha256;
import dev.weft.api.resource.Function;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A SHA-256 over all that makes a deployed function what it is: its spec, its environment and every file's name and bytes. */
public final class ContentHash {
    /** An editor's save may replace a file while it is read. */
    private static final int TRIES_MAX = 5;

    private static final int BUFFER_BYTES = 64 << 10;

    private final MessageDigest digest = Sha256.begin();

    private ContentHash() {}

    /** The hash, in hex. Blocking; an {@link UncheckedIOException} where the folder cannot be read. */
    public static String of(Function function, Path code, Map<String, String> env) {
        NoSuchFileException vanished = null;
        for (int i = 0; i < TRIES_MAX; i++) {
            try {
                return new ContentHash().all(function, code, env);
            } catch (NoSuchFileException gone) {
                vanished = gone;
            } catch (IOException unreadable) {
                throw new UncheckedIOException("the code of " + function.name() + " cannot be read", unreadable);
            }
        }
        throw new UncheckedIOException(
                "the code of " + function.name() + " kept changing while it was read",
                vanished == null ? new IOException(code.toString()) : vanished);
    }

    private String all(Function function, Path code, Map<String, String> env) throws IOException {
        value(function.spec());
        value(env);
        if (function.spec().code().image() != null) {
            return HexFormat.of().formatHex(digest.digest()); // the folder is the document's, and no code
        }
        for (Path file : CodeFolder.files(code)) {
            text(code.relativize(file).toString());
            if (Files.isSymbolicLink(file)) {
                text("link");
                text(Files.readSymbolicLink(file).toString());
            } else {
                text(Files.isExecutable(file) ? "program" : "file");
                bytes(file);
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }

    /** Maps sorted, so that their order in the document means nothing. */
    private void value(@Nullable Object value) {
        switch (value) {
            case null -> text("null");
            case Record record -> {
                for (RecordComponent component : record.getClass().getRecordComponents()) {
                    text(component.getName());
                    value(read(component, record));
                }
            }
            case Map<?, ?> map -> {
                Map<String, String> sorted = new TreeMap<>();
                map.forEach((key, each) -> sorted.put(String.valueOf(key), String.valueOf(each)));
                text("map " + sorted.size());
                sorted.forEach((key, each) -> {
                    text(key);
                    text(each);
                });
            }
            case List<?> list -> {
                text("list " + list.size());
                list.forEach(this::value);
            }
            default -> text(value.toString());
        }
    }

    private static @Nullable Object read(RecordComponent component, Record record) {
        try {
            return component.getAccessor().invoke(record);
        } catch (ReflectiveOperationException broken) {
            throw new IllegalStateException("a public record's accessor can be called: " + component, broken);
        }
    }

    private void text(String text) {
        Sha256.add(digest, text);
    }

    private void bytes(Path file) throws IOException {
        long size = 0;
        try (InputStream in = Files.newInputStream(file)) {
            byte[] buffer = new byte[BUFFER_BYTES];
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                digest.update(buffer, 0, count);
                size += count;
            }
        }
        text(Long.toString(size));
    }
}
