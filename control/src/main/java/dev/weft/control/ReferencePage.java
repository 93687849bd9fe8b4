// SPDX-License-Identifier: Apache-2.0
package dev.weft.control;

import dev.weft.api.resource.Durations;
import dev.weft.api.resource.Field;
import dev.weft.api.resource.Quantity;
import dev.weft.control.Shape.Component;
import java.time.Duration;
import java.util.List;

/** The page that lists every field of every document, in Markdown, from the same records as the reader. */
public final class ReferencePage {
    private final StringBuilder out = new StringBuilder();

    private ReferencePage() {}

    /** The page's text. */
    public static String generate() {
        ReferencePage page = new ReferencePage();
        page.out.append("""
                <!-- Generated from the records in dev.weft.api.resource; a test compares. Do not edit. -->
                # weft.yaml: every field

                A file holds any number of documents, separated by `---`. Each has `apiVersion`, `kind`, `metadata` and `spec`.
                A key that is not listed here is a mistake. Durations are written like `300ms`, `10s`, `1h30m`; sizes like
                `256Mi`, `1Gi`; text that looks like a number, `true` or `false` must be quoted. The same, for editors:
                [weft.schema.json](weft.schema.json).
                """);
        ManifestReader.KINDS.forEach(page::kind);
        return page.out.toString();
    }

    private void kind(String name, ManifestReader.Kind<?> kind) {
        out.append("\n## ")
                .append(name)
                .append("\n\n`apiVersion: ")
                .append(kind.apiVersion())
                .append("`\n\n");
        out.append("| field | value | if left out | meaning |\n|---|---|---|---|\n");
        rows("", new Shape.Group(kind.type()).components());
    }

    private void rows(String path, List<Component> components) {
        for (Component component : components) {
            String at = path.isEmpty() ? component.name() : path + '.' + component.name();
            Field field = component.field();
            boolean refused = !field.refused().isEmpty();
            row(
                    '`' + at + '`',
                    refused ? "refused" : value(component.shape(), field),
                    leftOut(component),
                    field.doc() + (refused ? " Refused for now: " + field.refused() + '.' : ""));
            if (!refused) {
                children(at, component.shape());
            }
        }
    }

    private void children(String path, Shape shape) {
        if (shape instanceof Shape.Group group) {
            rows(path, group.components());
        } else if (shape instanceof Shape.Many many) {
            children(path + "[]", many.item());
        }
    }

    private static String leftOut(Component component) {
        String fallback = component.fallback();
        if (component.required()) {
            return "**required**";
        }
        return fallback == null ? "none" : '`' + fallback + '`';
    }

    private static String value(Shape shape, Field field) {
        return switch (shape) {
            case Shape.Text _ -> field.patternSays().isEmpty() ? "text" : field.patternSays();
            case Shape.Whole _ -> "whole number, " + field.min() + " to " + field.max() + orOpen("0", field);
            case Shape.Decimal _ -> "number, " + field.min() + " to " + field.max();
            case Shape.Truth _ -> "`true` or `false`";
            case Shape.Time _ ->
                "duration, " + Durations.text(Duration.ofMillis(field.min())) + " to "
                        + Durations.text(Duration.ofMillis(field.max())) + orOpen("0s", field);
            case Shape.Bytes _ ->
                "size, " + new Quantity(field.min()) + " to " + new Quantity(field.max()) + orOpen("0", field);
            case Shape.Address _ -> "http or https URL";
            case Shape.Word word -> "one of `" + String.join("`, `", word.words()) + '`';
            case Shape.Table _ ->
                field.patternSays().isEmpty() ? "map of texts" : "map of texts; keys: " + field.patternSays();
            case Shape.Anything _ -> "map";
            case Shape.Many many -> list(many, field);
            case Shape.Group _ -> "map";
        };
    }

    private static String orOpen(String zero, Field field) {
        return field.open() ? ", or `" + zero + "`: the cloud decides" : "";
    }

    private static String list(Shape.Many many, Field field) {
        String items = many.item() instanceof Shape.Group ? "maps" : "texts";
        String least = field.required() ? "1 to " : "up to ";
        return "list of " + least + field.max() + ' ' + items;
    }

    private void row(String... cells) {
        for (String cell : cells) {
            out.append("| ").append(cell.replace("|", "\\|")).append(' ');
        }
        out.append("|\n");
    }
}
