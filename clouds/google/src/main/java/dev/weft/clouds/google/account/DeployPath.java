// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.google.account;

import dev.weft.api.CloudException;
import dev.weft.api.account.Artifact;
import dev.weft.api.account.Ownership;
import dev.weft.api.account.Packing;
import dev.weft.api.account.Progress;
import dev.weft.api.account.Seen;
import dev.weft.api.account.Wanted;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A function comes in, Google runs it. Each change of the function is one request with everything in it, labels too, which
 * Google does as a whole or reports as failed in the function's state; its secrets are put in their store before, and who may
 * call it is read back each time. So wherever Weft stops, what is there says what is missing.
 */
final class DeployPath {
    private static final JsonMapper JSON = JsonMapper.shared();

    private final GoogleProject project;
    private final FunctionsApi functions;
    private final RunApi run;
    private final Operations operations;
    private final FunctionSecrets secrets;
    private final SeenReader reader;

    DeployPath(
            GoogleProject project, FunctionsApi functions, RunApi run, Operations operations, FunctionSecrets secrets) {
        this.project = project;
        this.functions = functions;
        this.run = run;
        this.operations = operations;
        this.secrets = secrets;
        this.reader = new SeenReader(project, run, secrets);
    }

    /** Makes it so. */
    Seen apply(Wanted wanted, Packing packing, @Nullable Seen before, Progress progress) {
        FunctionDocument document = new FunctionDocument(project, wanted, packing);
        String name = wanted.name();
        JsonNode first = functions.find(name);
        if (first != null) {
            requireOurs(wanted, first);
        }
        JsonNode now = operations.settled(name, first, () -> functions.find(name));
        Seen seen = now == null ? null : reader.read(now);
        if (now != null && seen != null && asWanted(seen, document)) {
            return seen;
        }
        requireAsPlanned(name, before, first);
        if (now == null || seen == null) {
            create(wanted, document, progress);
        } else {
            change(wanted, document, now, seen, progress);
        }
        allow(name, progress);
        return cleared(wanted, seen, progress);
    }

    /** As it is now, without secrets that nothing needs any more. */
    private Seen cleared(Wanted wanted, @Nullable Seen before, Progress progress) {
        JsonNode function = functions.find(wanted.name());
        if (function == null) {
            throw invalid(wanted.name() + " is gone: somebody removed it meanwhile");
        }
        boolean had = before != null
                && before.settings().values().stream().anyMatch(each -> each.startsWith(Ownership.STORED));
        if (had || !FunctionSecrets.of(wanted).isEmpty()) {
            secrets.clear(wanted.application(), wanted.name(), function, progress);
        }
        return reader.read(function);
    }

    private static void requireOurs(Wanted wanted, JsonNode there) {
        Ownership owner = FunctionLabels.owner(there.path("labels"));
        if (owner == null
                || !owner.application().equals(wanted.application())
                || !owner.function().equals(wanted.function().name())) {
            String whose = owner == null
                    ? "is not Weft's"
                    : "is function " + owner.function() + " of application " + owner.application();
            throw invalid(wanted.name() + " on Google " + whose
                    + ", so it is left alone: adopt it, or give the function another name there"
                    + " (placement.clouds[].as)");
        }
    }

    private static void requireAsPlanned(String name, @Nullable Seen before, @Nullable JsonNode first) {
        String then = before == null ? null : before.revision();
        String now = first == null ? null : first.path("updateTime").asString("");
        if (!Objects.equals(then, now)) {
            throw invalid(
                    name + " on Google is not any more what the plan was made on: somebody was faster; plan again");
        }
    }

    private static boolean asWanted(Seen seen, FunctionDocument document) {
        return seen.state().equals(Seen.READY)
                && !seen.codeTouched()
                && document.owner().equals(seen.owner())
                && seen.settings().equals(document.settings());
    }

    private void create(Wanted wanted, FunctionDocument document, Progress progress) {
        ArrayNode stored = secrets.put(wanted, null, null, progress);
        JsonNode source = upload(wanted, progress);
        JsonNode operation = functions.create(wanted.name(), document.whole(source, stored));
        operations.await("creating " + wanted.name(), operation, functions::operation, progress);
        progress.did("created " + wanted.name());
    }

