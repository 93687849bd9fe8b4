// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.cli;

import dev.weft.app.admin.AdminApi;
import dev.weft.app.cli.CliException.Exit;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

/** Calls one function with an event. */
@Command(
        name = "invoke",
        description = "Call a function with an event and print its result.",
        footer = {
            "",
            "The payload reaches the function as its contract says: an aws-lambda",
            "handler gets it as its event, an http function as a POST to /."
        })
public final class InvokeCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before call()
    private CommandSpec spec;

    @Mixin
    private Reach reach = new Reach();

    @Parameters(paramLabel = "FUNCTION", description = "The function's name in the documents.")
    private String function = "";

    @Option(
            names = {"-d", "--data"},
            paramLabel = "DATA",
            defaultValue = "{}",
            description = "The payload; @FILE reads it from a file, @- from standard input (default: {}).")
    private String data = "{}";

    @Option(
            names = "--content-type",
            paramLabel = "TYPE",
            defaultValue = "application/json",
            description = "Media type of the payload (default: application/json).")
    private String contentType = "application/json";

    @Option(
            names = {"-v", "--verbose"},
            description = "Also say on standard error which cloud ran it, how long it took, and its id.")
    private boolean verbose;

    @Option(
            names = "--async",
            description = "Do not wait: the event is kept, and delivered as spec.events says; prints its id, by which"
                    + " weft events show tells what became of it.")
    private boolean async;

    @Override
    public Integer call() {
        byte[] payload = payload();
        String path = "/functions/" + AdminClient.segment(function) + "/invoke" + (async ? "?async=true" : "");
        AdminClient.Answer answer = reach.client().send("POST", path, contentType, payload);
        if (async) {
            PrintWriter out = spec.commandLine().getOut();
            out.println(AdminClient.accepted(answer).json().path("id").asString());
            out.flush();
            return 0;
        }
        PrintWriter err = spec.commandLine().getErr();
        if (verbose && answer.weft().containsKey("weft-cloud")) {
            err.println("%s ran it in %s ms, invocation %s"
                    .formatted(
                            answer.weft().get("weft-cloud"),
                            answer.weft().get("weft-took-ms"),
                            answer.weft().get("weft-invocation-id")));
            err.flush();
        }
        if (answer.status() == 200) {
            print(answer.body());
            return 0;
        }
        String outcome = answer.weft().get("weft-outcome");
        if (outcome == null) {
            AdminClient.accepted(answer);
        }
        explain(err, answer.json().path("error"));
        return Exit.FAILED.code();
    }

    private void explain(PrintWriter err, JsonNode error) {
        String payload = error.path("payload").asString("");
        String logTail = error.path("logTail").asString("");
        String type = error.path("type").asString("");
        err.println("weft: " + function + " failed (" + error.path("reason").asString() + "): "
                + (type.isEmpty() ? "" : type + ": ") + error.path("message").asString());
        if (!payload.isEmpty()) {
            err.println(payload.stripTrailing());
        }
        if (!logTail.isEmpty()) {
            err.println("--- its last log lines");
            err.println(logTail.stripTrailing());
        }
        err.flush();
    }

    private static void print(byte[] result) {
        // the bytes as they are, which a writer would not keep
        OutputStream out = System.out;
        try {
            out.write(result);
            if (result.length > 0 && result[result.length - 1] != '\n' && Boolean.getBoolean("weft.tty")) {
                out.write('\n');
            }
            out.flush();
        } catch (IOException gone) {
            throw new CliException(Exit.FAILED, "the result can't be written: " + gone.getMessage());
        }
    }

    private byte[] payload() {
        if (!data.startsWith("@")) {
            return data.getBytes(StandardCharsets.UTF_8);
        }
        String file = data.substring(1);
        byte[] bytes = read(file);
        if (bytes == null) {
            throw new CliException(
                    Exit.USAGE, "-d " + data + ": at most " + AdminApi.BODY_BYTES_MAX + " bytes, it has more");
        }
        return bytes;
    }

    private static byte @Nullable [] read(String file) {
        int most = (int) AdminApi.BODY_BYTES_MAX;
        try (InputStream in = file.equals("-") ? System.in : Files.newInputStream(Path.of(file))) {
            byte[] bytes = in.readNBytes(most + 1);
            return bytes.length > most ? null : bytes;
        } catch (java.nio.file.NoSuchFileException absent) {
            throw new CliException(Exit.USAGE, "-d @" + file + ": there is no such file");
        } catch (IOException unreadable) {
            throw new CliException(Exit.USAGE, "-d @" + file + ": can't be read: " + unreadable.getMessage());
        }
    }
}
