// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.account;

import dev.weft.api.account.Ownership;
import dev.weft.api.account.Seen;
import dev.weft.app.cli.CliException.Exit;
import dev.weft.app.cli.Output;
import dev.weft.control.account.AccountPath;
import dev.weft.control.account.AccountPlan;
import dev.weft.control.account.AccountStep;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import tools.jackson.databind.json.JsonMapper;

/** Says what somebody changed by hand. */
@Command(
        name = "drift",
        description = "Say what was changed on the clouds by other hands than Weft's, against what Weft left there.",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:nothing was", "1:it could not be found out", "2:something was"})
public final class DriftCommand implements Callable<Integer> {
    @Spec
    @SuppressWarnings("NullAway.Init") // picocli sets it before call()
    private CommandSpec spec;

    @Mixin
    private DocumentFiles files = new DocumentFiles();

    @Mixin
    private Output output = new Output();

    /** What one function drifted by; the differences are against the documents, the only place that says what was meant. */
    private record Drift(String function, String cloud, String name, List<String> ways) {}

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        try (AccountSession session = AccountSession.open(
                files.paths, AccountSession.Depth.FUNCTIONS, spec.commandLine().getErr())) {
            AccountPath path = session.path(Silence.KEPT);
            AccountPlan plan = path.plan(session.documents());
            List<Drift> all = drifts(path, plan);
            if (output.forPeople()) {
                print(all, plan, out);
            } else {
                output.document(out, JsonMapper.shared().valueToTree(fields(all, plan)));
            }
            if (!plan.unread().isEmpty()) {
                return Exit.FAILED.code();
            }
            return all.isEmpty() ? 0 : PlanCommand.CHANGES;
        }
    }

    private static List<Drift> drifts(AccountPath path, AccountPlan plan) {
        List<Drift> all = new ArrayList<>();
        path.touched(plan).forEach((spot, seen) -> {
            Ownership owner = Objects.requireNonNull(seen.owner());
            all.add(new Drift(owner.function(), spot.cloud(), spot.name(), ways(seen, plan, spot)));
        });
        return all;
    }

    private static List<String> ways(Seen seen, AccountPlan plan, AccountPlan.Spot spot) {
        List<String> ways = new ArrayList<>();
        if (seen.codeTouched()) {
            ways.add("other code was put there");
        }
        plan.steps().stream()
                .filter(each -> each.cloud().equals(spot.cloud()) && each.name().equals(spot.name()))
                .forEach(step -> {
                    if (step instanceof AccountStep.Change change) {
                        change.differences()
                                .forEach(each -> ways.add(each.setting() + " is " + shown(each.was())
                                        + ", the documents say " + shown(each.wanted())));
                    }
                });
        if (ways.isEmpty()) {
            ways.add("settings are others than Weft left there; they agree with the documents now");
        }
        return ways;
    }

    private static String shown(@org.jspecify.annotations.Nullable String value) {
        if (value == null) {
            return "not there";
        }
        if (value.startsWith(Ownership.STORED)) {
            String rest = value.substring(Ownership.STORED.length());
            return rest.startsWith("sealed:") ? "another secret in the cloud's store" : "a secret, " + rest;
        }
        return value.startsWith("sealed:") ? "another secret" : value;
    }

    private static void print(List<Drift> all, AccountPlan plan, PrintWriter out) {
        all.forEach(each -> {
            out.println(each.function() + " on " + each.cloud()
                    + (each.name().equals(each.function()) ? "" : " (there " + each.name() + ')'));
            each.ways().forEach(way -> out.println("    " + way));
        });
        plan.unread()
                .forEach((cloud, why) -> out.println("cloud " + cloud + " could not be read: " + why.getMessage()));
        if (all.isEmpty() && plan.unread().isEmpty()) {
            out.println("nothing was changed by hand");
        }
        out.flush();
    }

    private static Map<String, Object> fields(List<Drift> all, AccountPlan plan) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("application", plan.application());
        fields.put("drifted", all);
        fields.put("unread", plan.unread().keySet().stream().sorted().toList());
        return fields;
    }
}
