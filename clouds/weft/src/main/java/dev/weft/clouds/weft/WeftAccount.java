// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.weft;

import dev.weft.api.CloudException;
import dev.weft.api.LogLine;
import dev.weft.api.Mistake;
import dev.weft.api.Sha256;
import dev.weft.api.account.Artifact;
import dev.weft.api.account.CloudAccount;
import dev.weft.api.account.CloudVendor;
import dev.weft.api.account.CodeArchive;
import dev.weft.api.account.Findings;
import dev.weft.api.account.LineFollower;
import dev.weft.api.account.Ownership;
import dev.weft.api.account.Packing;
import dev.weft.api.account.Progress;
import dev.weft.api.account.Seen;
import dev.weft.api.account.Wanted;
import dev.weft.api.resource.Cloud;
import dev.weft.api.resource.Function;
import dev.weft.api.resource.Open;
import dev.weft.api.rest.RestClient;
import dev.weft.api.spi.InvokeDialect;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Functions of another Weft, in the one namespace that our key reaches. A function is sent with its tags by one request, after its
 * code, so nothing can be half done; a version of it is published with each change.
 */
final class WeftAccount
        implements CloudAccount,
                CloudAccount.WithLogs,
                CloudAccount.WithVersions,
                CloudAccount.WithCode,
                CloudAccount.WithOpen {
    /** Versions that stay there, beside what is called. */
    static final int VERSIONS_KEPT = 3;

    private static final int LOG_LINES_MAX = 1000;
    private static final int ENTRIES_MAX = 50_000;
    private static final long UNPACKED_BYTES_MAX = 1L << 30;
    private static final LineFollower.Rhythm RHYTHM =
            new LineFollower.Rhythm(Duration.ofSeconds(2), Duration.ofMinutes(2));

    private final Cloud cloud;
    private final WeftKey key;
    private final WeftApi api;
    private final URI endpoint;
    private final InstantSource clock;

    WeftAccount(Cloud cloud, CloudVendor.Around around) {
        this.cloud = cloud;
        this.key = new WeftKey(cloud, around);
        this.endpoint = Objects.requireNonNull(cloud.spec().endpoint(), "was checked");
        this.clock = around.clock();
        this.api = new WeftApi(
                new RestClient(
                        around.transport(),
                        (request, now) -> request.header(Wire.KEY, "Bearer " + key.read()),
                        new WeftErrors(),
                        around.clock()),
                endpoint);
    }

    @Override
    public String cloud() {
        return cloud.name();
    }

    @Override
    public Packed pack(Function function, Path code) {
        return WeftPacking.of(function);
    }

    @Override
    public List<Mistake> check(Wanted wanted, Packing packing) {
        return WeftPacking.check(wanted);
    }

    @Override
    public Set<Open> open() {
        return EnumSet.allOf(Open.class);
    }

    @Override
    public Map<String, String> settings(Wanted wanted, Packing packing) {
        return SeenFunction.settings(
                cloud,
                wanted.name(),
                FunctionWords.spec(wanted.function().spec()),
                FunctionWords.labels(wanted.function().metadata().labels()),
                wanted.env());
    }

    @Override
    public List<Seen> list() {
        return api.functions().stream()
                .map(each -> SeenFunction.of(each).seen(cloud))
                .toList();
    }

    @Override
    public @Nullable Seen find(String name) {
        SeenFunction there = there(name);
        return there == null ? null : there.seen(cloud);
    }

    private @Nullable SeenFunction there(String name) {
        JsonNode there = api.function(name);
        return there == null ? null : SeenFunction.of(there);
    }

    @Override
    public Seen apply(Wanted wanted, Packing packing, @Nullable Seen before, Progress progress) {
        String name = wanted.name();
        Map<String, String> settings = settings(wanted, packing);
        SeenFunction there = there(name);
        Seen now = there == null ? null : there.seen(cloud);
        Ownership owner = new Ownership(
                wanted.application(),
                wanted.function().name(),
                wanted.artifact().hash(),
                Ownership.hash(settings));
        if (now == null && before != null) {
            throw refused(name, "was removed by somebody else meanwhile; plan again");
        }
        boolean already = now != null
                && owner.equals(now.owner())
                && !now.codeTouched()
                && now.settings().equals(settings);
        if (now != null) {
            mayChange(wanted, now);
            boolean raced = before == null ? !already : !Objects.equals(before.revision(), now.revision());
            if (raced) {
                throw refused(name, "was made or changed by somebody else meanwhile; plan again");
            }
        }
        if (now != null && already) {
            return now;
        }
        byte[] zip = read(wanted.artifact());
        String hash = Sha256.hex(zip);
        if (there == null || !there.code().equals(hash)) {
            progress.did("sending " + zip.length + " bytes of code");
            api.stage(hash, zip);
        }
        SeenFunction made = SeenFunction.of(
                api.put(name, SeenFunction.body(cloud, wanted, owner, hash, there == null ? null : there.revision())));
        progress.did((there == null ? "created " : "changed ") + name);
        tidy(name);
        return made.seen(cloud);
    }

    private void mayChange(Wanted wanted, Seen now) {
        Ownership owner = now.owner();
        if (owner == null) {
            throw refused(now.name(), "is there already and not Weft's; weft import takes it over");
        }
        if (!owner.application().equals(wanted.application())
                || !owner.function().equals(wanted.function().name())) {
            throw refused(now.name(), "is function " + owner.function() + " of application " + owner.application());
        }
    }

    private CloudException refused(String name, String why) {
        return new CloudException(CloudException.Kind.INVALID, "function " + name + " on " + cloud() + ' ' + why, null);
    }

    private static byte[] read(Artifact artifact) {
        if (!(artifact instanceof Artifact.Archive archive)) {
            throw new IllegalArgumentException("a Weft is given archives, got " + artifact);
        }
        try {
            return Files.readAllBytes(archive.file());
        } catch (IOException unreadable) {
            throw new CloudException(
                    CloudException.Kind.INVALID, "the package can't be read: " + unreadable.getMessage(), unreadable);
        }
    }

    /** Only so many versions stay: each is a function there. */
    private void tidy(String name) {
        List<JsonNode> versions = api.versions(name);
        for (JsonNode each : versions.subList(Math.min(VERSIONS_KEPT, versions.size()), versions.size())) {
            if (!each.path("current").asBoolean(false)) {
                api.deleteVersion(name, each.path("version").asString(""));
            }
        }
    }

    @Override
    public Seen adopt(Seen seen, Ownership owner) {
        SeenFunction there = present(seen);
        Seen now = there.seen(cloud);
        if (now.owner() != null && !now.owner().application().equals(owner.application())) {
            throw refused(seen.name(), "belongs to application " + now.owner().application());
        }
        if (!Objects.equals(now.revision(), seen.revision())) {
            throw refused(seen.name(), "was changed by somebody else meanwhile; look again");
        }
        if (!there.put()) {
            throw refused(
                    seen.name(),
                    "stands in that Weft's own documents, which nobody changes from here; existing: true routes to it");
        }
        ObjectNode body = SeenFunction.tags(owner, there.code()).put("revision", there.revision());
        return SeenFunction.of(api.annotate(seen.name(), body)).seen(cloud);
    }

    /** Whether it is the application's still that it was when it was seen; else it is refused. */
    private void still(Seen seen, SeenFunction there) {
        Ownership owner = there.seen(cloud).owner();
        if (owner == null
                || seen.owner() == null
                || !owner.application().equals(seen.owner().application())) {
            throw refused(seen.name(), "is not this application's and is left alone");
        }
    }

    private SeenFunction present(Seen seen) {
        SeenFunction there = there(seen.name());
        if (there == null) {
            throw new CloudException(CloudException.Kind.ABSENT, "there is no function " + seen.name(), null);
        }
        return there;
    }

    @Override
    public void delete(Seen seen, Progress progress) {
        SeenFunction there = there(seen.name());
        if (there == null) {
            return;
        }
        still(seen, there);
        api.delete(seen.name());
        progress.did("deleted " + seen.name());
    }

    @Override
    public InvokeDialect dialect() {
        return new WeftDialect();
    }

    @Override
    public Grant grant(InvokeDialect.Target target) {
        return new Grant(new InvokeDialect.Credentials(Map.of(WeftDialect.KEY, key.read())), null);
    }

    @Override
    public List<Finding> examine(String application) {
        Findings findings = new Findings(_ -> "check spec.endpoint, SSL_CERT_FILE and the network");
        if (!findings.look("credentials", () -> {
            String found = key.read();
            return "key " + found.substring(0, found.indexOf('.')) + " from " + key.source();
        })) {
            return findings.all();
        }
        boolean reached = findings.look("reach", () -> {
            JsonNode about = api.about();
            return "a Weft at " + WeftApi.base(endpoint) + ", namespace "
                    + about.path("namespace").asString("") + ", role "
                    + about.path("role").asString("");
        });
        if (reached) {
            findings.look("list functions", () -> api.functions().size() + " functions");
        }
        return findings.all();
    }

    @Override
    public String permissions(List<Wanted> wanted) {
        return "On the machine of the other Weft, " + WeftApi.base(endpoint) + ":\n"
                + "  weft key create NAME --role deploy\n"
                + "The key reaches the functions of one namespace there (--namespace). weft serve needs that role too: it\n"
                + "looks whether functions are there.\n";
    }

    @Override
    public List<LogLine> logs(Seen seen, Instant since, int linesMax) {
        return api.logs(seen.name(), Math.clamp(linesMax, 1, LOG_LINES_MAX)).stream()
                .map(each -> SeenFunction.line(each, seen.name(), cloud()))
                .filter(each -> !each.time().isBefore(since))
                .toList();
    }

    @Override
    public void follow(Seen seen, Consumer<LogLine> listener, BooleanSupplier goOn) throws InterruptedException {
        new LineFollower(clock, time -> Thread.sleep(time), RHYTHM)
                .follow(
                        from -> logs(seen, from, LOG_LINES_MAX).stream()
                                .map(each -> new LineFollower.Entry(
                                        each.time() + each.instance() + each.text(), each.time(), () -> each))
                                .toList(),
                        listener,
                        goOn);
    }

    @Override
    public List<Version> versions(Seen seen) {
        return api.versions(seen.name()).stream().map(SeenFunction::version).toList();
    }

    @Override
    public Seen point(Seen seen, Version version, Progress progress) {
        SeenFunction there = present(seen);
        still(seen, there);
        ObjectNode body = SeenFunction.object().put("version", version.name()).put("revision", there.revision());
        Seen back = SeenFunction.of(api.rollBack(seen.name(), body)).seen(cloud);
        progress.did(seen.name() + " is as version " + version.name() + " again");
        return back;
    }

    @Override
    public Found download(Seen seen, Path folder) {
        SeenFunction there = present(seen);
        CodeArchive.unpack(api.code(seen.name()), folder, ENTRIES_MAX, UNPACKED_BYTES_MAX);
        return there.found();
    }
}
