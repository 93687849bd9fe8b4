// SPDX-License-Identifier: Apache-2.0
package dev.weft.control;

import dev.weft.api.Mistake;
import dev.weft.api.resource.Field;
import dev.weft.api.resource.Quantity;
import dev.weft.control.Shape.Component;
import java.lang.reflect.Constructor;
import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * Makes a record of a tree, by the record's own {@link Field}s. A field that is wrong is noted and a stand-in value
 * taken, so that one reading finds every mistake; the record is only good when nothing was noted.
 */
public final class RecordBinder {
    /** Entries of a map such as labels or env. */
    static final int TABLE_ENTRIES_MAX = 256;

    private static final int LIST_ITEMS_MAX = 1000;
    private static final Pattern PLAIN_KEY = Pattern.compile("[A-Za-z0-9_-]+");

    private static final ClassValue<Constructor<?>> CONSTRUCTORS = new ClassValue<>() {
        @Override
        protected Constructor<?> computeValue(Class<?> type) {
            Class<?>[] types = Arrays.stream(type.getRecordComponents())
                    .map(RecordComponent::getType)
                    .toArray(Class<?>[]::new);
            try {
                return type.getDeclaredConstructor(types);
            } catch (NoSuchMethodException broken) {
                throw new IllegalStateException("no " + type.getName() + " can be made of its own components", broken);
            }
        }
    };

    private final Findings findings;

    /** Notes go to {@code findings}. */
    RecordBinder(Findings findings) {
        this.findings = findings;
    }

    /**
     * The one document of {@code file}, which has neither apiVersion nor kind, as a {@code type}; null where something was noted
     * in {@code mistakes}. Messages call it {@code shown}.
     */
    public static <T extends Record> @Nullable T read(Path file, String shown, Class<T> type, List<Mistake> mistakes) {
        int before = mistakes.size();
        YamlReader yaml = new YamlReader(shown, mistakes);
        byte[] bytes = yaml.bytes(file);
        if (bytes == null) {
            return null;
        }
        List<Node> documents = yaml.read(bytes);
        Findings findings = new Findings(shown, mistakes);
        T bound = null;
        if (mistakes.size() == before && documents.size() != 1) {
            mistakes.add(Mistake.at(shown, null, "must be one document, and has " + documents.size()));
        } else if (mistakes.size() == before) {
            if (documents.getFirst() instanceof MappingNode map) {
                bound = new RecordBinder(findings).bind(type, map, "", Set.of());
            } else {
                findings.wrong(documents.getFirst(), "document", null, "must be a map");
            }
        }
        return mistakes.size() == before ? bound : null;
    }

    /** The fields of {@code node} as a {@code type}. {@code others} are keys that are read elsewhere. */
    <T extends Record> T bind(Class<T> type, MappingNode node, String path, Set<String> others) {
        List<Component> components = new Shape.Group(type).components();
        Set<String> known = new LinkedHashSet<>(others);
        components.forEach(component -> known.add(component.name()));
        Map<String, Node> values = entries(node, path, known);
        @Nullable Object[] arguments = new @Nullable Object[components.size()];
        for (int i = 0; i < arguments.length; i++) {
            Component component = components.get(i);
            Node value = values.get(component.name());
            arguments[i] = value(component, value, node, join(path, component.name()));
        }
        return construct(type, arguments);
    }

