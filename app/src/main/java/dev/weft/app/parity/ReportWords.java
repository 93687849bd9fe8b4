// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.parity;

import dev.weft.app.cli.Output;
import dev.weft.app.parity.Report.CaseReport;
import dev.weft.app.parity.Report.Tried;
import dev.weft.app.parity.Report.Verdict;
import dev.weft.app.parity.compare.Difference;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A report for a person, or for a machine. */
final class ReportWords {
    private ReportWords() {}

    static void print(Report report, Output output, PrintWriter out) {
        if (output.forPeople()) {
            table(report, out);
        } else {
            output.document(out, json(report));
        }
        out.flush();
    }

    private static void table(Report report, PrintWriter out) {
        List<List<String>> rows = new ArrayList<>();
        report.clouds().forEach(each -> each.refused().forEach(why -> rows.add(refused(report, each, why))));
        for (CaseReport each : report.cases()) {
            each.others().forEach((cloud, verdict) -> {
                switch (verdict) {
                    case Verdict.Equal() -> {}
                    case Verdict.Different(List<Difference> differences) ->
                        differences.forEach(one -> rows.add(
                                List.of(each.name(), cloud, one.kind(), one.where(), one.first(), one.other())));
                    case Verdict.NotTried(String why) ->
                        rows.add(List.of(each.name(), cloud, "not tried", "", "", why));
                }
            });
        }
        if (!rows.isEmpty()) {
            Output.table(out, List.of("CASE", "CLOUD", "DIFFERENCE", "WHERE", "ON " + report.first(), "HERE"), rows);
            out.println();
        }
        for (CaseReport each : report.cases()) {
            if (!each.unstable().isEmpty()) {
                out.println("unstable: case " + each.name() + " answers otherwise each time on " + report.first()
                        + ", so this was not compared: " + String.join(", ", each.unstable()));
            }
        }
        for (Tried each : report.clouds()) {
            each.notes().forEach(note -> out.println("note: " + each.cloud() + ": " + note));
        }
        report.clouds().forEach(each -> out.println(summary(report, each)));
    }

    private static List<String> refused(Report report, Tried on, String why) {
        boolean first = on.cloud().equals(report.first());
        return List.of("(deployment)", on.cloud(), "limit", "document", first ? why : "", first ? "" : why);
    }

    private static String summary(Report report, Tried tried) {
        String cloud = tried.cloud();
        if (!tried.why().isEmpty()) {
            return cloud + ": not tried: " + tried.why();
        }
        if (cloud.equals(report.first())) {
            return cloud + ": what the others are compared with, by " + count(report);
        }
        long equal = count(report, cloud, Verdict.Equal.class);
        long different = count(report, cloud, Verdict.Different.class);
        long untried = count(report, cloud, Verdict.NotTried.class);
        String refused = tried.refused().isEmpty() ? "" : ", and it would refuse the function";
        return "%s: %s, %d of %d cases equal%s%s%s"
                .formatted(
                        cloud,
                        report.equal(cloud) ? "equal" : "NOT EQUAL",
                        equal,
                        report.cases().size(),
                        different == 0 ? "" : ", " + different + " differ",
                        untried == 0 ? "" : ", " + untried + " not tried",
                        refused);
    }

    private static String count(Report report) {
        int cases = report.cases().size();
        return cases + (cases == 1 ? " case" : " cases");
    }

    private static long count(Report report, String cloud, Class<? extends Verdict> kind) {
        return report.cases().stream()
                .filter(each -> kind.isInstance(each.others().get(cloud)))
                .count();
    }

    static JsonNode json(Report report) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("function", report.function());
        fields.put("equal", report.allEqual());
        fields.put("first", report.first());
        fields.put(
                "clouds",
                report.clouds().stream().map(each -> json(report, each)).toList());
        fields.put("cases", report.cases().stream().map(ReportWords::json).toList());
        return JsonMapper.shared().valueToTree(fields);
    }

    private static Map<String, Object> json(Report report, Tried tried) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("cloud", tried.cloud());
        fields.put("tried", tried.why().isEmpty());
        fields.put("equal", report.equal(tried.cloud()));
        fields.put("why", tried.why());
        fields.put("refused", tried.refused());
        fields.put("notes", tried.notes());
        return fields;
    }

    private static Map<String, Object> json(CaseReport each) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("name", each.name());
        fields.put("unstable", each.unstable());
        List<Map<String, Object>> others = new ArrayList<>();
        each.others().forEach((cloud, verdict) -> {
            Map<String, Object> one = new LinkedHashMap<>();
            one.put("cloud", cloud);
            switch (verdict) {
                case Verdict.Equal() -> one.put("verdict", "equal");
                case Verdict.NotTried(String why) -> {
                    one.put("verdict", "not-tried");
                    one.put("why", why);
                }
                case Verdict.Different(List<Difference> differences) -> {
                    one.put("verdict", "different");
                    one.put(
                            "differences",
                            differences.stream().map(ReportWords::json).toList());
                }
            }
            others.add(one);
        });
        fields.put("clouds", others);
        return fields;
    }

    private static Map<String, Object> json(Difference difference) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("difference", difference.kind());
        fields.put("where", difference.where());
        fields.put("first", difference.first());
        fields.put("other", difference.other());
        return fields;
    }
}
