// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.azure;

import dev.weft.api.Call;
import dev.weft.api.Headers;
import dev.weft.api.RequestLine;
import dev.weft.clouds.azure.call.Route;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What becomes of a call under a function's trigger. Pure. */
sealed interface TriggerWay {
    /**
     * It goes to the function: an exchange to an HTTP trigger, an event to any other.
     *
     * @param params of the route, where the path has its shape
     */
    record Deliver(Call call, Map<String, String> params) implements TriggerWay {}

    /** Azure's router would answer 404 and never call the function. */
    record NotFound() implements TriggerWay {}

    /** This call can't reach this trigger; the sentence says why. */
    record Refused(String why) implements TriggerWay {}

    /** Decides on {@code call} of {@code function}, whose app has that prefix before its routes. */
    static TriggerWay of(AzureFunction function, String routePrefix, Call call) {
        return switch (call) {
            case Call.Exchange exchange -> exchange(function, routePrefix, exchange);
            case Call.Event event when function.http() -> posted(function, routePrefix, event);
            case Call.Event event -> new Deliver(event, Map.of());
        };
    }

    private static TriggerWay exchange(AzureFunction function, String routePrefix, Call.Exchange exchange) {
        Binding trigger = function.trigger();
        if (!function.http()) {
            return new Refused("function %s is begun by a %s, not by HTTP: send it an event"
                    .formatted(function.name(), trigger.type()));
        }
        List<String> methods = trigger.methods();
        if (!methods.isEmpty() && !methods.contains(exchange.line().method().toUpperCase(Locale.ROOT))) {
            return new NotFound();
        }
        String template = trigger.route().isEmpty() ? function.name() : trigger.route();
        Route.Fit fit = Route.of(routePrefix, template).fit(exchange.line().path());
        if (fit == null) {
            // which function is called is the HTTPRoute's business: a path of another shape only has no parameters
            return new Deliver(exchange, Map.of());
        }
        return fit.constrained() ? new Deliver(exchange, fit.params()) : new NotFound();
    }

    /**
     * An event for an HTTP function: what {@code curl -d} would have sent to its own address. Azure's admin API, which is
     * the other candidate, answers 202 and drops the function's answer; who invokes something wants to see it.
     */
    private static TriggerWay posted(AzureFunction function, String routePrefix, Call.Event event) {
        List<String> methods = function.trigger().methods();
        String method = "POST";
        if (!methods.isEmpty() && !methods.contains(method)) {
            if (event.body().length() != 0) {
                return new Refused("function %s takes %s only, which carries no event; call it through a route"
                        .formatted(function.name(), String.join(" and ", methods)));
            }
            method = methods.getFirst();
        }
        String type = event.contentType();
        Headers.Builder headers =
                Headers.builder().add("host", event.context().caller().authority());
        if (type != null) {
            headers.add("content-type", type);
        }
        // by this an adapter knows it from a request; to a plain HTTP function they are four fields more
        headers.add("ce-specversion", "1.0")
                .add("ce-id", event.context().id())
                .add("ce-source", "/weft/" + function.name())
                .add("ce-type", "dev.weft.invocation");
        String path = address(function, routePrefix, event.attributes());
        Call.Exchange posted =
                new Call.Exchange(event.context(), new RequestLine(method, path, null), headers.build(), event.body());
        return exchange(function, routePrefix, posted);
    }

    /** The function's path, its parameters filled from the event's attributes; its plain name where one is missing. */
    private static String address(AzureFunction function, String routePrefix, Map<String, String> attributes) {
        String prefix = routePrefix.isEmpty() ? "/" : '/' + routePrefix + '/';
        String route = function.trigger().route();
        if (route.isEmpty()) {
            return prefix + function.name();
        }
        String path = route;
        for (String name : Route.required(route)) {
            String value = attributes.get(name.toLowerCase(Locale.ROOT));
            if (value == null) {
                return prefix + function.name();
            }
            String encoded = URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
            path = path.replaceFirst("\\{" + name + "(:[^{}]*)?}", java.util.regex.Matcher.quoteReplacement(encoded));
        }
        return prefix + path.replaceAll("/?\\{[^{}]*}", "").replaceFirst("^/+", "");
    }
}
