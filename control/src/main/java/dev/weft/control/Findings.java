// SPDX-License-Identifier: Apache-2.0
package dev.weft.control;

import dev.weft.api.Mistake;
import dev.weft.api.Mistake.Position;
import dev.weft.control.placement.PlacementChecks;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.Node;

/** What reading one document found: where each field stands, and what is wrong. Not for use by two threads at once. */
final class Findings implements PlacementChecks.Notes {
    private static final int VALUE_LENGTH_MAX = 80;

    private final String file;
    private final List<Mistake> mistakes;
    private final Places places;
    private final Set<String> broken = new HashSet<>();

    /**
     * The fields that a document gives, and where each stands. Asked little, and kept for as long as the document's file
     * stays as it is: two arrays, not a map.
     */
    static final class Places {
        private static final int FIELDS_FIRST = 32;

        private String[] paths = new String[FIELDS_FIRST];
        private long[] marks = new long[FIELDS_FIRST];
        private int count;

        private void add(String path, Position at) {
            if (count == paths.length) {
                paths = Arrays.copyOf(paths, 2 * count);
                marks = Arrays.copyOf(marks, 2 * count);
            }
            paths[count] = path;
            marks[count++] = (long) at.line() << Integer.SIZE | at.column();
        }

        private int find(String path) {
            int at = count - 1;
            while (at >= 0 && !paths[at].equals(path)) {
                at--;
            }
            return at;
        }

        private Position position(String file, int at) {
            return new Position(file, (int) (marks[at] >> Integer.SIZE), (int) marks[at]);
        }

        /** No longer than it has to be, its texts those of {@code known}, which documents of one kind share. */
        void trim(Map<String, String> known) {
            paths = Arrays.copyOf(paths, count);
            marks = Arrays.copyOf(marks, count);
            Arrays.setAll(paths, at -> known.computeIfAbsent(paths[at], path -> path));
        }
    }

    /** Of a document that is about to be read. Mistakes go to {@code mistakes}. */
    Findings(String file, List<Mistake> mistakes) {
        this(file, mistakes, new Places());
    }

    /** Of a document that was read before, without a mistake. */
    Findings(String file, List<Mistake> mistakes, Places places) {
        this.file = file;
        this.mistakes = mistakes;
        this.places = places;
    }

    /** Whether {@code path} and all it stands in were read without a mistake, so that a further check makes sense. */
    @Override
    public boolean sound(String path) {
        for (String at = path; !broken.isEmpty() && !at.isEmpty(); at = parent(at)) {
            if (broken.contains(at)) {
                return false;
            }
        }
        return true;
    }

    /** The field {@code path} stands at {@code node}. */
    void seen(String path, Node node) {
        places.add(path, position(node));
    }

    /** Whether the document itself gives {@code path}. */
    boolean given(String path) {
        return places.find(path) >= 0;
    }

    /** What {@link #seen} was told. */
    Places places() {
        return places;
    }

    /** A mistake at {@code node}; its field counts as broken. */
    void wrong(Node node, String path, @Nullable String value, String message) {
        broken.add(path);
        mistakes.add(new Mistake(position(node), path, cut(value), message));
    }

    /** A mistake at the field {@code path}, or at the nearest around it that the document gives. */
    @Override
    public void wrong(String path, @Nullable String value, String message) {
        broken.add(path);
        mistakes.add(new Mistake(position(path), path, cut(value), message));
    }

    /** Where the field {@code path} stands, or the nearest around it that the document gives. */
    Position position(String path) {
        String at = path;
        while (!at.isEmpty() && !given(at)) {
            at = parent(at);
        }
        int found = places.find(at);
        return found < 0 ? new Position(file, 1, 1) : places.position(file, found);
    }

    private Position position(Node node) {
        return node.getStartMark()
                .map(mark -> new Position(file, mark.getLine() + 1, mark.getColumn() + 1))
                .orElseGet(() -> new Position(file, 1, 1));
    }

    private static String parent(String path) {
        if (path.endsWith("\"]")) {
            return path.substring(0, Math.max(path.lastIndexOf("[\""), 0));
        }
        return path.substring(0, Math.max(Math.max(path.lastIndexOf('.'), path.lastIndexOf('[')), 0));
    }

    private static @Nullable String cut(@Nullable String value) {
        return value == null || value.length() <= VALUE_LENGTH_MAX ? value : value.substring(0, VALUE_LENGTH_MAX) + "…";
    }
}
