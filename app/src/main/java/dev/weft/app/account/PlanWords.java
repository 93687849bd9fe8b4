// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.account;

import dev.weft.api.account.Ownership;
import dev.weft.app.cli.Output;
import dev.weft.app.parity.ParityGate.Withheld;
import dev.weft.control.account.AccountPlan;
import dev.weft.control.account.AccountStep;
import dev.weft.control.account.AccountStep.Difference;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A plan for a person, or for a machine. */
final class PlanWords {
    private static final String INDENT = "      ";

    private PlanWords() {}

    /** Every step that does something, and how many there are of each kind. */
    static void print(AccountPlan plan, boolean all, PrintWriter out) {
        out.println("application " + plan.application());
        int width = plan.steps().stream()
                .mapToInt(each -> where(each).length())
                .max()
                .orElse(0);
        for (AccountStep step : plan.steps()) {
            boolean quiet = step instanceof AccountStep.Keep || step instanceof AccountStep.Use;
            if (all || !quiet) {
                String head = where(step);
                out.println("  " + mark(step) + ' ' + head + " ".repeat(width - head.length()) + "   " + what(step));
                details(step).forEach(line -> out.println(INDENT + line));
                plan.notes(step).forEach(note -> out.println(INDENT + "note: " + note));
            }
        }
        new TreeMap<>(plan.unread())
                .forEach((cloud, why) -> out.println("  ? cloud " + cloud + " could not be read: " + why.getMessage()));
        out.println(summary(plan));
        out.flush();
    }

    static String where(AccountStep step) {
        String named = step.name().equals(step.function()) ? "" : " (there " + step.name() + ')';
        return step.function() + " on " + step.cloud() + named;
    }

    private static char mark(AccountStep step) {
        return switch (step) {
            case AccountStep.Create _ -> '+';
            case AccountStep.Change _ -> '~';
            case AccountStep.Remove _ -> '-';
            case AccountStep.Keep _ -> '=';
            case AccountStep.Use _ -> '>';
            case AccountStep.Blocked _ -> '!';
        };
    }

    private static String what(AccountStep step) {
        return switch (step) {
            case AccountStep.Create _ -> "create";
            case AccountStep.Remove _ -> "remove";
            case AccountStep.Keep _ -> "as wanted";
            case AccountStep.Use _ -> "is there, and not ours: calls are routed to it";
            case AccountStep.Blocked blocked -> "can't be: " + blocked.why();
            case AccountStep.Change change -> {
                StringBuilder words = new StringBuilder("change");
                if (change.code()) {
                    words.append(" code");
                }
                if (!change.differences().isEmpty()) {
                    words.append(change.code() ? " and " : " ").append("settings");
                }
                if (!change.code() && change.differences().isEmpty()) {
                    words.append(": finish what was begun");
                }
                if (change.byHand()) {
                    words.append(" (it is other than Weft left it)");
                }
                if (change.state() != null) {
                    words.append(" (now ").append(change.state()).append(')');
                }
                yield words.toString();
            }
        };
    }

    private static List<String> details(AccountStep step) {
        return switch (step) {
            case AccountStep.Create create ->
                new TreeMap<>(create.settings())
                        .entrySet().stream()
                                .map(each -> each.getKey() + ": " + shown(each.getValue()))
                                .toList();
            case AccountStep.Change change ->
                change.differences().stream().map(PlanWords::words).toList();
            default -> List.of();
        };
    }

    static String words(Difference difference) {
        return difference.setting() + ": " + shown(difference.was()) + " -> " + shown(difference.wanted());
    }

    /** A sealed secret's digits help nobody. */
    private static String shown(@Nullable String value) {
        if (value == null) {
            return "(none)";
        }
        if (value.startsWith(Ownership.STORED)) {
            String rest = value.substring(Ownership.STORED.length());
            return rest.startsWith("sealed:") ? "(secret, in the cloud's store)" : "(secret, " + rest + ')';
        }
        return value.startsWith("sealed:") ? "(secret)" : value;
    }

