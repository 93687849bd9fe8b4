// SPDX-License-Identifier: Apache-2.0
package dev.weft.control;

import dev.weft.api.resource.Document;
import dev.weft.api.resource.Function;
import dev.weft.api.resource.HttpRoute;
import dev.weft.api.resource.Limit;
import dev.weft.api.resource.Metadata;
import dev.weft.api.resource.RouteFilter;
import dev.weft.api.resource.RouteFilter.HeaderChange;
import dev.weft.api.resource.RouteFilter.HeaderField;
import dev.weft.api.resource.RouteFilter.PathChange;
import dev.weft.api.resource.RouteFilter.PathChangeType;
import dev.weft.api.resource.Spelling;
import dev.weft.control.ManifestReader.Source;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the Gateway API's rules ask of filters, beyond their single fields. */
final class FilterChecks {
    private static final Set<Integer> REDIRECTS = Set.of(301, 302, 303, 307, 308);
    private static final Set<String> OF_THE_CONNECTION = Set.of(
            "connection",
            "content-length",
            "expect",
            "keep-alive",
            "proxy-connection",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade");
    private static final Set<String> OF_WEFT =
            Set.of("traceparent", "tracestate", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto");

    private final BackendChecks backends;

    /** Mirrors go to what {@code backends} knows. */
    FilterChecks(BackendChecks backends) {
        this.backends = backends;
    }

    /** Notes what does not hold of the filters at {@code path}, which is the rule's or one of its backends'. */
    void check(List<RouteFilter> filters, HttpRoute.Rule rule, String path, Findings findings) {
        Map<RouteFilter.Type, Integer> first = new EnumMap<>(RouteFilter.Type.class);
        for (int i = 0; i < filters.size(); i++) {
            String at = path + ".filters[" + i + ']';
            RouteFilter filter = filters.get(i);
            if (!findings.sound(at) || !findings.sound(at + ".type")) {
                continue;
            }
            RouteFilter.Type type = filter.type();
            Integer before = first.putIfAbsent(type, i);
            if (before != null && type != RouteFilter.Type.REQUEST_MIRROR && type != RouteFilter.Type.EXTENSION_REF) {
                findings.wrong(
                        at + ".type",
                        Spelling.Words.of(type),
                        "stands here twice, first as filters[" + before + "]; write one filter of this type");
            }
            if (fits(filter, at, findings)) {
                content(filter, rule, at, findings);
            }
        }
        Integer redirect = first.get(RouteFilter.Type.REQUEST_REDIRECT);
        Integer rewrite = first.get(RouteFilter.Type.URL_REWRITE);
        if (redirect != null && rewrite != null) {
            findings.wrong(
                    path + ".filters[" + Math.max(redirect, rewrite) + "].type",
                    null,
                    "RequestRedirect and URLRewrite exclude each other: a redirect calls no backend");
        }
    }

    /** Notes a redirect beside backends, which it would never call. */
    static void redirectAlone(HttpRoute.Rule rule, String path, Findings findings) {
        boolean redirects = rule.filters().stream().anyMatch(each -> each.type() == RouteFilter.Type.REQUEST_REDIRECT);
        if (redirects && !rule.backendRefs().isEmpty() && findings.sound(path + ".filters")) {
            findings.wrong(
                    path + ".backendRefs",
                    null,
                    "the rule's RequestRedirect answers every request; leave backendRefs or the filter out");
        }
    }

    /** Whether a filter has the field of its type, and no other. */
    private static boolean fits(RouteFilter filter, String path, Findings findings) {
        boolean fits = true;
        for (RouteFilter.Type type : RouteFilter.Type.values()) {
            String name = fieldOf(type);
            boolean given = findings.given(path + '.' + name);
            if (type == filter.type() && value(filter) == null) {
                fits = false;
                if (findings.sound(path + '.' + name)) {
                    findings.wrong(path + '.' + name, null, "is required by type " + Spelling.Words.of(type));
                }
            } else if (type != filter.type() && given && findings.sound(path + '.' + name)) {
                findings.wrong(
                        path + '.' + name,
                        null,
                        "belongs to type " + Spelling.Words.of(type) + ", and this filter is of type "
                                + Spelling.Words.of(filter.type()));
            }
        }
        return fits;
    }

    private static String fieldOf(RouteFilter.Type type) {
        return switch (type) {
            case REQUEST_HEADER_MODIFIER -> "requestHeaderModifier";
            case RESPONSE_HEADER_MODIFIER -> "responseHeaderModifier";
            case REQUEST_MIRROR -> "requestMirror";
            case REQUEST_REDIRECT -> "requestRedirect";
            case URL_REWRITE -> "urlRewrite";
            case CORS -> "cors";
            case EXTENSION_REF -> "extensionRef";
        };
    }

    private static @Nullable Object value(RouteFilter filter) {
        return switch (filter.type()) {
            case REQUEST_HEADER_MODIFIER -> filter.requestHeaderModifier();
            case RESPONSE_HEADER_MODIFIER -> filter.responseHeaderModifier();
            case REQUEST_MIRROR -> filter.requestMirror();
            case REQUEST_REDIRECT -> filter.requestRedirect();
            case URL_REWRITE -> filter.urlRewrite();
            case CORS -> filter.cors();
            case EXTENSION_REF -> filter.extensionRef();
        };
    }

    private void content(RouteFilter filter, HttpRoute.Rule rule, String path, Findings findings) {
        String at = path + '.' + fieldOf(filter.type());
        switch (value(filter)) {
            case HeaderChange change -> headers(change, at, findings);
            case RouteFilter.Mirror mirror -> mirror(mirror, at, findings);
            case RouteFilter.Redirect redirect -> {
                if (!REDIRECTS.contains(redirect.statusCode()) && findings.sound(at + ".statusCode")) {
                    findings.wrong(
                            at + ".statusCode",
                            Integer.toString(redirect.statusCode()),
                            "must be 301, 302, 303, 307 or 308");
                }
                address(redirect.hostname(), redirect.path(), rule, at, findings);
            }
            case RouteFilter.Rewrite rewrite -> address(rewrite.hostname(), rewrite.path(), rule, at, findings);
            case RouteFilter.Cors cors -> {
                starAlone(cors.allowOrigins(), at + ".allowOrigins", findings);
                starAlone(cors.allowMethods(), at + ".allowMethods", findings);
                starAlone(cors.allowHeaders(), at + ".allowHeaders", findings);
            }
            case null, default -> {} // a limit is checked with the limits
        }
    }

    private static void headers(HeaderChange change, String path, Findings findings) {
        if (change.set().isEmpty() && change.add().isEmpty() && change.remove().isEmpty() && findings.sound(path)) {
            findings.wrong(path, null, "changes nothing; give set, add or remove");
        }
        fields(change.set().stream().map(HeaderField::name).toList(), path + ".set", ".name", findings);
        fields(change.add().stream().map(HeaderField::name).toList(), path + ".add", ".name", findings);
        fields(change.remove(), path + ".remove", "", findings);
    }

    private static void fields(List<String> names, String path, String under, Findings findings) {
        Set<String> seen = new HashSet<>();
        for (int i = 0; i < names.size(); i++) {
            String at = path + '[' + i + ']' + under;
            String name = names.get(i).toLowerCase(Locale.ROOT);
            if (!findings.sound(at)) {
                continue;
            }
            if (!seen.add(name)) {
                findings.wrong(at, names.get(i), "stands here twice; name each field once");
            } else if (OF_THE_CONNECTION.contains(name)) {
                findings.wrong(at, names.get(i), "says how one connection is used, which is the gateway's business");
            } else if (OF_WEFT.contains(name) || name.startsWith("weft-")) {
                findings.wrong(at, names.get(i), "is set by Weft, which ties calls together by it");
            } else if (name.equals("host")) {
                findings.wrong(at, names.get(i), "is changed by a URLRewrite with hostname");
            }
        }
    }

    private void mirror(RouteFilter.Mirror mirror, String path, Findings findings) {
        backends.check(BackendChecks.Ref.of(mirror.backendRef()), path + ".backendRef", findings);
        RouteFilter.Fraction fraction = mirror.fraction();
        if (fraction == null || !findings.sound(path + ".fraction")) {
            return;
        }
        if (mirror.percent() != null) {
            findings.wrong(path + ".fraction", null, "says the same as percent; keep one of the two");
        } else if (fraction.numerator() > fraction.denominator()) {
            findings.wrong(
                    path + ".fraction.numerator",
                    Integer.toString(fraction.numerator()),
                    "must not be above denominator, which is " + fraction.denominator());
        }
    }

    private static void address(
            @Nullable String hostname,
            @Nullable PathChange change,
            HttpRoute.Rule rule,
            String path,
            Findings findings) {
        if (hostname != null) {
            RouteChecks.preciseHostname(hostname, path + ".hostname", findings);
        }
        if (change == null || !findings.sound(path + ".path") || !findings.sound(path + ".path.type")) {
            return;
        }
        boolean whole = change.type() == PathChangeType.REPLACE_FULL_PATH;
        String name = whole ? "replaceFullPath" : "replacePrefixMatch";
        String other = whole ? "replacePrefixMatch" : "replaceFullPath";
        String value = whole ? change.replaceFullPath() : change.replacePrefixMatch();
        String type = Spelling.Words.of(change.type());
        if (findings.given(path + ".path." + other) && findings.sound(path + ".path." + other)) {
            findings.wrong(path + ".path." + other, null, "does not belong to type " + type + "; give " + name);
        }
        if (value == null) {
            if (findings.sound(path + ".path." + name)) {
                findings.wrong(path + ".path." + name, null, "is required by type " + type);
            }
        } else if (!value.isEmpty() || whole) {
            RouteChecks.urlPath(value, path + ".path." + name, findings);
        }
        if (!whole && !onePrefix(rule)) {
            findings.wrong(
                    path + ".path.type",
                    type,
                    "replaces what a PathPrefix matched, so the rule must have exactly one match, of type PathPrefix");
        }
    }

    private static boolean onePrefix(HttpRoute.Rule rule) {
        if (rule.matches().size() > 1) {
            return false;
        }
        HttpRoute.PathMatch path =
                rule.matches().isEmpty() ? null : rule.matches().getFirst().path();
        return path == null || path.type() == HttpRoute.PathType.PATH_PREFIX;
    }

    private static void starAlone(List<String> values, String path, Findings findings) {
        if (values.size() > 1 && values.contains("*") && findings.sound(path)) {
            findings.wrong(path, null, "'*' allows all, so nothing may stand beside it");
        }
    }

    /** What must hold within a limit, and of the routes that name one. */
    static final class LimitChecks {
        private static final String GROUP = Document.WEFT_V1ALPHA1.substring(0, Document.WEFT_V1ALPHA1.indexOf('/'));

        private final Set<String> limits;
        private final boolean complete;

        /** Against {@code limits} by name; only if {@code complete} is a name that is not there a mistake. */
        LimitChecks(Set<String> limits, boolean complete) {
            this.limits = limits;
            this.complete = complete;
        }

        /** Notes what does not hold. */
        void check(Source<Limit> source) {
            if (source.findings().sound("spec")) {
                limit(source.document().spec(), "spec", source.findings());
            }
        }

        /** Notes what does not hold of a function's own limits. */
        void checkFunction(Source<Function> source) {
            if (source.findings().sound("spec.limits")) {
                List<Limit.Spec> own = source.document().spec().limits();
                for (int i = 0; i < own.size(); i++) {
                    limit(own.get(i), "spec.limits[" + i + ']', source.findings());
                }
            }
        }

        private static void limit(Limit.Spec limit, String path, Findings findings) {
            if (!findings.sound(path)) {
                return;
            }
            boolean told = !findings.sound(path + ".rate") || !findings.sound(path + ".concurrency");
            if (limit.concurrency() == null && limit.rate() == null && !told) {
                findings.wrong(path, null, "limits nothing; give concurrency, rate or both");
            }
            Limit.Key key = limit.key();
            if (key == null || !findings.sound(path + ".key.type") || !findings.sound(path + ".key.name")) {
                return;
            }
            String name = key.name();
            switch (key.type()) {
                case HEADER -> {
                    if (name == null) {
                        findings.wrong(path + ".key.name", null, "is required with type header; for example X-Api-Key");
                    }
                }
                case CALLER -> {
                    if (name != null) {
                        findings.wrong(
                                path + ".key.name", name, "means nothing with type caller; leave it out or say header");
                    }
                }
            }
        }

        /** Notes what does not hold of a route's references. */
        void checkRoute(Source<HttpRoute> source) {
            if (!source.findings().sound("spec")) {
                return;
            }
            List<HttpRoute.Rule> rules = source.document().spec().rules();
            for (int i = 0; i < rules.size(); i++) {
                List<RouteFilter> filters = rules.get(i).filters();
                for (int j = 0; j < filters.size(); j++) {
                    String at = "spec.rules[" + i + "].filters[" + j + ']';
                    RouteFilter filter = filters.get(j);
                    if (filter.type() == RouteFilter.Type.EXTENSION_REF
                            && source.findings().sound(at + ".type")) {
                        reference(filter, at + ".extensionRef", source);
                    }
                }
            }
        }

        private void reference(RouteFilter filter, String path, Source<HttpRoute> source) {
            Findings findings = source.findings();
            RouteFilter.ExtensionRef reference = filter.extensionRef();
            if (reference == null || !findings.sound(path)) {
                return;
            }
            if (!findings.sound(path + ".group") || !findings.sound(path + ".kind")) {
                return;
            }
            if (!reference.group().equals(GROUP) || !reference.kind().equals("Limit")) {
                findings.wrong(
                        path,
                        reference.group() + '/' + reference.kind(),
                        "only limits can be referred to; a limit is {group: " + GROUP + ", kind: Limit, name: "
                                + reference.name() + '}');
                return;
            }
            String namespace = source.document().metadata().namespace();
            boolean there = limits.contains(Metadata.qualified(namespace, reference.name()));
            if (complete && findings.sound(path + ".name") && !there) {
                findings.wrong(
                        path + ".name",
                        reference.name(),
                        "there is no Limit of that name; "
                                + Nearest.hint(reference.name(), Nearest.within(namespace, limits)));
            }
        }
    }
}
