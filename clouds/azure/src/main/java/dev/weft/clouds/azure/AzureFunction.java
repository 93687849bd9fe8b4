// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.azure;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * One function of an app.
 *
 * @param entryPoint class and method of a Java function, for example {@code shop.Cart.add}; else null
 * @param retriesMax how often its app asks for a failed call to be repeated; 0 where it doesn't
 */
record AzureFunction(
        String name, List<Binding> bindings, @Nullable String entryPoint, int retriesMax) {
    /** Triggers whose data an event can be. */
    static final Set<String> DATA_TRIGGERS = Set.of(
            "queuetrigger",
            "servicebustrigger",
            "eventhubtrigger",
            "eventgridtrigger",
            "blobtrigger",
            "cosmosdbtrigger");

    private static final String HOSTED =
            "httpTrigger, timerTrigger, queueTrigger, serviceBusTrigger, eventHubTrigger, eventGridTrigger,"
                    + " blobTrigger and cosmosDBTrigger";

    AzureFunction {
        bindings = List.copyOf(bindings);
    }

    /** From {@code function.json} or what a worker says of its function: they have the same bindings. */
    static AzureFunction of(String name, JsonNode json, @Nullable String entryPoint) {
        List<Binding> bindings = new ArrayList<>();
        json.path("bindings")
                .forEach(each -> bindings.add(Binding.of(each.path("name").asString(""), each)));
        int retries = json.path("retry").path("maxRetryCount").asInt(0);
        return new AzureFunction(name, bindings, entryPoint, retries);
    }

    /** What begins a call of it; {@link #problems} says so where there is none. */
    Binding trigger() {
        return bindings.stream()
                .filter(Binding::trigger)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("function " + name + " has no trigger"));
    }

    boolean http() {
        return bindings.stream().anyMatch(each -> each.is("httpTrigger"));
    }

    boolean timer() {
        return bindings.stream().anyMatch(each -> each.is("timerTrigger"));
    }

    /** Outputs that aren't the answer of an HTTP call: there is nobody here to deliver them to. */
    List<Binding> otherOutputs() {
        return bindings.stream().filter(each -> each.out() && !each.is("http")).toList();
    }

    /** What keeps it from being run here, each a sentence. */
    List<String> problems() {
        List<String> problems = new ArrayList<>();
        List<Binding> triggers = bindings.stream().filter(Binding::trigger).toList();
        if (triggers.size() != 1) {
            problems.add("function %s has %s; a function has exactly one"
                    .formatted(name, triggers.isEmpty() ? "no trigger" : triggers.size() + " triggers"));
        }
        for (Binding each : bindings) {
            if (each.trigger()) {
                if (!hosted(each)) {
                    problems.add(
                            "function %s is begun by a %s; this version runs %s".formatted(name, each.type(), HOSTED));
                }
            } else if (!each.out()) {
                problems.add("function %s reads input binding '%s' from a %s, and none of Azure's services is here"
                        .formatted(name, each.name(), each.type()));
            }
        }
        return problems;
    }

    private static boolean hosted(Binding trigger) {
        return trigger.is("httpTrigger")
                || trigger.is("timerTrigger")
                || DATA_TRIGGERS.contains(trigger.type().toLowerCase(Locale.ROOT));
    }
}
