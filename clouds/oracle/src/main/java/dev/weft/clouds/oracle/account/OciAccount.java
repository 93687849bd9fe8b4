// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.oracle.account;

import dev.weft.api.CloudException;
import dev.weft.api.LogLine;
import dev.weft.api.Mistake;
import dev.weft.api.account.CloudAccount;
import dev.weft.api.account.CloudVendor;
import dev.weft.api.account.Ownership;
import dev.weft.api.account.Packing;
import dev.weft.api.account.Progress;
import dev.weft.api.account.Seen;
import dev.weft.api.account.Wanted;
import dev.weft.api.resource.Cloud;
import dev.weft.api.resource.Function;
import dev.weft.api.rest.RestClient;
import dev.weft.api.spi.InvokeDialect;
import dev.weft.clouds.oracle.call.OciDialect;
import dev.weft.clouds.oracle.call.OciSignature;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * One application of OCI Functions: every function of Weft's on that cloud is in it. A function is created, and changed, by one
 * request with its tags, compared by its etag, so nothing can be half done.
 */
public final class OciAccount implements CloudAccount, CloudAccount.WithCode, CloudAccount.WithLogs {
    /** The application where the document names none. */
    public static final String APPLICATION = "weft";

    /** How long a function may take to become active. */
    static final Duration ACTIVE_MAX = Duration.ofMinutes(5);

    static final Duration POLL = Duration.ofSeconds(2);

    private static final String ORACLES = "functions\\.[^.]+\\.oci\\..+";
    private final Cloud cloud;
    private final OciPlace place;
    private final OciSigner signer;
    private final OciApi api;
    private final OciLogs logs;
    private final RestClient.Pause pause;

    /** The application must not be removed while a function is put into it. */
    private final ReentrantLock appLock = new ReentrantLock();

    /** Opens it; sends nothing. */
    public OciAccount(Cloud cloud, CloudVendor.Around around) {
        this(cloud, around, time -> Thread.sleep(time));
    }

    /** The same, waiting by {@code pause}. */
    OciAccount(Cloud cloud, CloudVendor.Around around, RestClient.Pause pause) {
        this.cloud = cloud;
        this.signer = new OciSigner(around.environment(), around.home(), around.clock());
        RestClient client = new RestClient(around.transport(), signer, new OciErrors(), around.clock(), pause);
        this.api = new OciApi(client, base(cloud));
        this.place = new OciPlace(cloud, api);
        this.logs = new OciLogs(new OciLogApi(cloud, client), place, around.clock(), pause);
        this.pause = pause;
    }

    /** OCI's own; other realms than the commercial one say theirs as spec.endpoint. */
    private static URI base(Cloud cloud) {
        URI endpoint = cloud.spec().endpoint();
        return endpoint != null
                ? endpoint
                : URI.create("https://functions." + cloud.spec().region() + ".oci.oraclecloud.com");
    }

    @Override
    public String cloud() {
        return cloud.name();
    }

    @Override
    public Packed pack(Function function, Path code) {
        return FnImages.pack(function, code);
    }

    @Override
    public List<Mistake> check(Wanted wanted, Packing packing) {
        URI endpoint = cloud.spec().endpoint();
        boolean oracles = endpoint == null || String.valueOf(endpoint.getHost()).matches(ORACLES);
        return OciChecks.check(wanted, config(wanted, packing), oracles);
    }

    private static Map<String, String> config(Wanted wanted, Packing packing) {
        Map<String, String> config = new HashMap<>(wanted.env());
        config.putAll(packing.env());
        return config;
    }

    @Override
    public Map<String, String> settings(Wanted wanted, Packing packing) {
        Function.Spec spec = wanted.function().spec();
        Map<String, String> settings = Words.of(
                wanted.name(),
                spec.memory().mebibytes(),
                spec.timeout().toSeconds(),
                wanted.env(),
                wanted.function().metadata().labels());
        settings.put("provisionedConcurrency", Integer.toString(spec.minInstances()));
        return settings;
    }

    @Override
    public List<Seen> list() {
        OciApi.App in = place.find();
        return in == null
                ? List.of()
                : api.functions(in).stream().map(this::seen).toList();
    }

    @Override
    public @Nullable Seen find(String name) {
        OciFunction there = there(name);
        return there == null ? null : seen(there);
    }

    private @Nullable OciFunction there(String name) {
        OciApi.App in = place.find();
        return in == null ? null : api.function(in, name);
    }