    private void change(Wanted wanted, FunctionDocument document, JsonNode now, Seen seen, Progress progress) {
        Ownership owner = seen.owner();
        boolean code = owner == null
                || !owner.code().equals(wanted.artifact().hash())
                || seen.codeTouched()
                || !seen.state().equals(Seen.READY);
        Set<String> paths = document.differing(now, seen.settings(), code);
        if (paths.isEmpty()) {
            return;
        }
        ArrayNode stored = paths.contains(FunctionDocument.SECRETS)
                ? secrets.put(wanted, now, seen, progress)
                : JSON.createArrayNode();
        JsonNode source = code ? upload(wanted, progress) : null;
        JsonNode operation = functions.patch(wanted.name(), document.fields(source, paths, stored), paths);
        operations.await("changing " + wanted.name(), operation, functions::operation, progress);
        progress.did("changed " + String.join(", ", paths) + " of " + wanted.name());
    }

    private JsonNode upload(Wanted wanted, Progress progress) {
        byte[] zip;
        switch (wanted.artifact()) {
            case Artifact.Archive archive -> {
                try {
                    zip = Files.readAllBytes(archive.file());
                } catch (IOException unreadable) {
                    throw new CloudException(
                            CloudException.Kind.INVALID, "the code of " + wanted.name() + " can't be read", unreadable);
                }
            }
            case Artifact.Image image ->
                throw invalid("Google builds functions from a zip file, not from " + image.reference());
        }
        JsonNode source = functions.upload(zip);
        progress.did("uploaded " + Math.ceilDiv(zip.length, 1024) + " KiB");
        return source;
    }

    /** Lets everybody call it where the account says so, else only who is named. */
    private void allow(String name, Progress progress) {
        JsonNode function = functions.find(name);
        String service = function == null ? "" : SeenReader.service(function);
        if (!service.isEmpty() && run.open(service) != project.open()) {
            run.open(service, project.open());
            progress.did((project.open() ? "everybody may call " : "not everybody may call any more ") + name);
        }
    }

    /** Writes Weft's labels, and nothing else. */
    Seen adopt(Seen seen, Ownership owner) {
        JsonNode there = functions.find(seen.name());
        if (there == null) {
            throw invalid(seen.name() + " is not there any more");
        }
        Ownership now = FunctionLabels.owner(there.path("labels"));
        if (now != null && !now.application().equals(owner.application())) {
            throw invalid(seen.name() + " belongs to application " + now.application());
        }
        ObjectNode body = JSON.createObjectNode().put("name", project.function(seen.name()));
        FunctionLabels.of(owner, FunctionLabels.own(there.path("labels"))).forEach(body.putObject("labels")::put);
        JsonNode operation = functions.patch(seen.name(), body, Set.of("labels"));
        operations.await("adopting " + seen.name(), operation, functions::operation, Progress.NONE);
        return read(seen.name());
    }

    /** Removes it where it still is its owner's. */
    void delete(Seen seen, Progress progress) {
        JsonNode there = functions.find(seen.name());
        Ownership then = seen.owner();
        if (then == null) {
            throw invalid(seen.name() + " on Google is not this application's, so it is left alone");
        }
        if (there != null) {
            Ownership owner = FunctionLabels.owner(there.path("labels"));
            if (owner == null || !owner.application().equals(then.application())) {
                throw invalid(seen.name() + " on Google is not this application's, so it is left alone");
            }
            JsonNode operation = functions.delete(seen.name());
            if (operation != null) {
                operations.await("deleting " + seen.name(), operation, functions::operation, progress);
                progress.did("deleted " + seen.name());
            }
        }
        secrets.remove(then.application(), seen.name(), there, progress);
    }

    private Seen read(String name) {
        JsonNode function = functions.find(name);
        if (function == null) {
            throw invalid(name + " is gone: somebody removed it meanwhile");
        }
        return reader.read(function);
    }

    private static CloudException invalid(String why) {
        return new CloudException(CloudException.Kind.INVALID, why, null);
    }
}
