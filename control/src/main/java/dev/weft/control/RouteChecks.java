// SPDX-License-Identifier: Apache-2.0
package dev.weft.control;

import com.google.re2j.PatternSyntaxException;
import dev.weft.api.resource.Document;
import dev.weft.api.resource.Durations;
import dev.weft.api.resource.HttpRoute;
import dev.weft.api.resource.HttpRoute.ParentRef;
import dev.weft.api.resource.HttpRoute.PathType;
import dev.weft.api.resource.HttpRoute.ValueMatch;
import dev.weft.api.resource.HttpRoute.ValueType;
import dev.weft.api.resource.Metadata;
import dev.weft.control.ManifestReader.Source;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What the Gateway API asks of a route beyond its fields, and what of it Weft can do. */
final class RouteChecks {
    /** Matches of all rules of a route, as the standard says. */
    static final int MATCHES_MAX = 128;

    private static final int HOSTNAME_LENGTH_MAX = 253;
    private static final String HOST_LABEL = "[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?";
    private static final Pattern HOSTNAME = Pattern.compile("(\\*\\.)?" + HOST_LABEL + "(\\." + HOST_LABEL + ")*");
    private static final Pattern ADDRESS = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}");
    private static final Pattern PATH = Pattern.compile("([-A-Za-z0-9/._~!$&'()*+,;=:@]|%[0-9a-fA-F]{2})+");
    private static final List<String> NEVER_INSIDE = List.of("//", "/./", "/../", "%2f", "%2F", "#");
    private static final List<String> NEVER_LAST = List.of("/..", "/.");
    private static final String GATEWAY_GROUP = Document.GATEWAY_V1.substring(0, Document.GATEWAY_V1.indexOf('/'));

    private final BackendChecks backends;
    private final String namespace;
    private final FilterChecks filters;

    /** Of a route of {@code namespace}, whose backends are those that {@code all} knows there. */
    RouteChecks(BackendChecks all, String namespace) {
        this.backends = all.in(namespace);
        this.namespace = namespace;
        this.filters = new FilterChecks(backends);
    }

    /** Notes what does not hold. */
    void check(Source<HttpRoute> source) {
        Findings findings = source.findings();
        if (!findings.sound("spec")) {
            return;
        }
        HttpRoute.Spec spec = source.document().spec();
        for (int i = 0; i < spec.parentRefs().size(); i++) {
            parent(spec.parentRefs().get(i), "spec.parentRefs[" + i + ']', findings);
        }
        for (int i = 0; i < spec.hostnames().size(); i++) {
            hostname(spec.hostnames().get(i), "spec.hostnames[" + i + ']', findings);
        }
        Set<String> names = new HashSet<>();
        int matches = 0;
        for (int i = 0; i < spec.rules().size(); i++) {
            HttpRoute.Rule rule = spec.rules().get(i);
            String path = "spec.rules[" + i + ']';
            String name = rule.name();
            if (name != null && !names.add(name) && findings.sound(path + ".name")) {
                findings.wrong(path + ".name", name, "another rule of this route has this name; give each its own");
            }
            matches += rule.matches().size();
            rule(rule, path, findings);
        }
        if (matches > MATCHES_MAX) {
            findings.wrong(
                    "spec.rules",
                    null,
                    "have " + matches + " matches together; at most " + MATCHES_MAX
                            + " are allowed, so write several routes");
        }
    }

    private void parent(ParentRef parent, String path, Findings findings) {
        if (!findings.sound(path)) {
            return;
        }
        only(parent.group(), GATEWAY_GROUP, path + ".group", findings);
        only(parent.kind(), "Gateway", path + ".kind", findings);
        only(parent.name(), "weft", path + ".name", findings);
        // who names none means the route's own
        String its = parent.namespace() == null ? namespace : parent.namespace();
        only(its, Metadata.DEFAULT_NAMESPACE, path + ".namespace", findings);
    }

    private static void only(String value, String right, String path, Findings findings) {
        if (!value.equals(right) && findings.sound(path)) {
            findings.wrong(
                    path,
                    value,
                    "outside Kubernetes the only Gateway is {group: " + GATEWAY_GROUP
                            + ", kind: Gateway, name: weft} in namespace default; write '" + right
                            + "' or leave parentRefs out");
        }
    }

    /** Notes what keeps {@code host} from being a host name without wildcard. */
    static void preciseHostname(String host, String path, Findings findings) {
        if (host.startsWith("*.") && findings.sound(path)) {
            findings.wrong(path, host, "must be one host name, without '*.'");
        } else {
            hostname(host, path, findings);
        }
    }

    private static void hostname(String host, String path, Findings findings) {
        if (!findings.sound(path)) {
            return;
        }
        if (ADDRESS.matcher(host).matches() || host.contains("::")) {
            findings.wrong(path, host, "must be a host name, not an IP address");
        } else if (!HOSTNAME.matcher(host).matches() || host.length() > HOSTNAME_LENGTH_MAX) {
            findings.wrong(
                    path,
                    host,
                    "must be a host name in lower case without port, such as shop.example.com or"
                            + " *.example.com, at most " + HOSTNAME_LENGTH_MAX + " characters");
        }
    }

    private void rule(HttpRoute.Rule rule, String path, Findings findings) {
        for (int i = 0; i < rule.matches().size(); i++) {
            String at = path + ".matches[" + i + ']';
            HttpRoute.Match match = rule.matches().get(i);
            if (findings.sound(at)) {
                pathMatch(match.path(), at + ".path", findings);
                values(match.headers(), at + ".headers", true, findings);
                values(match.queryParams(), at + ".queryParams", false, findings);
            }
        }
        for (int i = 0; i < rule.backendRefs().size(); i++) {
            HttpRoute.BackendRef backend = rule.backendRefs().get(i);
            String at = path + ".backendRefs[" + i + ']';
            backends.checkRouted(backend, rule.filters(), at, findings);
            filters.check(backend.filters(), rule, at, findings);
        }
        filters.check(rule.filters(), rule, path, findings);
        FilterChecks.redirectAlone(rule, path, findings);
        timeouts(rule.timeouts(), path + ".timeouts", findings);
    }

    private static void timeouts(HttpRoute.@Nullable Timeouts timeouts, String path, Findings findings) {
        if (timeouts == null || !findings.sound(path)) {
            return;
        }
        Duration request = timeouts.request();
        Duration backend = timeouts.backendRequest();
        if (request != null && backend != null && !request.isZero() && backend.compareTo(request) > 0) {
            findings.wrong(
                    path + ".backendRequest",
                    Durations.text(backend),
                    "must not be longer than request, which is " + Durations.text(request));
        }
    }

    private static void pathMatch(HttpRoute.@Nullable PathMatch match, String path, Findings findings) {
        String at = path + ".value";
        if (match == null || !findings.sound(at) || !findings.sound(path + ".type")) {
            return;
        }
        if (match.type() == PathType.REGULAR_EXPRESSION) {
            regex(match.value(), at, findings);
        } else {
            urlPath(match.value(), at, findings);
        }
    }

    /** Notes what keeps {@code value} from being a URL's path. */
    static void urlPath(String value, String at, Findings findings) {
        String never = NEVER_INSIDE.stream().filter(value::contains).findFirst().orElse(null);
        String last = NEVER_LAST.stream().filter(value::endsWith).findFirst().orElse(null);
        if (!value.startsWith("/")) {
            findings.wrong(at, value, "must begin with '/'");
        } else if (never != null) {
            findings.wrong(at, value, "must not contain '" + never + "'");
        } else if (last != null) {
            findings.wrong(at, value, "must not end with '" + last + "'");
        } else if (!PATH.matcher(value).matches()) {
            findings.wrong(at, value, "must hold only characters of a URL's path; percent-encode the others");
        }
    }

    private static void values(List<ValueMatch> matches, String path, boolean ignoreCase, Findings findings) {
        Set<String> names = new HashSet<>();
        for (int i = 0; i < matches.size(); i++) {
            String at = path + '[' + i + ']';
            ValueMatch match = matches.get(i);
            String name = ignoreCase ? match.name().toLowerCase(Locale.ROOT) : match.name();
            if (findings.sound(at + ".name") && !names.add(name)) {
                findings.wrong(at + ".name", match.name(), "stands here twice; only the first would ever be looked at");
            }
            boolean sound = findings.sound(at + ".value") && findings.sound(at + ".type");
            if (sound && match.type() == ValueType.REGULAR_EXPRESSION) {
                regex(match.value(), at + ".value", findings);
            }
        }
    }

    private static void regex(String value, String path, Findings findings) {
        try {
            com.google.re2j.Pattern.compile(value);
        } catch (PatternSyntaxException malformed) {
            findings.wrong(path, value, "is not an RE2 regular expression: " + malformed.getDescription());
        }
    }
}
