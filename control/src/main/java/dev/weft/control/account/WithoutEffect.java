// SPDX-License-Identifier: Apache-2.0
package dev.weft.control.account;

import dev.weft.api.account.CloudAccount;
import dev.weft.api.account.Packing;
import dev.weft.api.account.Wanted;
import dev.weft.api.resource.Function;
import dev.weft.api.resource.Function.Spec;
import dev.weft.api.resource.Open;
import dev.weft.api.resource.Quantity;
import dev.weft.control.Durations;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Settings of a function's document that a cloud decides itself. An account compares and writes {@link CloudAccount#settings};
 * what these do not depend on has no effect there. A function lives on several clouds, so that such a setting is no mistake: it
 * is told.
 */
public enum WithoutEffect {
    /** Of one instance. */
    MEMORY(Open.MEMORY, Spec.Unsaid.MEMORY),
    /** Calls at once in one instance. */
    CONCURRENCY(Open.CONCURRENCY, Spec.Unsaid.CONCURRENCY),
    /** Instances at most. */
    MAX_INSTANCES(Open.MAX_INSTANCES, Spec.Unsaid.MAX_INSTANCES),
    /** How long an unused instance is kept. */
    IDLE_TIMEOUT(Open.IDLE_TIMEOUT, Spec.Unsaid.IDLE_TIMEOUT);

    private static final List<Quantity> SIZES =
            Stream.of("512Mi", "1Gi", "2Gi", "4G", "4Gi").map(Quantity::parse).toList();
    private static final List<Integer> FEW = List.of(1, 2, 40, 41);

    private final Open open;
    private final String unsaid;

    WithoutEffect(Open open, String unsaid) {
        this.open = open;
        this.unsaid = unsaid;
    }

    /** The field of the document. */
    public String field() {
        return "spec." + open.field();
    }

    /** The one of {@code open}. */
    static WithoutEffect of(Open open) {
        return Stream.of(values()).filter(each -> each.open == open).findFirst().orElseThrow();
    }

    /** What the document says, as it would write it. */
    private String said(Spec spec) {
        return switch (this) {
            case MEMORY -> spec.memory().toString();
            case CONCURRENCY -> Integer.toString(spec.concurrency());
            case MAX_INSTANCES -> Integer.toString(spec.maxInstances());
            case IDLE_TIMEOUT -> Durations.text(spec.idleTimeout());
        };
    }

    /** The same function with other values, of which each cloud can have some. */
    private Stream<Spec> others(Spec spec) {
        Quantity memory = spec.memory();
        int concurrency = spec.concurrency();
        int most = spec.maxInstances();
        Duration idle = spec.idleTimeout();
        return switch (this) {
            case MEMORY -> SIZES.stream().map(each -> spec.with(each, concurrency, most, idle));
            case CONCURRENCY -> FEW.stream().map(each -> spec.with(memory, each, most, idle));
            case MAX_INSTANCES -> FEW.stream().map(each -> spec.with(memory, concurrency, each, idle));
            case IDLE_TIMEOUT ->
                FEW.stream().map(each -> spec.with(memory, concurrency, most, Duration.ofMinutes(each)));
        };
    }

    /** Whether it is so for {@code wanted} on {@code account}: no other value that may be there makes a difference. */
    public boolean on(CloudAccount account, Wanted wanted, Packing packing) {
        Function function = wanted.function();
        Map<String, String> settings = account.settings(wanted, packing);
        int wrong = account.check(wanted, packing).size();
        List<Wanted> others = others(function.spec())
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
        for (WithoutEffect each : values()) {
            String said = each.said(wanted.function().spec());
            boolean left = wanted.function().spec().open().contains(each.open);
            if (!left && !said.equals(each.unsaid) && each.on(account, wanted, packing)) {
                told.add(each.field() + ": " + said + " has no effect here: the cloud decides that itself");
            }
        }
        return told;
    }
}
