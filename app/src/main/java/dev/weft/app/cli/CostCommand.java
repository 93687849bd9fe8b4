// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.cli;

import dev.weft.app.cli.Output.Column;
import java.io.PrintWriter;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/** Says what calls have cost. */
@Command(
        name = "cost",
        description = "Show what calls have cost since the running Weft started, estimated, by function and cloud.")
public final class CostCommand implements Callable<Integer> {
    private static final List<Column> COLUMNS = List.of(
            Column.of("FUNCTION", "function"),
            Column.of("CLOUD", "cloud"),
            Column.of("CALLS", "calls"),
            new Column("TIME", cost -> number(cost.path("seconds"), "%.3f s")),
            new Column("DOLLARS", cost -> number(cost.path("dollars"), "%.9f")),
            Column.of("PRICE FROM", "priceFrom"));

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before call()
    private CommandSpec spec;

    @Mixin
    private Reach reach = new Reach();

    @Mixin
    private Output output = new Output();

    @Override
    public Integer call() {
        JsonNode costs = reach.client().get("/costs").path("items");
        PrintWriter out = spec.commandLine().getOut();
        output.print(out, costs, COLUMNS);
        if (output.forPeople()) {
            double all = 0;
            for (JsonNode each : costs) {
                all += each.path("dollars").asDouble(0);
            }
            out.printf(Locale.ROOT, "%n%.9f dollars together, estimated; free tiers are left out%n", all);
            out.flush();
        }
        return 0;
    }

    private static String number(JsonNode value, String format) {
        return value.isNumber() ? String.format(Locale.ROOT, format, value.asDouble()) : "-";
    }
}
