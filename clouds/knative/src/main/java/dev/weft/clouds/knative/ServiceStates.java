// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.knative;

import dev.weft.api.CloudException;
import dev.weft.api.account.CloudAccount.Finding;
import dev.weft.api.account.CloudAccount.WithCode.Found;
import dev.weft.api.account.CloudAccount.WithVersions.Version;
import dev.weft.api.account.Ownership;
import dev.weft.api.account.Progress;
import dev.weft.api.account.Seen;
import dev.weft.api.resource.Cloud;
import dev.weft.api.rest.RestFailure;
import dev.weft.api.spi.InvokeDialect;
import dev.weft.clouds.knative.kube.KubeApi;
import dev.weft.clouds.knative.kube.KubeApi.Kind;
import dev.weft.clouds.knative.kube.KubeLogin;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** What is there, read: a Service with the revision that its calls reach, and whether it can be called. */
final class ServiceStates {
    /** How long a revision may take to become ready: images are pulled meanwhile. */
    static final Duration READY_MAX = Duration.ofMinutes(10);

    /** How long a Service may take to go. */
    static final Duration GONE_MAX = Duration.ofMinutes(2);

    /** The state of a function that is not there, but a Secret of which is. */
    static final String LEFT = "only its secrets are left";

    private static final Duration LOOK_EVERY = Duration.ofMillis(500);

    private final Cloud cloud;
    private final KubeApi api;

    ServiceStates(Cloud cloud, KubeApi api) {
        this.cloud = cloud;
        this.api = api;
    }

    /**
     * What calls of a Service reach.
     *
     * @param named the revision that the traffic names; null where it goes where the template says
     * @param template the revision's, or the Service's own
     * @param values of the Secret of Weft's that its environment is in
     */
    private record Reached(@Nullable String named, JsonNode template, Map<String, String> values) {}

    private Reached reached(JsonNode service) {
        String traffic = ServiceDocument.traffic(service);
        boolean named = !traffic.equals("latest") && !traffic.contains("%");
        JsonNode revision = named ? api.find(Kind.REVISION, traffic) : null;
        JsonNode template = revision == null ? service.path("spec").path("template") : revision;
        String secret = ServiceDocument.secretOf(template);
        String prefix = ServiceDocument.secretPrefix(
                service.path("metadata").path("name").asString(""));
        JsonNode values = secret != null && secret.startsWith(prefix) ? api.find(Kind.SECRET, secret) : null;
        return new Reached(named ? traffic : null, template, ServiceDocument.values(values));
    }

    /** What a document says of {@code service}. */
    Found found(JsonNode service) {
        Reached reached = reached(service);
        return ServiceDocument.found(reached.template(), reached.values());
    }

    /** What {@code service} comes to. */
    Seen seen(ObjectNode service) {
        JsonNode metadata = service.path("metadata");
        Reached reached = reached(service);
        Ownership owner = ServiceDocument.owner(service);
        String image = metadata.path("annotations").path(ServiceDocument.IMAGE).asString("");
        String state = state(service);
        String latest = service.path("status").path("latestReadyRevisionName").asString("");
        String version = reached.named() == null ? latest : reached.named();
        return new Seen(
                metadata.path("name").asString(""),
                owner,
                ServiceDocument.settings(service, reached.template(), reached.values()),
                owner != null && !image.isEmpty() && !image.equals(ServiceDocument.image(reached.template())),
                revision(service),
                version.isEmpty() ? null : version,
                state,
                target(service, state));
    }

    /** The revisions of what was seen, newest first. */
    List<Version> versions(Seen seen) {
        return revisions(seen.name()).stream()
                .map(each -> {
                    JsonNode metadata = each.path("metadata");
                    String code =
                            metadata.path("annotations").path(Ownership.CODE).asString("");
                    String name = metadata.path("name").asString("");
                    return new Version(
                            name,
                            PodLogs.instant(metadata.path("creationTimestamp").asString("")),
                            code.isEmpty() ? null : code,
                            name.equals(seen.version()));
                })
                .toList();
    }

    /** Of a Service, newest first. */
    List<ObjectNode> revisions(String name) {
        return api.list(Kind.REVISION, "serving.knative.dev/service=" + name).stream()
                .sorted(Comparator.comparingLong(ServiceStates::generation).reversed())
                .toList();
    }

    private static long generation(JsonNode revision) {
        return revision.path("metadata")
                .path("labels")
                .path("serving.knative.dev/configurationGeneration")
                .asLong(0);
    }

    /** Functions that are not among {@code services} and yet have a Secret: what a creation or a removal left that was cut short. */
    List<Seen> left(Set<String> services) {
        Map<String, Seen> left = new TreeMap<>();
        for (ObjectNode each : secrets()) {
            Matcher name = ServiceDocument.SECRET.matcher(
                    each.path("metadata").path("name").asString(""));
            Ownership owner = ServiceDocument.owner(each);
            if (owner != null && name.matches() && !services.contains(name.group(1))) {
                left.put(name.group(1), new Seen(name.group(1), owner, Map.of(), false, null, null, LEFT, null));
            }
        }
        return List.copyOf(left.values());
    }

