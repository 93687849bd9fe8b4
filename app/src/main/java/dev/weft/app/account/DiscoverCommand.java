// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.account;

import dev.weft.api.account.CloudAccount;
import dev.weft.api.account.Seen;
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
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Lists what accounts already have. */
@Command(
        name = "discover",
        description = "List every function that the accounts of the documents have, Weft's and others'.",
        footer = {
            "",
            "A function that is not Weft's can be called through a Function document with existing: true, or taken over by"
                    + " weft import."
        })
public final class DiscoverCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before call()
    private CommandSpec spec;

    @Mixin
    private DocumentFiles files = new DocumentFiles();

    @Mixin
    private Output output = new Output();

    @Parameters(arity = "0..*", paramLabel = "CLOUD", description = "Only these clouds.")
    private List<String> clouds = List.of();

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        boolean whole = true;
        try (AccountSession session = AccountSession.open(files.paths, AccountSession.Depth.CLOUDS, err)) {
            List<Map<String, Object>> found = new ArrayList<>();
            for (String cloud : clouds.isEmpty() ? session.accounts().keySet() : clouds) {
                CloudAccount account = session.account(cloud);
                try {
                    account.list().forEach(each -> found.add(fields(cloud, each)));
                } catch (dev.weft.api.CloudException unread) {
                    err.println("weft: cloud " + cloud + " could not be read: " + unread.getMessage());
                    whole = false;
                }
            }
            JsonNode items = JsonMapper.shared().valueToTree(found);
            output.print(
                    out,
                    items,
                    List.of(
                            new Output.Column(
                                    "CLOUD", each -> each.path("cloud").asString()),
                            new Output.Column("NAME", each -> each.path("name").asString()),
                            new Output.Column("APPLICATION", each -> each.path("application")
                                    .asString("-")),
                            new Output.Column("RUNTIME", each -> each.path("settings")
                                    .path("runtime")
                                    .asString("-")),
                            new Output.Column(
                                    "STATE", each -> each.path("state").asString())));
        }
        return whole ? 0 : Exit.FAILED.code();
    }

    private static Map<String, Object> fields(String cloud, Seen seen) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("cloud", cloud);
        fields.put("name", seen.name());
        if (seen.owner() != null) {
            fields.put("application", seen.owner().application());
            fields.put("function", seen.owner().function());
        }
        fields.put("state", seen.state());
        if (seen.version() != null) {
            fields.put("version", seen.version());
        }
        fields.put("settings", new java.util.TreeMap<>(seen.settings()));
        return fields;
    }
}
