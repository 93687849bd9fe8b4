// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.cli;

import dev.weft.app.cli.CliException.Exit;
import dev.weft.app.cli.Output.Column;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Shows what a running Weft has. */
@Command(name = "get", description = "Show the functions, clouds, routes or instances of a running Weft.")
public final class GetCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before call()
    private CommandSpec spec;

    @Mixin
    private Reach reach = new Reach();

    @Mixin
    private Output output = new Output();

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "KIND",
            description = "${COMPLETION-CANDIDATES}; functions and clouds if left out.")
    @Nullable
    private Kind kind;

    @Parameters(index = "1", arity = "0..1", paramLabel = "NAME", description = "Only the one of this name.")
    @Nullable
    private String name;

    /** What can be shown, as it is typed. */
    @SuppressWarnings("checkstyle:ConstantName")
    enum Kind {
        /** Places that run functions. */
        clouds,
        /** Code with a handler. */
        functions,
        /** Ways in. */
        routes,
        /** Running copies. */
        instances;

        List<Column> columns() {
            return switch (this) {
                case functions ->
                    List.of(
                            Column.of("FUNCTION", "name"),
                            Column.of("CONTRACT", "contract"),
                            Column.of("RUNTIME", "runtime"),
                            Column.of("STRATEGY", "strategy"),
                            new Column("CLOUDS", GetCommand::placed),
                            Column.of("INSTANCES", "instances"),
                            Column.of("URL", "urls"));
                case clouds ->
                    List.of(
                            Column.of("CLOUD", "name"),
                            Column.of("TYPE", "type"),
                            Column.of("REGION", "region"),
                            Column.of("RUNS AS", "runsAs"),
                            Column.of("STATE", "fault"),
                            Column.of("FUNCTIONS", "functions"),
                            Column.of("INSTANCES", "instances"));
                case routes ->
                    List.of(
                            Column.of("ROUTE", "route"),
                            Column.of("HOST", "host"),
                            Column.of("MATCH", "match"),
                            Column.of("GOES TO", "backends"),
                            Column.of("FILTERS", "filters"));
                case instances ->
                    List.of(
                            Column.of("INSTANCE", "id"),
                            Column.of("FUNCTION", "function"),
                            Column.of("CLOUD", "cloud"),
                            Column.of("STATE", "state"),
                            Column.of("PID", "pid"),
                            Column.of("CALLS NOW", "inFlight"),
                            Column.of("CALLS", "calls"));
            };
        }

        String nameField() {
            return switch (this) {
                case functions, clouds -> "name";
                case routes -> "route";
                case instances -> "id";
            };
        }
    }

    @Override
    public Integer call() {
        AdminClient client = reach.client();
        PrintWriter out = spec.commandLine().getOut();
        if (kind != null) {
            output.print(out, items(client, kind), kind.columns());
            return 0;
        }
        JsonNode functions = items(client, Kind.functions);
        JsonNode clouds = items(client, Kind.clouds);
        if (output.forPeople()) {
            Output.table(out, functions, Kind.functions.columns());
            out.println();
            Output.table(out, clouds, Kind.clouds.columns());
        } else {
            ObjectNode both = JsonMapper.shared().createObjectNode();
            both.set("functions", functions);
            both.set("clouds", clouds);
            output.document(out, both);
        }
        return 0;
    }

    private JsonNode items(AdminClient client, Kind of) {
        JsonNode all = client.get("/" + of).path("items");
        if (name == null) {
            return all;
        }
        ArrayNode found = JsonMapper.shared().createArrayNode();
        List<String> known = new ArrayList<>();
        all.forEach(item -> {
            String its = item.path(of.nameField()).asString();
            known.add(its);
            if (its.equals(name)) {
                found.add(item);
            }
        });
        if (found.isEmpty()) {
            throw new CliException(
                    Exit.FAILED,
                    "none of the " + of + " is named '" + name + "'; there are: " + String.join(", ", known));
        }
        return found;
    }

    private static String placed(JsonNode function) {
        List<String> places = new ArrayList<>();
        function.path("clouds").forEach(place -> {
            String health = place.path("health").asString("");
            String noted = health.isEmpty() || health.equals("healthy") ? "" : " (" + health + ")";
            places.add(place.path("name").asString() + noted);
        });
        return String.join(", ", places);
    }

    /** {@code weft routes}: the same as {@code weft get routes}, short because it is asked often. */
    @Command(
            name = "routes",
            description = "Show which requests go to which functions and services, in the order of the documents.")
    public static final class Routes implements Callable<Integer> {
        @Spec
        @SuppressWarnings("NullAway.Init") // picocli sets it before call()
        private CommandSpec spec;

        @Mixin
        private Reach reach = new Reach();

        @Mixin
        private Output output = new Output();

        @Override
        public Integer call() {
            JsonNode items = reach.client().get("/routes").path("items");
            output.print(spec.commandLine().getOut(), items, Kind.routes.columns());
            return 0;
        }
    }
}
