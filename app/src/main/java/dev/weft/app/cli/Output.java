// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;
import picocli.CommandLine.Option;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** How a command prints what it got: a table for people, JSON or YAML for machines. */
public final class Output {
    private static final String GAP = "   ";

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            defaultValue = "table",
            description = "${COMPLETION-CANDIDATES} (default: table).")
    Format format = Format.table;

    /** The formats, in lower case because that is how they are typed. */
    @SuppressWarnings("checkstyle:ConstantName")
    public enum Format {
        /** For people. */
        table,
        /** For machines. */
        json,
        /** For machines and people. */
        yaml
    }

    /** A column: its heading, and what of an item stands in it. */
    public record Column(String heading, java.util.function.Function<JsonNode, String> cell) {
        static Column of(String heading, String field) {
            return new Column(heading, item -> plain(item.path(field)));
        }
    }

    /** Prints {@code items} as {@link #format} says. */
    public void print(PrintWriter out, JsonNode items, List<Column> columns) {
        if (format == Format.table) {
            table(out, items, columns);
        } else {
            document(out, items);
        }
    }

    /** Prints {@code json} as it is, in JSON or YAML. */
    public void document(PrintWriter out, JsonNode json) {
        if (format == Format.yaml) {
            Object plain = JsonMapper.shared().treeToValue(json, Object.class);
            out.print(new Dump(DumpSettings.builder()
                            .setDefaultFlowStyle(FlowStyle.BLOCK)
                            .build())
                    .dumpToString(plain));
        } else {
            out.println(JsonMapper.shared()
                    .writer()
                    .with(SerializationFeature.INDENT_OUTPUT)
                    .writeValueAsString(json));
        }
        out.flush();
    }

    /** Whether a table is asked for. */
    public boolean forPeople() {
        return format == Format.table;
    }

    /** Prints a table; each column is as wide as its widest cell. */
    static void table(PrintWriter out, JsonNode items, List<Column> columns) {
        List<List<String>> rows = new ArrayList<>();
        items.forEach(
                item -> rows.add(columns.stream().map(c -> c.cell().apply(item)).toList()));
        table(out, columns.stream().map(Column::heading).toList(), rows);
    }

    /** Prints a table of text. */
    public static void table(PrintWriter out, List<String> headings, List<List<String>> rows) {
        int[] widths = new int[headings.size()];
        List<List<String>> all = new ArrayList<>();
        all.add(headings);
        all.addAll(rows);
        for (List<String> row : all) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        for (List<String> row : all) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < widths.length; i++) {
                line.append(i == 0 ? "" : GAP)
                        .append(row.get(i))
                        .repeat(' ', widths[i] - row.get(i).length());
            }
            out.println(line.toString().stripTrailing());
        }
        out.flush();
    }

    static String plain(JsonNode value) {
        if (value.isNull() || value.isMissingNode()) {
            return "-";
        }
        if (value.isArray()) {
            List<String> parts = new ArrayList<>();
            value.forEach(each -> parts.add(plain(each)));
            return parts.isEmpty() ? "-" : String.join(", ", parts);
        }
        return value.asString();
    }
}