    private Seen seen(OciFunction function) {
        boolean active = function.state().equals(OciFunction.ACTIVE);
        return new Seen(
                function.name(),
                Tags.FREEFORM.owner(function.tags()),
                function.settings(),
                Tags.FREEFORM.touched(
                        function.tags(),
                        function.image().reference(),
                        function.image().name()),
                function.etag(),
                null,
                active ? Seen.READY : function.state().toLowerCase(Locale.ROOT),
                target(function));
    }

    private InvokeDialect.@Nullable Target target(OciFunction function) {
        if (!function.state().equals(OciFunction.ACTIVE)
                || function.invokeEndpoint().isEmpty()) {
            return null;
        }
        return new InvokeDialect.Target(
                URI.create(function.invokeEndpoint()),
                function.name(),
                Objects.requireNonNullElse(cloud.spec().region(), ""),
                Map.of(OciDialect.FUNCTION_ID, function.id()));
    }

    @Override
    public Seen apply(Wanted wanted, Packing packing, @Nullable Seen before, Progress progress) {
        Map<String, String> settings = settings(wanted, packing);
        OciFunction there = there(wanted.name());
        Claim.mayChange(cloud(), wanted, settings, there == null ? null : seen(there), before);
        if (there == null) {
            String id = create(wanted, packing, settings);
            progress.did("created " + wanted.name());
            return seen(active(id, wanted.name(), progress));
        }
        there = active(there.id(), wanted.name(), progress);
        ObjectNode body = differences(there, wanted, config(wanted, packing), settings);
        if (body.isEmpty()) {
            return seen(there);
        }
        place.mustFit(wanted, Objects.requireNonNull(place.find(), "the application of a function that is there"));
        try {
            api.update(there, body);
        } catch (CloudException failed) {
            // ours, when the answer to a first attempt was lost
            OciFunction now = there(wanted.name());
            if (now == null
                    || !differences(now, wanted, config(wanted, packing), settings)
                            .isEmpty()) {
                throw failed;
            }
        }
        progress.did("changed " + wanted.name());
        return seen(active(there.id(), wanted.name(), progress));
    }

    private String create(Wanted wanted, Packing packing, Map<String, String> settings) {
        Function.Spec spec = wanted.function().spec();
        ObjectNode body = Json.object().put("displayName", wanted.name());
        OciImage.of(Tags.image(wanted)).write(body);
        body.put("memoryInMBs", spec.memory().mebibytes())
                .put("timeoutInSeconds", spec.timeout().toSeconds());
        body.set("config", Json.object(config(wanted, packing)));
        body.set("freeformTags", Json.object(tags(wanted, settings)));
        if (spec.minInstances() > 0) {
            provisioned(body, spec.minInstances());
        }
        appLock.lock();
        try {
            OciApi.App in = place.findOrCreate(wanted);
            place.mustFit(wanted, in);
            body.put("applicationId", in.id());
            String id = api.createFunction(body);
            if (id != null) {
                return id;
            }
        } finally {
            appLock.unlock();
        }
        // there is one of that name: ours, when the answer to a first attempt was lost
        OciFunction there = there(wanted.name());
        if (there == null || !Claim.isAlready(wanted, settings, seen(there))) {
            throw Claim.refused(cloud(), wanted.name(), "was made by somebody else meanwhile; plan again");
        }
        return there.id();
    }

    private static void provisioned(ObjectNode body, int units) {
        ObjectNode config = Json.object();
        if (units > 0) {
            config.put("strategy", "CONSTANT").put("count", units);
        } else {
            config.put("strategy", "NONE");
        }
        body.set("provisionedConcurrencyConfig", config);
    }

    private static Map<String, String> tags(Wanted wanted, Map<String, String> settings) {
        Map<String, String> all = new HashMap<>(wanted.function().metadata().labels());
        all.putAll(Tags.FREEFORM.written(Tags.owner(wanted, settings), Tags.image(wanted)));
        return all;
    }

