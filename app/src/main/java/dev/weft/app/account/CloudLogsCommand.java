// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.account;

import dev.weft.api.LogLine;
import dev.weft.app.cli.CliException;
import dev.weft.app.cli.CliException.Exit;
import dev.weft.app.cli.LogsCommand;
import dev.weft.app.cli.Since;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;

/** Shows what a function wrote: in the Weft that runs, or, with documents, on its real clouds. */
@Command(
        name = "logs",
        description = "Show what a function wrote: in the Weft that runs here, or with --file on its real clouds.")
public final class CloudLogsCommand extends LogsCommand {
    @Option(
            names = "--file",
            paramLabel = "PATH",
            description = "Documents of an application that was applied: its real clouds are read.")
    private List<Path> paths = List.of();

    @Option(names = "--cloud", paramLabel = "CLOUD", description = "With --file: only this cloud.")
    @Nullable
    private String cloud;

    @Option(
            names = "--since",
            paramLabel = "TIME",
            defaultValue = "1h",
            description = "With --file: not older than this, for example 15m, 1h, 2d (default: 1h).")
    private String since = "1h";

    @Override
    public Integer call() throws InterruptedException {
        if (paths.isEmpty()) {
            if (cloud != null) {
                throw new CliException(
                        Exit.USAGE, "--cloud goes with --file: the Weft that runs shows all of its clouds");
            }
            return super.call();
        }
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        try (AccountSession session = AccountSession.open(paths, AccountSession.Depth.CLOUDS, err)) {
            new CloudLogs(session, function, err, line -> print(out, json(line)))
                    .show(cloud, Since.parse(since), lines, follow);
        }
        return 0;
    }

    private static String json(LogLine line) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("time", line.time().toString());
        fields.put("function", line.function());
        fields.put("cloud", line.cloud());
        fields.put("instance", line.instance());
        if (line.invocation() != null) {
            fields.put("invocation", line.invocation());
        }
        fields.put("text", line.text());
        return JsonMapper.shared().writeValueAsString(fields);
    }
}
