// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.account;

import dev.weft.app.cli.CliException;
import dev.weft.app.cli.CliException.Exit;
import dev.weft.app.cli.Output;
import dev.weft.store.History;
import dev.weft.store.Store;
import java.io.PrintWriter;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** Shows who changed what, and when. */
@Command(
        name = "history",
        description = "Show who applied, destroyed or rolled back what of an application, and when, newest first.",
        footer = {"", "It is kept in Weft's folder, or in the PostgreSQL that WEFT_STORE names."})
public final class HistoryCommand implements Callable<Integer> {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss").withZone(ZoneId.systemDefault());

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before call()
    private CommandSpec spec;

    @Mixin
    private DocumentFiles files = new DocumentFiles();

    @Mixin
    private Output output = new Output();

    @Option(
            names = {"-n", "--runs"},
            paramLabel = "RUNS",
            defaultValue = "20",
            description = "The newest so many runs, at most 1000 (default: 20).")
    private int runs = 20;

    @Override
    public Integer call() {
        if (runs < 1 || runs > History.RUNS_MAX) {
            throw new CliException(Exit.USAGE, "--runs " + runs + ": must be from 1 to " + History.RUNS_MAX);
        }
        PrintWriter out = spec.commandLine().getOut();
        try (AccountSession session = AccountSession.open(
                        files.paths,
                        AccountSession.Depth.CLOUDS,
                        spec.commandLine().getErr());
                Store store = Stores.open(System.getenv())) {
            List<History.Run> all = store.history().newest(session.name(), runs);
            if (!output.forPeople()) {
                output.document(
                        out,
                        JsonMapper.shared()
                                .valueToTree(
                                        all.stream().map(HistoryCommand::fields).toList()));
                return 0;
            }
            all.forEach(each -> print(each, out));
            if (all.isEmpty()) {
                out.println("nothing was changed yet by a Weft that keeps its history here");
            }
            out.flush();
            return 0;
        }
    }

    private static void print(History.Run run, PrintWriter out) {
        out.println(TIME.format(run.began()) + "  " + run.verb() + " by " + run.who() + " on " + run.host() + ": "
                + (run.outcome() == null ? "did not end, or goes on" : run.outcome()));
        for (History.Step each : run.steps()) {
            out.println("    " + each.action() + ' ' + each.function() + " on " + each.cloud() + ": "
                    + (each.outcome() == null ? "did not end, or goes on" : each.outcome())
                    + (each.detail() == null ? "" : ": " + each.detail()));
        }
    }

    private static Map<String, Object> fields(History.Run run) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("began", run.began().toString());
        fields.put("ended", run.ended() == null ? null : run.ended().toString());
        fields.put("verb", run.verb());
        fields.put("who", run.who());
        fields.put("host", run.host());
        fields.put("outcome", run.outcome());
        List<Map<String, Object>> steps = new ArrayList<>();
        run.steps().forEach(each -> {
            Map<String, Object> step = new LinkedHashMap<>();
            step.put("action", each.action());
            step.put("function", each.function());
            step.put("cloud", each.cloud());
            step.put("name", each.name());
            step.put("outcome", each.outcome());
            step.put("detail", each.detail());
            step.put("tookMillis", each.took() == null ? null : each.took().toMillis());
            steps.add(step);
        });
        fields.put("steps", steps);
        return fields;
    }
}
