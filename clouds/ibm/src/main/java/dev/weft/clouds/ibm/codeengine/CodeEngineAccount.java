// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.ibm.codeengine;

import dev.weft.adapters.Adapters;
import dev.weft.adapters.Target;
import dev.weft.api.CloudException;
import dev.weft.api.Mistake;
import dev.weft.api.account.CloudAccount;
import dev.weft.api.account.Ownership;
import dev.weft.api.account.Packing;
import dev.weft.api.account.Progress;
import dev.weft.api.account.Seen;
import dev.weft.api.account.Wanted;
import dev.weft.api.resource.Function;
import dev.weft.api.rest.RestFailure;
import dev.weft.api.spi.InvokeDialect;
import dev.weft.clouds.ibm.ActionCode;
import dev.weft.clouds.ibm.ActionPacking;
import dev.weft.clouds.ibm.AppDialect;
import dev.weft.clouds.ibm.FunctionDialect;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The functions, or the apps, of a Code Engine project. A change is one request that names the entity tag it was decided on;
 * then the account waits until Code Engine says ready.
 */
public final class CodeEngineAccount
        implements CloudAccount, CloudAccount.WithCode, CloudAccount.WithSecrets, CloudAccount.WithoutLogs {
    /** How long a change may take until it can be called. */
    static final Duration READY_MAX = Duration.ofMinutes(10);

    private static final Duration WAIT_FIRST = Duration.ofMillis(200);
    private static final Duration WAIT_MAX = Duration.ofSeconds(5);

    private final CodeEngineSetup setup;
    private final EntityStore store;
    private final EntityDocument document;
    private final EntitySecrets secrets;
    private final InvokeDialect dialect;

    /** Of what {@code setup} says; nothing is sent. */
    public CodeEngineAccount(CodeEngineSetup setup) {
        this.setup = setup;
        this.store = setup.store();
        this.document = new EntityDocument(setup.apps(), setup.mappings(), setup.registrySecret());
        this.secrets = new EntitySecrets(setup.secrets(), document, setup.clock());
        this.dialect = setup.apps() ? new AppDialect() : new FunctionDialect();
    }

    @Override
    public String cloud() {
        return setup.cloud();
    }

    @Override
    public String store() {
        return "a secret of the project, one a function";
    }

    @Override
    public Packed pack(Function function, Path code) {
        Function.Spec spec = function.spec();
        boolean server =
                switch (spec.contract()) {
                    case HTTP, CLOUDEVENTS -> true;
                    case OPENWHISK, AWS_LAMBDA, AZURE_FUNCTIONS, GOOGLE_FUNCTIONS, FN, ALIBABA_FC -> false;
                };
        if (setup.apps() && server) {
            return new Packed.As(new Packing(Packing.Form.IMAGE, "", Map.of(), spec.command(), Map.of(), "", ""));
        }
        if (setup.apps()) {
            return Adapters.packing(function, code, Target.KNATIVE);
        }
        if (spec.contract() != Function.Contract.OPENWHISK) {
            return not(
                    "spec.contract",
                    spec.contract().name().toLowerCase(Locale.ROOT).replace('_', '-'),
                    "must be openwhisk on Code Engine; all other contracts run where account.runs is apps");
        }
        String kind = ActionPacking.kind(spec.runtime());
        if (kind != null && kind.startsWith("java:")) {
            return not(
                    "spec.runtime",
                    spec.runtime(),
                    "must be Node.js or Python for a function of Code Engine; an action in Java runs there where account.runs"
                            + " is apps");
        }
        if (kind == null || !CodeEngineLimits.RUNTIMES.contains(EntityDocument.runtime(kind))) {
            return not(
                    "spec.runtime",
                    spec.runtime(),
                    "must be nodejs:20, nodejs:22, nodejs:24, python:3.11 or python:3.13 for a function of Code Engine");
        }
        if (spec.code().image() != null) {
            return new Packed.As(Packing.own(Packing.Form.IMAGE, ActionPacking.main(function), kind));
        }
        return ActionPacking.of(function, code);
    }

    private static Packed not(String field, @Nullable String value, String message) {
        return new Packed.Not(List.of(Mistake.at(field, value, message)));
    }

    @Override
    public List<Mistake> check(Wanted wanted, Packing packing) {
        return new CodeEngineLimits(setup.apps()).check(wanted, packing);
    }

    @Override
    public Map<String, String> settings(Wanted wanted, Packing packing) {
        return document.settings(wanted, packing);
    }

    @Override
    public List<Seen> list() {
        List<Seen> all = new ArrayList<>(store.list().stream().map(this::seen).toList());
        all.addAll(secrets.left(all.stream().map(Seen::name).collect(Collectors.toSet())));
        return all;
    }

    @Override
    public @Nullable Seen find(String name) {
        JsonNode entity = store.get(name);
        return entity == null ? null : seen(entity);
    }

    private Seen seen(JsonNode entity) {
        String digest = EntityDocument.own(entity, EntityDocument.DIGEST);
        String status = entity.path("status").asString("");
        String reason = entity.path("status_details").path("reason").asString("");
        return new Seen(
                entity.path("name").asString(""),
                EntityDocument.owner(entity),
                document.settings(entity, secrets.values(entity)),
                digest != null && !digest.equals(document.digest(entity)),
                entity.path("entity_tag").asString(""),
                null,
                status.equals("ready") ? Seen.READY : status + (reason.isEmpty() ? "" : ": " + reason),
                target(entity));
    }

    private InvokeDialect.@Nullable Target target(JsonNode entity) {
        String endpoint = entity.path("endpoint").asString("");
        if (endpoint.isEmpty()) {
            endpoint = entity.path("endpoint_internal").asString("");
        }
        return endpoint.isEmpty()
                ? null
                : new InvokeDialect.Target(
                        URI.create(endpoint), entity.path("name").asString(""), setup.region(), Map.of());
    }

    @Override
    public Seen apply(Wanted wanted, Packing packing, @Nullable Seen before, Progress progress) {
        JsonNode now = store.get(wanted.name());
        Map<String, String> settings = settings(wanted, packing);
        Ownership owner = new Ownership(
                wanted.application(),
                wanted.function().name(),
                wanted.artifact().hash(),
                Ownership.hash(settings));
        if (now == null) {
            return cleared(wanted, create(wanted, packing, owner, progress), progress);
        }
        Seen there = seen(now);
        if (!there.ownedBy(wanted.application())) {
            throw faster(wanted.name(), "is there and not this application's: adopt it, or use another name");
        }
        if (before != null && !Objects.equals(before.revision(), there.revision())) {
            throw faster(wanted.name(), "was changed by somebody else since the plan was made: plan again");
        }
        if (owner.equals(there.owner()) && settings.equals(there.settings()) && !there.codeTouched()) {
            return ready(wanted.name(), progress);
        }
        boolean code = there.codeTouched()
                || !Objects.requireNonNull(there.owner()).code().equals(owner.code())
                || !Objects.equals(settings.get("runtime"), there.settings().get("runtime"));
        String digest = code ? null : EntityDocument.own(now, EntityDocument.DIGEST);
        String secret = secrets.put(wanted, now, progress);
        store.patch(
                wanted.name(),
                String.valueOf(there.revision()),
                document.patch(wanted, packing, owner, digest, secret));
        progress.did((code ? "code and settings" : "settings") + " of " + wanted.name() + " changed");
        return cleared(wanted, ready(wanted.name(), progress), progress);
    }

    /** Without secrets that were its own and that it does not refer to any more. It is as wanted whether that works or not. */
    private Seen cleared(Wanted wanted, Seen seen, Progress progress) {
        JsonNode now = store.get(wanted.name());
        if (now != null) {
            try {
                secrets.clear(wanted.application(), wanted.name(), now, progress);
            } catch (CloudException refused) {
                progress.did("old secrets of " + wanted.name() + " were not deleted: " + refused.getMessage());
            }
        }
        return seen;
    }

    private Seen create(Wanted wanted, Packing packing, Ownership owner, Progress progress) {
        try {
            String secret = secrets.put(wanted, null, progress);
            store.create(document.create(wanted, packing, owner, secret));
            progress.did(wanted.name() + " created");
        } catch (CloudException failed) {
            // what an earlier attempt made while its answer was lost
            Seen there =
                    failed.getCause() instanceof RestFailure said && said.status() == 409 ? find(wanted.name()) : null;
            if (there == null) {
                throw failed;
            }
            if (!owner.equals(there.owner()) || there.codeTouched()) {
                throw faster(wanted.name(), "was created by somebody else meanwhile: plan again");
            }
        }
        return ready(wanted.name(), progress);
    }

    private Seen ready(String name, Progress progress) {
        Duration waited = Duration.ZERO;
        Duration wait = WAIT_FIRST;
        while (true) {
            JsonNode now = store.get(name);
            String status = now == null ? "" : now.path("status").asString("");
            if (now == null || status.equals("failed") || status.equals("warning")) {
                throw new CloudException(
                        CloudException.Kind.INVALID,
                        now == null
                                ? name + " went while it was waited for: somebody deleted it"
                                : name + " was put there and can't be called: "
                                        + seen(now).state(),
                        null);
            }
            if (status.equals("ready")) {
                return seen(now);
            }
            if (waited.compareTo(READY_MAX) >= 0) {
                throw new CloudException(
                        CloudException.Kind.UNKNOWN,
                        name + " is still " + seen(now).state() + " after " + READY_MAX.toMinutes() + " minutes",
                        null);
            }
            progress.did("waiting for " + name + ", which is " + status);
            pause(wait, name);
            waited = waited.plus(wait);
            wait = wait.multipliedBy(2).compareTo(WAIT_MAX) > 0 ? WAIT_MAX : wait.multipliedBy(2);
        }
    }

    private static void pause(Duration time, String name) {
        try {
            Thread.sleep(time);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new CloudException(
                    CloudException.Kind.UNKNOWN, "interrupted while " + name + " was waited for", stopped);
        }
    }

    private CloudException faster(String name, String what) {
        return new CloudException(
                CloudException.Kind.INVALID,
                (setup.apps() ? "app " : "function ") + name + " on " + setup.cloud() + ' ' + what,
                null);
    }

    @Override
    public Seen adopt(Seen seen, Ownership owner) {
        JsonNode now = there(seen.name());
        Ownership before = EntityDocument.owner(now);
        if (before != null && !before.application().equals(owner.application())) {
            throw faster(seen.name(), "belongs to application " + before.application());
        }
        store.patch(seen.name(), String.valueOf(seen.revision()), document.adopt(now, owner));
        return ready(seen.name(), Progress.NONE);
    }

    private JsonNode there(String name) {
        JsonNode now = store.get(name);
        if (now == null) {
            throw new CloudException(CloudException.Kind.ABSENT, name + " is not there any more", null);
        }
        return now;
    }

    @Override
    public void delete(Seen seen, Progress progress) {
        JsonNode now = store.get(seen.name());
        Ownership owner = now == null ? seen.owner() : EntityDocument.owner(now);
        if (owner == null || !seen.ownedBy(owner.application())) {
            throw faster(seen.name(), "is not this application's and is left alone");
        }
        if (now != null) {
            store.delete(seen.name());
            progress.did(seen.name() + " deleted");
        }
        secrets.clear(owner.application(), seen.name(), null, progress);
    }

    @Override
    public InvokeDialect dialect() {
        return dialect;
    }

    /** Code Engine asks callers for nothing: who may call is a matter of visibility. */
    @Override
    public Grant grant(InvokeDialect.Target target) {
        return Grant.NONE;
    }

    @Override
    public List<Finding> examine(String application) {
        return new CodeEngineFindings(setup, store, secrets).all();
    }

    @Override
    public String whyNoLogs() {
        return "Code Engine's API hands out none; they go to the account's instance of IBM Cloud Logs, once it takes platform"
                + " logs of this region";
    }

    @Override
    public String permissions(List<Wanted> wanted) {
        return CodeEngineFindings.permissions(setup, wanted);
    }

    @Override
    public Found download(Seen seen, Path folder) {
        JsonNode now = there(seen.name());
        Found found = document.found(now, secrets.values(now));
        if (found.image() == null) {
            code(now, Objects.requireNonNull(found.runtime()), folder);
        }
        return found;
    }

    private static void code(JsonNode now, String kind, Path folder) {
        String reference = now.path("code_reference").asString("");
        try {
            ActionCode.unpack(
                    kind,
                    now.path("code_binary").asBoolean(false),
                    Base64.getMimeDecoder().decode(reference.substring(reference.indexOf(',') + 1)),
                    folder);
        } catch (IOException | IllegalArgumentException broken) {
            throw new CloudException(
                    CloudException.Kind.INVALID,
                    "the code of " + now.path("name").asString("") + " can't be unpacked",
                    broken);
        }
    }
}