    static String summary(AccountPlan plan) {
        Map<String, Integer> counts = new LinkedHashMap<>();
        for (String kind :
                List.of("to create", "to change", "to remove", "as wanted", "only routed to", "in the way")) {
            counts.put(kind, 0);
        }
        plan.steps()
                .forEach(each -> counts.merge(
                        switch (each) {
                            case AccountStep.Create _ -> "to create";
                            case AccountStep.Change _ -> "to change";
                            case AccountStep.Remove _ -> "to remove";
                            case AccountStep.Keep _ -> "as wanted";
                            case AccountStep.Use _ -> "only routed to";
                            case AccountStep.Blocked _ -> "in the way";
                        },
                        1,
                        Integer::sum));
        List<String> said = counts.entrySet().stream()
                .filter(each -> each.getValue() > 0)
                .map(each -> each.getValue() + " " + each.getKey())
                .toList();
        String unread = plan.unread().isEmpty()
                ? ""
                : "; clouds not read: " + plan.unread().size();
        return (said.isEmpty() ? "nothing there and nothing wanted" : String.join(", ", said)) + unread;
    }

    /** For machines. */
    private static JsonNode json(AccountPlan plan, Besides besides) {
        List<Map<String, Object>> steps =
                plan.steps().stream().map(each -> fields(plan, each)).toList();
        Map<String, Object> whole = new LinkedHashMap<>();
        whole.put("application", plan.application());
        whole.put("changes", !plan.empty());
        whole.put("steps", steps);
        whole.put(
                "unread",
                new TreeMap<>(plan.unread())
                        .entrySet().stream()
                                .map(each -> Map.of(
                                        "cloud",
                                        each.getKey(),
                                        "why",
                                        String.valueOf(each.getValue().getMessage())))
                                .toList());
        whole.put("left", besides.left().fields());
        whole.put(
                "withheld",
                besides.withheld().stream()
                        .map(each -> Map.of("function", each.function(), "cloud", each.cloud(), "why", each.why()))
                        .toList());
        return JsonMapper.shared().valueToTree(whole);
    }

    private static Map<String, Object> fields(AccountPlan plan, AccountStep step) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put(
                "action",
                switch (step) {
                    case AccountStep.Create _ -> "create";
                    case AccountStep.Change _ -> "change";
                    case AccountStep.Remove _ -> "remove";
                    case AccountStep.Keep _ -> "keep";
                    case AccountStep.Use _ -> "use";
                    case AccountStep.Blocked _ -> "blocked";
                });
        fields.put("function", step.function());
        fields.put("cloud", step.cloud());
        fields.put("name", step.name());
        switch (step) {
            case AccountStep.Create create -> fields.put("settings", new TreeMap<>(create.settings()));
            case AccountStep.Change change -> {
                fields.put("code", change.code());
                fields.put("byHand", change.byHand());
                fields.put("state", change.state());
                fields.put(
                        "differences",
                        change.differences().stream().map(PlanWords::fields).toList());
            }
            case AccountStep.Blocked blocked -> fields.put("why", blocked.why());
            case AccountStep.Remove _, AccountStep.Keep _, AccountStep.Use _ -> {}
        }
        fields.put("notes", plan.notes(step));
        return fields;
    }

    private static Map<String, Object> fields(Difference difference) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("setting", difference.setting());
        fields.put("was", difference.was());
        fields.put("wanted", difference.wanted());
        return fields;
    }

    /**
     * What is told besides the steps.
     *
     * @param withheld where calls do not go, though the function is put there
     */
    record Besides(LeftClouds left, List<Withheld> withheld) {}

    /** As {@code output} asks. */
    static void print(AccountPlan plan, Besides besides, boolean all, Output output, PrintWriter out) {
        if (output.forPeople()) {
            print(plan, all, out);
            besides.left().print(out);
            besides.withheld()
                    .forEach(each -> out.println("note: calls of " + each.function() + " do not go to " + each.cloud()
                            + ", which " + each.why()));
            out.flush();
        } else {
            output.document(out, json(plan, besides));
        }
    }
}
