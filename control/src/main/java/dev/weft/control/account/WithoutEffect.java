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
        Spec other(Spec spec) {
            Quantity other = new Quantity(spec.memory().bytes() * 2);
            return spec.with(other, spec.concurrency(), spec.maxInstances(), spec.idleTimeout());
        }
    },
    /** Calls at once in one instance. */
    CONCURRENCY("spec.concurrency") {
        @Override
        String said(Spec spec) {
            return number(spec.concurrency(), Spec.Unsaid.CONCURRENCY);
        }

        @Override
        Spec other(Spec spec) {
            int other = spec.concurrency() == 1 ? 2 : 1;
            return spec.with(spec.memory(), other, spec.maxInstances(), spec.idleTimeout());
        }
    },
    /** Instances at most. */
    MAX_INSTANCES("spec.maxInstances") {
        @Override
        String said(Spec spec) {
            return number(spec.maxInstances(), Spec.Unsaid.MAX_INSTANCES);
        }

        @Override
        Spec other(Spec spec) {
            return spec.with(spec.memory(), spec.concurrency(), spec.maxInstances() + 1, spec.idleTimeout());
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
        Spec other(Spec spec) {
            Duration other = spec.idleTimeout().plusSeconds(1);
            return spec.with(spec.memory(), spec.concurrency(), spec.maxInstances(), other);
        }
    };

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

    /** The same function with another value. */
    abstract Spec other(Spec spec);

    private static String number(int value, String unsaid) {
        return value == Integer.parseInt(unsaid) ? "" : Integer.toString(value);
    }

    /** Whether it is so for {@code wanted} on {@code account}. */
    public boolean on(CloudAccount account, Wanted wanted, Packing packing) {
        Function function = wanted.function();
        Wanted other = wanted.with(new Function(function.metadata(), other(function.spec())));
        Map<String, String> settings = account.settings(wanted, packing);
        return account.settings(other, packing).equals(settings);
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
