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
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/** Says why a call would go where. */
@Command(name = "explain", description = "Say why a call of a function would go to which cloud, at this moment.")
public final class ExplainCommand implements Callable<Integer> {
    private static final List<Column> COLUMNS = List.of(
            Column.of("CLOUD", "name"),
            Column.of("STANDING", "standing"),
            new Column("TRIED FIRST BY", cloud -> percent(cloud.path("firstShare"))),
            Column.of("WEIGHT", "weight"),
            new Column("$ PER MILLION", cloud -> number(cloud.path("dollarsPerMillion"), "%.4f")),
            Column.of("PRICE FROM", "priceFrom"),
            new Column("LATENCY", cloud -> number(cloud.path("latencyMillis"), "%.1f ms")),
            Column.of("CALLS NOW", "inFlight"),
            new Column("NOTE", ExplainCommand::note));

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before call()
    private CommandSpec spec;

    @Mixin
    private Reach reach = new Reach();

    @Mixin
    private Output output = new Output();

    @Parameters(paramLabel = "FUNCTION", description = "The function's name in the documents.")
    private String function = "";

    @Override
    public Integer call() {
        JsonNode why = reach.client().get("/functions/" + AdminClient.segment(function) + "/placement");
        PrintWriter out = spec.commandLine().getOut();
        if (!output.forPeople()) {
            output.document(out, why);
            return 0;
        }
        out.println(why.path("sentence").asString());
        out.println();
        out.println("strategy   " + why.path("strategy").asString());
        out.println("order      " + Output.plain(why.path("order")));
        out.println();
        Output.table(out, why.path("clouds"), COLUMNS);
        return 0;
    }

    private static String percent(JsonNode share) {
        return Math.round(share.asDouble() * 100) + " %";
    }

    private static String number(JsonNode value, String format) {
        return value.isNumber() ? String.format(Locale.ROOT, format, value.asDouble()) : "-";
    }

    private static String note(JsonNode cloud) {
        if (!cloud.path("allowed").asBoolean()) {
            return "left out: " + cloud.path("leftOut").asString();
        }
        if (cloud.path("full").asBoolean()) {
            return "full";
        }
        JsonNode back = cloud.path("backShare");
        return back.asDouble() < 1 ? "just back, gets " + percent(back) + " of its calls" : "-";
    }
}
