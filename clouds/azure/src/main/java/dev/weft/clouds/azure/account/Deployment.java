// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.azure.account;

import dev.weft.api.CloudException;
import dev.weft.api.CloudException.Kind;
import dev.weft.api.account.Artifact;
import dev.weft.api.account.CloudVendor;
import dev.weft.api.account.Ownership;
import dev.weft.api.account.Packing;
import dev.weft.api.account.Progress;
import dev.weft.api.account.Seen;
import dev.weft.api.account.Wanted;
import dev.weft.api.resource.Function;
import dev.weft.api.rest.RestClient;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Makes an app what its function's document says. The package is uploaded under its hash before the app is pointed to it; the
 * tags with the hashes are written last, so whatever was cut off in between shows as a difference and is done again.
 */
final class Deployment {
    /** Packages of one app that stay for going back. */
    static final int PACKAGES_KEPT = 10;

    /** Questions after the app's functions, one every two seconds. */
    static final int QUESTIONS_MAX = 150;

    private final Arm arm;
    private final Apps apps;
    private final AzureOptions options;
    private final CloudVendor.Around around;
    private final RestClient.Pause pause;
    private final FlexHosting flex;

    Deployment(Apps apps, AzureOptions options, CloudVendor.Around around, RestClient.Pause pause, OneDeploy deploy) {
        this.arm = apps.arm();
        this.apps = apps;
        this.options = options;
        this.around = around;
        this.pause = pause;
        this.flex = new FlexHosting(apps, options, deploy);
    }

    Seen apply(Wanted wanted, Packing packing, @Nullable Seen before, Progress progress) {
        Snapshot now = apps.find(wanted.name());
        Seen seen = now == null ? null : now.seen();
        unchanged(wanted, before, seen);
        Map<String, String> words = AppWords.wanted(wanted, packing, options);
        String hash = wanted.artifact().hash();
        if (seen != null && asWanted(seen, words, hash, wanted)) {
            return seen;
        }
        Storage storage = Storage.read(arm, options);
        Aim aim = new Aim(
                wanted, packing, storage, storage.packages(around, pause), new Releases(storage, around, pause));
        upload(wanted, aim.packages(), progress);
        if (options.flex()) {
            hostedFlexibly(now, aim, progress);
        } else {
            hosted(now, aim, progress);
        }
        Snapshot after = ready(wanted.name(), progress);
        if (options.flex()) {
            after = flex.settle(after, aim, progress);
        }
        Ownership owner = new Ownership(wanted.application(), wanted.function().name(), hash, Ownership.hash(words));
        tag(after, wanted, packing, owner);
        prune(wanted.name(), hash, aim.packages());
        return Objects.requireNonNull(apps.find(wanted.name()), "it was there a moment ago")
                .seen();
    }

    private void hosted(@Nullable Snapshot now, Aim aim, Progress progress) {
        String name = aim.wanted().name();
        if (now == null) {
            apps.plan();
            apps.create(name, created(aim.wanted(), aim.packing(), aim.storage(), aim.packages()));
            progress.did("created app " + name + " on plan " + options.planName());
        } else {
            change(now, aim, progress);
        }
        apps.sync(name);
    }

    /** One Deploy tells the platform which triggers there are. */
    private void hostedFlexibly(@Nullable Snapshot now, Aim aim, Progress progress) {
        if (now == null) {
            flex.create(aim, progress);
        } else {
            flex.change(now, aim, progress);
        }
    }

    private static boolean asWanted(Seen seen, Map<String, String> words, String hash, Wanted wanted) {
        Ownership owner = new Ownership(wanted.application(), wanted.function().name(), hash, Ownership.hash(words));
        return owner.equals(seen.owner())
                && seen.settings().equals(words)
                && hash.equals(seen.version())
                && !seen.codeTouched()
                && seen.state().equals(Seen.READY);
    }

