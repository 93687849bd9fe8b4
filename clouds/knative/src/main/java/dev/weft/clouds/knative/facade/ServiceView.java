// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.knative.facade;

import dev.weft.api.facade.Functions;
import dev.weft.api.resource.Function;
import dev.weft.api.resource.Function.Spec.Unsaid;
import dev.weft.api.resource.Spelling;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A function as Knative Serving's four documents. What Weft serves is ready: a change is answered after calls reach it. Pure.
 *
 * @param version its resourceVersion
 */
record ServiceView(Functions.Served served, long version, Instant since, Domain domain) {
    /** Annotations of a template that say what Weft runs. */
    static final String CODE = "weft.dev/code";

    static final String CONTRACT = "weft.dev/contract";
    static final String RUNTIME = "weft.dev/runtime";
    static final String HANDLER = "weft.dev/handler";

    /** What stands for the code that is there. */
    static final String HASH = "sha256:";

    static final String MIN = "autoscaling.knative.dev/min-scale";
    static final String MAX = "autoscaling.knative.dev/max-scale";
    static final String IDLE = "autoscaling.knative.dev/scale-to-zero-pod-retention-period";
    static final String HTTP = "http";

    private static final String SERVICE = "serving.knative.dev/service";
    private static final String CONFIGURATION = "serving.knative.dev/configuration";
    private static final String GENERATION = "serving.knative.dev/configurationGeneration";
    private static final String IDLE_UNSAID = "300s";
    private static final int HASH_CHARS = 12;
    private static final JsonMapper JSON = JsonMapper.shared();

    static ServiceView of(Ledger.Entry entry, Domain domain) {
        return new ServiceView(entry.served(), entry.version(), entry.since(), domain);
    }

    String name() {
        return served.function().metadata().name();
    }

    private String namespace() {
        return served.function().metadata().namespace();
    }

    private Kept kept() {
        return Kept.of(served.function());
    }

    String uid() {
        return kept().uid(namespace(), name());
    }

    String revision() {
        return String.format(Locale.ROOT, "%s-%05d", name(), kept().generation());
    }

    String url() {
        return domain.url(name(), namespace());
    }

    /** The document of that kind. */
    ObjectNode document(Resource resource) {
        return switch (resource) {
            case SERVICES -> service();
            case CONFIGURATIONS -> configuration();
            case ROUTES -> route();
            case REVISIONS -> revisionDocument();
        };
    }

    private ObjectNode begun(Resource resource, String name) {
        ObjectNode document =
                JSON.createObjectNode().put("apiVersion", Resource.VERSION).put("kind", resource.kind());
        String uid = resource == Resource.SERVICES ? uid() : Kept.named(resource.plural(), uid() + name);
        String created = kept().created();
        ObjectNode metadata = document.putObject("metadata")
                .put("name", name)
                .put("namespace", namespace())
                .put("uid", uid)
                .put("resourceVersion", Long.toString(version))
                .put("generation", resource == Resource.REVISIONS ? 1 : kept().generation())
                .put("creationTimestamp", created.isEmpty() ? time(since) : created);
        ObjectNode labels = metadata.putObject("labels");
        new TreeMap<>(served.function().metadata().labels()).forEach(labels::put);
        if (resource == Resource.SERVICES) {
            metadata.set("annotations", kept().annotations());
        } else {
            labels.put(SERVICE, name());
            Resource above = resource == Resource.REVISIONS ? Resource.CONFIGURATIONS : Resource.SERVICES;
            metadata.putArray("ownerReferences")
                    .addObject()
                    .put("apiVersion", Resource.VERSION)
                    .put("kind", above.kind())
                    .put("name", name())
                    .put("uid", above == Resource.SERVICES ? uid() : Kept.named(above.plural(), uid() + name()))
                    .put("controller", true)
                    .put("blockOwnerDeletion", true);
        }
        return document;
    }