    private List<ObjectNode> secrets() {
        try {
            return api.list(Kind.SECRET, Ownership.APPLICATION);
        } catch (CloudException refused) {
            if (refused.kind() == CloudException.Kind.DENIED) {
                return List.of(); // who may not see Secrets made none
            }
            throw refused;
        }
    }

    /** What changes when somebody changes what is asked for, and not with every change of its state. */
    static String revision(JsonNode service) {
        JsonNode metadata = service.path("metadata");
        return metadata.path("uid").asString("")
                + '/'
                + metadata.path("generation").asString("");
    }

    private static String state(JsonNode service) {
        JsonNode ready = condition(service);
        boolean current = service.path("status")
                .path("observedGeneration")
                .asString("")
                .equals(service.path("metadata").path("generation").asString(""));
        if (!current) {
            return "reconciling";
        }
        if (ready.path("status").asString("").equals("True")) {
            return Seen.READY;
        }
        String reason = ready.path("reason").asString("");
        return reason.isEmpty() ? "not ready" : reason;
    }

    private static JsonNode condition(JsonNode service) {
        JsonNode conditions = service.path("status").path("conditions");
        for (JsonNode each : conditions) {
            if (each.path("type").asString("").equals("Ready")) {
                return each;
            }
        }
        return conditions.path("none");
    }

    private InvokeDialect.@Nullable Target target(JsonNode service, String state) {
        String url = service.path("status").path("url").asString("");
        if (!state.equals(Seen.READY) || url.isEmpty()) {
            return null;
        }
        URI own = URI.create(url);
        URI ingress = KnativeVendor.ingress(cloud);
        Map<String, String> parts = new LinkedHashMap<>();
        parts.put(KnativeDialect.HOST, own.getRawAuthority());
        return new InvokeDialect.Target(
                ingress == null ? own : ingress,
                service.path("metadata").path("name").asString(""),
                "",
                parts);
    }

    /** Waits until what was asked for last can be called. */
    Seen ready(String name, Progress progress) {
        for (long looks = READY_MAX.dividedBy(LOOK_EVERY); ; looks--) {
            ObjectNode service = api.find(Kind.SERVICE, name);
            if (service == null) {
                throw new CloudException(
                        CloudException.Kind.ABSENT, "Service " + name + " is gone while it was waited for", null);
            }
            String state = state(service);
            if (state.equals(Seen.READY)) {
                return seen(service);
            }
            JsonNode ready = condition(service);
            boolean failed = !state.equals("reconciling")
                    && ready.path("status").asString("").equals("False");
            if (failed || looks <= 0) {
                throw new CloudException(
                        CloudException.Kind.INVALID,
                        "Service " + name + " on " + cloud.name() + " is not ready: " + state + ": "
                                + ready.path("message").asString("no reason given"),
                        null);
            }
            progress.did(name + " is " + state);
            pause(name);
        }
    }

    /** Waits until it is gone. */
    void gone(String name) {
        for (long looks = GONE_MAX.dividedBy(LOOK_EVERY); api.find(Kind.SERVICE, name) != null; looks--) {
            if (looks <= 0) {
                throw new CloudException(
                        CloudException.Kind.UNKNOWN,
                        "Service " + name + " is being deleted and still there after " + GONE_MAX.toSeconds() + " s",
                        null);
            }
            pause(name);
        }
    }

    private static void pause(String name) {
        try {
            Thread.sleep(LOOK_EVERY);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new CloudException(CloudException.Kind.UNKNOWN, "interrupted while waiting for " + name, stopped);
        }
    }

    /** Where the cluster is, then whether its Services and the namespace's Secrets may be read. */
    List<Finding> examine(KubeLogin login) {
        List<Finding> findings = new ArrayList<>();
        try {
            findings.add(new Finding("cluster", true, login.connection().toString(), null));
        } catch (CloudException none) {
            findings.add(new Finding("cluster", false, String.valueOf(none.getMessage()), "see the message"));
            return findings;
        }
        findings.add(tried("list Knative Services", Kind.SERVICE, ""));
        findings.add(tried("read Weft's Secrets", Kind.SECRET, Ownership.APPLICATION));
        return findings;
    }

    private Finding tried(String what, Kind kind, String selector) {
        try {
            int count = api.list(kind, selector).size();
            return new Finding(what, true, count + " in namespace " + api.namespace(), null);
        } catch (CloudException refused) {
            String advice = refused.getCause() instanceof RestFailure said ? said.advice() : null;
            return new Finding(
                    what,
                    false,
                    String.valueOf(refused.getMessage()),
                    advice == null ? "check that the cluster can be reached from here" : advice);
        }
    }

    /** The least rights, as Kubernetes writes them. */
    static String role(String namespace) {
        return """
                apiVersion: rbac.authorization.k8s.io/v1
                kind: Role
                metadata:
                  name: weft
                  namespace: %s
                rules:
                - apiGroups: [serving.knative.dev]
                  resources: [services]
                  verbs: [get, list, create, update, patch, delete]
                - apiGroups: [serving.knative.dev]
                  resources: [revisions]
                  verbs: [get, list]
                - apiGroups: [""]
                  resources: [secrets]
                  verbs: [get, list, create, delete]
                - apiGroups: [""]
                  resources: [pods]
                  verbs: [list]
                - apiGroups: [""]
                  resources: [pods/log]
                  verbs: [get]
                """.formatted(namespace);
    }
}
