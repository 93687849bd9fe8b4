// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.knative.facade;

import dev.weft.api.RequestLine;
import dev.weft.api.facade.Operations;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a request is about. Pure.
 *
 * @param verb Kubernetes' word for what is done: get, list, watch, create, update, patch, delete, deletecollection
 * @param namespace empty for all
 * @param name empty for all
 * @param sub what of it; empty for itself
 */
record Asked(String verb, Resource resource, String namespace, String name, String sub, Map<String, String> query) {
    private static final String ROOT = "/apis/" + Resource.VERSION + '/';

    /** For the audit trail. */
    String action() {
        return verb + ' ' + resource.plural() + (sub.isEmpty() ? "" : "/" + sub);
    }

    boolean says(String parameter) {
        String value = query.getOrDefault(parameter, "");
        return value.equals("true") || value.equals("1");
    }

    /** Null where the path is none of Serving's. */
    static @Nullable Asked of(RequestLine line, Map<String, String> query) {
        if (!line.path().startsWith(ROOT)) {
            return null;
        }
        List<String> parts = List.of(line.path().substring(ROOT.length()).split("/", -1));
        boolean named = parts.size() > 2 && parts.getFirst().equals("namespaces");
        String namespace = named ? parts.get(1) : "";
        List<String> rest = named ? parts.subList(2, parts.size()) : parts;
        Resource resource = rest.isEmpty() ? null : Resource.of(rest.getFirst());
        if (resource == null || rest.size() > (named ? 3 : 1) || rest.contains("") || parts.contains("")) {
            return null;
        }
        String name = rest.size() > 1 ? rest.get(1) : "";
        String sub = rest.size() > 2 ? rest.get(2) : "";
        if (!sub.isEmpty() && !sub.equals("status")) {
            return null;
        }
        String verb = verb(line.method(), name.isEmpty(), query);
        return verb == null ? null : new Asked(verb, resource, namespace, name, sub, query);
    }

    private static @Nullable String verb(String method, boolean all, Map<String, String> query) {
        boolean watch = List.of("true", "1").contains(query.getOrDefault("watch", ""));
        return switch (method.toUpperCase(Locale.ROOT)) {
            case "GET" -> all ? (watch ? "watch" : "list") : "get";
            case "POST" -> all ? "create" : "post";
            case "PUT" -> all ? "put" : "update";
            case "PATCH" -> all ? "patchcollection" : "patch";
            case "DELETE" -> all ? "deletecollection" : "delete";
            default -> null;
        };
    }

    /** The query; null where it is not encoded as it must be. */
    static @Nullable Map<String, String> query(RequestLine line) {
        return Operations.query(line);
    }
}