    static String time(Instant instant) {
        return instant.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    private ObjectNode service() {
        ObjectNode document = begun(Resource.SERVICES, name());
        ObjectNode spec = document.putObject("spec");
        spec.set("template", template());
        traffic(spec.putArray("traffic"), false);
        ObjectNode status = status(document, kept().generation(), "ConfigurationsReady", "Ready", "RoutesReady");
        status.put("latestCreatedRevisionName", revision()).put("latestReadyRevisionName", revision());
        called(status);
        return document;
    }

    private ObjectNode configuration() {
        ObjectNode document = begun(Resource.CONFIGURATIONS, name());
        document.putObject("spec").set("template", template());
        status(document, kept().generation(), "Ready")
                .put("latestCreatedRevisionName", revision())
                .put("latestReadyRevisionName", revision());
        return document;
    }

    private ObjectNode route() {
        ObjectNode document = begun(Resource.ROUTES, name());
        ObjectNode goes = document.putObject("spec").putArray("traffic").addObject();
        goes.put("configurationName", name()).put("latestRevision", true).put("percent", 100);
        called(status(document, kept().generation(), "AllTrafficAssigned", "IngressReady", "Ready"));
        return document;
    }

    private ObjectNode revisionDocument() {
        ObjectNode document = begun(Resource.REVISIONS, revision());
        JsonNode template = template();
        ObjectNode metadata = (ObjectNode) document.path("metadata");
        metadata.set(
                "annotations", template.path("metadata").path("annotations").deepCopy());
        ((ObjectNode) metadata.path("labels"))
                .put(CONFIGURATION, name())
                .put(GENERATION, Long.toString(kept().generation()));
        document.set("spec", template.path("spec"));
        status(document, 1, "Active", "ContainerHealthy", "Ready", "ResourcesAvailable");
        return document;
    }

    private ObjectNode status(ObjectNode document, long observed, String... conditions) {
        ObjectNode status = document.putObject("status").put("observedGeneration", observed);
        ArrayNode all = status.putArray("conditions");
        for (String each : conditions) {
            all.addObject().put("type", each).put("status", "True").put("lastTransitionTime", time(served.changed()));
        }
        return status;
    }

    private void called(ObjectNode status) {
        status.put("url", url()).putObject("address").put("url", url());
        traffic(status.putArray("traffic"), true);
    }

    private void traffic(ArrayNode traffic, boolean named) {
        ObjectNode all = traffic.addObject().put("latestRevision", true).put("percent", 100);
        if (named) {
            all.put("revisionName", revision());
        }
    }

    /** What the client said, with what is so now, whoever has changed it. */
    private ObjectNode template() {
        Function.Spec spec = served.function().spec();
        ObjectNode template = kept().template();
        ObjectNode annotations = child(child(template, "metadata"), "annotations");
        said(annotations, MIN, spec.minInstances() == 0 ? "" : Integer.toString(spec.minInstances()));
        said(
                annotations,
                MAX,
                open("maxInstances", Integer.toString(spec.maxInstances()), Unsaid.MAX_INSTANCES, "0", ""));
        said(annotations, IDLE, open("idleTimeout", spec.idleTimeout().toSeconds() + "s", IDLE_UNSAID, "0s", ""));
        String contract = Spelling.Words.of(spec.contract());
        said(annotations, CONTRACT, contract.equals(HTTP) ? "" : contract);
        said(annotations, RUNTIME, spec.runtime() == null ? "" : spec.runtime());
        said(annotations, HANDLER, spec.handler() == null ? "" : spec.handler());
        boolean zip =
                served.put() && spec.code().image() == null && !served.code().isEmpty();
        if (zip) {
            annotations.put(CODE, HASH + served.code());
        }
        if (annotations.isEmpty()) {
            ((ObjectNode) template.path("metadata")).remove("annotations");
        }
        ObjectNode pod = child(template, "spec")
                .put(
                        "containerConcurrency",
                        Integer.parseInt(open(
                                "concurrency", Integer.toString(spec.concurrency()), Unsaid.CONCURRENCY, "0", "0")))
                .put(
                        "timeoutSeconds",
                        Math.max(1, spec.timeout().plusMillis(999).toSeconds()));
        ArrayNode containers = pod.path("containers") instanceof ArrayNode there ? there : pod.putArray("containers");
        container(containers.path(0) instanceof ObjectNode there ? there : containers.addObject(), spec);
        return template;
    }

    private void container(ObjectNode container, Function.Spec spec) {
        String image = spec.code().image();
        if (image != null) {
            container.put("image", image); // another vendor's client may have named it
        } else if (container.path("image").asString("").isEmpty()) {
            String code = served.code();
            String hash = code.substring(0, Math.min(HASH_CHARS, code.length()));
            container.put("image", "weft.local/" + name() + (hash.isEmpty() ? "" : ":" + hash));
        }
        if (!words(container).equals(spec.command())) {
            container.remove("args");
            container.remove("command");
            if (!spec.command().isEmpty()) {
                spec.command().forEach(container.putArray("command")::add);
            }
        }
        Map<String, String> values = served.env();
        container.remove("env");
        if (!values.isEmpty()) {
            ArrayNode env = container.putArray("env");
            Map<String, String> secrets = kept().secrets();
            new TreeMap<>(values).forEach((name, value) -> {
                ObjectNode one = env.addObject().put("name", name);
                String reference = secrets.get(name);
                if (reference == null) {
                    one.put("value", value);
                } else {
                    int slash = reference.indexOf('/');
                    one.putObject("valueFrom")
                            .putObject("secretKeyRef")
                            .put("name", reference.substring(0, slash))
                            .put("key", reference.substring(slash + 1));
                }
            });
        }
        if (spec.appProtocol() == Function.AppProtocol.H2C
                && container.path("ports").isEmpty()) {
            container.putArray("ports").addObject().put("name", "h2c").put("containerPort", 8080);
        }
        ObjectNode limits = child(child(container, "resources"), "limits");
        said(limits, "memory", open("memory", spec.memory().toString(), Unsaid.MEMORY, "0", ""));
        if (limits.isEmpty()) {
            ((ObjectNode) container.path("resources")).remove("limits");
        }
        if (container.path("resources").isEmpty()) {
            container.remove("resources");
        }
    }

    /** Command and arguments as one. */
    static List<String> words(JsonNode container) {
        List<String> words = new ArrayList<>();
        container.path("command").forEach(each -> words.add(each.asString("")));
        container.path("args").forEach(each -> words.add(each.asString("")));
        return words;
    }

    /** The value of a field; {@code unsaid} where it is left to the server, which has put what is meant then in its place. */
    private String open(String field, String value, String meant, String nothing, String unsaid) {
        return value.equals(nothing) || (value.equals(meant) && kept().open(field)) ? unsaid : value;
    }

    private static void said(ObjectNode where, String name, String value) {
        if (value.isEmpty()) {
            where.remove(name);
        } else {
            where.put(name, value);
        }
    }

    static ObjectNode child(ObjectNode parent, String name) {
        return parent.path(name) instanceof ObjectNode there ? there : parent.putObject(name);
    }
}
