// SPDX-License-Identifier: Apache-2.0
package dev.weft.control;

import dev.weft.api.Mistake;
import dev.weft.api.Mistake.Position;
import dev.weft.control.placement.PlacementChecks;
import java.util.HashMap;
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
    private final Map<String, Position> positions = new HashMap<>();
    private final Set<String> broken = new HashSet<>();

    /** Mistakes go to {@code mistakes}. */
    Findings(String file, List<Mistake> mistakes) {
        this.file = file;
        this.mistakes = mistakes;
    }

    /** The field {@code path} stands at {@code node}. */
    void seen(String path, Node node) {
        positions.put(path, position(node));
    }

    /** Whether the document itself gives {@code path}. */
    boolean given(String path) {
        return positions.containsKey(path);
    }

    /** Whether {@code path} and all it stands in were read without a mistake, so that a further check makes sense. */
    @Override
    public boolean sound(String path) {
        for (String at = path; !at.isEmpty(); at = parent(at)) {
            if (broken.contains(at)) {
                return false;
            }
        }
        return true;
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
        while (!at.isEmpty() && !positions.containsKey(at)) {
            at = parent(at);
        }
        return positions.getOrDefault(at, new Position(file, 1, 1));
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
