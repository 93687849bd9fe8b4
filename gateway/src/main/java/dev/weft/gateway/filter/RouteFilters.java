// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway.filter;

import dev.weft.api.Call;
import dev.weft.api.Headers;
import dev.weft.api.RequestLine;
import dev.weft.api.resource.RouteFilter;
import dev.weft.net.ServerExchange;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The filters of a rule and of one of its backends, compiled. Immutable but for the count of mirrors under way. A rule
 * without filters has none of these, so that it costs nothing.
 */
public final class RouteFilters {
    private final List<HeaderEdits> request = new ArrayList<>(1);
    private final List<HeaderEdits> answer = new ArrayList<>(1);
    private final List<MirrorRule> mirrors = new ArrayList<>(1);
    private @Nullable Redirection redirect;
    private @Nullable CorsAnswers cors;
    private @Nullable String hostname;
    private @Nullable UrlEdit path;

    private RouteFilters() {}

    /**
     * The filters of a rule, then those of its backend, which have the last word.
     *
     * @param prefix the path that the rule's match asks for
     * @param namespace of the route, and of what it refers to
     * @return null where there are none
     */
    public static @Nullable RouteFilters of(
            List<RouteFilter> ofRule, List<RouteFilter> ofBackend, String prefix, String namespace) {
        if (ofRule.isEmpty() && ofBackend.isEmpty()) {
            return null;
        }
        RouteFilters filters = new RouteFilters();
        ofRule.forEach(each -> filters.add(each, prefix, namespace));
        ofBackend.forEach(each -> filters.add(each, prefix, namespace));
        return filters;
    }

    private void add(RouteFilter filter, String prefix, String namespace) {
        RouteFilter.HeaderChange onRequest = filter.requestHeaderModifier();
        RouteFilter.HeaderChange onAnswer = filter.responseHeaderModifier();
        RouteFilter.Redirect elsewhere = filter.requestRedirect();
        RouteFilter.Rewrite rewrite = filter.urlRewrite();
        RouteFilter.Mirror mirror = filter.requestMirror();
        RouteFilter.Cors pages = filter.cors();
        if (onRequest != null) {
            request.add(new HeaderEdits(onRequest));
        }
        if (onAnswer != null) {
            answer.add(new HeaderEdits(onAnswer));
        }
        if (elsewhere != null) {
            redirect = new Redirection(elsewhere, UrlEdit.of(elsewhere.path(), prefix));
        }
        if (rewrite != null) {
            hostname = rewrite.hostname() == null ? hostname : rewrite.hostname();
            path = rewrite.path() == null ? path : UrlEdit.of(rewrite.path(), prefix);
        }
        if (mirror != null) {
            mirrors.add(MirrorRule.of(mirror, namespace));
        }
        if (pages != null) {
            cors = new CorsAnswers(pages);
        }
    }

    /** An answer that no backend gives. */
    public record Early(int status, Headers headers) {}

    /** The method that a page's browser asks leave for; null where the request is no preflight. */
    public static @Nullable String preflightFor(RequestLine line, Headers headers) {
        return CorsAnswers.preflightFor(line, headers);
    }

    /** Whether preflights are answered here. */
    public boolean answersPreflights() {
        return cors != null;
    }

    /** The answer to a preflight, or a redirect; null where a backend is to be called. */
    public @Nullable Early early(ServerExchange exchange) {
        CorsAnswers pages = cors;
        if (pages != null) {
            String method = CorsAnswers.preflightFor(exchange.line(), exchange.headers());
            if (method != null) {
                return new Early(204, pages.preflight(exchange.headers(), method));
            }
        }
        Redirection elsewhere = redirect;
        if (elsewhere == null) {
            return null;
        }
        Headers location = Headers.of("location", elsewhere.location(exchange));
        return new Early(elsewhere.redirect().statusCode(), answer(exchange.headers(), location));
    }

    /** The request as the backend gets it. */
    public Call.Exchange request(Call.Exchange call) {
        UrlEdit edit = path;
        RequestLine line = call.line();
        if (edit != null) {
            line = new RequestLine(line.method(), edit.apply(line.path()), line.query());
        }
        String host = hostname;
        Headers fields = call.headers();
        if (host != null || !request.isEmpty()) {
            Headers.Builder edited = Headers.builder().addAll(fields);
            if (host != null) {
                edited.set("host", host);
            }
            request.forEach(each -> each.apply(edited));
            fields = edited.build();
        }
        return new Call.Exchange(call.context(), line, fields, call.body());
    }

    /** The answer's fields as the caller gets them. @param asked the caller's own fields */
    public Headers answer(Headers asked, Headers given) {
        CorsAnswers pages = cors;
        if (answer.isEmpty() && pages == null) {
            return given;
        }
        Headers.Builder edited = Headers.builder();
        if (pages == null) {
            edited.addAll(given);
        } else {
            CorsAnswers.drop(given, edited);
            pages.apply(asked, edited);
        }
        answer.forEach(each -> each.apply(edited));
        return edited.build();
    }

    /** Where copies of the request go. */
    public List<MirrorRule> mirrors() {
        return mirrors;
    }
}
