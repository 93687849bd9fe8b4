// SPDX-License-Identifier: Apache-2.0
package dev.weft.control.form;

import dev.weft.api.Mistake;
import dev.weft.api.spi.DocumentForm;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.constructor.StandardConstructor;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.schema.CoreSchema;

/** A document of another API, and the tree of the Function that it comes to: every node of that stands where the document begins. */
public final class ForeignDocument {
    private static final List<DocumentForm> FORMS = ServiceLoader.load(DocumentForm.class).stream()
            .map(ServiceLoader.Provider::get)
            .toList();

    private final DocumentForm form;
    private final MappingNode document;

    private ForeignDocument(DocumentForm form, MappingNode document) {
        this.form = form;
        this.document = document;
    }

    /** Null where nobody reads documents of that version and kind. */
    public static @Nullable ForeignDocument of(
            @Nullable String apiVersion, @Nullable String kind, MappingNode document) {
        for (DocumentForm each : FORMS) {
            if (each.apiVersion().equals(apiVersion) && each.kind().equals(kind)) {
                return new ForeignDocument(each, document);
            }
        }
        return null;
    }

    /** Hears what is wrong, and where it stands. */
    @FunctionalInterface
    public interface Notes {
        void wrong(Node node, String field, @Nullable String value, String message);
    }

    /** The Function's tree; null where something was noted. */
    public @Nullable MappingNode function(Notes notes) {
        Map<String, Object> said;
        try {
            said = said();
        } catch (YamlEngineException unclear) {
            notes.wrong(document, "document", null, String.valueOf(unclear.getMessage()));
            return null;
        }
        return switch (form.read(said)) {
            case DocumentForm.Read.As(Map<String, Object> function) -> (MappingNode) tree(function);
            case DocumentForm.Read.Wrong(List<Mistake> mistakes) -> {
                mistakes.forEach(each -> notes.wrong(at(each.field()), each.field(), each.value(), each.message()));
                yield null;
            }
        };
    }

    private Map<String, Object> said() {
        LoadSettings settings =
                LoadSettings.builder().setSchema(new CoreSchema()).build();
        Object value = new StandardConstructor(settings).constructSingleDocument(Optional.of(document));
        Map<String, Object> said = new LinkedHashMap<>();
        if (value instanceof Map<?, ?> map) {
            map.forEach((name, each) -> said.put(String.valueOf(name), each));
        }
        return said;
    }

    /** Where a field stands, {@code spec.items[0].name} or {@code labels[a.b/c]}, or the nearest around it that there is. */
    private Node at(String field) {
        Node node = document;
        for (String each : field.split("\\.(?![^\\[]*])|\\[|]", -1)) {
            Node inner = each.isEmpty() ? node : inner(node, each);
            if (inner == null) {
                return node;
            }
            node = inner;
        }
        return node;
    }

    private static @Nullable Node inner(Node node, String name) {
        return switch (node) {
            case MappingNode map ->
                map.getValue().stream()
                        .filter(each -> each.getKeyNode() instanceof ScalarNode key
                                && key.getValue().equals(name))
                        .map(NodeTuple::getValueNode)
                        .findFirst()
                        .orElse(null);
            case SequenceNode list ->
                name.matches("[0-9]{1,4}")
                                && Integer.parseInt(name) < list.getValue().size()
                        ? list.getValue().get(Integer.parseInt(name))
                        : null;
            default -> null;
        };
    }

    private Node tree(Object value) {
        return switch (value) {
            case Map<?, ?> map -> {
                List<NodeTuple> fields = new ArrayList<>();
                map.forEach(
                        (name, each) -> fields.add(new NodeTuple(scalar(String.valueOf(name), Tag.STR), tree(each))));
                yield new MappingNode(
                        Tag.MAP, true, fields, FlowStyle.BLOCK, document.getStartMark(), document.getEndMark());
            }
            case List<?> list ->
                new SequenceNode(
                        Tag.SEQ,
                        true,
                        list.stream().map(this::tree).toList(),
                        FlowStyle.BLOCK,
                        document.getStartMark(),
                        document.getEndMark());
            case Integer number -> scalar(number.toString(), Tag.INT);
            case Boolean truth -> scalar(truth.toString(), Tag.BOOL);
            default -> scalar(value.toString(), Tag.STR);
        };
    }

    private ScalarNode scalar(String value, Tag tag) {
        return new ScalarNode(
                tag, true, value, ScalarStyle.DOUBLE_QUOTED, document.getStartMark(), document.getEndMark());
    }
}
