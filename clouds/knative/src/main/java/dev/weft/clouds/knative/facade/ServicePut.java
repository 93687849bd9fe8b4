// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.knative.facade;

import dev.weft.api.Sha256;
import dev.weft.api.account.Ownership;
import dev.weft.api.facade.Draft;
import dev.weft.api.facade.Said;
import dev.weft.api.facade.Shelf;
import dev.weft.api.resource.Cloud;
import dev.weft.clouds.knative.facade.KubeStatus.Cause;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A Service as a client wants it, read into a {@link Draft}. What Weft does not do is refused by the path of its field, all of it at
 * once; what means nothing here is {@link Kept}. With a zip file of code in an annotation of the template that runs, else the image. Pure.
 * Source: Knative's specification of Serving's API; its conformance document's defaults.
 */
final class ServicePut {
    /** In a document's spec: where its code is. */
    static final String PATH = "path";

    /** The annotation of a template that says so. */
    static final String PATH_SAID = "weft.dev/path";

    private static final int TIMEOUT_SECONDS = 300;
    private static final String LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";
    private static final String OWN = "weft.dev/";
    private static final String KNATIVE = "knative.dev";
    private static final Pattern LABEL_NAME =
            Pattern.compile("([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?");
    private static final Pattern LABEL_VALUE = Pattern.compile("([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?");

    /** What the server says itself. */
    private static final Set<String> SERVERS =
            Set.of("uid", "resourceVersion", "generation", "creationTimestamp", "managedFields", "selfLink");

    /** By what another Weft, whose cloud this is, knows what it made; {@link ServiceView#CODE} is one too, where it is a {@link #MARK}. */
    private static final Set<String> MARKS =
            Set.of(Ownership.APPLICATION, Ownership.FUNCTION, Ownership.SETTINGS, "weft.dev/image");

    private static final String MARK = "[0-9a-f]{" + Ownership.HASH_DIGITS + '}';

    private static final Set<String> SERVERS_ANNOTATIONS =
            Set.of("serving.knative.dev/creator", "serving.knative.dev/lastModifier");

    private static final JsonMapper JSON = JsonMapper.shared();

    private final Fields fields;
    private final String name;
    private final @Nullable Draft before;
    private final String codeNow;
    private final boolean document;
    private boolean codeStays;

    /** @param codeNow hash of the code that is there; empty where there is none */
    private ServicePut(String name, @Nullable Draft before, String codeNow, boolean document) {
        this.document = document;
        this.fields = new Fields(document ? Fields.NO_WORD : Fields.NOT_DONE);
        this.name = name;
        this.before = before;
        this.codeNow = codeNow;
    }

    /**
     * A Service, read.
     *
     * @param zip the new code; null for the code that is there
     */
    record Read(Draft draft, byte @Nullable [] zip) {
        /** The same with the values of {@code namespace}'s Secrets that its variables refer to, as they are now. */
        Read filled(Shelf shelf, String namespace) throws Wrong {
            Map<String, String> env = new TreeMap<>(draft.env());
            List<Cause> causes = new ArrayList<>();
            Kept.of(draft).secrets().forEach((name, reference) -> {
                int slash = reference.indexOf('/');
                String secret = reference.substring(0, slash);
                String value = Secrets.value(shelf, namespace, secret, reference.substring(slash + 1));
                if (value == null) {
                    causes.add(new Cause(
                            "FieldValueNotFound",
                            "Not found: variable " + name + ": there is no Secret \"" + Said.value(secret)
                                    + "\" with key \"" + Said.value(reference.substring(slash + 1)) + '"',
                            "spec.template.spec.containers[0].env"));
                } else {
                    env.put(name, value);
                }
            });
            if (!causes.isEmpty()) {
                throw Wrong.fields(draft.name(), causes);
            }
            return new Read(
                    new Draft(draft.name(), draft.labels(), draft.annotations(), draft.spec(), env, draft.home()), zip);
        }
    }

    static Read read(ObjectNode said, String name, @Nullable Draft before, String codeNow) throws Wrong {
        return new ServicePut(name, before, codeNow, false).read(said);
    }

    /** A document of a user's own: its code is in a folder that {@link #PATH} of the spec names, or else in the image. */
    static Draft document(ObjectNode said, String name) throws Wrong {
        return new ServicePut(name, null, "", true).read(said).draft();
    }

