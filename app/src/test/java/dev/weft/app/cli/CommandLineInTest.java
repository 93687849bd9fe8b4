// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.cli;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import picocli.CommandLine;

/** A verb of the command line, run within the test's own process. */
public final class CommandLineInTest {
    private CommandLineInTest() {}

    /** What it said, and its exit code. */
    public record Said(int exit, String out, String err) {}

    /** Runs {@code command}, which looks in {@code env} for what it needs of its environment. */
    public static Said run(Object command, Map<String, String> env, String... arguments) {
        StringWriter err = new StringWriter();
        PrintStream before = System.out;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        try {
            // made by now: it keeps the standard output that it is made with
            CommandLine line = new CommandLine(command);
            Reach.lookIn(line, env);
            int exit = line.setErr(new PrintWriter(err, true))
                    .setExecutionExceptionHandler((failure, broken, parsed) -> {
                        if (failure instanceof CliException said) {
                            broken.getErr().println(said.getMessage());
                            return said.exit().code();
                        }
                        throw failure;
                    })
                    .setExpandAtFiles(false)
                    .execute(arguments);
            return new Said(exit, bytes.toString(StandardCharsets.UTF_8), err.toString());
        } finally {
            System.setOut(before);
        }
    }
}
