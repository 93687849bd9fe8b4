// SPDX-License-Identifier: Apache-2.0
package dev.weft.control;

import dev.weft.api.resource.Document;
import dev.weft.api.resource.HttpRoute;
import dev.weft.api.resource.Metadata;
import dev.weft.api.resource.RouteFilter;
import dev.weft.api.resource.Service;
import dev.weft.api.resource.Spelling;
import dev.weft.control.ManifestReader.Source;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Whether what routes name as backends is there and can be one, and whether services are right in themselves. */
final class BackendChecks {
    private static final String FUNCTION_GROUP =
            Document.WEFT_V1ALPHA1.substring(0, Document.WEFT_V1ALPHA1.indexOf('/'));

    private final Set<String> functions;
    private final Set<String> eventsOnly;
    private final Map<String, Source<Service>> services;
    private final boolean complete;
    private final String namespace;

    /**
     * In the namespace {@code default}, against {@code functions} by name, of which some take {@code eventsOnly}, and {@code services}; only if {@code
     * complete} is a name that is not there a mistake.
     */
    BackendChecks(
            Set<String> functions, Set<String> eventsOnly, Map<String, Source<Service>> services, boolean complete) {
        this(functions, eventsOnly, services, complete, Metadata.DEFAULT_NAMESPACE);
    }

    private BackendChecks(
            Set<String> functions,
            Set<String> eventsOnly,
            Map<String, Source<Service>> services,
            boolean complete,
            String namespace) {
        this.functions = functions;
        this.eventsOnly = eventsOnly;
        this.services = services;
        this.complete = complete;
        this.namespace = namespace;
    }

    /** The same in another namespace. */
    BackendChecks in(String other) {
        return other.equals(namespace) ? this : new BackendChecks(functions, eventsOnly, services, complete, other);
    }

    private String qualified(String name) {
        return Metadata.qualified(namespace, name);
    }

    private String nearest(String name, Set<String> known) {
        return Nearest.hint(name, Nearest.within(namespace, known));
    }

    /** What names a backend, in a rule or in a mirror. */
    record Ref(
            String group,
            String kind,
            String name,
            @Nullable String namespace,
            @Nullable Integer port) {
        static Ref of(HttpRoute.BackendRef ref) {
            return new Ref(ref.group(), ref.kind(), ref.name(), ref.namespace(), ref.port());
        }

        static Ref of(RouteFilter.Target ref) {
            return new Ref(ref.group(), ref.kind(), ref.name(), ref.namespace(), ref.port());
        }

        boolean function() {
            return group.equals(FUNCTION_GROUP) && kind.equals("Function");
        }

        boolean queue() {
            return group.equals(FUNCTION_GROUP) && kind.equals(HttpRoute.EVENT_QUEUE);
        }

        boolean service() {
            return group.isEmpty() && kind.equals("Service");
        }
    }

    /** Notes what does not hold of the backend at {@code path}, which may be a queue of events. */
    void checkRouted(HttpRoute.BackendRef backend, List<RouteFilter> ofRule, String path, Findings findings) {
        Ref ref = Ref.of(backend);
        if (!ref.queue()) {
            check(ref, path, findings);
            return;
        }
        if (findings.sound(path) && findings.sound(path + ".group") && findings.sound(path + ".kind")) {
            if (within(ref, path, findings)) {
                function(ref, path, findings);
            }
            Stream.concat(ofRule.stream(), backend.filters().stream())
                    .map(RouteFilter::type)
                    .filter(type -> type == RouteFilter.Type.REQUEST_MIRROR || type == RouteFilter.Type.URL_REWRITE)
                    .findFirst()
                    .ifPresent(type -> findings.wrong(
                            path + ".kind",
                            backend.kind(),
                            "a filter of type " + Spelling.Words.of(type) + " has no effect on events that are kept;"
                                    + " leave the filter out"));
        }
    }