    private Read read(ObjectNode said) throws Wrong {
        fields.only(said, "", Set.of("apiVersion", "kind", "metadata", "spec", "status"));
        JsonNode metadata = fields.object(said, "", "metadata");
        fields.only(metadata, "metadata", union(SERVERS, "name", "namespace", "labels", "annotations"));
        Map<String, String> labels = labels(metadata, "metadata");
        ObjectNode annotations = JSON.createObjectNode();
        annotations(fields.strings(metadata, "metadata", "annotations"), "metadata.annotations", annotations);
        JsonNode spec = fields.object(said, "", "spec");
        fields.only(spec, "spec", Set.of("template", "traffic"));
        traffic(fields.list(spec, "spec", "traffic"));
        JsonNode template = fields.object(spec, "spec", "template");
        ObjectNode keptTemplate = template instanceof ObjectNode there ? there.deepCopy() : JSON.createObjectNode();
        Map<String, Object> wanted = wanted();
        byte[] zip = template(template, keptTemplate, wanted);
        JsonNode pod = fields.object(template, "spec.template", "spec");
        Map<String, String> secrets = new TreeMap<>();
        Map<String, String> env = new PodRead(fields, document ? null : secrets).read(pod, keptTemplate, wanted);
        Object image = wanted.remove(PodRead.IMAGE);
        if (zip != null || codeStays || document) {
            wanted.remove("code");
        } else if (image != null) {
            wanted.put("code", Map.of("image", image));
        }
        if (String.valueOf(wanted.get("contract")).matches("http|cloudevents")) {
            wanted.putIfAbsent("concurrency", 0);
        } else if (wanted.getOrDefault("concurrency", 0).equals(0)) {
            wanted.put("concurrency", 1);
        }
        if (zip != null) {
            shorten(annotations, Sha256.hex(zip));
        }
        Kept kept = (before == null ? Kept.nothing() : Kept.of(before))
                .with(annotations, keptTemplate, open(wanted))
                .with(secrets);
        if (kept.toString().length() > Kept.BYTES_MAX) {
            fields.wrong(new Cause(
                    "FieldValueTooLong",
                    "Too long: what is only shown again may have " + Kept.BYTES_MAX + " bytes",
                    "metadata.annotations"));
        }
        if (!fields.causes().isEmpty()) {
            throw Wrong.fields(name, fields.causes());
        }
        Map<String, String> notes = before == null ? Map.of() : before.annotations();
        Cloud.Type home = before == null ? Cloud.Type.KNATIVE : before.home();
        Draft draft = new Draft(name, labels, notes, wanted, env, home).with(Kept.ANNOTATION, kept.toString());
        return new Read(draft, zip);
    }

    /** What the server decides, which is not shown as if the client had. */
    private static List<String> open(Map<String, Object> wanted) {
        return wanted.entrySet().stream()
                .filter(each -> each.getValue().equals(0) || each.getValue().equals("0s"))
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
    }

    private static Set<String> union(Set<String> some, String... more) {
        Set<String> all = new HashSet<>(some);
        all.addAll(List.of(more));
        return all;
    }

    private Map<String, Object> wanted() {
        Map<String, Object> wanted = before == null ? new TreeMap<>() : new TreeMap<>(before.spec());
        wanted.put("contract", ServiceView.HTTP);
        wanted.remove("runtime");
        wanted.remove("handler");
        wanted.put("minInstances", 0);
        wanted.put("maxInstances", 0);
        wanted.put("idleTimeout", "0s");
        wanted.put("timeout", TIMEOUT_SECONDS + "s");
        return wanted;
    }

    private Map<String, String> labels(JsonNode metadata, String path) {
        Map<String, String> labels = fields.strings(metadata, path, "labels");
        labels.forEach((key, value) -> {
            String at = path + ".labels[" + Said.value(key) + ']';
            if (domain(key).endsWith(KNATIVE) || (key.startsWith(OWN) && !MARKS.contains(key))) {
                fields.notDone(at);
            } else if (!LABEL_NAME.matcher(key).matches()
                    || !LABEL_VALUE.matcher(value).matches()) {
                fields.wrong(Cause.value(at, value, "is no label: letters, digits, '-', '_' and '.', at most 63"));
            }
        });
        return labels;
    }

    private static String domain(String key) {
        int slash = key.indexOf('/');
        return slash < 0 ? "" : key.substring(0, slash);
    }

    /** Those that mean nothing here go to {@code kept}. */
    private void annotations(Map<String, String> said, String path, ObjectNode kept) {
        said.forEach((key, value) -> {
            boolean clients = domain(key).equals("client." + KNATIVE);
            if (SERVERS_ANNOTATIONS.contains(key)) {
                return;
            }
            boolean mark = MARKS.contains(key) || (key.equals(ServiceView.CODE) && value.matches(MARK));
            if ((domain(key).endsWith(KNATIVE) && !clients) || (key.startsWith(OWN) && !mark)) {
                fields.notDone(path + '[' + Said.value(key) + ']');
            } else {
                kept.put(key, value);
            }
        });
    }

    private void traffic(List<JsonNode> traffic) {
        String now = before == null
                ? ""
                : name + String.format("-%05d", Kept.of(before).generation());
        for (int i = 0; i < traffic.size(); i++) {
            String path = "spec.traffic[" + i + ']';
            JsonNode each = traffic.get(i);
            fields.only(each, path, Set.of("latestRevision", "percent", "revisionName"));
            String revision = fields.text(each, path, "revisionName");
            Integer percent = fields.number(each, path, "percent", 100);
            if (!revision.isEmpty() && !revision.equals(now)) {
                fields.wrong(Cause.value(
                        path + ".revisionName", revision, "earlier revisions are not kept: say latestRevision: true"));
            }
            if (traffic.size() > 1 || (percent != null && percent != 100)) {
                fields.value(
                        path + ".percent", each.path("percent"), "all calls go to the latest revision: 100, said once");
            }
        }
    }