    /** The entries of a map by key; unknown and repeated keys are noted. */
    private Map<String, Node> entries(MappingNode node, String path, @Nullable Set<String> known) {
        Map<String, Node> entries = new LinkedHashMap<>();
        for (NodeTuple tuple : node.getValue()) {
            if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
                findings.wrong(tuple.getKeyNode(), path, null, "a key must be text, not a list or map");
                continue;
            }
            String name = key.getValue();
            String at = join(path, name);
            if (known != null && !known.contains(name)) {
                findings.wrong(key, at, null, "unknown key; " + Nearest.hint(name, known));
            } else if (entries.containsKey(name)) {
                findings.wrong(key, at, null, "stands here twice; keep one");
            } else {
                findings.seen(at, tuple.getValueNode());
                entries.put(name, tuple.getValueNode());
            }
        }
        return entries;
    }

    private @Nullable Object value(Component component, @Nullable Node node, Node around, String path) {
        Field field = component.field();
        boolean empty = node != null && node.getTag().equals(Tag.NULL);
        if (node == null || (empty && optionalCollection(component))) {
            if (!component.required()) {
                return absent(component);
            }
            findings.wrong(around, path, null, "is required" + hint(component.shape()));
            return standIn(component.shape());
        }
        if (!field.refused().isEmpty()) {
            findings.wrong(node, path, null, field.refused());
            return absent(component);
        }
        if (empty) {
            findings.wrong(
                    node, path, null, "has no value; give one" + (component.required() ? "" : " or leave the key out"));
            return standIn(component.shape());
        }
        return present(component.shape(), field, node, path);
    }

    /** A key with nothing after it: often all that it held is commented out. */
    static boolean optionalCollection(Component component) {
        boolean collection = component.shape() instanceof Shape.Many
                || component.shape() instanceof Shape.Table
                || component.shape() instanceof Shape.Group;
        return collection && !component.required();
    }

    private Object present(Shape shape, Field field, Node node, String path) {
        return switch (shape) {
            case Shape.Group group when node instanceof MappingNode map -> bind(group.type(), map, path, Set.of());
            case Shape.Many many when node instanceof SequenceNode list -> items(many, field, list, path);
            case Shape.Table _ when node instanceof MappingNode map -> table(field, map, path);
            case Shape.Group _, Shape.Many _, Shape.Table _, Shape.Anything _ -> unfit(shape, node, path);
            case Shape.Text _,
                    Shape.Whole _,
                    Shape.Decimal _,
                    Shape.Truth _,
                    Shape.Time _,
                    Shape.Bytes _,
                    Shape.Address _,
                    Shape.Word _ -> scalar(shape, field, node, path);
        };
    }

    private Object unfit(Shape shape, Node node, String path) {
        String what = shape instanceof Shape.Many ? "a list" : "a map";
        findings.wrong(node, path, null, "must be " + what + ", not " + kindOf(node));
        return standIn(shape);
    }

    private Object scalar(Shape shape, Field field, Node node, String path) {
        if (!(node instanceof ScalarNode scalar)) {
            findings.wrong(node, path, null, "must be one value, not " + kindOf(node));
            return standIn(shape);
        }
        try {
            return new ScalarReader(field).read(shape, scalar);
        } catch (IllegalArgumentException unfit) {
            findings.wrong(node, path, shown(shape, field, scalar), String.valueOf(unfit.getMessage()));
            return standIn(shape);
        }
    }

    private List<Object> items(Shape.Many many, Field field, SequenceNode list, String path) {
        List<Node> nodes = list.getValue();
        long max = Math.min(field.max(), LIST_ITEMS_MAX);
        if (nodes.size() > max) {
            findings.wrong(list, path, null, "has " + nodes.size() + " items; at most " + max + " are allowed");
            return List.of();
        }
        if (nodes.isEmpty() && field.required()) {
            findings.wrong(list, path, null, "must have at least one item");
        }
        List<Object> items = new ArrayList<>();
        for (int i = 0; i < nodes.size(); i++) {
            String at = path + '[' + i + ']';
            findings.seen(at, nodes.get(i));
            items.add(present(many.item(), field, nodes.get(i), at));
        }
        return Collections.unmodifiableList(items);
    }

    private Map<String, String> table(Field field, MappingNode map, String path) {
        Map<String, Node> entries = entries(map, path, null);
        if (entries.size() > TABLE_ENTRIES_MAX) {
            findings.wrong(
                    map,
                    path,
                    null,
                    "has " + entries.size() + " entries; at most " + TABLE_ENTRIES_MAX + " are allowed");
        }
        Map<String, String> table = new LinkedHashMap<>();
        entries.forEach((key, node) -> {
            String at = join(path, key);
            if (!ScalarReader.fits(field, key)) {
                findings.wrong(node, at, null, "the key must be " + field.patternSays());
            } else if (node instanceof ScalarNode scalar) {
                try {
                    table.put(key, ScalarReader.plainText(scalar, field.secret()));
                } catch (IllegalArgumentException unfit) {
                    findings.wrong(
                            node, at, shown(new Shape.Text(), field, scalar), String.valueOf(unfit.getMessage()));
                }
            } else {
                findings.wrong(node, at, null, "must be text, not " + kindOf(node));
            }
        });
        return Collections.unmodifiableMap(table);
    }

    private @Nullable Object absent(Component component) {
        Object fallback = component.fallbackValue();
        if (fallback != null) {
            return fallback;
        }
        return component.nullable() ? null : standIn(component.shape());
    }

    /** A harmless value of the right type: what an absent collection is, and what stands where a mistake was noted. */
    private Object standIn(Shape shape) {
        return switch (shape) {
            case Shape.Text _ -> "";
            case Shape.Whole _ -> 0;
            case Shape.Decimal _ -> BigDecimal.ZERO;
            case Shape.Truth _ -> false;
            case Shape.Time _ -> Duration.ZERO;
            case Shape.Bytes _ -> new Quantity(0);
            case Shape.Address _ -> URI.create("http://invalid");
            case Shape.Word word -> word.constants().getFirst();
            case Shape.Table _, Shape.Anything _ -> Map.of();
            case Shape.Many _ -> List.of();
            case Shape.Group group ->
                construct(
                        group.type(),
                        group.components().stream()
                                .map(each -> each.required() ? standIn(each.shape()) : absent(each))
                                .toArray());
        };
    }

    private static <T extends Record> T construct(Class<T> type, @Nullable Object[] arguments) {
        try {
            return type.cast(CONSTRUCTORS.get(type).newInstance(arguments));
        } catch (ReflectiveOperationException broken) {
            throw new IllegalStateException("no " + type.getName() + " can be made of its own components", broken);
        }
    }

    private static String hint(Shape shape) {
        return shape instanceof Shape.Word word ? "; allowed are " + String.join(", ", word.words()) : "";
    }

    private static @Nullable String shown(Shape shape, Field field, ScalarNode node) {
        boolean password = shape instanceof Shape.Address && node.getValue().contains("@");
        return field.secret() || password ? null : node.getValue();
    }

    private static String kindOf(Node node) {
        return switch (node.getNodeType()) {
            case MAPPING -> "a map";
            case SEQUENCE -> "a list";
            default -> node.getTag().equals(Tag.NULL) ? "nothing" : "a single value";
        };
    }

    /** {@code path.key}, or {@code path["key"]} where the key has other characters than words have. */
    static String join(String path, String key) {
        if (!PLAIN_KEY.matcher(key).matches()) {
            return path + "[\"" + key + "\"]";
        }
        return path.isEmpty() ? key : path + '.' + key;
    }
}
