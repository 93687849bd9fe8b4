// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.ibm.openwhisk;

import dev.weft.adapters.Adapters;
import dev.weft.adapters.Target;
import dev.weft.api.CloudException;
import dev.weft.api.LogLine;
import dev.weft.api.Mistake;
import dev.weft.api.account.CloudAccount;
import dev.weft.api.account.Ownership;
import dev.weft.api.account.Packing;
import dev.weft.api.account.Progress;
import dev.weft.api.account.Seen;
import dev.weft.api.account.SideBySide;
import dev.weft.api.account.Wanted;
import dev.weft.api.resource.Function;
import dev.weft.api.rest.RestFailure;
import dev.weft.api.spi.InvokeDialect;
import dev.weft.clouds.ibm.ActionCode;
import dev.weft.clouds.ibm.ActionPacking;
import dev.weft.clouds.ibm.InvocationDialect;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The actions of one package of an OpenWhisk namespace. A change is one PUT, so nothing is ever half done; OpenWhisk compares
 * nothing for us, so a change is refused when the action is another one than the plan saw.
 */
public final class OpenWhiskAccount implements CloudAccount, CloudAccount.WithLogs, CloudAccount.WithCode {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String FIRST_VERSION = "0.0.1";

    private final OpenWhiskSetup setup;
    private final ActionStore store;
    private final ActivationLogs logs;
    private final InvocationDialect dialect;

    /** Of what {@code setup} says; nothing is sent. */
    public OpenWhiskAccount(OpenWhiskSetup setup) {
        this.setup = setup;
        this.store = setup.store();
        this.logs = new ActivationLogs(store, setup.cloud(), setup.clock());
        this.dialect = new InvocationDialect(setup.web());
    }

    @Override
    public String cloud() {
        return setup.cloud();
    }

    @Override
    public Packed pack(Function function, Path code) {
        return function.spec().contract() == Function.Contract.OPENWHISK
                ? ActionPacking.of(function, code)
                : Adapters.packing(function, code, Target.OPENWHISK);
    }

    @Override
    public List<Mistake> check(Wanted wanted, Packing packing) {
        return setup.limits().check(wanted, packing);
    }

    @Override
    public Map<String, String> settings(Wanted wanted, Packing packing) {
        return ActionDocument.settings(wanted, packing, setup.web());
    }

    @Override
    public List<Seen> list() {
        List<String> names = store.list().stream()
                .map(each -> each.path("name").asString(""))
                .toList();
        return SideBySide.map(names, name -> java.util.Optional.ofNullable(find(name))).stream()
                .flatMap(java.util.Optional::stream)
                .toList();
    }

    @Override
    public @Nullable Seen find(String name) {
        JsonNode action = store.get(name, false);
        return action == null ? null : seen(action);
    }

    private Seen seen(JsonNode action) {
        Map<String, JsonNode> annotations = ActionDocument.annotations(action);
        return new Seen(
                action.path("name").asString(""),
                ActionDocument.owner(action),
                ActionDocument.settings(action),
                touched(action, annotations),
                revision(action),
                null,
                Seen.READY,
                target(action));
    }

    /** Only where somebody else has written since is the code itself read. */
    private boolean touched(JsonNode action, Map<String, JsonNode> annotations) {
        String digest = ActionDocument.tag(annotations, ActionDocument.DIGEST);
        if (digest == null
                || action.path("version")
                        .asString("")
                        .equals(ActionDocument.tag(annotations, ActionDocument.VERSION))) {
            return false;
        }
        JsonNode whole = store.get(action.path("name").asString(""), true);
        return whole != null && !digest.equals(ActionCode.digest(whole.path("exec")));
    }

    private static String revision(JsonNode action) {
        return action.path("version").asString("")
                + '@'
                + action.path("updated").asString("");
    }

    private InvokeDialect.Target target(JsonNode action) {
        String[] path = action.path("namespace").asString("_").split("/", 2);
        Map<String, String> parts = new HashMap<>();
        parts.put(InvocationDialect.NAMESPACE, path[0]);
        if (path.length > 1) {
            parts.put(InvocationDialect.PACKAGE, path[1]);
        }
        return new InvokeDialect.Target(setup.endpoint(), action.path("name").asString(""), "", Map.copyOf(parts));
    }

    @Override
    public Seen apply(Wanted wanted, Packing packing, @Nullable Seen before, Progress progress) {
        JsonNode now = store.get(wanted.name(), false);
        Map<String, String> settings = settings(wanted, packing);
        Ownership owner = new Ownership(
                wanted.application(),
                wanted.function().name(),
                wanted.artifact().hash(),
                Ownership.hash(settings));
        if (now == null) {
            return create(wanted, packing, owner, progress);
        }
        Seen there = seen(now);
        if (!there.ownedBy(wanted.application())) {
            throw faster(wanted.name(), "is there and not this application's: adopt it, or use another name");
        }
        if (before != null && !Objects.equals(before.revision(), there.revision())) {
            throw faster(wanted.name(), "was changed by somebody else since the plan was made: plan again");
        }
        boolean code = there.codeTouched()
                || !Objects.requireNonNull(there.owner()).code().equals(owner.code())
                || !now.path("exec").path("kind").asString("").equals(packing.runtime())
                || !now.path("exec").path("main").asString("main").equals(packing.handler());
        if (!code && owner.equals(there.owner()) && settings.equals(there.settings())) {
            return there;
        }
        ObjectNode body = ActionDocument.change(wanted, packing, setup.web(), now);
        String digest = ActionDocument.tag(ActionDocument.annotations(now), ActionDocument.DIGEST);
        if (code || digest == null) {
            ActionCode.write(body.putObject("exec"), packing, wanted.artifact());
            digest = ActionCode.digest(body.path("exec"));
        }
        ActionDocument.own(
                body, owner, digest, ActionDocument.next(now.path("version").asString("")));
        Seen done = seen(store.update(wanted.name(), body));
        progress.did((code ? "code and settings" : "settings") + " of action " + wanted.name() + " changed");
        return done;
    }

