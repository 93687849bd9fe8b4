// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.aws.account;

import dev.weft.api.CloudException;
import dev.weft.api.Sha256;
import dev.weft.api.account.Artifact;
import dev.weft.api.account.Packing;
import dev.weft.api.account.Progress;
import dev.weft.api.account.Seen;
import dev.weft.api.account.Wanted;
import dev.weft.api.rest.RestClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * One function on its way to what is wanted. What was put there last ({@code $LATEST}) is changed first, then published as a
 * version, then Weft's alias is pointed to that version, then the tags say so: calls reach the old version or the new one,
 * whole, and what is not finished differs from its tags.
 */
final class Deployment {
    /** How long Lambda may take to make a function or an update ready. */
    static final Duration READY_MAX = Duration.ofMinutes(5);

    private static final Duration PAUSE = Duration.ofMillis(500);
    private static final int LOOKS_MAX = (int) READY_MAX.dividedBy(PAUSE);

    private final LambdaApi api;
    private final @Nullable PackageBucket bucket;
    private final AccountOptions options;
    private final RestClient.Pause pause;
    private final Wanted wanted;
    private final Packing packing;
    private boolean uploaded;
    private String inBucket = "";

    /** What it works with; large packages go by {@code bucket}. */
    record Reach(LambdaApi api, @Nullable PackageBucket bucket, RestClient.Pause pause) {}

    Deployment(Reach reach, AccountOptions options, Wanted wanted, Packing packing) {
        this.api = reach.api();
        this.bucket = reach.bucket();
        this.options = options;
        this.pause = reach.pause();
        this.wanted = wanted;
        this.packing = packing;
    }

    /** Makes it so, beginning at {@code now}. */
    void run(@Nullable Snapshot now, Progress progress) {
        Code code = code();
        JsonNode latest = now == null ? create(code, progress) : update(now.latest(), code, progress);
        if (now == null || !asWanted(now.called(), code)) {
            publish(now, code, latest, progress);
        }
        concurrency(now == null ? null : now.reserved(), progress);
        tags(latest, now == null ? LambdaTags.claim(wanted) : now.tags(), code, progress);
        if (bucket != null && uploaded) {
            bucket.tidy(wanted.application(), wanted.name(), inBucket, progress);
        }
    }

    /**
     * The package as Lambda takes it.
     *
     * @param digest what Lambda will call it
     * @param upload puts it where Lambda finds it; gives the fields of a request that says so
     */
    private record Code(String digest, Supplier<Map<String, Object>> upload) {
        Map<String, Object> fields() {
            return upload.get();
        }
    }

    private Code code() {
        return switch (wanted.artifact()) {
            case Artifact.Archive archive -> {
                try {
                    byte[] bytes = Files.readAllBytes(archive.file());
                    byte[] digest = Sha256.of(bytes);
                    yield new Code(Base64.getEncoder().encodeToString(digest), () -> sent(bytes));
                } catch (IOException unreadable) {
                    throw new UncheckedIOException(unreadable);
                }
            }
            case Artifact.Image image ->
                new Code(
                        image.reference().substring(image.reference().lastIndexOf(':') + 1),
                        () -> Map.of("ImageUri", image.reference()));
        };
    }

    private Map<String, Object> sent(byte[] zip) {
        uploaded = true;
        if (bucket == null || zip.length <= LambdaLimits.PACKAGE_BYTES_MAX) {
            return Map.of("ZipFile", zip);
        }
        inBucket = bucket.put(wanted, zip);
        return Map.of("S3Bucket", bucket.name(), "S3Key", inBucket);
    }

    private boolean asWanted(@Nullable JsonNode version, Code code) {
        return version != null
                && Snapshot.digest(version).equals(code.digest())
                && LambdaSettings.configuration(version).equals(LambdaSettings.configuration(wanted, packing, options));
    }

    private JsonNode create(Code code, Progress progress) {
        Map<String, Object> request = new LinkedHashMap<>();
        request.put("FunctionName", wanted.name());
        request.put("PackageType", packageType());
        request.put("Code", code.fields());
        request.put(
                "Architectures", LambdaSettings.architectures(wanted.function().spec()));
        request.putAll(LambdaSettings.request(wanted, packing, options));
        request.put("Tags", LambdaTags.claim(wanted));
        JsonNode created = api.create(request);
        progress.did("created " + wanted.name() + size());
        return ready(created, null, progress);
    }

    private JsonNode update(JsonNode latest, Code code, Progress progress) {
        String type = latest.path("PackageType").asString("Zip");
        if (!type.equals(packageType())) {
            throw new CloudException(
                    CloudException.Kind.INVALID,
                    "%s is there with package type %s and Lambda can't change that to %s: remove it first, or give it another name"
                            .formatted(wanted.name(), type, packageType()),
                    null);
        }
        JsonNode now = settled(latest, null, progress);
        boolean failed = !Snapshot.state(now).equals(Seen.READY);
        Map<String, String> settings = LambdaSettings.configuration(wanted, packing, options);
        Map<String, String> there = LambdaSettings.configuration(now);
        boolean moves = !Objects.equals(
                settings.remove(LambdaSettings.ARCHITECTURE), there.remove(LambdaSettings.ARCHITECTURE));
        if (moves || !Snapshot.digest(now).equals(code.digest())) {
            Map<String, Object> request = revised(now, code.fields());
            request.put(
                    "Architectures",
                    LambdaSettings.architectures(wanted.function().spec()));
            now = ready(api.updateCode(wanted.name(), request), null, progress);
            progress.did("uploaded the code" + size());
        }
        if (failed || !settings.equals(there)) {
            Map<String, Object> request = revised(now, LambdaSettings.request(wanted, packing, options));
            now = ready(api.updateConfiguration(wanted.name(), request), null, progress);
            progress.did("changed the configuration");
        }
        return now;
    }

