// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.aws.account;

import dev.weft.api.CloudException;
import dev.weft.api.LogLine;
import dev.weft.api.Mistake;
import dev.weft.api.account.CloudAccount;
import dev.weft.api.account.CloudVendor;
import dev.weft.api.account.Ownership;
import dev.weft.api.account.Packing;
import dev.weft.api.account.Progress;
import dev.weft.api.account.Seen;
import dev.weft.api.account.SideBySide;
import dev.weft.api.account.Wanted;
import dev.weft.api.resource.Cloud;
import dev.weft.api.resource.Function;
import dev.weft.api.rest.RestClient;
import dev.weft.api.spi.InvokeDialect;
import dev.weft.clouds.aws.call.LambdaDialect;
import dev.weft.clouds.aws.credentials.AwsCredentials;
import dev.weft.clouds.aws.credentials.CredentialChain;
import dev.weft.clouds.aws.credentials.RequestSigner;
import dev.weft.clouds.aws.credentials.SigV4;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Lambda in one region of one account. */
public final class AwsAccount
        implements CloudAccount, CloudAccount.WithLogs, CloudAccount.WithVersions, CloudAccount.WithCode {
    private static final RestClient.Pause SLEEP = time -> Thread.sleep(time);

    private final Cloud cloud;
    private final CloudVendor.Around around;
    private final AccountOptions options;
    private final String region;
    private final Endpoints endpoints;
    private final CredentialChain credentials;
    private final LambdaApi api;
    private final LambdaLogs logs;
    private final @Nullable PackageBucket bucket;

    /** Of {@code cloud}, whose options were checked. */
    public AwsAccount(Cloud cloud, CloudVendor.Around around) {
        this.cloud = cloud;
        this.around = around;
        this.options = AccountOptions.of(cloud);
        this.region = Objects.requireNonNullElse(cloud.spec().region(), "");
        this.endpoints = new Endpoints(cloud.spec().endpoint(), around.environment(), region);
        this.credentials = new CredentialChain(around, region, endpoints.of("sts"), options.profile());
        this.api = new LambdaApi(rest("lambda", region), endpoints.of("lambda"));
        String named = options.bucket();
        this.bucket = named == null ? null : new PackageBucket(rest("s3", region), endpoints.of("s3"), named);
        this.logs = new LambdaLogs(rest("logs", region), endpoints.of("logs"), cloud.name(), SLEEP);
    }

    /** What {@code spec.account} may hold. */
    public static List<CloudVendor.Option> options() {
        return AccountOptions.ALL;
    }

    /** The API by itself, for tests of what is sent. */
    LambdaApi api() {
        return api;
    }

    private RestClient rest(String service, String signedIn) {
        return new RestClient(
                around.transport(),
                new RequestSigner(new SigV4(service, signedIn), credentials::get),
                new AwsErrors(),
                around.clock(),
                SLEEP);
    }

    @Override
    public String cloud() {
        return cloud.name();
    }

    @Override
    public Packed pack(Function function, Path code) {
        return LambdaPacking.of(function, code);
    }

    @Override
    public List<Mistake> check(Wanted wanted, Packing packing) {
        return LambdaLimits.check(wanted, packing, options);
    }

    @Override
    public Map<String, String> settings(Wanted wanted, Packing packing) {
        return LambdaSettings.of(wanted, packing, options);
    }

    @Override
    public List<Seen> list() {
        return SideBySide.map(api.names(), name -> {
                    Seen seen = find(name);
                    // gone between the list and the look
                    return seen == null ? Stream.<Seen>empty() : Stream.of(seen);
                })
                .stream()
                .flatMap(each -> each)
                .toList();
    }

    @Override
    public @Nullable Seen find(String name) {
        Snapshot snapshot = read(name);
        return snapshot == null ? null : seen(snapshot);
    }

    private @Nullable Snapshot read(String name) {
        JsonNode function = api.function(name);
        if (function == null) {
            return null;
        }
        if (function.has("TagsError")) {
            throw new CloudException(
                    CloudException.Kind.DENIED,
                    "whose function %s is can't be told: its tags may not be read; allow lambda:ListTags"
                            .formatted(name),
                    null);
        }
        boolean ours = LambdaTags.owner(LambdaTags.of(function)) != null;
        Snapshot snapshot = new Snapshot(function, ours ? api.configuration(name, Snapshot.ALIAS) : null);
        String sealed = snapshot.served()
                .path("Environment")
                .path("Error")
                .path("ErrorCode")
                .asString("");
        if (ours && !sealed.isEmpty()) {
            throw new CloudException(
                    CloudException.Kind.DENIED,
                    "the environment of %s may not be read (%s); allow kms:Decrypt on the key that seals it"
                            .formatted(name, sealed),
                    null);
        }
        return snapshot;
    }

    private Seen seen(Snapshot snapshot) {
        return snapshot.seen(endpoints.of("lambda"), region);
    }

    @Override
    public Seen apply(Wanted wanted, Packing packing, @Nullable Seen before, Progress progress) {
        Snapshot now = read(wanted.name());
        refuseSurprise(wanted, packing, before, now);
        new Deployment(new Deployment.Reach(api, bucket, SLEEP), options, wanted, packing).run(now, progress);
        return again(wanted.name());
    }

    private void refuseSurprise(Wanted wanted, Packing packing, @Nullable Seen before, @Nullable Snapshot now) {
        if (now == null) {
            if (before != null) {
                throw faster(wanted.name(), "it was removed");
            }
            return;
        }
        refuseForeign(now, wanted.application());
        Seen there = seen(now);
        if (before == null) {
            Map<String, String> settings = settings(wanted, packing);
            boolean same = there.settings().equals(settings) && !there.codeTouched();
            Ownership owner = new Ownership(
                    wanted.application(),
                    wanted.function().name(),
                    wanted.artifact().hash(),
                    Ownership.hash(settings));
            if (!same || !owner.equals(there.owner())) {
                throw faster(wanted.name(), "it was made");
            }
        } else if (!Objects.equals(before.revision(), there.revision()) && !alike(before, there)) {
            // a revision alone says little: Lambda also counts its own doings
            throw faster(wanted.name(), "it was changed");
        }
    }

    private static boolean alike(Seen one, Seen other) {
        return one.settings().equals(other.settings())
                && Objects.equals(one.owner(), other.owner())
                && Objects.equals(one.version(), other.version())
                && one.codeTouched() == other.codeTouched();
    }

    private static CloudException faster(String name, String what) {
        return new CloudException(
                CloudException.Kind.INVALID,
                "somebody was faster: %s is not what the plan was made on, %s meanwhile; plan again"
                        .formatted(name, what),
                null);
    }

    private static void refuseForeign(Snapshot now, @Nullable String application) {
        Ownership owner = now.owner();
        if (owner == null || !owner.application().equals(application)) {
            throw new CloudException(
                    CloudException.Kind.INVALID,
                    "function %s is there and belongs to %s; Weft leaves it alone"
                            .formatted(
                                    now.name(),
                                    owner == null ? "nobody that Weft knows of" : "application " + owner.application()),
                    null);
        }
    }

    private Seen again(String name) {
        Seen seen = find(name);
        if (seen == null) {
            throw faster(name, "it was removed");
        }
        return seen;
    }

    @Override
    public Seen adopt(Seen seen, Ownership owner) {
        Snapshot now = read(seen.name());
        if (now == null) {
            throw new CloudException(CloudException.Kind.ABSENT, "there is no function " + seen.name(), null);
        }
        if (now.owner() != null) {
            refuseForeign(now, owner.application());
        }
        Map<String, String> tags = new TreeMap<>(owner.tags());
        tags.put(LambdaTags.PACKAGE, now.digest());
        api.tag(now.arn(), tags);
        return again(seen.name());
    }

    @Override
    public void delete(Seen seen, Progress progress) {
        Snapshot now = read(seen.name());
        if (now == null) {
            return;
        }
        refuseForeign(now, seen.owner() == null ? null : seen.owner().application());
        api.delete(seen.name());
        progress.did("removed " + seen.name());
        Ownership owner = now.owner();
        if (bucket != null && owner != null) {
            bucket.tidy(owner.application(), seen.name(), "", progress);
        }
    }

    @Override
    public InvokeDialect dialect() {
        return LambdaDialect.INSTANCE;
    }

    @Override
    public Grant grant(InvokeDialect.Target target) {
        AwsCredentials found = credentials.get();
        return new Grant(new InvokeDialect.Credentials(found.parts()), found.expires());
    }

    @Override
    public List<Finding> examine(String application) {
        URI sts = endpoints.of("sts");
        URI iam = endpoints.global("iam");
        Examination.Asked asked = new Examination.Asked(
                rest("sts", region), sts, rest("iam", endpoints.globalRegion()), iam, api, bucket);
        return new Examination(asked, credentials::get, options).run();
    }

    @Override
    public String permissions(List<Wanted> wanted) {
        return PolicyDocument.of(
                options, region, wanted.stream().map(Wanted::name).distinct().toList());
    }

    @Override
    public List<LogLine> logs(Seen seen, Instant since, int linesMax) {
        return logs.newest(seen.name(), since, linesMax);
    }

    @Override
    public void follow(Seen seen, Consumer<LogLine> listener, BooleanSupplier goOn) throws InterruptedException {
        logs.follow(seen.name(), around.clock(), listener, goOn);
    }

    @Override
    public List<Version> versions(Seen seen) {
        return PublishedVersions.all(api, there(seen));
    }

    @Override
    public Seen point(Seen seen, Version version, Progress progress) {
        Snapshot now = there(seen);
        refuseForeign(now, seen.owner() == null ? null : seen.owner().application());
        PublishedVersions.point(api, now, version, progress);
        return again(seen.name());
    }

    @Override
    public Found download(Seen seen, Path folder) {
        Snapshot now = there(seen);
        String location = now.function().path("Code").path("Location").asString("");
        if (location.isEmpty()) {
            throw new CloudException(
                    CloudException.Kind.INVALID, seen.name() + " runs an image: there is no package to fetch", null);
        }
        CodeDownload.fetch(around.transport(), seen.name(), URI.create(location), folder);
        JsonNode served = now.latest();
        String runtime = served.path("Runtime").asString("");
        String handler = served.path("Handler").asString("");
        return new Found(
                Function.Contract.AWS_LAMBDA,
                null,
                runtime.isEmpty() ? null : runtime,
                handler.isEmpty() ? null : handler,
                served.path("MemorySize").asLong(LambdaLimits.MEMORY_MIB_MIN) << 20,
                Duration.ofSeconds(served.path("Timeout").asLong(3)),
                LambdaSettings.env(served),
                Set.of(),
                Map.of());
    }

    private Snapshot there(Seen seen) {
        Snapshot now = read(seen.name());
        if (now == null) {
            throw new CloudException(CloudException.Kind.ABSENT, "there is no function " + seen.name(), null);
        }
        return now;
    }
}
