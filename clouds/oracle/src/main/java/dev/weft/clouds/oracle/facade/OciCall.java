// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.oracle.facade;

import dev.weft.api.Headers;
import dev.weft.api.RequestLine;
import dev.weft.api.facade.FacadeRequest;
import dev.weft.api.facade.Key;
import dev.weft.api.facade.Said;
import dev.weft.api.facade.Wish;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * InvokeFunction, as what is wanted of a function. {@code fn-intent: httprequest} is an HTTP request, of which an API gateway of
 * OCI's says method, URL and fields in {@code Fn-Http-…}; every other call is an event. Pure.
 *
 * @param function its name in Weft
 */
record OciCall(FacadeRequest request, Key key, String function) {
    static final String ACTION = "InvokeFunction";

    private static final String FIELD = "fn-http-h-";
    private static final String CLOUD_EVENT = "application/cloudevents";
    private static final Pattern METHOD = Pattern.compile("[A-Z]{1,16}");

    /** Fields by which the client proves who it is, or says how it calls. */
    private static final Set<String> KEPT = Set.of("date", "is-dry-run", "x-content-sha256", "x-date");

    /** Fields of one connection. */
    private static final Set<String> OF_THE_CONNECTION = Set.of(
            "connection",
            "content-length",
            "content-type",
            "expect",
            "host",
            "keep-alive",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade");

    Wish wish() throws OciRefusal.Wrong {
        boolean detached = said("fn-invoke-type", "sync", "detached");
        boolean http = said("fn-intent", "cloudevent", "httprequest");
        if (said("is-dry-run", "false", "true")) {
            return new Wish.Control(
                    key,
                    ACTION + " (dry run)",
                    function,
                    functions -> functions.find(key.namespace(), function) == null
                            ? OciRefusal.absent().answer()
                            : OciDocuments.nothing(200));
        }
        if (http) {
            if (detached) {
                throw new OciRefusal.Wrong(
                        OciRefusal.notDone(
                                "InvokeFunction with fn-invoke-type detached and fn-intent httprequest is not"
                                        + " done by Weft's façade of OCI Functions: an event has no method and path; leave fn-intent out"));
            }
            return new Wish.Exchange(key, function, line(), fields(), request.body(), new OciAnswering(true));
        }
        return detached
                ? new Wish.Later(key, function, type(), attributes(), request.body(), new OciTaking())
                : new Wish.Invoke(key, function, type(), attributes(), request.body(), false, new OciAnswering(false));
    }

    /** Whether a field says {@code yes}; it may say {@code no} or nothing else. */
    private boolean said(String field, String no, String yes) throws OciRefusal.Wrong {
        String value = request.headers().first(field);
        if (value != null && !value.equalsIgnoreCase(no) && !value.equalsIgnoreCase(yes)) {
            throw new OciRefusal.Wrong(
                    OciRefusal.invalid(field + " must be " + no + " or " + yes + ", got '" + Said.value(value) + "'"));
        }
        return yes.equalsIgnoreCase(value);
    }

    /** A CloudEvent's where the intent is one, for the client writes another. */
    private @Nullable String type() {
        String type = request.headers().first("content-type");
        boolean cloudEvent = request.headers().has("fn-intent")
                && (type == null || !type.toLowerCase(Locale.ROOT).startsWith(CLOUD_EVENT));
        return cloudEvent ? CLOUD_EVENT + "+json" : type;
    }

    private Map<String, String> attributes() {
        Map<String, String> attributes = new HashMap<>(FnFacade.attributes(request.headers()));
        attributes.keySet().removeIf(each -> KEPT.contains(each) || each.startsWith("opc-"));
        return attributes;
    }

    RequestLine line() throws OciRefusal.Wrong {
        String method = request.headers().first("fn-http-method");
        if (method != null && !METHOD.matcher(method).matches()) {
            throw new OciRefusal.Wrong(
                    OciRefusal.invalid("Fn-Http-Method must be a method, got '" + Said.value(method) + "'"));
        }
        String url = request.headers().first("fn-http-request-url");
        try {
            URI said = new URI(url == null ? "/" : url);
            String path = said.getRawPath();
            if (path == null || (!path.isEmpty() && !path.startsWith("/"))) {
                throw new URISyntaxException("", "no path");
            }
            return new RequestLine(method == null ? "POST" : method, path.isEmpty() ? "/" : path, said.getRawQuery());
        } catch (URISyntaxException noUrl) {
            throw new OciRefusal.Wrong(OciRefusal.invalid(
                    "Fn-Http-Request-Url must be a URL, got '" + Said.value(String.valueOf(url)) + "'"));
        }
    }

    /** What an API gateway had from its own caller. */
    Headers fields() {
        Headers.Builder fields = Headers.builder();
        String type = request.headers().first("content-type");
        if (type != null) {
            fields.add("content-type", type);
        }
        request.headers().forEach((name, value) -> {
            String lower = name.toLowerCase(Locale.ROOT);
            if (lower.startsWith(FIELD)) {
                String field = lower.substring(FIELD.length());
                if (!field.isEmpty() && !OF_THE_CONNECTION.contains(field) && !field.startsWith("weft-")) {
                    fields.add(field, value);
                }
            }
        });
        return fields.build();
    }
}