    /** What an update has to say: OCI takes each field as a whole, and leaves alone what is not named. */
    private static ObjectNode differences(
            OciFunction there, Wanted wanted, Map<String, String> config, Map<String, String> settings) {
        Function.Spec spec = wanted.function().spec();
        ObjectNode body = Json.object();
        OciImage image = OciImage.of(Tags.image(wanted));
        if (!image.isAlso(there.image())) {
            image.write(body);
        }
        if (there.memory() != spec.memory().mebibytes()) {
            body.put("memoryInMBs", spec.memory().mebibytes());
        }
        if (there.timeout() != spec.timeout().toSeconds()) {
            body.put("timeoutInSeconds", spec.timeout().toSeconds());
        }
        if (there.provisioned() != spec.minInstances()) {
            provisioned(body, spec.minInstances());
        }
        if (!there.config().equals(config)) {
            body.set("config", Json.object(config));
        }
        Map<String, String> tags = tags(wanted, settings);
        if (!there.tags().equals(tags)) {
            body.set("freeformTags", Json.object(tags));
        }
        return body;
    }

    /** Waits until it can be called and changed. */
    private OciFunction active(String id, String name, Progress progress) {
        int polls = Math.toIntExact(ACTIVE_MAX.dividedBy(POLL));
        for (int poll = 0; poll < polls; poll++) {
            OciFunction now = api.function(id);
            if (now == null) {
                throw Claim.refused(cloud(), name, "was removed by somebody else meanwhile");
            }
            switch (now.state()) {
                case OciFunction.ACTIVE -> {
                    return now;
                }
                case "CREATING", "UPDATING" ->
                    progress.did(name + " is " + now.state().toLowerCase(Locale.ROOT));
                default ->
                    throw Claim.refused(
                            cloud(),
                            name,
                            "is " + now.state().toLowerCase(Locale.ROOT) + "; OCI's console says why, and a function"
                                    + " that failed has to be deleted first");
            }
            try {
                pause.again(poll, POLL);
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                throw new CloudException(
                        CloudException.Kind.UNKNOWN, "interrupted while " + name + " started", stopped);
            }
        }
        throw new CloudException(
                CloudException.Kind.UNKNOWN,
                "function " + name + " on " + cloud() + " is not active after " + ACTIVE_MAX.toMinutes() + " minutes",
                null);
    }

    @Override
    public Seen adopt(Seen seen, Ownership owner) {
        OciFunction there = there(seen.name());
        if (there == null || !there.etag().equals(seen.revision())) {
            throw Claim.refused(cloud(), seen.name(), "was changed by somebody else meanwhile; look again");
        }
        Ownership now = Tags.FREEFORM.owner(there.tags());
        if (now != null && !now.application().equals(owner.application())) {
            throw Claim.refused(cloud(), seen.name(), "belongs to application " + now.application());
        }
        Map<String, String> tags = new HashMap<>(there.tags());
        tags.putAll(Tags.FREEFORM.written(owner, there.image().reference()));
        if (tags.size() > OciChecks.TAGS_MAX) {
            throw Claim.refused(
                    cloud(),
                    seen.name(),
                    "has " + there.tags().size() + " free-form tags; OCI keeps " + OciChecks.TAGS_MAX
                            + " and Weft needs " + Tags.OWN);
        }
        ObjectNode body = Json.object();
        body.set("freeformTags", Json.object(tags));
        api.update(there, body);
        return seen(active(there.id(), seen.name(), Progress.NONE));
    }

    @Override
    public Found download(Seen seen, Path folder) {
        OciFunction there = there(seen.name());
        if (there == null) {
            throw new CloudException(CloudException.Kind.ABSENT, seen.name() + " is not there any more", null);
        }
        return Words.found(
                there.image().reference(),
                there.memory(),
                there.timeout(),
                there.config(),
                Map.of("minInstances", there.provisioned()));
    }

    @Override
    public void delete(Seen seen, Progress progress) {
        OciFunction there = there(seen.name());
        if (there != null) {
            Claim.mayDelete(cloud(), seen(there));
            api.delete(there);
            progress.did("deleted " + seen.name());
        }
        appLock.lock();
        try {
            if (place.deleteIfEmpty()) {
                progress.did("deleted the application, which was empty");
            }
        } finally {
            appLock.unlock();
        }
    }

    @Override
    public InvokeDialect dialect() {
        return new OciDialect();
    }

    @Override
    public Grant grant(InvokeDialect.Target target) {
        OciCredentials credentials = signer.credentials();
        OciSignature signature = credentials.signature();
        return new Grant(
                new InvokeDialect.Credentials(Map.of(
                        OciDialect.KEY_ID, signature.keyId(), OciDialect.KEY, OciSignature.encoded(signature.key()))),
                credentials.expires());
    }

    @Override
    public List<Finding> examine(String application) {
        return new OciFindings(signer, api, place, logs).all();
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
    public String permissions(List<Wanted> wanted) {
        return place.policy();
    }
}
