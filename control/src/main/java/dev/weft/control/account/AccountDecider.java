// SPDX-License-Identifier: Apache-2.0
package dev.weft.control.account;

import dev.weft.api.account.Ownership;
import dev.weft.api.account.Seen;
import dev.weft.control.account.AccountStep.Difference;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** What must change so that accounts match documents. Pure. */
final class AccountDecider {
    private AccountDecider() {}

    /**
     * One function that a document wants on one cloud.
     *
     * @param code the artifact's hash
     * @param existing whether it is somebody else's and only routed to
     */
    record Goal(
            String function, String cloud, String name, String code, Map<String, String> settings, boolean existing) {}

    /**
     * The steps: the documents' functions in their order, then what is ours and not wanted any more.
     *
     * @param seen by cloud; of a cloud that could not be read nothing is decided
     */
    static List<AccountStep> decide(String application, List<Goal> goals, Map<String, List<Seen>> seen) {
        List<AccountStep> steps = new ArrayList<>();
        Set<List<String>> wanted = new HashSet<>();
        for (Goal goal : goals) {
            wanted.add(List.of(goal.cloud(), goal.name()));
            List<Seen> there = seen.get(goal.cloud());
            if (there != null) {
                steps.add(decide(application, goal, named(there, goal.name())));
            }
        }
        for (String cloud : new TreeSet<>(seen.keySet())) {
            for (Seen each : Objects.requireNonNull(seen.get(cloud))) {
                Ownership owner = each.owner();
                if (owner != null
                        && owner.application().equals(application)
                        && !wanted.contains(List.of(cloud, each.name()))) {
                    steps.add(new AccountStep.Remove(owner.function(), cloud, each.name()));
                }
            }
        }
        return steps;
    }

    private static AccountStep decide(String application, Goal goal, @Nullable Seen there) {
        if (goal.existing()) {
            return existing(application, goal, there);
        }
        if (there == null) {
            return new AccountStep.Create(goal.function(), goal.cloud(), goal.name(), goal.settings());
        }
        Ownership owner = there.owner();
        if (owner == null) {
            return blocked(
                    goal,
                    "there is a function " + goal.name() + " that Weft did not make; take it over with"
                            + " weft import, give yours another name by placement.clouds[].as, or say existing: true to only"
                            + " route to it");
        }
        if (!owner.application().equals(application)) {
            return blocked(
                    goal,
                    "the function " + goal.name() + " belongs to the application " + owner.application()
                            + "; give yours another name by placement.clouds[].as");
        }
        List<Difference> differences = differences(there.settings(), goal.settings());
        boolean code = there.codeTouched() || !owner.code().equals(goal.code());
        boolean byHand = touched(there);
        boolean renamed = !owner.function().equals(goal.function());
        boolean ready = there.state().equals(Seen.READY);
        boolean half = differences.isEmpty() && !owner.settings().equals(Ownership.hash(goal.settings()));
        if (differences.isEmpty() && !code && !renamed && ready && !half) {
            return new AccountStep.Keep(goal.function(), goal.cloud(), goal.name());
        }
        return new AccountStep.Change(
                goal.function(), goal.cloud(), goal.name(), differences, code, byHand, ready ? null : there.state());
    }

    private static AccountStep existing(String application, Goal goal, @Nullable Seen there) {
        if (there == null) {
            return blocked(goal, "spec.existing says that it is there, and the account has no function " + goal.name());
        }
        if (there.ownedBy(application)) {
            return blocked(
                    goal,
                    "spec.existing is true, and the function " + goal.name()
                            + " is this application's own; leave existing out");
        }
        return new AccountStep.Use(goal.function(), goal.cloud(), goal.name());
    }

    private static AccountStep.Blocked blocked(Goal goal, String why) {
        return new AccountStep.Blocked(goal.function(), goal.cloud(), goal.name(), why);
    }

    /** Whether what is there is other than what Weft left. */
    static boolean touched(Seen there) {
        Ownership owner = there.owner();
        return owner != null && (there.codeTouched() || !owner.settings().equals(Ownership.hash(there.settings())));
    }

    /** By the settings' names, in order. */
    static List<Difference> differences(Map<String, String> was, Map<String, String> wanted) {
        Set<String> names = new TreeSet<>(was.keySet());
        names.addAll(wanted.keySet());
        return names.stream()
                .filter(name -> !Objects.equals(was.get(name), wanted.get(name)))
                .map(name -> new Difference(name, was.get(name), wanted.get(name)))
                .toList();
    }

    private static @Nullable Seen named(List<Seen> there, String name) {
        return there.stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElse(null);
    }
}
