// SPDX-License-Identifier: Apache-2.0
package dev.weft.control;

import com.google.re2j.PatternSyntaxException;
import dev.weft.api.resource.Document;
import dev.weft.api.resource.HttpRoute;
import dev.weft.api.resource.HttpRoute.BackendRef;
import dev.weft.api.resource.HttpRoute.ParentRef;
import dev.weft.api.resource.HttpRoute.PathType;
import dev.weft.api.resource.HttpRoute.ValueMatch;
import dev.weft.api.resource.HttpRoute.ValueType;
import dev.weft.control.ManifestReader.Source;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What the Gateway API asks of a route beyond its fields, and what of it Weft can do. */
final class RouteChecks {
    private static final int HOSTNAME_LENGTH_MAX = 253;
    private static final String HOST_LABEL = "[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?";
    private static final Pattern HOSTNAME = Pattern.compile("(\\*\\.)?" + HOST_LABEL + "(\\." + HOST_LABEL + ")*");
    private static final Pattern ADDRESS = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}");
    private static final Pattern PATH = Pattern.compile("([-A-Za-z0-9/._~!$&'()*+,;=:@]|%[0-9a-fA-F]{2})+");
    private static final List<String> NEVER_INSIDE = List.of("//", "/./", "/../", "%2f", "%2F", "#");
    private static final List<String> NEVER_LAST = List.of("/..", "/.");
    private static final String FUNCTION_GROUP =
            Document.WEFT_V1ALPHA1.substring(0, Document.WEFT_V1ALPHA1.indexOf('/'));
    private static final String GATEWAY_GROUP = Document.GATEWAY_V1.substring(0, Document.GATEWAY_V1.indexOf('/'));

    private final Set<String> functions;
    private final Set<String> eventsOnly;
    private final boolean complete;

    /**
     * Against {@code functions} by name, of which some take {@code eventsOnly}; only if {@code complete} is a name that
     * is not there a mistake.
     */
    RouteChecks(Set<String> functions, Set<String> eventsOnly, boolean complete) {
        this.functions = functions;
        this.eventsOnly = eventsOnly;
        this.complete = complete;
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
        for (int i = 0; i < spec.rules().size(); i++) {
            rule(spec.rules().get(i), "spec.rules[" + i + ']', findings);
        }
    }

    private static void parent(ParentRef parent, String path, Findings findings) {
        if (!findings.sound(path)) {
            return;
        }
        only(parent.group(), GATEWAY_GROUP, path + ".group", findings);
        only(parent.kind(), "Gateway", path + ".kind", findings);
        only(parent.name(), "weft", path + ".name", findings);
        if (parent.namespace() != null) {
            only(parent.namespace(), "default", path + ".namespace", findings);
        }
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
            backend(rule.backendRefs().get(i), path + ".backendRefs[" + i + ']', findings);
        }
    }

    private static void pathMatch(HttpRoute.@Nullable PathMatch match, String path, Findings findings) {
        String at = path + ".value";
        if (match == null || !findings.sound(at) || !findings.sound(path + ".type")) {
            return;
        }
        String value = match.value();
        if (match.type() == PathType.REGULAR_EXPRESSION) {
            regex(value, at, findings);
            return;
        }
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

    private void backend(BackendRef backend, String path, Findings findings) {
        if (!findings.sound(path)) {
            return;
        }
        String right = "{group: " + FUNCTION_GROUP + ", kind: Function, name: " + backend.name() + '}';
        if (!findings.sound(path + ".group") || !findings.sound(path + ".kind")) {
            return;
        }
        if (!backend.group().equals(FUNCTION_GROUP) || !backend.kind().equals("Function")) {
            String kind = backend.group().isEmpty() ? backend.kind() : backend.group() + '/' + backend.kind();
            boolean half = backend.kind().equals("Function") || backend.group().equals(FUNCTION_GROUP);
            String why = half ? "" : "only functions can be backends outside Kubernetes; ";
            findings.wrong(path, kind, why + "a function is " + right);
            return;
        }
        if (backend.namespace() != null && !backend.namespace().equals("default")) {
            findings.wrong(path + ".namespace", backend.namespace(), "must be the route's own namespace, default");
        }
        if (backend.port() != null && findings.sound(path + ".port")) {
            findings.wrong(path + ".port", backend.port().toString(), "a function has no port; leave it out");
        }
        if (findings.sound(path + ".name") && eventsOnly.contains(backend.name())) {
            findings.wrong(
                    path + ".name",
                    backend.name(),
                    "takes events only: its contract has no answer to an HTTP exchange. Call it by weft invoke, or"
                            + " write it as an HTTP function");
        }
        if (complete && findings.sound(path + ".name") && !functions.contains(backend.name())) {
            findings.wrong(
                    path + ".name",
                    backend.name(),
                    "there is no Function of that name; " + Nearest.hint(backend.name(), functions));
        }
    }
}
