// SPDX-License-Identifier: Apache-2.0
package dev.weft.control.account;

import dev.weft.api.account.CloudAccount;
import dev.weft.api.account.Packing;
import dev.weft.api.account.Wanted;
import dev.weft.api.resource.Function;
import dev.weft.api.resource.Function.Spec;
import dev.weft.api.resource.Quantity;
import dev.weft.control.Durations;
import java.time.Duration;
import java.util.Arrays;
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
    MEMORY("spec.memory") {
        @Override
        String said(Spec spec) {
            return spec.memory().equals(Quantity.parse(Spec.Unsaid.MEMORY))
                    ? ""
                    : spec.memory().toString();
        }

        @Override
        Stream<Spec> others(Spec spec) {
            return SIZES.stream()
                    .map(each -> spec.with(each, spec.concurrency(), spec.maxInstances(), spec.idleTimeout()));
        }
    },
    /** Calls at once in one instance. */
    CONCURRENCY("spec.concurrency") {
        @Override
        String said(Spec spec) {
            return number(spec.concurrency(), Spec.Unsaid.CONCURRENCY);
        }

        @Override
        Stream<Spec> others(Spec spec) {
            return FEW.stream().map(each -> spec.with(spec.memory(), each, spec.maxInstances(), spec.idleTimeout()));
        }
    },
    /** Instances at most. */
    MAX_INSTANCES("spec.maxInstances") {
        @Override
        String said(Spec spec) {
            return number(spec.maxInstances(), Spec.Unsaid.MAX_INSTANCES);
        }

        @Override
        Stream<Spec> others(Spec spec) {
            return FEW.stream().map(each -> spec.with(spec.memory(), spec.concurrency(), each, spec.idleTimeout()));
        }
    },
    /** How long an unused instance is kept. */
    IDLE_TIMEOUT("spec.idleTimeout") {
        @Override
        String said(Spec spec) {
            return spec.idleTimeout().equals(Durations.parse(Spec.Unsaid.IDLE_TIMEOUT))
                    ? ""
                    : Durations.text(spec.idleTimeout());
        }

        @Override
        Stream<Spec> others(Spec spec) {
            return FEW.stream()
                    .map(each -> spec.with(
                            spec.memory(), spec.concurrency(), spec.maxInstances(), Duration.ofMinutes(each)));
        }
    };

    private static final List<Quantity> SIZES =
            Stream.of("512Mi", "1Gi", "2Gi", "4G", "4Gi").map(Quantity::parse).toList();
    private static final List<Integer> FEW = List.of(1, 2, 40, 41);

    private final String field;

    WithoutEffect(String field) {
        this.field = field;
    }

    /** The field of the document. */
    public String field() {
        return field;
    }

    /** What the document says; empty where it is what is meant where it says nothing. */
    abstract String said(Spec spec);

    /** The same function with other values, of which each cloud can have some. */
    abstract Stream<Spec> others(Spec spec);

    private static String number(int value, String unsaid) {
        return value == Integer.parseInt(unsaid) ? "" : Integer.toString(value);
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

    /** Each that {@code wanted}'s document says something of, in words for a person. */
    static List<String> told(CloudAccount account, Wanted wanted, Packing packing) {
        Spec spec = wanted.function().spec();
        return Arrays.stream(values())
                .filter(each -> !each.said(spec).isEmpty() && each.on(account, wanted, packing))
                .map(each -> each.field + ": " + each.said(spec) + " has no effect here: the cloud decides that itself")
                .toList();
    }
}
