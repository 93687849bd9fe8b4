// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.weft;

import dev.weft.api.account.Ownership;
import dev.weft.api.facade.Draft;
import dev.weft.api.resource.Durations;
import dev.weft.api.resource.Events;
import dev.weft.api.resource.Function;
import dev.weft.api.resource.Open;
import dev.weft.api.resource.Spelling;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What a function is, in the words of its document, so that both Wefts say it alike. Where it runs and what of it is the sender's
 * own business stays behind: code and environment go apart, placement, limits and budget are the gateway's that is called first. Pure.
 */
public final class FunctionWords {
    private static final String EVENTS = "events";

    private FunctionWords() {}

    /** The spec; fields that the contract may forbid only where they say something. */
    public static Map<String, Object> spec(Function.Spec spec) {
        Set<Open> open = spec.open();
        Map<String, Object> words = new TreeMap<>();
        words.put("contract", Spelling.Words.of(spec.contract()));
        if (spec.runtime() != null) {
            words.put("runtime", spec.runtime());
        }
        if (spec.handler() != null) {
            words.put("handler", spec.handler());
        }
        if (!spec.command().isEmpty()) {
            words.put("command", spec.command());
        }
        words.put("memory", open.contains(Open.MEMORY) ? 0 : spec.memory().toString());
        words.put("timeout", Durations.text(spec.timeout()));
        words.put("concurrency", spec.concurrency());
        words.put("maxInstances", spec.maxInstances());
        words.put("idleTimeout", open.contains(Open.IDLE_TIMEOUT) ? 0 : Durations.text(spec.idleTimeout()));
        if (spec.minInstances() > 0) {
            words.put("minInstances", spec.minInstances());
        }
        if (spec.idempotent()) {
            words.put("idempotent", true);
        }
        if (spec.payload() != Function.Payload.MAPPED) {
            words.put("payload", Spelling.Words.of(spec.payload()));
        }
        if (spec.appProtocol() != Function.AppProtocol.HTTP) {
            words.put("appProtocol", Spelling.Words.of(spec.appProtocol()));
        }
        if (spec.architecture() != Function.Architecture.AMD64) {
            words.put("architecture", Spelling.Words.of(spec.architecture()));
        }
        if (spec.maxHops() != Function.Spec.Unsaid.HOPS) {
            words.put("maxHops", spec.maxHops());
        }
        Events events = spec.events();
        if (events != null) {
            words.put(EVENTS, events(events));
        }
        return words;
    }

    /** Without destinations: they are functions of the sender's. */
    private static Map<String, Object> events(Events events) {
        Map<String, Object> words = new TreeMap<>();
        words.put("retries", events.retries());
        words.put("maxAge", Durations.text(events.maxAge()));
        words.put("retryAfter", Durations.text(events.retryAfter()));
        return words;
    }

    /** Labels, but those that say where it runs there. */
    public static Map<String, String> labels(Map<String, String> labels) {
        Map<String, String> own = new TreeMap<>(labels);
        own.remove(Draft.CLOUDS);
        own.remove(Draft.STRATEGY);
        return own;
    }

    /**
     * What is compared.
     *
     * @param name what seals the values
     * @param spec see {@link #spec}
     * @param labels see {@link #labels}
     */
    public static Map<String, String> settings(
            String name, Map<String, Object> spec, Map<String, String> labels, Map<String, String> env) {
        Map<String, String> settings = new TreeMap<>();
        spec.forEach((field, value) -> {
            if (value instanceof Map<?, ?> inner) {
                inner.forEach((key, its) -> settings.put(field + '.' + key, String.valueOf(its)));
            } else {
                settings.put(field, String.valueOf(value));
            }
        });
        labels.forEach((label, value) -> settings.put("label." + label, value));
        env.forEach((variable, value) -> settings.put("env." + variable, Ownership.sealed(name, variable, value)));
        return settings;
    }
}
