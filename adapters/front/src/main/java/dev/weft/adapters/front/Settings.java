// SPDX-License-Identifier: Apache-2.0
package dev.weft.adapters.front;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What was settled when the function was packaged.
 *
 * @param here where the adapter's files are
 * @param root where the function's are
 * @param clock the machine's, where the program begins
 */
record Settings(Path here, Path root, Map<?, ?> said, InstantSource clock) {
    private static final String FILE = "adapter.json";
    private static final String FOLDER = "weft_adapter";

    /** Those that lie beside the jar that this class is in, or beside that jar's folder of the adapter. */
    static Settings read() throws IOException {
        CodeSource source = Settings.class.getProtectionDomain().getCodeSource();
        try {
            Path folder = Path.of(source.getLocation().toURI()).toAbsolutePath().getParent();
            while (folder != null && !Files.isRegularFile(folder.resolve(FOLDER).resolve(FILE))) {
                folder = folder.getParent();
            }
            if (folder == null) {
                throw new IOException("there is no " + FOLDER + '/' + FILE + " above " + source.getLocation());
            }
            return of(folder);
        } catch (URISyntaxException noFile) {
            throw new IOException("not loaded from a file: " + source.getLocation(), noFile);
        }
    }

    /** Those of the function in folder {@code root}. */
    static Settings of(Path root) throws IOException {
        Path here = root.resolve(FOLDER);
        Object read = Json.read(Files.readString(here.resolve(FILE)));
        if (read instanceof Map<?, ?> said) {
            return new Settings(here, root, said, InstantSource.system());
        }
        throw new IOException(here.resolve(FILE) + " is no object");
    }

    String contract() {
        return word("contract");
    }

    String target() {
        return word("target");
    }

    String name() {
        return word("name");
    }

    String handler() {
        return word("handler");
    }

    String runtime() {
        return word("runtime");
    }

    /** Where events of an Azure function are POSTed. */
    String route() {
        return word("route");
    }

    /** For the code's own JVM: what is left beside the front's; of little memory, half. */
    long heapMebibytes() {
        return Math.max(memoryMebibytes() / 2, memoryMebibytes() - Front.MEMORY_MEBIBYTES);
    }

    /** Whether a request's body is the event, and nothing else of it. */
    boolean raw() {
        return word("payload").equals("raw");
    }

    long timeoutMillis() {
        return number("timeoutMillis");
    }

    long memoryMebibytes() {
        return number("memoryMebibytes");
    }

    List<String> command() {
        return said.get("command") instanceof List<?> all
                ? all.stream().map(String::valueOf).toList()
                : List.of();
    }

    /** Until when a call that is handed over now may take: what the platform said, but no longer than the function's timeout. */
    long untilMillis(long platforms) {
        long own = clock.millis() + timeoutMillis();
        return platforms > 0 ? Math.min(platforms, own) : own;
    }

    private String word(String name) {
        Object value = said.get(name);
        return value == null ? "" : value.toString();
    }

    private long number(String name) {
        @Nullable Object value = said.get(name);
        if (value instanceof Number number) {
            return number.longValue();
        }
        throw new IllegalStateException(FILE + ": " + name + " is no number: " + value);
    }
}