    private void publish(@Nullable Snapshot before, Code code, JsonNode latest, Progress progress) {
        Map<String, Object> request = revised(latest, Map.of("CodeSha256", code.digest()));
        request.put(
                "Description", PublishedVersions.description(wanted.artifact().hash()));
        JsonNode published = api.publish(wanted.name(), request);
        String version = published.path("Version").asString("");
        // calls must not reach a version that Lambda still makes ready
        JsonNode ignored = ready(published, version, progress);
        if (before == null || before.called() == null) {
            api.createAlias(wanted.name(), Map.of("Name", Snapshot.ALIAS, "FunctionVersion", version));
        } else {
            api.updateAlias(wanted.name(), Snapshot.ALIAS, PublishedVersions.only(version));
        }
        progress.did("published version " + version);
    }

    private void concurrency(@Nullable String reserved, Progress progress) {
        int most = wanted.function().spec().maxInstances();
        if (options.reserves() && !Integer.toString(most).equals(reserved)) {
            api.concurrency(wanted.name(), most);
            progress.did("set concurrency of " + most + " aside");
        } else if (!options.reserves() && reserved != null) {
            api.shareConcurrency(wanted.name());
            progress.did("gave its concurrency back");
        }
    }

    private void tags(JsonNode latest, Map<String, String> there, Code code, Progress progress) {
        Map<String, String> tags = LambdaTags.all(wanted, LambdaSettings.of(wanted, packing, options), code.digest());
        List<String> gone = new ArrayList<>(LambdaTags.labels(there).keySet());
        gone.addAll(List.of(LambdaTags.LABELS, LambdaTags.PAYLOAD, LambdaTags.BACK));
        gone.removeIf(each -> !there.containsKey(each) || tags.containsKey(each));
        String arn = latest.path("FunctionArn").asString("");
        Map<String, String> changed = new TreeMap<>(tags);
        changed.entrySet().removeIf(each -> each.getValue().equals(there.get(each.getKey())));
        if (!changed.isEmpty()) {
            api.tag(arn, changed);
        }
        if (!gone.isEmpty()) {
            api.untag(arn, gone);
        }
        if (!changed.isEmpty() || !gone.isEmpty()) {
            progress.did("wrote the tags");
        }
    }

    /** {@code configuration} once Lambda has finished working on it. */
    private JsonNode ready(JsonNode configuration, @Nullable String qualifier, Progress progress) {
        JsonNode now = settled(configuration, qualifier, progress);
        refuseFailed(now);
        return now;
    }

    private JsonNode settled(JsonNode configuration, @Nullable String qualifier, Progress progress) {
        JsonNode now = configuration;
        for (int looks = 0; Snapshot.pending(now); looks++) {
            if (looks == 0) {
                progress.did("waiting until Lambda is ready");
            }
            if (looks == LOOKS_MAX) {
                throw new CloudException(
                        CloudException.Kind.UNKNOWN,
                        "Lambda still works on %s after %s; apply again later".formatted(wanted.name(), READY_MAX),
                        null);
            }
            try {
                pause.of(PAUSE);
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                throw new CloudException(
                        CloudException.Kind.UNKNOWN, "interrupted while " + wanted.name() + " was made ready", stopped);
            }
            JsonNode next = api.configuration(wanted.name(), qualifier);
            if (next == null) {
                throw new CloudException(
                        CloudException.Kind.INVALID, wanted.name() + " was removed while it was deployed", null);
            }
            now = next;
        }
        return now;
    }

    private void refuseFailed(JsonNode configuration) {
        String update = configuration.path("LastUpdateStatus").asString("");
        String state = configuration.path("State").asString("");
        if (state.equals("Failed") || update.equals("Failed")) {
            String reason = configuration
                    .path(state.equals("Failed") ? "StateReason" : "LastUpdateStatusReason")
                    .asString("no reason was given");
            throw new CloudException(
                    CloudException.Kind.INVALID,
                    "Lambda could not make %s ready: %s".formatted(wanted.name(), reason),
                    null);
        }
    }

    /** {@code fields}, refused by Lambda if the function is not what it was when it was looked at. */
    private static Map<String, Object> revised(JsonNode latest, Map<String, Object> fields) {
        Map<String, Object> request = new LinkedHashMap<>(fields);
        String revision = latest.path("RevisionId").asString("");
        if (!revision.isEmpty()) {
            request.put("RevisionId", revision);
        }
        return request;
    }

    private String packageType() {
        return wanted.artifact() instanceof Artifact.Image ? "Image" : "Zip";
    }

    private String size() {
        return wanted.artifact() instanceof Artifact.Archive archive
                ? " (%d KiB)".formatted((archive.bytes() + 1023) / 1024)
                : "";
    }
}
