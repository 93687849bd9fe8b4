// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.azure.account;

import dev.weft.adapters.Adapters;
import dev.weft.adapters.Target;
import dev.weft.api.CloudException;
import dev.weft.api.CloudException.Kind;
import dev.weft.api.LogLine;
import dev.weft.api.Mistake;
import dev.weft.api.account.CloudAccount;
import dev.weft.api.account.CloudVendor;
import dev.weft.api.account.Ownership;
import dev.weft.api.account.Packing;
import dev.weft.api.account.Progress;
import dev.weft.api.account.Seen;
import dev.weft.api.account.Wanted;
import dev.weft.api.resource.Function;
import dev.weft.api.resource.Open;
import dev.weft.api.rest.RestClient;
import dev.weft.api.spi.InvokeDialect;
import dev.weft.clouds.azure.call.AzureDialect;
import dev.weft.clouds.azure.call.CallTarget;
import dev.weft.clouds.azure.credentials.AccessToken;
import dev.weft.clouds.azure.credentials.AzureCredentials;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A resource group of a subscription: one function app per function, and its packages in the storage account. */
public final class AzureAccount
        implements CloudAccount,
                CloudAccount.WithLogs,
                CloudAccount.WithVersions,
                CloudAccount.WithCode,
                CloudAccount.WithOpen {
    /** How long a function's key is used before it is asked for again, so that a changed one is noticed. */
    public static final Duration KEY_LIFE = Duration.ofHours(1);

    private final AzureOptions options;
    private final CloudVendor.Around around;
    private final RestClient.Pause pause;
    private final AppReader reader;
    private final AzureCredentials credentials;
    private final Arm arm;
    private final Apps apps;

    /** Sends nothing. */
    public AzureAccount(AzureOptions options, CloudVendor.Around around, AppReader reader, RestClient.Pause pause) {
        this.options = options;
        this.around = around;
        this.pause = pause;
        this.reader = reader;
        this.credentials = new AzureCredentials(around, options.tenant());
        this.arm = new Arm(options, around, credentials, pause);
        this.apps = new Apps(arm, options, around, pause);
    }

    @Override
    public String cloud() {
        return options.cloud();
    }

    @Override
    public Packed pack(Function function, Path code) {
        if (function.spec().contract() != Function.Contract.AZURE_FUNCTIONS) {
            return Adapters.packing(function, code, Target.AZURE);
        }
        return reader.read(function, code);
    }

    @Override
    public List<Mistake> check(Wanted wanted, Packing packing) {
        return AppLimits.check(wanted, packing, options);
    }

    @Override
    public Map<String, String> settings(Wanted wanted, Packing packing) {
        return AppWords.wanted(wanted, packing, options);
    }

    @Override
    public List<Seen> list() {
        return apps.list().stream().map(Snapshot::seen).toList();
    }

    @Override
    public @Nullable Seen find(String name) {
        Snapshot app = apps.find(name);
        return app == null ? null : app.seen();
    }

    @Override
    public Seen apply(Wanted wanted, Packing packing, @Nullable Seen before, Progress progress) {
        return new Deployment(apps, options, around, pause, deploy()).apply(wanted, packing, before, progress);
    }

    private OneDeploy deploy() {
        return new OneDeploy(options, around, credentials, pause);
    }

    @Override
    public Seen adopt(Seen seen, Ownership owner) {
        Seen now = found(seen.name());
        Ownership is = now.owner();
        if (is != null && !is.application().equals(owner.application())) {
            throw new CloudException(
                    Kind.INVALID, "app %s belongs to application %s".formatted(seen.name(), is.application()), null);
        }
        if (!owner.equals(is)) {
            apps.tag(seen.name(), owner.tags());
        }
        Snapshot app = apps.find(seen.name());
        if (app != null && app.flex() && app.mark() != null && !app.tags().containsKey(AppTags.RELEASED)) {
            // from now on other hands' code shows
            apps.tag(seen.name(), Map.of(AppTags.RELEASED, app.mark()));
        }
        return found(seen.name());
    }

    private Seen found(String name) {
        Seen now = find(name);
        if (now == null) {
            throw new CloudException(Kind.ABSENT, "there is no app " + name, null);
        }
        return now;
    }

    /** The app, if it is still the one that {@code seen} was. */
    private Snapshot ours(Seen seen) {
        Snapshot app = apps.find(seen.name());
        Ownership owner = seen.owner();
        if (app == null) {
            throw new CloudException(Kind.ABSENT, "there is no app " + seen.name(), null);
        }
        if (owner == null || !app.seen().ownedBy(owner.application())) {
            throw foreign(seen);
        }
        return app;
    }

    private static CloudException foreign(Seen seen) {
        return new CloudException(
                Kind.INVALID, "app %s is not Weft's, and Weft leaves it alone".formatted(seen.name()), null);
    }

    @Override
    public void delete(Seen seen, Progress progress) {
        if (seen.owner() == null) {
            throw foreign(seen);
        }
        boolean flex = options.flex();
        if (apps.find(seen.name()) != null) {
            Snapshot app = ours(seen);
            flex |= app.flex();
            apps.delete(seen.name(), options.plan() == null && !app.flex());
            progress.did("deleted app " + seen.name());
            if (app.flex()) {
                apps.deletePlan(app.plan());
            }
        } else if (flex) {
            apps.deletePlan(seen.name());
        }
        Storage storage = Storage.read(arm, options);
        if (flex) {
            new Releases(storage, around, pause).drop(seen.name());
        }
        Packages packages = storage.packages(around, pause);
        packages.list(seen.name()).forEach(each -> packages.delete(seen.name(), each.hash()));
    }

    @Override
    public InvokeDialect dialect() {
        return new AzureDialect();
    }

    @Override
    public Grant grant(InvokeDialect.Target target) {
        CallTarget to = CallTarget.of(target);
        Map<String, String> parts = new HashMap<>();
        Instant expires = null;
        if (to.key() != CallTarget.Key.NONE) {
            String function = to.key() == CallTarget.Key.FUNCTION ? to.function() : null;
            parts.put(AzureDialect.KEY, apps.key(target.name(), function));
            expires = around.clock().instant().plus(KEY_LIFE);
        }
        if (options.audience() != null) {
            AccessToken token = credentials.token(options.audience());
            parts.put(AzureDialect.BEARER, token.value());
            Instant renew = token.expires().minus(AzureCredentials.RENEWED_BEFORE);
            expires = expires == null || renew.isBefore(expires) ? renew : expires;
        }
        return parts.isEmpty() ? Grant.NONE : new Grant(new InvokeDialect.Credentials(parts), expires);
    }

    @Override
    public List<Finding> examine(String application) {
        return new Examination(options, arm, credentials, around, pause).examine();
    }

    @Override
    public String permissions(List<Wanted> wanted) {
        return AppRole.role(options);
    }

    @Override
    public List<LogLine> logs(Seen seen, Instant since, int linesMax) {
        return new AppLogs(options, around, credentials, pause).tail(seen.name(), since, linesMax);
    }

    @Override
    public void follow(Seen seen, Consumer<LogLine> listener, BooleanSupplier goOn) throws InterruptedException {
        new AppLogs(options, around, credentials, pause).follow(seen.name(), listener, goOn);
    }

    @Override
    public List<Version> versions(Seen seen) {
        List<Version> versions = new ArrayList<>();
        for (Packages.Kept each :
                Storage.read(arm, options).packages(around, pause).list(seen.name())) {
            versions.add(new Version(
                    each.hash(), each.put(), each.hash(), each.hash().equals(seen.version())));
        }
        return versions;
    }

    @Override
    public Seen point(Seen seen, Version version, Progress progress) {
        Snapshot app = ours(seen);
        Packages packages = Storage.read(arm, options).packages(around, pause);
        if (!version.name().matches("[0-9a-f]{40}") || !packages.has(app.name(), version.name())) {
            throw new CloudException(
                    Kind.ABSENT, "app %s has no package %s any more".formatted(app.name(), version.name()), null);
        }
        if (app.flex()) {
            return published(app, packages, version.name(), progress);
        }
        Map<String, String> values = new HashMap<>(app.settings().values());
        if (!version.name().equals(Packages.hash(app.settings().packaged()))) {
            values.put(AppSettings.PACKAGE, packages.address(app.name(), version.name()));
            apps.settings(app.name(), new AppSettings(values));
        }
        apps.sync(app.name());
        apps.tag(app.name(), Map.of(Ownership.CODE, version.name()));
        progress.did("app %s runs package %s".formatted(app.name(), version.name()));
        return found(app.name());
    }

    /** A Flex plan keeps no code but the last: the kept package is published once more. */
    private Seen published(Snapshot app, Packages packages, String hash, Progress progress) {
        if (!hash.equals(app.version())) {
            deploy().publish(app, packages.get(app.name(), hash));
        }
        Map<String, String> tags = new HashMap<>(Map.of(Ownership.CODE, hash));
        String mark = apps.releases().mark(app.site());
        if (mark != null) {
            tags.put(AppTags.RELEASED, mark);
        }
        apps.tag(app.name(), tags);
        progress.did("app %s runs package %s".formatted(app.name(), hash));
        return found(app.name());
    }

    /** A Flex plan has an upper bound always. */
    @Override
    public Set<Open> open() {
        return options.flex() ? Set.of(Open.CONCURRENCY) : Set.of(Open.CONCURRENCY, Open.MAX_INSTANCES);
    }

    @Override
    public Found download(Seen seen, Path folder) {
        Snapshot app = Objects.requireNonNullElseGet(apps.find(seen.name()), () -> {
            throw new CloudException(Kind.ABSENT, "there is no app " + seen.name(), null);
        });
        return new AppCode(apps, options, around, credentials, pause).download(app, folder);
    }
}
