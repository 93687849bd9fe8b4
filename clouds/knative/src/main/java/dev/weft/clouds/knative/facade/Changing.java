// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.knative.facade;

import dev.weft.api.Sha256;
import dev.weft.api.facade.Changed;
import dev.weft.api.facade.Draft;
import dev.weft.api.facade.FacadeAnswer;
import dev.weft.api.facade.Functions;
import dev.weft.api.facade.Functions.Edited;
import dev.weft.api.facade.Key;
import dev.weft.api.facade.Wish;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** The verbs that make Services, change and delete them. What a client saw before it changed is compared with what is there, within the change itself. */
record Changing(Key key, Reading reading, String contentType, byte[] body) {
    /** What a DNS label of Kubernetes' older kind is, as Knative has it for Services. */
    private static final Pattern NAME = Pattern.compile("[a-z]([-a-z0-9]{0,61}[a-z0-9])?");

    private static final JsonMapper JSON = JsonMapper.shared();

    Wish wish() throws Wrong {
        Asked asked = reading.asked();
        if (!asked.query().getOrDefault("dryRun", "").isEmpty()) {
            throw Wrong.request(
                    "dryRun is not done by Weft's façade of Knative; kubectl --dry-run=client asks no server");
        }
        if (!asked.sub().isEmpty()) {
            throw new Wrong(KubeStatus.notAllowed("status is Weft's to write"));
        }
        return switch (asked.verb()) {
            case "create" -> create(service());
            case "update" -> update(service());
            case "patch" -> patch(Patch.read(contentType, body));
            default -> delete();
        };
    }

    private Wish work(String name, Wish.Work work) {
        return new Wish.Control(key, reading.asked().action(), name, work);
    }

    private JsonNode json() throws Wrong {
        String type = contentType.split(";", 2)[0].trim().toLowerCase(Locale.ROOT);
        if (!type.isEmpty() && !type.equals("application/json")) {
            throw new Wrong(KubeStatus.mediaType(
                    "the body of the request was in an unknown format - accepted media types include:"
                            + " application/json"));
        }
        try {
            return JSON.readTree(body);
        } catch (JacksonException notJson) {
            throw Wrong.request("the object provided is unrecognized: the body must be one JSON object");
        }
    }

    private ObjectNode service() throws Wrong {
        if (!(json() instanceof ObjectNode said)) {
            throw Wrong.request("the object provided is unrecognized: the body must be one JSON object");
        }
        check(said);
        return said;
    }

    /** What a document says of itself must be what the path says. */
    private void check(ObjectNode said) throws Wrong {
        String version = said.path("apiVersion").asString("");
        String kind = said.path("kind").asString("");
        if (!version.equals(Resource.VERSION) || !kind.equals(Resource.SERVICES.kind())) {
            throw Wrong.request("apiVersion and kind must be " + Resource.VERSION + " and Service");
        }
        JsonNode metadata = said.path("metadata");
        String namespace = metadata.path("namespace").asString("");
        if (!namespace.isEmpty() && !namespace.equals(reading.namespace())) {
            throw Wrong.request(
                    "the namespace of the provided object does not match the namespace sent on the request");
        }
        String name = metadata.path("name").asString("");
        String asked = reading.asked().name();
        if (!asked.isEmpty() && !name.equals(asked)) {
            throw Wrong.request("the name of the object does not match the name on the URL");
        }
    }

    private Wish create(ObjectNode said) throws Wrong {
        JsonNode metadata = said.path("metadata");
        String name = metadata.path("name").asString("");
        if (!NAME.matcher(name).matches()) {
            throw Wrong.fields(
                    name,
                    List.of(KubeStatus.Cause.value(
                            "metadata.name",
                            name,
                            "a DNS-1035 label must consist of lower case letters, digits and '-', start with a letter,"
                                    + " and have at most 63 characters")));
        }
        if (!metadata.path("resourceVersion").asString("").isEmpty()) {
            throw Wrong.request("resourceVersion should not be set on objects to be created");
        }
        ServicePut.Read read = ServicePut.read(said, name, null, "");
        return work(name, functions -> {
            ServicePut.Read wanted;
            try {
                wanted = read.filled(functions.shelf(), reading.namespace());
            } catch (Wrong wrong) {
                return wrong.status().answer();
            }
            Map<String, String> identity =
                    Map.of("uid", UUID.randomUUID().toString(), "created", ServiceView.time(reading.now()));
            Draft draft = kept(wanted.draft(), Kept.of(wanted.draft()).with(identity, 1));
            Changed changed = functions.put(
                    reading.namespace(),
                    name,
                    before -> before == null
                            ? new Edited.Put(draft, wanted.zip())
                            : new Edited.Leave(KubeStatus.exists(name).answer()));
            return told(201, name, changed, functions);
        });
    }

    private static Draft kept(Draft draft, Kept kept) {
        return draft.with(Kept.ANNOTATION, kept.toString());
    }

    /** What is wanted, from what is there. */
    @FunctionalInterface
    private interface Wanted {
        ObjectNode of(ObjectNode there) throws Wrong;
    }

    private Wish update(ObjectNode said) {
        return change(there -> said);
    }

    private Wish patch(Patch patch) {
        return change(there -> {
            ObjectNode changed = patch.apply(there);
            check(changed);
            return changed;
        });
    }

    private Wish change(Wanted wanted) {
        String name = reading.asked().name();
        return work(name, functions -> {
            if (functions.find(reading.namespace(), name) == null) {
                return KubeStatus.notFound(Resource.SERVICES, name).answer();
            }
            Changed changed = functions.put(reading.namespace(), name, before -> {
                try {
                    return edited(name, before, wanted, functions);
                } catch (Wrong wrong) {
                    return new Edited.Leave(wrong.status().answer());
                }
            });
            return told(200, name, changed, functions);
        });
    }

