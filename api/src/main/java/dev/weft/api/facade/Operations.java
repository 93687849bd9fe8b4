// SPDX-License-Identifier: Apache-2.0
package dev.weft.api.facade;

import dev.weft.api.RequestLine;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What each method and path of a vendor's API is called. Pure. */
public final class Operations {
    private static final String ANY = "*";

    private final String root;
    private final List<Operation> all;

    /**
     * Those of {@code table}, below {@code root}.
     *
     * @param root begins and ends with {@code /}
     * @param table a line each: method, path below the root, name; {@code *} stands for one segment that is not empty
     */
    public Operations(String root, String table) {
        this.root = root;
        this.all = table.lines().map(Operation::of).toList();
    }

    /**
     * One that is asked for.
     *
     * @param names what stands in place of each {@code *}, decoded
     */
    public record Asked(String action, List<String> names) {
        /** The first name; empty where the path has none. */
        public String on() {
            return names.isEmpty() ? "" : names.getFirst();
        }
    }

    private record Operation(String method, List<String> path, String action) {
        static Operation of(String line) {
            String[] parts = line.split(" ", -1);
            if (parts.length != 3) {
                throw new IllegalArgumentException("an operation is method, path and name, got '" + line + "'");
            }
            return new Operation(parts[0], List.of(parts[1].split("/", -1)), parts[2]);
        }

        boolean is(String asked, String[] segments) {
            if (path.size() != segments.length || !method.equals(asked)) {
                return false;
            }
            for (int i = 0; i < segments.length; i++) {
                if (path.get(i).equals(ANY)
                        ? segments[i].isEmpty()
                        : !path.get(i).equals(segments[i])) {
                    return false;
                }
            }
            return true;
        }

        Asked asked(String[] segments) {
            List<String> names = new ArrayList<>();
            for (int i = 0; i < segments.length; i++) {
                if (path.get(i).equals(ANY)) {
                    names.add(decoded(segments[i]));
                }
            }
            return new Asked(action, List.copyOf(names));
        }
    }

    /** Null where the API has no such method and path. */
    public @Nullable Asked find(RequestLine line) {
        if (!line.path().startsWith(root)) {
            return null;
        }
        String[] segments = line.path().substring(root.length()).split("/", -1);
        for (Operation each : all) {
            if (each.is(line.method(), segments)) {
                return each.asked(segments);
            }
        }
        return null;
    }

    private static String decoded(String segment) {
        try {
            return URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException asItIs) {
            return segment;
        }
    }

    /** The query's values by name, of each name the first; null where it is not encoded as it must be. */
    public static @Nullable Map<String, String> query(RequestLine line) {
        Map<String, String> query = new TreeMap<>();
        String raw = line.query();
        if (raw == null) {
            return query;
        }
        try {
            for (String pair : raw.split("&", -1)) {
                int equals = pair.indexOf('=');
                query.putIfAbsent(
                        URLDecoder.decode(equals < 0 ? pair : pair.substring(0, equals), StandardCharsets.UTF_8),
                        equals < 0 ? "" : URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
            }
            return query;
        } catch (IllegalArgumentException notEncoded) {
            return null;
        }
    }
}