    /** Azure compares no revision of an app, so what the plan was made on is compared here: the moment in between stays open. */
    private void unchanged(Wanted wanted, @Nullable Seen before, @Nullable Seen now) {
        if (now == null) {
            return;
        }
        if (!now.ownedBy(wanted.application())) {
            throw new CloudException(
                    Kind.INVALID,
                    "app %s is there already and is not this application's: %s; give the function another name there with placement.clouds[].as, or adopt it"
                            .formatted(
                                    wanted.name(),
                                    now.owner() == null
                                            ? "it has none of Weft's tags"
                                            : "it belongs to " + now.owner().application()),
                    null);
        }
        boolean same = before == null
                || (Objects.equals(before.owner(), now.owner())
                        && before.settings().equals(now.settings())
                        && Objects.equals(before.version(), now.version()));
        if (!same) {
            throw new CloudException(
                    Kind.INVALID,
                    "app %s was changed since the plan was made: somebody was faster; plan again"
                            .formatted(wanted.name()),
                    null);
        }
        fixed("plan", options.planWord(), now);
        fixed("region", AppWords.location(options.region()), now);
    }

    private static void fixed(String word, String wanted, Seen now) {
        String is = now.settings().getOrDefault(word, wanted);
        if (!is.equals(wanted)) {
            throw new CloudException(
                    Kind.INVALID,
                    "app %s has %s %s, and an app is not moved to another (%s): delete it and apply again"
                            .formatted(now.name(), word, is, wanted),
                    null);
        }
    }

    private void upload(Wanted wanted, Packages packages, Progress progress) {
        if (!(wanted.artifact() instanceof Artifact.Archive archive)) {
            throw new IllegalStateException("checked before: Azure's function apps take archives");
        }
        if (packages.has(wanted.name(), archive.hash())) {
            return;
        }
        try {
            packages.put(wanted.name(), archive.hash(), Files.readAllBytes(archive.file()));
        } catch (IOException unreadable) {
            throw new CloudException(
                    Kind.INVALID,
                    "the package of " + wanted.name() + " can't be read: " + unreadable.getMessage(),
                    unreadable);
        }
        progress.did("uploaded " + archive.bytes() / 1024 + " KiB");
    }

    private ObjectNode created(Wanted wanted, Packing packing, Storage storage, Packages packages) {
        ObjectNode body = JsonMapper.shared()
                .createObjectNode()
                .put("kind", "functionapp,linux")
                .put("location", options.region());
        ObjectNode tags = body.putObject("tags");
        AppTags.written(tags(wanted, packing)).forEach(tags::put);
        ObjectNode properties = body.putObject("properties")
                .put("serverFarmId", arm.plan(options.planName()))
                .put("reserved", true)
                .put("httpsOnly", true);
        ObjectNode config = properties.putObject("siteConfig");
        config.setAll(config(wanted, packing));
        ArrayNode list = config.putArray("appSettings");
        AppSettings settings = new AppSettings(Map.of())
                .with(
                        wefts(
                                wanted,
                                packing,
                                storage,
                                packages.address(
                                        wanted.name(), wanted.artifact().hash())),
                        AppWords.env(wanted, packing));
        new TreeMap<>(settings.values())
                .forEach((name, value) -> list.addObject().put("name", name).put("value", value));
        return body;
    }

    /** What a change goes by. */
    record Aim(Wanted wanted, Packing packing, Storage storage, Packages packages, Releases releases) {}

    private void change(Snapshot now, Aim aim, Progress progress) {
        Wanted wanted = aim.wanted();
        Packing packing = aim.packing();
        Storage storage = aim.storage();
        ObjectNode config = config(wanted, packing);
        boolean other = !now.runtime().equals(packing.runtime())
                || now.maxInstances() != wanted.function().spec().maxInstances()
                || (Math.max(1, now.minInstances())
                        != Math.max(1, wanted.function().spec().minInstances()));
        if (other) {
            apps.configure(wanted.name(), config);
            progress.did("changed the configuration of " + wanted.name());
        }
        String hash = wanted.artifact().hash();
        String kept = now.settings().packaged();
        // an address that is there stays: only its end would be another
        boolean same = hash.equals(Packages.hash(kept))
                && storage.connection().equals(now.settings().values().get(AppSettings.STORAGE));
        String address = same && kept != null ? kept : aim.packages().address(wanted.name(), hash);
        AppSettings settings =
                now.settings().with(wefts(wanted, packing, storage, address), AppWords.env(wanted, packing));
        if (!settings.equals(now.settings())) {
            apps.settings(wanted.name(), settings);
            progress.did("changed the settings of " + wanted.name());
        }
        if (now.site().path("properties").path("state").asString("").equals("Stopped")) {
            apps.start(wanted.name());
            progress.did("started " + wanted.name());
        }
    }

