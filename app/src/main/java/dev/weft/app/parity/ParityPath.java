// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.parity;

import dev.weft.api.CloudException.Kind;
import dev.weft.app.parity.Report.CaseReport;
import dev.weft.app.parity.Report.Tried;
import dev.weft.app.parity.Report.Verdict;
import dev.weft.app.parity.cases.Cases;
import dev.weft.app.parity.cases.ParityCase;
import dev.weft.app.parity.compare.Comparison;
import dev.weft.app.parity.compare.Difference;
import dev.weft.app.parity.compare.Heard;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/** The walk of {@code weft parity}: ask the first cloud twice, ask the others, compare, report. Blocking. */
public final class ParityPath {
    /** How often the first cloud is asked at least: what differs between its own answers is not compared. */
    private static final int FIRST_MIN = 2;

    /** Clouds that fail so can be asked again another day: it says nothing of the function. */
    private static final Set<Kind> UNTRIED = Set.of(Kind.UNREACHABLE, Kind.ABSENT, Kind.BUSY, Kind.DENIED);

    private final TrialCaller caller;

    ParityPath(TrialCaller caller) {
        this.caller = caller;
    }

    /** Tries {@code function} with every case, one after the other. */
    Report run(String function, List<Trial> trials, Cases cases) throws InterruptedException {
        List<Trial.Ready> ready = trials.stream()
                .flatMap(each -> each instanceof Trial.Ready one ? Stream.of(one) : Stream.empty())
                .toList();
        List<CaseReport> reports = new ArrayList<>();
        for (ParityCase each : ready.isEmpty() ? List.<ParityCase>of() : cases.all()) {
            reports.add(tried(each, ready));
        }
        return new Report(
                function,
                ready.isEmpty() ? "" : ready.getFirst().cloud(),
                trials.stream().map(ParityPath::tried).toList(),
                reports);
    }

    private static Tried tried(Trial trial) {
        return switch (trial) {
            case Trial.Not(String cloud, String why) -> new Tried(cloud, why, "", List.of(), List.of());
            case Trial.Ready ready -> new Tried(ready.cloud(), "", ready.code(), ready.refused(), ready.notes());
        };
    }

    private CaseReport tried(ParityCase asked, List<Trial.Ready> ready) throws InterruptedException {
        List<Heard> own = heard(ready.getFirst(), asked, Math.max(FIRST_MIN, asked.repeat()));
        Set<String> unstable = new LinkedHashSet<>();
        for (Heard again : own.subList(1, own.size())) {
            Comparison.of(own.getFirst(), again, asked.ignore()).forEach(each -> unstable.add(each.where()));
        }
        String untried = untried(own);
        if (untried.isEmpty() && unstable.stream().anyMatch(ParityPath::decides)) {
            untried = "the first cloud itself answers otherwise each time: " + String.join(", ", unstable);
        }
        Map<String, Verdict> others = new LinkedHashMap<>();
        for (Trial.Ready other : ready.subList(1, ready.size())) {
            others.put(
                    other.cloud(),
                    untried.isEmpty()
                            ? verdict(own.getFirst(), heard(other, asked, asked.repeat()), asked, unstable)
                            : new Verdict.NotTried(untried));
        }
        return new CaseReport(asked.name(), unstable, others);
    }

    /** Whether an answer that is unstable there says nothing at all. */
    private static boolean decides(String where) {
        return where.equals("status")
                || where.equals("timing")
                || where.startsWith("error ")
                || where.startsWith("limit ");
    }

    private List<Heard> heard(Trial.Ready trial, ParityCase asked, int times) throws InterruptedException {
        List<Heard> heard = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            heard.add(caller.call(trial, asked));
        }
        return heard;
    }

    private static Verdict verdict(Heard first, List<Heard> answers, ParityCase asked, Set<String> unstable) {
        String untried = untried(answers);
        if (!untried.isEmpty()) {
            return new Verdict.NotTried(untried);
        }
        Set<Difference> differences = new LinkedHashSet<>();
        for (Heard each : answers) {
            differences.addAll(Comparison.without(Comparison.of(first, each, asked.ignore()), unstable));
        }
        return differences.isEmpty() ? new Verdict.Equal() : new Verdict.Different(List.copyOf(differences));
    }

    /** What kept one of {@code answers} from being tried; empty where all were. */
    private static String untried(List<Heard> answers) {
        return answers.stream()
                .flatMap(each -> each instanceof Heard.Refused refused && UNTRIED.contains(refused.kind())
                        ? Stream.of(refused.why())
                        : Stream.empty())
                .findFirst()
                .orElse("");
    }
}
