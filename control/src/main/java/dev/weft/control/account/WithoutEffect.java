// SPDX-License-Identifier: Apache-2.0
package dev.weft.control.account;

import dev.weft.api.account.CloudAccount;
import dev.weft.api.account.Packing;
import dev.weft.api.account.Wanted;
import dev.weft.api.resource.Durations;
import dev.weft.api.resource.Function;
import dev.weft.api.resource.Function.Spec;
import dev.weft.api.resource.Open;
import dev.weft.api.resource.Quantity;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Settings of a function's document that a cloud decides itself. An account compares and writes {@link CloudAccount#settings};
 * what these do not depend on has no effect there. A function lives on several clouds, so that such a setting is no mistake: it
 * is told.
 */
public final class WithoutEffect {
    private static final List<Quantity> SIZES =
            Stream.of("512Mi", "1Gi", "2Gi", "4G", "4Gi").map(Quantity::parse).toList();
    private static final List<Integer> FEW = List.of(1, 2, 40, 41);

    private WithoutEffect() {}

    /** What is meant where a document says nothing. */
    private static String unsaid(Open field) {
        return switch (field) {
            case MEMORY -> Spec.Unsaid.MEMORY;
            case CONCURRENCY -> Spec.Unsaid.CONCURRENCY;
            case MAX_INSTANCES -> Spec.Unsaid.MAX_INSTANCES;
            case IDLE_TIMEOUT -> Spec.Unsaid.IDLE_TIMEOUT;
        };
    }

    /** What the document says, as it would write it. */
    private static String said(Open field, Spec spec) {
        return switch (field) {
            case MEMORY -> spec.memory().toString();
            case CONCURRENCY -> Integer.toString(spec.concurrency());
            case MAX_INSTANCES -> Integer.toString(spec.maxInstances());
            case IDLE_TIMEOUT -> Durations.text(spec.idleTimeout());
        };
    }

    /** The same function with other values, of which each cloud can have some. */
    private static Stream<Spec> others(Open field, Spec spec) {
        Quantity memory = spec.memory();
        int concurrency = spec.concurrency();
        int most = spec.maxInstances();
        Duration idle = spec.idleTimeout();
        return switch (field) {
            case MEMORY -> SIZES.stream().map(each -> spec.with(each, concurrency, most, idle));
            case CONCURRENCY -> FEW.stream().map(each -> spec.with(memory, each, most, idle));
            case MAX_INSTANCES -> FEW.stream().map(each -> spec.with(memory, concurrency, each, idle));
            case IDLE_TIMEOUT ->
                FEW.stream().map(each -> spec.with(memory, concurrency, most, Duration.ofMinutes(each)));
        };
    }

    /** Whether it is so of {@code field} for {@code wanted} on {@code account}: no other value that may be there makes a difference. */
    public static boolean on(Open field, CloudAccount account, Wanted wanted, Packing packing) {
        Function function = wanted.function();
        Map<String, String> settings = account.settings(wanted, packing);
        int wrong = account.check(wanted, packing).size();
        List<Wanted> others = others(field, function.spec())
                .map(each -> wanted.with(new Function(function.metadata(), each)))
                .filter(each -> account.check(each, packing).size() <= wrong)
                .toList();
        return !others.isEmpty()
                && others.stream()
                        .allMatch(each -> account.settings(each, packing).equals(settings));
    }

    /** Each that {@code wanted}'s document says another value of than is meant where it says nothing; in words for a person. */
    static List<String> told(CloudAccount account, Wanted wanted, Packing packing) {
        List<String> told = new ArrayList<>();
        Spec spec = wanted.function().spec();
        Set<Open> left = spec.open();
        for (Open each : Open.values()) {
            String said = said(each, spec);
            if (!left.contains(each) && !said.equals(unsaid(each)) && on(each, account, wanted, packing)) {
                told.add("spec." + each.field() + ": " + said + " has no effect here: the cloud decides that itself");
            }
        }
        return told;
    }
}