    /** Notes what does not hold of the backend at {@code path}, which is called. */
    void check(Ref backend, String path, Findings findings) {
        if (!findings.sound(path) || !findings.sound(path + ".group") || !findings.sound(path + ".kind")) {
            return;
        }
        if (!backend.function() && !backend.service()) {
            String kind = backend.group().isEmpty() ? backend.kind() : backend.group() + '/' + backend.kind();
            findings.wrong(
                    path,
                    kind,
                    "a function is {group: " + FUNCTION_GROUP + ", kind: Function, name: " + backend.name()
                            + "}, a service {kind: Service, name: " + backend.name() + ", port: 80}");
            return;
        }
        if (!within(backend, path, findings)) {
            return;
        }
        if (backend.function()) {
            function(backend, path, findings);
        } else {
            service(backend, path, findings);
        }
    }

    private boolean within(Ref backend, String path, Findings findings) {
        if (backend.namespace() != null && !backend.namespace().equals(namespace)) {
            findings.wrong(path + ".namespace", backend.namespace(), "must be the route's own namespace, " + namespace);
            return false;
        }
        return true;
    }

    private void function(Ref backend, String path, Findings findings) {
        if (backend.port() != null && findings.sound(path + ".port")) {
            findings.wrong(path + ".port", backend.port().toString(), "a function has no port; leave it out");
        }
        if (!findings.sound(path + ".name")) {
            return;
        }
        if (!backend.queue() && eventsOnly.contains(qualified(backend.name()))) {
            findings.wrong(
                    path + ".name",
                    backend.name(),
                    "takes events only: its contract has no answer to an HTTP exchange. Call it by weft invoke, or"
                            + " write it as an HTTP function; CloudEvents for it are kept by a backend of kind "
                            + HttpRoute.EVENT_QUEUE);
        }
        if (complete && !functions.contains(qualified(backend.name()))) {
            String other = services.containsKey(qualified(backend.name()))
                    ? "a Service has it: write {kind: Service, name: " + backend.name() + ", port: …}"
                    : nearest(backend.name(), functions);
            findings.wrong(path + ".name", backend.name(), "there is no Function of that name; " + other);
        }
    }

    private void service(Ref backend, String path, Findings findings) {
        if (!findings.sound(path + ".name") || !findings.sound(path + ".port")) {
            return;
        }
        Source<Service> source = services.get(qualified(backend.name()));
        if (source == null) {
            String other = functions.contains(qualified(backend.name()))
                    ? "a Function has it: write {group: " + FUNCTION_GROUP + ", kind: Function, name: " + backend.name()
                            + '}'
                    : nearest(backend.name(), services.keySet());
            if (complete) {
                findings.wrong(path + ".name", backend.name(), "there is no Service of that name; " + other);
            }
            return;
        }
        List<Integer> ports = source.document().spec().ports().stream()
                .map(Service.Port::port)
                .toList();
        Integer port = backend.port();
        if (port == null) {
            findings.wrong(path + ".port", null, "is required for a Service; " + backend.name() + " has " + ports);
        } else if (source.findings().sound("spec.ports") && !ports.contains(port)) {
            findings.wrong(
                    path + ".port",
                    port.toString(),
                    "Service " + backend.name() + " has no such port; it has " + ports);
        }
    }

    /** Notes what does not hold between the fields of a service. */
    static void checkService(Source<Service> source) {
        Findings findings = source.findings();
        if (!findings.sound("spec.ports")) {
            return;
        }
        List<Service.Port> ports = source.document().spec().ports();
        Set<Integer> numbers = new HashSet<>();
        Set<String> names = new HashSet<>();
        for (int i = 0; i < ports.size(); i++) {
            String at = "spec.ports[" + i + ']';
            Service.Port port = ports.get(i);
            if (findings.sound(at + ".port") && !numbers.add(port.port())) {
                findings.wrong(at + ".port", Integer.toString(port.port()), "stands here twice; name each port once");
            }
            String name = port.name();
            if (name != null && findings.sound(at + ".name") && !names.add(name)) {
                findings.wrong(at + ".name", name, "stands here twice; give each port its own name");
            }
        }
    }
}