    private Edited edited(String name, @Nullable Draft before, Wanted wanted, Functions functions) throws Wrong {
        Ledger.Entry entry = reading.ledger()
                .look(reading.namespace(), functions, reading.now())
                .find(name);
        if (before == null || entry == null) {
            throw new Wrong(KubeStatus.notFound(Resource.SERVICES, name));
        }
        ServiceView view = ServiceView.of(entry, reading.domain());
        ObjectNode there = view.document(Resource.SERVICES);
        ObjectNode said = wanted.of(there);
        fresh(said.path("metadata"), view, entry);
        ServicePut.Read read = ServicePut.read(
                        said, name, before, entry.served().code())
                .filled(functions.shelf(), reading.namespace());
        byte[] zip = read.zip() != null
                        && Sha256.hex(read.zip()).equals(entry.served().code())
                ? null
                : read.zip();
        Kept was = Kept.of(before);
        Map<String, String> identity = Map.of(
                "uid",
                view.uid(),
                "created",
                there.path("metadata").path("creationTimestamp").asString(""));
        Kept kept = Kept.of(read.draft());
        boolean other = zip != null
                || !read.draft().spec().equals(before.spec())
                || !read.draft().env().equals(before.env())
                || !kept.template().equals(was.template());
        Draft draft = kept(read.draft(), kept.with(identity, was.generation() + (other ? 1 : 0)));
        boolean same = !other
                && kept.annotations().equals(was.annotations())
                && draft.labels().equals(before.labels());
        return same ? new Edited.Leave(KubeStatus.answer(200, there)) : new Edited.Put(draft, zip);
    }

    /** What the client saw must be what is there. */
    private static void fresh(JsonNode metadata, ServiceView view, Ledger.Entry entry) throws Wrong {
        String version = metadata.path("resourceVersion").asString("");
        if (!version.isEmpty() && !version.equals(Long.toString(entry.version()))) {
            throw new Wrong(KubeStatus.modified(view.name()));
        }
        String uid = metadata.path("uid").asString("");
        if (!uid.isEmpty() && !uid.equals(view.uid())) {
            throw new Wrong(KubeStatus.conflict(
                    view.name(),
                    "Precondition failed: UID in precondition: " + uid + ", UID in object meta: " + view.uid()));
        }
    }

    private Wish delete() throws Wrong {
        String name = reading.asked().name();
        JsonNode options = body.length == 0 ? JSON.createObjectNode() : json();
        Fields fields = new Fields(Fields.NOT_DONE);
        fields.only(
                options,
                "deleteOptions",
                Set.of(
                        "kind",
                        "apiVersion",
                        "gracePeriodSeconds",
                        "propagationPolicy",
                        "orphanDependents",
                        "preconditions"));
        String policy = options.path("propagationPolicy")
                .asString(reading.asked().query().getOrDefault("propagationPolicy", ""));
        if (policy.equals("Orphan")
                || options.path("orphanDependents").asBoolean(false)
                || !fields.causes().isEmpty()) {
            throw Wrong.request("Configuration, Route and Revision go with their Service: of delete options only"
                    + " propagationPolicy Background or Foreground, gracePeriodSeconds and preconditions are known");
        }
        JsonNode preconditions = options.path("preconditions");
        return work(name, functions -> {
            Ledger.Entry entry = reading.ledger()
                    .look(reading.namespace(), functions, reading.now())
                    .find(name);
            if (entry == null) {
                return KubeStatus.notFound(Resource.SERVICES, name).answer();
            }
            ServiceView view = ServiceView.of(entry, reading.domain());
            try {
                fresh(preconditions, view, entry);
            } catch (Wrong wrong) {
                return wrong.status().answer();
            }
            return switch (functions.delete(reading.namespace(), name)) {
                case Changed.Done _ -> KubeStatus.success(name, view.uid());
                case Changed.Left(FacadeAnswer answer) -> answer;
                case Changed.Refused refused -> refused(name, refused);
            };
        });
    }

    private FacadeAnswer told(int code, String name, Changed changed, Functions functions) {
        return switch (changed) {
            case Changed.Done(Functions.Served served) -> {
                Ledger.Entry entry = reading.ledger()
                        .look(reading.namespace(), functions, reading.now())
                        .find(name);
                Ledger.Entry now = entry == null ? new Ledger.Entry(served, 0, reading.now()) : entry;
                yield KubeStatus.answer(
                        code, ServiceView.of(now, reading.domain()).document(Resource.SERVICES));
            }
            case Changed.Left(FacadeAnswer answer) -> answer;
            case Changed.Refused refused -> refused(name, refused);
        };
    }

    private FacadeAnswer refused(String name, Changed.Refused refused) {
        String message = refused.message();
        KubeStatus status =
                switch (refused.reason()) {
                    case ABSENT -> KubeStatus.notFound(Resource.SERVICES, name);
                    case DECLARED ->
                        reading.asked().verb().equals("create")
                                ? KubeStatus.exists(name)
                                : KubeStatus.forbidden(Resource.SERVICES, name, message);
                    case WRONG, FAILED -> KubeStatus.invalid(name, message);
                    case FULL -> KubeStatus.forbidden(Resource.SERVICES, name, "exceeded quota: " + message);
                    case UNABLE -> KubeStatus.forbidden(Resource.SERVICES, name, message);
                    case BUSY -> KubeStatus.busy();
                };
        return status.answer();
    }
}
