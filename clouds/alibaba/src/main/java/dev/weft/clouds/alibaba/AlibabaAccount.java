// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.alibaba;

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
import dev.weft.api.rest.Transport;
import dev.weft.api.spi.InvokeDialect;
import dev.weft.clouds.alibaba.account.AcsKeyChain;
import dev.weft.clouds.alibaba.account.AcsKeys;
import dev.weft.clouds.alibaba.account.FcApi;
import dev.weft.clouds.alibaba.account.FcDocument;
import dev.weft.clouds.alibaba.account.OssBucket;
import dev.weft.clouds.alibaba.account.SlsApi;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Functions on Function Compute 3.0. Calls reach a published version through the alias {@link #ALIAS}; the draft (LATEST) is
 * only where the next version is prepared. The hashes among the tags are written last, so that what was left half done is
 * seen as a difference.
 */
final class AlibabaAccount
        implements CloudAccount, CloudAccount.WithLogs, CloudAccount.WithVersions, CloudAccount.WithCode {
    /** What calls are sent to. */
    static final String ALIAS = "weft";

    private final Cloud cloud;
    private final FcApi api;
    private final AcsKeyChain keys;
    private final Transport transport;
    private final FcStates states;
    private final FcVersions versions;
    private final FcLogs logs;
    private final @Nullable OssBucket bucket;

    /**
     * What it speaks to.
     *
     * @param bucket for packages that are too large for Function Compute's own requests; null where there is none
     */
    record Services(
            FcApi api,
            AcsKeyChain keys,
            Transport transport,
            FcLogs logs,
            @Nullable OssBucket bucket) {}

    AlibabaAccount(Cloud cloud, Services services) {
        this.cloud = cloud;
        this.api = services.api();
        this.keys = services.keys();
        this.transport = services.transport();
        this.states = new FcStates(cloud, api);
        this.versions = new FcVersions(api);
        this.logs = services.logs();
        this.bucket = services.bucket();
    }

    @Override
    public String cloud() {
        return cloud.name();
    }

    @Override
    public Packed pack(Function function, Path code) {
        return FcPacking.pack(function, code);
    }

    @Override
    public List<Mistake> check(Wanted wanted, Packing packing) {
        return FcPacking.check(wanted, packing, bucket != null);
    }

    @Override
    public Map<String, String> settings(Wanted wanted, Packing packing) {
        return states.settings(
                body(wanted, packing),
                wanted.name(),
                wanted.function().metadata().labels());
    }

    private ObjectNode body(Wanted wanted, Packing packing) {
        ObjectNode body =
                FcDocument.body(wanted, packing, cloud.spec().account().getOrDefault(AlibabaVendor.ROLE, ""));
        SlsApi.Logstore log = FcLogs.named(cloud);
        if (log != null) {
            body.putObject(FcDocument.LOG_CONFIG).put("project", log.project()).put("logstore", log.name());
        }
        return body;
    }

    @Override
    public List<Seen> list() {
        return SideBySide.map(api.functions(), each -> {
            boolean whole = each.has("tags") && FcDocument.owner(FcDocument.tags(each)) == null;
            JsonNode draft =
                    whole ? each : api.function(each.path("functionName").asString(), null);
            return states.seen(draft == null ? each : draft);
        });
    }

    @Override
    public @Nullable Seen find(String name) {
        JsonNode draft = api.function(name, null);
        return draft == null ? null : states.seen(draft);
    }

    @Override
    public Seen apply(Wanted wanted, Packing packing, @Nullable Seen before, Progress progress) {
        String name = wanted.name();
        Map<String, String> settings = settings(wanted, packing);
        JsonNode draft = api.function(name, null);
        if (draft == null) {
            progress.did("creating " + name);
            draft = states.ready(create(wanted, packing), progress);
        } else {
            guard(draft, wanted, before);
            draft = update(wanted, packing, draft, progress);
        }
        String checksum = draft.path("codeChecksum").asString("");
        versions.publish(
                name, draft, new FcVersions.Hashes(wanted.artifact().hash(), Ownership.hash(settings)), progress);
        if (FcDocument.custom(packing.runtime()) && api.trigger(name, ALIAS) == null) {
            api.createTrigger(name, ALIAS, ALIAS);
            progress.did("made its HTTP trigger");
        }
        tag(draft, tags(wanted, checksum, Ownership.hash(settings)));
        return Objects.requireNonNull(find(name), "it was there a moment ago");
    }

    private JsonNode create(Wanted wanted, Packing packing) {
        ObjectNode body = body(wanted, packing).put("functionName", wanted.name());
        code(body, wanted);
        if (body.path("role").asString("").isEmpty()) {
            body.remove("role");
        }
        Map<String, String> tags = new TreeMap<>(wanted.function().metadata().labels());
        tags.put(Ownership.APPLICATION, wanted.application());
        tags.put(Ownership.FUNCTION, wanted.function().name());
        tags.forEach((key, value) ->
                body.withArray("tags").addObject().put("Key", key).put("Value", value));
        return api.create(body);
    }

    private void code(ObjectNode body, Wanted wanted) {
        if (!(wanted.artifact() instanceof Artifact.Archive archive)) {
            throw new IllegalArgumentException("Function Compute is given archives, got " + wanted.artifact());
        }
        try {
            byte[] zip = Files.readAllBytes(archive.file());
            ObjectNode code = body.putObject("code");
            if (bucket != null && zip.length > FcPacking.PACKAGE_BYTES_MAX) {
                code.put("ossBucketName", bucket.name()).put("ossObjectName", bucket.put(wanted, zip));
            } else {
                code.put("zipFile", Base64.getEncoder().encodeToString(zip));
            }
        } catch (IOException unreadable) {
            throw new CloudException(
                    CloudException.Kind.INVALID, "the package can't be read: " + unreadable.getMessage(), unreadable);
        }
    }

    private void guard(JsonNode draft, Wanted wanted, @Nullable Seen before) {
        Ownership owner = FcDocument.owner(FcDocument.tags(draft));
        if (owner == null
                || !owner.application().equals(wanted.application())
                || !owner.function().equals(wanted.function().name())) {
            throw invalid("on " + cloud() + " there is a function " + wanted.name() + " that belongs to "
                    + (owner == null ? "somebody else" : owner.function() + " of application " + owner.application())
                    + "; give this one another name in spec.placement.clouds[].as, or adopt it");
        }
        String now = FcStates.revision(draft);
        if (before != null && before.revision() != null && !before.revision().equals(now)) {
            throw invalid(wanted.name() + " on " + cloud() + " was changed at " + now
                    + ", after the plan was made; plan again");
        }
    }

    private static CloudException invalid(String message) {
        return new CloudException(CloudException.Kind.INVALID, message, null);
    }

    /** Brings the draft to what is wanted, and says what it is then. */
    private JsonNode update(Wanted wanted, Packing packing, JsonNode draft, Progress progress) {
        Map<String, String> tags = FcDocument.tags(draft);
        String checksum = draft.path("codeChecksum").asString("");
        boolean sameCode = wanted.artifact().hash().equals(tags.get(Ownership.CODE))
                && checksum.equals(tags.get(FcDocument.CHECKSUM));
        Map<String, String> labels = wanted.function().metadata().labels();
        boolean sameSettings = states.settings(draft, wanted.name(), labels).equals(settings(wanted, packing));
        if (sameCode && sameSettings) {
            return states.ready(draft, progress);
        }
        ObjectNode body = body(wanted, packing);
        if (!sameCode) {
            code(body, wanted);
        }
        JsonNode changed = states.ready(api.update(wanted.name(), body), progress);
        progress.did(sameCode ? "changed its settings" : "uploaded its code");
        if (!sameCode) {
            String kept = body.path("code").path("ossObjectName").asString("");
            tidy(wanted.application(), wanted.name(), kept, progress);
        }
        return changed;
    }

    private void tidy(String application, String name, String kept, Progress progress) {
        if (bucket != null) {
            bucket.tidy(application, name, kept, progress);
        }
    }

    private static Map<String, String> tags(Wanted wanted, String checksum, String settings) {
        Map<String, String> tags = new TreeMap<>(wanted.function().metadata().labels());
        tags.putAll(new Ownership(
                        wanted.application(),
                        wanted.function().name(),
                        wanted.artifact().hash(),
                        settings)
                .tags());
        tags.put(FcDocument.CHECKSUM, checksum);
        return tags;
    }

    /** Makes the function's tags those; the platform's own stay. */
    private void tag(JsonNode draft, Map<String, String> wanted) {
        Map<String, String> there = FcDocument.tags(draft);
        String arn = arn(draft);
        List<String> stale = there.keySet().stream()
                .filter(key -> !wanted.containsKey(key) && FcDocument.usersTag(key))
                .toList();
        if (!stale.isEmpty()) {
            api.untag(arn, stale);
        }
        Map<String, String> changed = new TreeMap<>(wanted);
        changed.entrySet().removeIf(each -> each.getValue().equals(there.get(each.getKey())));
        if (!changed.isEmpty()) {
            api.tag(arn, changed);
        }
    }

    private String arn(JsonNode draft) {
        String said = draft.path("functionArn").asString("");
        return said.isEmpty() ? FcStates.arn(cloud, draft.path("functionName").asString("")) : said;
    }

    @Override
    public Seen adopt(Seen seen, Ownership owner) {
        JsonNode draft = api.function(seen.name(), null);
        if (draft == null) {
            throw new CloudException(CloudException.Kind.ABSENT, seen.name() + " is not there any more", null);
        }
        Ownership other = FcDocument.owner(FcDocument.tags(draft));
        if (other != null && !other.application().equals(owner.application())) {
            throw invalid(seen.name() + " belongs to application " + other.application());
        }
        Map<String, String> tags = new TreeMap<>(owner.tags());
        tags.put(FcDocument.CHECKSUM, draft.path("codeChecksum").asString(""));
        api.tag(arn(draft), tags);
        return Objects.requireNonNull(find(seen.name()), "it was there a moment ago");
    }

    @Override
    public void delete(Seen seen, Progress progress) {
        String name = seen.name();
        Ownership expected = seen.owner();
        if (expected == null) {
            throw invalid(name + " on " + cloud() + " is not Weft's and is left alone");
        }
        JsonNode draft = api.function(name, null);
        if (draft == null) {
            return;
        }
        Ownership owner = FcDocument.owner(FcDocument.tags(draft));
        if (owner == null || !owner.application().equals(expected.application())) {
            throw invalid(name + " on " + cloud() + " does not belong to application " + expected.application()
                    + " any more and is left alone");
        }
        api.deleteTrigger(name, ALIAS);
        api.deleteAlias(name, ALIAS);
        api.versions(name).forEach(each -> api.deleteVersion(name, FcVersions.id(each)));
        api.deleteFunction(name);
        progress.did("deleted " + name);
        tidy(expected.application(), name, "", progress);
    }

    @Override
    public List<Version> versions(Seen seen) {
        return versions.list(seen);
    }

    @Override
    public Seen point(Seen seen, Version version, Progress progress) {
        String name = seen.name();
        JsonNode draft = api.function(name, null);
        Ownership owner = draft == null ? null : FcDocument.owner(FcDocument.tags(draft));
        if (draft == null || owner == null) {
            throw invalid(name + " on " + cloud() + " is not Weft's and is left alone");
        }
        JsonNode frozen = api.function(name, version.name());
        JsonNode entry = api.versions(name).stream()
                .filter(each -> FcVersions.id(each).equals(version.name()))
                .findFirst()
                .orElse(null);
        if (frozen == null || entry == null) {
            throw new CloudException(
                    CloudException.Kind.ABSENT, name + " has no version " + version.name() + " any more", null);
        }
        api.alias(name, ALIAS, version.name(), api.alias(name, ALIAS) != null);
        FcVersions.Hashes hashes = FcVersions.Hashes.of(entry);
        Map<String, String> tags = new LinkedHashMap<>();
        tags.put(Ownership.CODE, hashes == null ? "unknown" : hashes.code());
        tags.put(Ownership.SETTINGS, hashes == null ? "unknown" : hashes.settings());
        tags.put(FcDocument.CHECKSUM, frozen.path("codeChecksum").asString(""));
        api.tag(arn(draft), tags);
        progress.did("calls reach version " + version.name());
        return Objects.requireNonNull(find(name), "it was there a moment ago");
    }

    @Override
    public Found download(Seen seen, Path folder) {
        String qualifier = seen.version() == null ? null : ALIAS;
        JsonNode document = api.function(seen.name(), qualifier);
        if (document == null) {
            throw new CloudException(CloudException.Kind.ABSENT, seen.name() + " is not there any more", null);
        }
        URI where = api.code(seen.name(), qualifier);
        FcArchive.fetch(transport, where, folder);
        return FcDocument.found(document);
    }

    @Override
    public InvokeDialect dialect() {
        return new FcInvokeDialect();
    }

    @Override
    public Grant grant(InvokeDialect.Target target) {
        AcsKeys found = keys.keys();
        return new Grant(found.credentials(), found.expires());
    }

    @Override
    public List<Finding> examine(String application) {
        return FcStates.examine(keys, api, logs, bucket);
    }

    @Override
    public List<LogLine> logs(Seen seen, Instant since, int linesMax) {
        return logs.newest(seen, since, linesMax);
    }

    @Override
    public void follow(Seen seen, Consumer<LogLine> listener, BooleanSupplier goOn) throws InterruptedException {
        logs.follow(seen, listener, goOn);
    }

    @Override
    public String permissions(List<Wanted> wanted) {
        return FcStates.permissions(cloud, wanted);
    }
}