    private byte @Nullable [] template(JsonNode template, ObjectNode kept, Map<String, Object> wanted) {
        fields.only(template, "spec.template", Set.of("metadata", "spec"));
        JsonNode metadata = fields.object(template, "spec.template", "metadata");
        fields.only(metadata, "spec.template.metadata", union(SERVERS, "labels", "annotations", "name"));
        labels(metadata, "spec.template.metadata");
        if (!Fields.empty(metadata.path("name"))) {
            fields.value(
                    "spec.template.metadata.name",
                    metadata.path("name"),
                    "revisions are named by Weft, SERVICE-00001 and so on; leave it out");
        }
        String path = "spec.template.metadata.annotations";
        Map<String, String> said = fields.strings(metadata, "spec.template.metadata", "annotations");
        byte[] zip = null;
        Map<String, String> rest = new TreeMap<>();
        for (Map.Entry<String, String> each : said.entrySet()) {
            String at = path + '[' + each.getKey() + ']';
            String value = each.getValue();
            switch (each.getKey()) {
                case ServiceView.CODE -> {
                    if (value.matches(MARK)) {
                        rest.put(each.getKey(), value);
                    } else {
                        zip = code(at, value);
                    }
                }
                case PATH_SAID -> path(at, value, wanted);
                case ServiceView.CONTRACT -> wanted.put("contract", value);
                case ServiceView.RUNTIME -> wanted.put("runtime", value);
                case ServiceView.HANDLER -> wanted.put("handler", value);
                case ServiceView.MIN, "autoscaling.knative.dev/minScale" -> scale(at, value, "minInstances", wanted);
                case ServiceView.MAX, "autoscaling.knative.dev/maxScale" -> scale(at, value, "maxInstances", wanted);
                case ServiceView.IDLE -> idle(at, value, wanted);
                default -> rest.put(each.getKey(), value);
            }
        }
        ObjectNode shown = JSON.createObjectNode();
        annotations(rest, path, shown);
        ObjectNode about = ServiceView.child(kept, "metadata");
        about.remove("creationTimestamp");
        about.set("annotations", shown);
        return zip;
    }

    private void path(String at, String value, Map<String, Object> wanted) {
        if (document) {
            wanted.put(PATH, value);
        } else {
            fields.notDone(at);
        }
    }

    private byte @Nullable [] code(String path, String value) {
        if (document) {
            fields.wrong(Cause.forbidden(path, "is for kubectl; a document names its folder by " + PATH_SAID));
            return null;
        }
        if (value.startsWith(ServiceView.HASH)) {
            if (codeNow.isEmpty() || !value.equals(ServiceView.HASH + codeNow)) {
                fields.wrong(Cause.value(path, value, "is not the code that is there; give base64 of a zip file"));
            }
            codeStays = true;
            return null;
        }
        try {
            byte[] zip = Base64.getMimeDecoder().decode(value.trim());
            if (zip.length > 4 && zip[0] == 'P' && zip[1] == 'K') {
                return zip;
            }
        } catch (IllegalArgumentException notBase64) {
            // told below
        }
        fields.wrong(Cause.value(path, value, "must be base64 of a zip file with the function's code"));
        return null;
    }

    private void scale(String path, String value, String name, Map<String, Object> wanted) {
        if (value.matches("[0-9]{1,4}") && Integer.parseInt(value) <= 1000) {
            wanted.put(name, Integer.valueOf(value));
        } else {
            fields.wrong(Cause.value(path, value, "must be a number from 0 to 1000"));
        }
    }

    private void idle(String path, String value, Map<String, Object> wanted) {
        var parts = Pattern.compile("(?:([0-9]{1,2})h)?(?:([0-9]{1,4})m)?(?:([0-9]{1,5})s)?")
                .matcher(value);
        long seconds = -1;
        if (!value.isEmpty() && parts.matches()) {
            seconds = 3600 * number(parts.group(1)) + 60 * number(parts.group(2)) + number(parts.group(3));
        }
        if (seconds >= 0 && seconds <= 3600) {
            wanted.put("idleTimeout", seconds + "s");
        } else {
            fields.wrong(Cause.value(path, value, "must be whole seconds such as 90s or 1m30s, at most 1h"));
        }
    }

    private static long number(@Nullable String digits) {
        return digits == null ? 0 : Long.parseLong(digits);
    }

    /** In what kubectl remembers of it too, code is said by its hash. */
    private static void shorten(ObjectNode annotations, String hash) {
        String last = annotations.path(LAST_APPLIED).asString("");
        if (!last.contains(ServiceView.CODE)) {
            return;
        }
        try {
            JsonNode said = JSON.readTree(last);
            if (said.path("spec").path("template").path("metadata").path("annotations") instanceof ObjectNode inner
                    && inner.has(ServiceView.CODE)) {
                inner.put(ServiceView.CODE, ServiceView.HASH + hash);
                annotations.put(LAST_APPLIED, JSON.writeValueAsString(said) + '\n');
            }
        } catch (JacksonException notKubectls) {
            // then it is too long, or stays as it is
        }
    }
}
