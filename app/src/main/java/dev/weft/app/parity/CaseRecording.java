// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.parity;

import dev.weft.app.cli.AdminClient;
import dev.weft.app.cli.CliException;
import dev.weft.app.cli.CliException.Exit;
import dev.weft.app.parity.cases.CaseReader;
import dev.weft.app.parity.cases.CaseWriter;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The next requests that a running Weft gets for a function, written as cases.
 *
 * @param count how many
 * @param seconds how long they are waited for
 * @param file where they go; must not be there
 */
public record CaseRecording(String function, int count, int seconds, Path file) {
    /** How many may be asked for: what one file holds. */
    public static final int COUNT_MAX = CaseReader.CASES_MAX;

    /** How long they may be waited for. */
    public static final int SECONDS_MAX = 3600;

    /** Whether any came. Blocking. */
    public boolean run(AdminClient weft, PrintWriter out, PrintWriter err) {
        String path = "/functions/" + AdminClient.segment(function) + "/requests?count=" + count + "&within=" + seconds
                + "&consent=true";
        try (BufferedReader lines =
                        new BufferedReader(new InputStreamReader(weft.stream(path), StandardCharsets.UTF_8));
                CaseWriter cases = CaseWriter.create(file, comment())) {
            err.println("recording the next " + count + " requests of " + function + ", for at most " + seconds
                    + " s; Ctrl-C ends it, what came stays in " + file);
            err.flush();
            int left = 0;
            String line = lines.readLine();
            while (line != null) {
                JsonNode said = JsonMapper.shared().readTree(line);
                String why = said.has("recording") ? null : write(said, cases);
                if (why != null) {
                    left++;
                    err.println("left out: " + why);
                }
                line = lines.readLine();
            }
            if (cases.count() == 0) {
                Files.delete(file);
                err.println("no request of " + function + " was written down within " + seconds + " s");
                return false;
            }
            out.println(cases.count() + " requests in " + file + (left == 0 ? "" : ", " + left + " left out")
                    + "; look through it, then: weft parity " + function + " --cases " + file);
            return true;
        } catch (FileAlreadyExistsException there) {
            throw new CliException(Exit.USAGE, "--into: " + file + " is there already; name a new file");
        } catch (IOException broken) {
            throw new CliException(Exit.FAILED, "recording broke off: " + broken.getMessage());
        }
    }

    private static @Nullable String write(JsonNode said, CaseWriter cases) throws IOException {
        return said.has("left") ? said.path("left").asString() : cases.add(said);
    }

    private List<String> comment() {
        List<String> lines = new ArrayList<>();
        lines.add("Requests of " + function + ", recorded " + Instant.now().truncatedTo(ChronoUnit.SECONDS)
                + " by weft parity --record.");
        lines.add("Values of fields and query parameters whose name says that they prove who a caller is are"
                + " 'redacted';");
        lines.add(
                "all else, bodies and paths too, is as callers sent it: it may be about persons. Look before you share"
                        + " it.");
        return lines;
    }
}
