// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway.protection;

import dev.weft.api.resource.Function;
import dev.weft.api.resource.Limit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;

/** The limits in force, by function and by document: immutable; what stays the same keeps its count. */
public final class Limiters {
    /** Nothing is limited. */
    public static final Limiters NONE = new Limiters(Map.of(), Map.of(), Map.of());

    private record Identity(String owner, Limit.Spec limit) {}

    private final Map<Identity, Limiter> all;
    private final Map<String, List<Limiter>> ofFunctions;
    private final Map<String, Limiter> documents;

    private Limiters(
            Map<Identity, Limiter> all, Map<String, List<Limiter>> ofFunctions, Map<String, Limiter> documents) {
        this.all = all;
        this.ofFunctions = ofFunctions;
        this.documents = documents;
    }

    /** What {@code functions} and {@code limits} say; a limit that stood here before goes on counting. */
    public Limiters next(List<Function> functions, List<Limit> limits, LongSupplier nanos) {
        Map<Identity, Limiter> kept = new HashMap<>();
        Map<String, List<Limiter>> byFunction = new HashMap<>();
        for (Function function : functions) {
            List<Limiter> own = new ArrayList<>();
            for (Limit.Spec limit : function.spec().limits()) {
                own.add(keep(new Identity("function " + function.name(), limit), function.name(), nanos, kept));
            }
            if (!own.isEmpty()) {
                byFunction.put(function.name(), List.copyOf(own));
            }
        }
        Map<String, Limiter> byName = new HashMap<>();
        for (Limit limit : limits) {
            byName.put(
                    limit.name(), keep(new Identity("limit " + limit.name(), limit.spec()), limit.name(), nanos, kept));
        }
        return new Limiters(kept, byFunction, byName);
    }

    private Limiter keep(Identity identity, String name, LongSupplier nanos, Map<Identity, Limiter> kept) {
        Limiter before = all.get(identity);
        return kept.computeIfAbsent(
                identity, missing -> before == null ? new Limiter(name, missing.limit(), nanos.getAsLong()) : before);
    }

    /** Nothing is limited. */
    boolean none() {
        return all.isEmpty();
    }

    List<Limiter> ofFunction(String name) {
        return ofFunctions.getOrDefault(name, List.of());
    }

    /** The limit of a document; there is one: documents with a name that is missing are refused when read. */
    Limiter ofDocument(String name) {
        Limiter found = documents.get(name);
        if (found == null) {
            throw new IllegalStateException("there is no limit " + name);
        }
        return found;
    }
}
