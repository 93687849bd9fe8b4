// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.knative;

import dev.weft.api.CloudException;
import dev.weft.api.LogLine;
import dev.weft.api.Mistake;
import dev.weft.api.account.Artifact;
import dev.weft.api.account.CloudAccount;
import dev.weft.api.account.Ownership;
import dev.weft.api.account.Packing;
import dev.weft.api.account.Progress;
import dev.weft.api.account.Seen;
import dev.weft.api.account.SideBySide;
import dev.weft.api.account.Wanted;
import dev.weft.api.resource.Cloud;
import dev.weft.api.resource.Function;
import dev.weft.api.resource.Open;
import dev.weft.api.rest.RestFailure;
import dev.weft.api.spi.InvokeDialect;
import dev.weft.clouds.knative.kube.KubeApi;
import dev.weft.clouds.knative.kube.KubeApi.Kind;
import dev.weft.clouds.knative.kube.KubeLogin;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Functions as Knative Services of one namespace. A Service and its hashes are written by one request, so there is no half of
 * it; the environment's values are in a Secret that is made before and never changed, so that older revisions keep theirs.
 */
final class KnativeAccount
        implements CloudAccount,
                CloudAccount.WithCode,
                CloudAccount.WithOpen,
                CloudAccount.WithLogs,
                CloudAccount.WithVersions,
                CloudAccount.WithSecrets {
    /** Times that a change is tried when only the status of the Service changed meanwhile. */
    static final int TRIES_MAX = 5;

    /** How long a Secret that nothing refers to is kept: another apply may be about to refer to it. */
    static final Duration UNUSED_KEPT = Duration.ofMinutes(10);

    private static final String CONFLICT = "Conflict";
    private static final int RANDOM_CHARS = 10;

    private final Cloud cloud;
    private final KubeApi api;
    private final KubeLogin login;
    private final ServiceStates states;
    private final PodLogs logs;
    private final InstantSource clock;

    KnativeAccount(Cloud cloud, KubeApi api, KubeLogin login, InstantSource clock) {
        this.cloud = cloud;
        this.api = api;
        this.login = login;
        this.states = new ServiceStates(cloud, api);
        this.logs = new PodLogs(cloud.name(), api, clock);
        this.clock = clock;
    }

    @Override
    public String cloud() {
        return cloud.name();
    }

    @Override
    public String store() {
        return "a Kubernetes Secret, one a function, with all of its environment";
    }

    @Override
    public Packed pack(Function function, Path code) {
        return KnativePacking.pack(function, code);
    }

    @Override
    public List<Mistake> check(Wanted wanted, Packing packing) {
        String said = cloud.spec().account().get(KnativeVendor.TIMEOUT_MAX);
        return KnativePacking.check(wanted, said == null ? KnativePacking.TIMEOUT_SECONDS_MAX : Long.parseLong(said));
    }

    @Override
    public Map<String, String> settings(Wanted wanted, Packing packing) {
        ObjectNode service = ServiceDocument.write(wanted, packing, "", null);
        return ServiceDocument.settings(
                service, service.path("spec").path("template"), ServiceDocument.env(wanted, packing));
    }

    @Override
    public List<Seen> list() {
        List<Seen> all = new ArrayList<>(SideBySide.map(api.list(Kind.SERVICE, ""), states::seen));
        all.addAll(states.left(all.stream().map(Seen::name).collect(Collectors.toSet())));
        return all;
    }

    @Override
    public @Nullable Seen find(String name) {
        ObjectNode service = api.find(Kind.SERVICE, name);
        return service == null ? null : states.seen(service);
    }

    @Override
    public Seen apply(Wanted wanted, Packing packing, @Nullable Seen before, Progress progress) {
        Map<String, String> settings = settings(wanted, packing);
        for (int tries = 1; ; tries++) {
            ObjectNode there = api.find(Kind.SERVICE, wanted.name());
            if (there != null) {
                guard(there, wanted, before);
            }
            try {
                boolean changed = written(wanted, packing, there, settings, progress);
                Seen seen = states.ready(wanted.name(), progress);
                if (changed) {
                    prune(wanted.application(), wanted.function().name(), wanted.name());
                }
                return seen;
            } catch (CloudException refused) {
                boolean raced = refused.getCause() instanceof RestFailure said
                        && said.code().equals(CONFLICT);
                if (!raced || tries == TRIES_MAX) {
                    throw refused;
                }
            }
        }
    }

    /** Makes it so where it is not; whether anything was sent. */
    private boolean written(
            Wanted wanted,
            Packing packing,
            @Nullable ObjectNode there,
            Map<String, String> settings,
            Progress progress) {
        Artifact artifact = wanted.artifact();
        if (!(artifact instanceof Artifact.Image image)) {
            throw invalid("Knative is given images, got " + artifact);
        }
        Map<String, String> env = ServiceDocument.env(wanted, packing);
        JsonNode template = there == null
                ? JsonMapper.shared().createObjectNode()
                : there.path("spec").path("template");
        String secret = ServiceDocument.secretOf(template);
        ObjectNode kept = secret == null ? null : api.find(Kind.SECRET, secret);
        boolean sameEnv =
                env.isEmpty() || (kept != null && ServiceDocument.values(kept).equals(env));
        Map<String, String> marks = new TreeMap<>(Map.of(
                Ownership.CODE, artifact.hash(),
                Ownership.SETTINGS, Ownership.hash(settings),
                ServiceDocument.IMAGE, image.reference()));
        String name = sameEnv && secret != null ? secret : fresh(wanted.name());
        ObjectNode service = ServiceDocument.write(wanted, packing, name, there);
        ServiceDocument.mark(service, marks);
        ObjectNode patch = there == null ? service : ServiceDocument.difference(there, service);
        if (sameEnv && patch.isEmpty()) {
            return false;
        }
        if (!sameEnv) {
            api.create(Kind.SECRET, ServiceDocument.secret(name, wanted, env));
            progress.did("wrote " + env.size() + " variables into Secret " + name);
        }
        if (there == null) {
            api.create(Kind.SERVICE, service);
            progress.did("created Service " + wanted.name());
        } else {
            api.merge(Kind.SERVICE, wanted.name(), only(there, patch));
            progress.did("changed Service " + wanted.name());
        }
        return true;
    }

    /** Nobody can guess a value from it, as they could from a hash. */
    private static String fresh(String name) {
        String random = UUID.randomUUID().toString().replace("-", "").substring(0, RANDOM_CHARS);
        return ServiceDocument.secretPrefix(name) + random;
    }

    /** {@code patch}, refused by the server where the Service is not {@code there} any more. */
    private static ObjectNode only(ObjectNode there, ObjectNode patch) {
        ObjectNode metadata = patch.path("metadata") instanceof ObjectNode own ? own : patch.putObject("metadata");
        metadata.put(
                "resourceVersion",
                there.path("metadata").path("resourceVersion").asString(""));
        return patch;
    }

    private void guard(JsonNode there, Wanted wanted, @Nullable Seen before) {
        Ownership owner = ServiceDocument.owner(there);
        if (owner == null
                || !owner.application().equals(wanted.application())
                || !owner.function().equals(wanted.function().name())) {
            throw invalid("in namespace " + api.namespace() + " of " + cloud() + " there is a Service " + wanted.name()
                    + " that belongs to "
                    + (owner == null ? "somebody else" : owner.function() + " of application " + owner.application())
                    + "; give this one another name in spec.placement.clouds[].as, or adopt it");
        }
        String now = ServiceStates.revision(there);
        if (before != null && before.revision() != null && !before.revision().equals(now)) {
            throw invalid(
                    "Service " + wanted.name() + " on " + cloud() + " was changed after the plan was made; plan again");
        }
    }

    private static CloudException invalid(String message) {
        return new CloudException(CloudException.Kind.INVALID, message, null);
    }

    private static String selector(String application, String function) {
        return Ownership.APPLICATION + "=" + application + "," + Ownership.FUNCTION + "=" + function;
    }

    /** Removes the function's Secrets that neither its Service nor one of its revisions uses, and that are not young. */
    private void prune(String application, String function, String name) {
        Set<String> used = new HashSet<>();
        ObjectNode service = api.find(Kind.SERVICE, name);
        if (service != null) {
            used.add(
                    String.valueOf(ServiceDocument.secretOf(service.path("spec").path("template"))));
        }
        for (JsonNode each : states.revisions(name)) {
            used.add(String.valueOf(ServiceDocument.secretOf(each)));
        }
        for (JsonNode each : api.list(Kind.SECRET, selector(application, function))) {
            String secret = each.path("metadata").path("name").asString("");
            if (!used.contains(secret) && secret.startsWith(ServiceDocument.secretPrefix(name)) && !young(each)) {
                api.delete(Kind.SECRET, secret, uid(each));
            }
        }
    }

    private boolean young(JsonNode secret) {
        Instant made = PodLogs.instant(
                secret.path("metadata").path("creationTimestamp").asString(""));
        return made == null || made.isAfter(clock.instant().minus(UNUSED_KEPT));
    }

    private static String uid(JsonNode thing) {
        return thing.path("metadata").path("uid").asString("");
    }

    @Override
    public Seen adopt(Seen seen, Ownership owner) {
        ObjectNode there = api.find(Kind.SERVICE, seen.name());
        if (there == null) {
            throw new CloudException(CloudException.Kind.ABSENT, "Service " + seen.name() + " is gone", null);
        }
        Ownership other = ServiceDocument.owner(there);
        if (other != null && !other.application().equals(owner.application())) {
            throw invalid("Service " + seen.name() + " belongs to application " + other.application());
        }
        ObjectNode patch = JsonMapper.shared().createObjectNode();
        ObjectNode metadata = patch.putObject("metadata");
        metadata.putObject("labels")
                .put(Ownership.APPLICATION, owner.application())
                .put(Ownership.FUNCTION, owner.function());
        metadata.putObject("annotations")
                .put(Ownership.CODE, owner.code())
                .put(Ownership.SETTINGS, owner.settings())
                .put(
                        ServiceDocument.IMAGE,
                        ServiceDocument.image(there.path("spec").path("template")));
        api.merge(Kind.SERVICE, seen.name(), only(there, patch));
        return Objects.requireNonNull(find(seen.name()), "it was there a moment ago");
    }

    @Override
    public Set<Open> open() {
        return EnumSet.allOf(Open.class);
    }

    @Override
    public Found download(Seen seen, Path folder) {
        ObjectNode there = api.find(Kind.SERVICE, seen.name());
        if (there == null) {
            throw new CloudException(CloudException.Kind.ABSENT, "Service " + seen.name() + " is gone", null);
        }
        return states.found(there);
    }

    @Override
    public void delete(Seen seen, Progress progress) {
        Ownership expected = seen.owner();
        if (expected == null) {
            throw invalid("Service " + seen.name() + " on " + cloud() + " is not Weft's and is left alone");
        }
        ObjectNode there = api.find(Kind.SERVICE, seen.name());
        if (there != null) {
            Ownership owner = ServiceDocument.owner(there);
            if (owner == null || !owner.application().equals(expected.application())) {
                throw invalid("Service " + seen.name() + " does not belong to application " + expected.application()
                        + " any more and is left alone");
            }
            api.delete(Kind.SERVICE, seen.name(), uid(there));
            states.gone(seen.name());
            progress.did("deleted Service " + seen.name());
        }
        for (JsonNode each : api.list(Kind.SECRET, selector(expected.application(), expected.function()))) {
            String secret = each.path("metadata").path("name").asString("");
            if (secret.startsWith(ServiceDocument.secretPrefix(seen.name()))) {
                api.delete(Kind.SECRET, secret, uid(each));
            }
        }
    }

    @Override
    public List<Version> versions(Seen seen) {
        return states.versions(seen);
    }

    @Override
    public Seen point(Seen seen, Version version, Progress progress) {
        ObjectNode service = api.find(Kind.SERVICE, seen.name());
        if (service == null || ServiceDocument.owner(service) == null) {
            throw invalid("Service " + seen.name() + " on " + cloud() + " is not Weft's and is left alone");
        }
        ObjectNode revision = api.find(Kind.REVISION, version.name());
        if (revision == null) {
            throw new CloudException(
                    CloudException.Kind.ABSENT, "there is no revision " + version.name() + " any more", null);
        }
        JsonNode annotations = revision.path("metadata").path("annotations");
        ObjectNode patch = JsonMapper.shared().createObjectNode();
        patch.putObject("metadata")
                .putObject("annotations")
                .put(Ownership.CODE, annotations.path(Ownership.CODE).asString("unknown"))
                .put(Ownership.SETTINGS, annotations.path(Ownership.SETTINGS).asString("unknown"))
                .put(ServiceDocument.IMAGE, ServiceDocument.image(revision));
        patch.putObject("spec")
                .putArray("traffic")
                .addObject()
                .put("revisionName", version.name())
                .put("latestRevision", false)
                .put("percent", 100);
        api.merge(Kind.SERVICE, seen.name(), only(service, patch));
        progress.did("calls reach revision " + version.name());
        return states.ready(seen.name(), progress);
    }

    @Override
    public List<LogLine> logs(Seen seen, Instant since, int linesMax) {
        return logs.tail(seen.name(), since, linesMax);
    }

    @Override
    public void follow(Seen seen, Consumer<LogLine> listener, BooleanSupplier goOn) throws InterruptedException {
        logs.follow(seen.name(), listener, goOn);
    }

    @Override
    public InvokeDialect dialect() {
        return new KnativeDialect();
    }

    /** Functions are called without credentials: the ingress asks for none. */
    @Override
    public Grant grant(InvokeDialect.Target target) {
        return Grant.NONE;
    }

    @Override
    public List<Finding> examine(String application) {
        return states.examine(login);
    }

    @Override
    public String permissions(List<Wanted> wanted) {
        return ServiceStates.role(api.namespace());
    }
}
