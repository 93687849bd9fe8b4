// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.keys;

import dev.weft.app.cli.Output;
import dev.weft.store.AccessKeys;
import java.io.PrintWriter;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import tools.jackson.databind.json.JsonMapper;

/** {@code weft key list}. */
@Command(name = "list", description = "Show keys, never their secrets.")
final class KeyListCommand implements Runnable {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss").withZone(ZoneId.systemDefault());
    private static final List<String> HEADINGS = List.of("ID", "NAME", "NAMESPACE", "ROLE", "MADE", "ROTATED");

    @ParentCommand
    @SuppressWarnings("NullAway.Init") // picocli sets it before run()
    private KeyCommand parent;

    @Mixin
    private Output output = new Output();

    @Option(names = "--namespace", paramLabel = "NAMESPACE", description = "Of this namespace only (default: all).")
    @Nullable
    private String namespace;

    @Option(names = "--revoked", description = "Those that were revoked too, the newest thousand.")
    private boolean revoked;

    @Override
    public void run() {
        if (namespace != null) {
            KeyDesk.checkNamespace(namespace);
        }
        List<AccessKeys.Stored> all = parent.keys(keys -> revoked ? keys.all() : keys.good()).stream()
                .filter(each -> namespace == null || each.namespace().equals(namespace))
                .toList();
        PrintWriter out = parent.out();
        if (output.forPeople()) {
            List<String> headings = new ArrayList<>(HEADINGS);
            if (revoked) {
                headings.add("REVOKED");
            }
            Output.table(out, headings, all.stream().map(this::row).toList());
        } else {
            output.document(
                    out,
                    JsonMapper.shared()
                            .valueToTree(
                                    all.stream().map(KeyListCommand::fields).toList()));
        }
    }

    private List<String> row(AccessKeys.Stored key) {
        List<String> row = new ArrayList<>(List.of(
                key.id(),
                key.name(),
                key.namespace(),
                KeyWords.role(key.role()),
                TIME.format(key.made()),
                time(key.rotated())));
        if (revoked) {
            row.add(time(key.revoked()));
        }
        return row;
    }

    private static String time(@Nullable Instant at) {
        return at == null ? "-" : TIME.format(at);
    }

    private static Map<String, Object> fields(AccessKeys.Stored key) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("id", key.id());
        fields.put("name", key.name());
        fields.put("namespace", key.namespace());
        fields.put("role", KeyWords.role(key.role()));
        fields.put("made", key.made().toString());
        fields.put("rotated", key.rotated() == null ? null : key.rotated().toString());
        fields.put("revoked", key.revoked() == null ? null : key.revoked().toString());
        return fields;
    }
}
