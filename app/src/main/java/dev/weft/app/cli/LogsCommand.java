// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.cli;

import dev.weft.app.cli.CliException.Exit;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Shows what a function wrote in the Weft that runs. */
public class LogsCommand implements Callable<Integer> {
    private static final DateTimeFormatter CLOCK =
            DateTimeFormatter.ofPattern("HH:mm:ss.SSS").withZone(ZoneId.systemDefault());

    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before call()
    protected CommandSpec spec;

    @Mixin
    private Reach reach = new Reach();

    @Mixin
    protected Output output = new Output();

    @Parameters(paramLabel = "FUNCTION", description = "The function's name in the documents.")
    protected String function = "";

    @Option(
            names = {"-f", "--follow"},
            description = "Go on with each new line until Ctrl-C.")
    protected boolean follow;

    @Option(
            names = {"-n", "--lines"},
            paramLabel = "LINES",
            defaultValue = "100",
            description = "The newest so many lines, at most 10000 (default: 100).")
    protected int lines = 100;

    @Override
    public Integer call() throws InterruptedException {
        String path = "/functions/%s/logs?lines=%d&follow=%s".formatted(AdminClient.segment(function), lines, follow);
        PrintWriter out = spec.commandLine().getOut();
        try (BufferedReader in =
                new BufferedReader(new InputStreamReader(reach.client().stream(path), StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null && !out.checkError(); line = in.readLine()) {
                print(out, line);
            }
        } catch (IOException ended) {
            if (!follow) {
                throw new CliException(Exit.UNREACHED, "Weft went away: " + ended.getMessage());
            }
        }
        return 0;
    }

    /** Prints one line, as JSON, as the output asks. */
    protected void print(PrintWriter out, String line) {
        switch (output.format) {
            case json -> out.println(line);
            case yaml -> {
                out.println("---");
                output.document(out, JsonMapper.shared().readTree(line));
            }
            case table -> {
                JsonNode fields = JsonMapper.shared().readTree(line);
                out.println("%s %s/%s  %s"
                        .formatted(
                                CLOCK.format(Instant.parse(fields.path("time").asString())),
                                fields.path("cloud").asString(),
                                fields.path("instance").asString(),
                                fields.path("text").asString()));
            }
        }
        out.flush();
    }
}