    private Seen create(Wanted wanted, Packing packing, Ownership owner, Progress progress) {
        if (!store.packageIsThere()) {
            store.createPackage();
            progress.did("package " + setup.pack() + " created");
        }
        ObjectNode body = ActionDocument.change(wanted, packing, setup.web(), null);
        ActionCode.write(body.putObject("exec"), packing, wanted.artifact());
        ActionDocument.own(body, owner, ActionCode.digest(body.path("exec")), FIRST_VERSION);
        try {
            Seen done = seen(store.create(wanted.name(), body));
            progress.did("action " + wanted.name() + " created");
            return done;
        } catch (CloudException failed) {
            // a create whose answer was lost is sent again, and then finds its own work
            Seen there =
                    failed.getCause() instanceof RestFailure said && said.status() == 409 ? find(wanted.name()) : null;
            if (there != null && owner.equals(there.owner()) && !there.codeTouched()) {
                return there;
            }
            throw there == null ? failed : faster(wanted.name(), "was created by somebody else meanwhile: plan again");
        }
    }

    private CloudException faster(String name, String what) {
        return new CloudException(
                CloudException.Kind.INVALID, "action " + name + " on " + setup.cloud() + ' ' + what, null);
    }

    @Override
    public Seen adopt(Seen seen, Ownership owner) {
        JsonNode whole = store.get(seen.name(), true);
        if (whole == null) {
            throw new CloudException(
                    CloudException.Kind.ABSENT, "action " + seen.name() + " is not there any more", null);
        }
        Ownership now = ActionDocument.owner(whole);
        if (now != null && !now.application().equals(owner.application())) {
            throw faster(seen.name(), "belongs to application " + now.application());
        }
        if (!Objects.equals(seen.revision(), revision(whole))) {
            throw faster(seen.name(), "was changed by somebody else since the plan was made: plan again");
        }
        ObjectNode body = JSON.createObjectNode();
        Map<String, JsonNode> annotations = ActionDocument.annotations(whole);
        annotations.remove("exec");
        ActionDocument.put(body, annotations);
        ActionDocument.own(
                body,
                owner,
                ActionCode.digest(whole.path("exec")),
                ActionDocument.next(whole.path("version").asString("")));
        return seen(store.update(seen.name(), body));
    }

    @Override
    public void delete(Seen seen, Progress progress) {
        JsonNode now = store.get(seen.name(), false);
        if (now == null) {
            return;
        }
        Ownership owner = ActionDocument.owner(now);
        if (owner == null || seen.owner() == null || !seen.ownedBy(owner.application())) {
            throw faster(seen.name(), "is not this application's and is left alone");
        }
        store.delete(seen.name());
        progress.did("action " + seen.name() + " deleted");
    }

    @Override
    public InvokeDialect dialect() {
        return dialect;
    }

    @Override
    public Grant grant(InvokeDialect.Target target) {
        Map<String, String> parts = new HashMap<>();
        OpenWhiskSetup.Proof proof = setup.prove();
        parts.put(InvocationDialect.AUTHORIZATION, proof.authorization());
        if (setup.web()) {
            JsonNode action = store.get(target.name(), false);
            JsonNode secret =
                    action == null ? null : ActionDocument.annotations(action).get(ActionDocument.WEB_AUTH);
            if (secret != null && (secret.isString() || secret.isNumber())) {
                parts.put(InvocationDialect.SECRET, secret.asString(""));
            }
        }
        return new Grant(new InvokeDialect.Credentials(Map.copyOf(parts)), proof.expires());
    }

    @Override
    public List<Finding> examine(String application) {
        return new OpenWhiskFindings(setup, store).of(application);
    }

    @Override
    public String permissions(List<Wanted> wanted) {
        return OpenWhiskFindings.permissions(setup, wanted);
    }

    @Override
    public List<LogLine> logs(Seen seen, Instant since, int linesMax) {
        return logs.newest(seen.name(), since, linesMax);
    }

    @Override
    public void follow(Seen seen, Consumer<LogLine> listener, BooleanSupplier goOn) throws InterruptedException {
        logs.follow(seen.name(), listener, goOn);
    }

    @Override
    public Found download(Seen seen, Path folder) {
        JsonNode whole = store.get(seen.name(), true);
        if (whole == null) {
            throw new CloudException(
                    CloudException.Kind.ABSENT, "action " + seen.name() + " is not there any more", null);
        }
        JsonNode exec = whole.path("exec");
        String kind = exec.path("kind").asString("");
        if (!exec.path("code").isString()) {
            throw new CloudException(
                    CloudException.Kind.INVALID, "an action of kind " + kind + " has no code to download", null);
        }
        boolean binary = exec.path("binary").asBoolean(false);
        String code = exec.path("code").asString("");
        try {
            ActionCode.unpack(
                    kind,
                    binary,
                    binary ? Base64.getMimeDecoder().decode(code) : code.getBytes(StandardCharsets.UTF_8),
                    folder);
        } catch (IOException | IllegalArgumentException broken) {
            throw new CloudException(
                    CloudException.Kind.INVALID, "the code of " + seen.name() + " can't be unpacked", broken);
        }
        return new Found(
                Function.Contract.OPENWHISK,
                null,
                kind,
                exec.path("main").asString("main"),
                whole.path("limits").path("memory").asLong(256) << 20,
                Duration.ofMillis(whole.path("limits").path("timeout").asLong(60_000)),
                ActionDocument.variables(whole),
                Set.of(),
                Map.of());
    }
}
