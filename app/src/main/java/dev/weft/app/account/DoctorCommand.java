// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.account;

import dev.weft.api.account.CloudAccount.Finding;
import dev.weft.api.account.SideBySide;
import dev.weft.app.cli.CliException.Exit;
import dev.weft.app.cli.Output;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** Says of each cloud what is found and what works. */
@Command(
        name = "doctor",
        description =
                "Say of each cloud of the documents which credentials are found, what works, and what is missing.")
public final class DoctorCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before call()
    private CommandSpec spec;

    @Mixin
    private DocumentFiles files = new DocumentFiles();

    @Mixin
    private Output output = new Output();

    private record Examined(String cloud, List<Finding> findings) {}

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        try (AccountSession session = AccountSession.open(
                files.paths, AccountSession.Depth.CLOUDS, spec.commandLine().getErr())) {
            List<Examined> all = SideBySide.map(
                    List.copyOf(session.accounts().keySet()),
                    cloud -> new Examined(cloud, session.account(cloud).examine(session.name())));
            if (output.forPeople()) {
                all.forEach(each -> print(each, out));
            } else {
                output.document(out, JsonMapper.shared().valueToTree(fields(all)));
            }
            boolean well =
                    all.stream().flatMap(each -> each.findings().stream()).allMatch(Finding::works);
            return well ? 0 : Exit.FAILED.code();
        }
    }

    private static void print(Examined examined, PrintWriter out) {
        out.println("cloud " + examined.cloud());
        for (Finding each : examined.findings()) {
            out.println("  " + (each.works() ? "ok   " : "FAIL ") + each.what() + ": " + each.said());
            if (each.advice() != null) {
                out.println("         " + each.advice());
            }
        }
        out.flush();
    }

    private static List<Map<String, Object>> fields(List<Examined> all) {
        List<Map<String, Object>> rows = new ArrayList<>();
        all.forEach(examined -> examined.findings().forEach(each -> {
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("cloud", examined.cloud());
            row.put("what", each.what());
            row.put("works", each.works());
            row.put("said", each.said());
            row.put("advice", each.advice());
            rows.add(row);
        }));
        return rows;
    }
}