    private static ObjectNode config(Wanted wanted, Packing packing) {
        Function.Spec spec = wanted.function().spec();
        ObjectNode config = JsonMapper.shared()
                .createObjectNode()
                .put("linuxFxVersion", packing.runtime().contains("|") ? packing.runtime() : "")
                .put("functionAppScaleLimit", spec.maxInstances())
                .put("minTlsVersion", "1.2");
        if (spec.minInstances() > 0) {
            config.put("minimumElasticInstanceCount", spec.minInstances());
        }
        return config;
    }

    /** The settings that Weft writes beside the document's own, where code is run from a package's address. */
    private static Map<String, String> wefts(Wanted wanted, Packing packing, Storage storage, String address) {
        String runtime = packing.runtime().toLowerCase(Locale.ROOT);
        int bar = runtime.indexOf('|');
        Map<String, String> wefts = wefts(wanted, storage);
        wefts.put(AppSettings.VERSION, "~4");
        wefts.put(AppSettings.WORKER, bar < 0 ? runtime : runtime.substring(0, bar));
        wefts.put(AppSettings.PACKAGE, address);
        int concurrency = wanted.function().spec().concurrency();
        if (concurrency > 0) {
            wefts.put(AppSettings.CONCURRENCY, Integer.toString(concurrency));
        }
        return wefts;
    }

    /** Those of them that every plan takes. */
    static Map<String, String> wefts(Wanted wanted, Storage storage) {
        Function.Spec spec = wanted.function().spec();
        Map<String, String> wefts = new TreeMap<>();
        wefts.put(AppSettings.STORAGE, storage.connection());
        wefts.put(AppSettings.TIMEOUT, AppSettings.span(spec.timeout()));
        String host = AppSettings.hostId(wanted.name());
        if (host != null) {
            wefts.put(AppSettings.HOST_ID, host);
        }
        List<String> command = spec.command();
        for (int i = 0; i < command.size(); i++) {
            wefts.put(i == 0 ? AppSettings.PROGRAM : AppSettings.ARGUMENT + (i - 1), command.get(i));
        }
        return wefts;
    }

    static Map<String, String> tags(Wanted wanted, Packing packing) {
        return AppTags.wanted(
                wanted.application(),
                wanted.function().name(),
                packing.handler(),
                wanted.function().metadata().labels());
    }

    /** Waits until the app's host lists its functions: from then on it answers. */
    private Snapshot ready(String name, Progress progress) {
        for (int questions = 0; ; questions++) {
            Snapshot now = apps.find(name);
            if (now != null && !now.functions().isEmpty()) {
                return now;
            }
            if (questions == QUESTIONS_MAX) {
                throw new CloudException(
                        Kind.UNKNOWN,
                        "app %s is there, but its host lists no function after %d questions: %s"
                                .formatted(
                                        name,
                                        QUESTIONS_MAX,
                                        now == null ? "it is gone" : now.seen().state()),
                        null);
            }
            if (questions == 0) {
                progress.did("waiting for the host of " + name);
            }
            arm.wait("the functions of " + name, questions);
        }
    }

    private void tag(Snapshot app, Wanted wanted, Packing packing, Ownership owner) {
        Map<String, String> are = app.tags();
        Map<String, String> tags = tags(wanted, packing);
        Map<String, String> old = new TreeMap<>(AppTags.labels(are));
        for (String each : List.of(AppTags.HANDLER, AppTags.LABELS)) {
            String value = are.get(each);
            if (value != null) {
                old.put(each, value);
            }
        }
        old.keySet().removeAll(new TreeSet<>(tags.keySet()));
        if (!old.isEmpty()) {
            apps.untag(app.name(), old);
        }
        tags.putAll(owner.tags());
        String mark = app.mark();
        if (mark != null) {
            tags.put(AppTags.RELEASED, mark);
        }
        apps.tag(app.name(), tags);
    }

    private static void prune(String name, String current, Packages packages) {
        packages.list(name).stream()
                .filter(each -> !each.hash().equals(current))
                .skip(PACKAGES_KEPT - 1L)
                .forEach(each -> packages.delete(name, each.hash()));
    }
}
