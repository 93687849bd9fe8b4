// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.parity;

import dev.weft.app.parity.compare.Difference;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What came of trying a function.
 *
 * @param first the cloud that the others are compared with; empty where none could be tried
 * @param clouds every cloud of the placement, in its order
 * @param cases in the order of the file
 */
public record Report(String function, String first, List<Tried> clouds, List<CaseReport> cases) {
    public Report {
        clouds = List.copyOf(clouds);
        cases = List.copyOf(cases);
    }

    /**
     * One cloud.
     *
     * @param why it could not be tried at all; empty where it could
     * @param code the hash of what ran
     * @param refused what it would refuse to take the function for; empty for nothing
     */
    public record Tried(String cloud, String why, String code, List<String> refused, List<String> notes) {}

    /**
     * One case.
     *
     * @param unstable where the first cloud's answers differ among themselves: left out of every comparison
     * @param others by the other clouds' names
     */
    public record CaseReport(String name, Set<String> unstable, Map<String, Verdict> others) {
        public CaseReport {
            unstable = new TreeSet<>(unstable);
        }
    }

    /** What one cloud came to. */
    public sealed interface Verdict {
        /** As the first. */
        record Equal() implements Verdict {}

        /** Not as the first; at least one difference. */
        record Different(List<Difference> differences) implements Verdict {
            public Different {
                differences = List.copyOf(differences);
            }
        }

        /** Nobody knows. */
        record NotTried(String why) implements Verdict {}
    }

    /** Whether {@code cloud} could be tried with every case and did as the first in each. */
    public boolean equal(String cloud) {
        return taken(first)
                && taken(cloud)
                && (cloud.equals(first)
                        || cases.stream().allMatch(each -> each.others().get(cloud) instanceof Verdict.Equal));
    }

    private boolean taken(String cloud) {
        return clouds.stream()
                .anyMatch(each -> each.cloud().equals(cloud)
                        && each.why().isEmpty()
                        && each.refused().isEmpty());
    }

    /** Whether every cloud is equal. */
    public boolean allEqual() {
        return !first.isEmpty() && clouds.stream().allMatch(each -> equal(each.cloud()));
    }
}
