// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway;

import dev.weft.api.resource.HttpRoute;
import dev.weft.api.resource.RouteFilter;
import dev.weft.api.resource.Spelling;
import dev.weft.gateway.filter.BackendName;
import dev.weft.gateway.route.RouteRule;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Rules as people read them in a list. */
final class RouteWords {
    private RouteWords() {}

    /** Where requests go: a function's name, or {@code service/name:port}. */
    static String backend(HttpRoute.BackendRef backend, String namespace) {
        return backend(backend.kind(), BackendName.of(backend.kind(), namespace, backend.name(), backend.port()));
    }

    private static String backend(String kind, String name) {
        return switch (kind) {
            case "Service" -> "service/" + name;
            case HttpRoute.EVENT_QUEUE -> "events of " + name;
            default -> name;
        };
    }

    /** What a rule and its backends change, and its limits on time. */
    static List<String> filters(HttpRoute.Rule rule, String namespace) {
        List<String> words = new ArrayList<>();
        rule.filters().forEach(filter -> words.add(filter(filter, namespace)));
        for (HttpRoute.BackendRef backend : rule.backendRefs()) {
            backend.filters()
                    .forEach(filter -> words.add(backend(backend, namespace) + ": " + filter(filter, namespace)));
        }
        HttpRoute.Timeouts timeouts = rule.timeouts();
        if (timeouts != null && timeouts.request() != null) {
            words.add("request within " + timeouts.request().toMillis() + "ms");
        }
        if (timeouts != null && timeouts.backendRequest() != null) {
            words.add("backend within " + timeouts.backendRequest().toMillis() + "ms");
        }
        return words;
    }

    private static String filter(RouteFilter filter, String namespace) {
        String name = Spelling.Words.of(filter.type());
        RouteFilter.Redirect redirect = filter.requestRedirect();
        RouteFilter.Mirror mirror = filter.requestMirror();
        if (redirect != null) {
            return name + ' ' + redirect.statusCode();
        }
        if (mirror != null) {
            RouteFilter.Target to = mirror.backendRef();
            return name + ' ' + backend(to.kind(), BackendName.of(to.kind(), namespace, to.name(), to.port()));
        }
        return name;
    }

    /** Which requests. */
    static String match(RouteRule rule) {
        StringBuilder text = new StringBuilder();
        if (rule.method() != null) {
            text.append(rule.method()).append(' ');
        }
        switch (rule.pathType()) {
            case EXACT -> text.append("= ").append(rule.path());
            case PATH_PREFIX -> text.append(rule.path()).append(rule.path().endsWith("/") ? "*" : "/*");
            case REGULAR_EXPRESSION -> text.append("~ ").append(rule.path());
        }
        rule.headers().forEach(header -> text.append(" header ").append(header.name()));
        rule.queryParams().forEach(param -> text.append(" ?").append(param.name()));
        return text.toString();
    }

    /** Every match of every rule, in the documents' order. */
    static List<Gateway.RouteView> views(List<HttpRoute> routes) {
        List<Gateway.RouteView> views = new ArrayList<>();
        for (HttpRoute route : routes) {
            String namespace = route.metadata().namespace();
            for (HttpRoute.Rule rule : route.spec().rules()) {
                Map<String, Integer> backends = new LinkedHashMap<>();
                rule.backendRefs()
                        .forEach(
                                backend -> backends.merge(backend(backend, namespace), backend.weight(), Integer::sum));
                List<String> filters = filters(rule, namespace);
                for (RouteRule each : RouteRule.of(route.metadata(), rule)) {
                    views.add(new Gateway.RouteView(
                            route.name(), route.spec().hostnames(), match(each), backends, filters));
                }
            }
        }
        return views;
    }
}
