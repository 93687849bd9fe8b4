// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.keys;

import dev.weft.app.account.Stores;
import dev.weft.app.cli.CliException;
import dev.weft.app.cli.CliException.Exit;
import dev.weft.app.cli.Output;
import dev.weft.app.cli.Since;
import dev.weft.app.home.Home;
import dev.weft.store.AuditLog;
import dev.weft.store.Store;
import java.io.PrintWriter;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** Shows the audit trail. */
@Command(
        name = "audit",
        description = "Show who was refused, who asked to see or change what, and what was done to keys; newest last.",
        footer = {
            "",
            "A key that is 'not proved' was only named: whose request it was is not known. Kept are the newest 50,000"
                    + " lines of those and of the others, in Weft's folder, or in the PostgreSQL that WEFT_STORE names."
        })
public final class AuditCommand implements Runnable {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss").withZone(ZoneId.systemDefault());
    private static final List<String> HEADINGS =
            List.of("TIME", "OUTCOME", "API", "ACTION", "ON", "KEY", "FROM", "WHY");

    private final Map<String, String> environment;

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before run()
    private CommandSpec spec;

    @Mixin
    private Output output = new Output();

    @Option(
            names = "--since",
            paramLabel = "TIME",
            description = "Not older than this, for example 15m, 1h, 2d (default: all).")
    @Nullable
    private String since;

    @Option(
            names = {"-n", "--lines"},
            paramLabel = "LINES",
            defaultValue = "100",
            description = "The newest so many lines, at most 10000 (default: 100).")
    private int lines = 100;

    /** For this process's user. */
    public AuditCommand() {
        this(System.getenv());
    }

    /** For who has that environment. */
    AuditCommand(Map<String, String> environment) {
        this.environment = Map.copyOf(environment);
    }

    @Override
    public void run() {
        if (lines < 1 || lines > AuditLog.READ_MAX) {
            throw new CliException(Exit.USAGE, "--lines " + lines + ": must be from 1 to " + AuditLog.READ_MAX);
        }
        Instant from = since == null ? Instant.EPOCH : Instant.now().minus(Since.parse(since));
        List<AuditLog.Line> all;
        try (Store store = Stores.open(environment, Home.of(environment))) {
            all = store.audit().newest(lines, from);
        }
        PrintWriter out = spec.commandLine().getOut();
        if (output.forPeople()) {
            Output.table(out, HEADINGS, all.stream().map(AuditCommand::row).toList());
        } else {
            output.document(
                    out,
                    JsonMapper.shared()
                            .valueToTree(all.stream().map(AuditCommand::fields).toList()));
        }
    }

    private static List<String> row(AuditLog.Line line) {
        return List.of(
                TIME.format(line.entry().at()),
                word(line.entry().outcome()),
                line.entry().vendor(),
                line.entry().action(),
                plain(line.entry().on()),
                key(line),
                plain(line.entry().caller()),
                line.entry().why());
    }

    private static String key(AuditLog.Line line) {
        String id = line.entry().keyId();
        String named = line.keyName().isEmpty() ? id : line.keyName() + ' ' + id;
        return id.isEmpty() || line.entry().proved() ? plain(named) : named + " (not proved)";
    }

    private static String plain(String text) {
        return text.isEmpty() ? "-" : text;
    }

    private static String word(Enum<?> outcome) {
        return outcome.name().toLowerCase(Locale.ROOT);
    }

    private static Map<String, Object> fields(AuditLog.Line line) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("at", line.entry().at().toString());
        fields.put("vendor", line.entry().vendor());
        fields.put("action", line.entry().action());
        fields.put("on", line.entry().on());
        fields.put("keyId", line.entry().keyId());
        fields.put("keyName", line.keyName());
        fields.put("proved", line.entry().proved());
        fields.put("caller", line.entry().caller());
        fields.put("outcome", word(line.entry().outcome()));
        fields.put("why", line.entry().why());
        return fields;
    }
}
