// SPDX-License-Identifier: Apache-2.0
package dev.weft.control.account;

import dev.weft.api.Call;
import dev.weft.api.CloudException;
import dev.weft.api.Mistake;
import dev.weft.api.account.Artifact;
import dev.weft.api.account.CloudAccount;
import dev.weft.api.account.Ownership;
import dev.weft.api.account.Packing;
import dev.weft.api.account.Progress;
import dev.weft.api.account.Seen;
import dev.weft.api.account.Wanted;
import dev.weft.api.resource.Function;
import dev.weft.api.spi.InvokeDialect;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** Keeps functions in memory; fails where told. Adapters are proved by the vendors' modules: this one only tests the walk. */
final class FakeAccount implements CloudAccount, CloudAccount.WithCode {
    final Map<String, Seen> there = new ConcurrentHashMap<>();
    final List<String> calls = new CopyOnWriteArrayList<>();
    final List<Artifact> artifacts = new CopyOnWriteArrayList<>();
    final java.util.Set<String> secrets = java.util.concurrent.ConcurrentHashMap.newKeySet();
    final Set<String> failing = ConcurrentHashMap.newKeySet();
    private final String cloud;

    FakeAccount(String cloud) {
        this.cloud = cloud;
    }

    /** Puts a function there by other hands than Weft's. */
    void foreign(String name) {
        there.put(name, seen(name, null, Map.of("memory", "128", "timeout", "3")));
    }

    /** Changes a setting by hand. */
    void touch(String name, String setting, String value) {
        Seen was = Objects.requireNonNull(there.get(name));
        Map<String, String> settings = new TreeMap<>(was.settings());
        settings.put(setting, value);
        there.put(name, seen(name, was.owner(), settings));
    }

    private static Seen seen(String name, @Nullable Ownership owner, Map<String, String> settings) {
        return new Seen(
                name,
                owner,
                settings,
                false,
                "1",
                null,
                Seen.READY,
                new InvokeDialect.Target(URI.create("http://fake"), name, "", Map.of()));
    }

    @Override
    public String cloud() {
        return cloud;
    }

    @Override
    public Packed pack(Function function, Path code) {
        if (function.spec().contract() == Function.Contract.FN) {
            return new Packed.As(
                    new Packing(Packing.Form.IMAGE, "", Map.of(), List.of("node", "func.js"), Map.of(), "", ""));
        }
        return function.spec().contract() == Function.Contract.AWS_LAMBDA
                ? new Packed.As(Packing.own(Packing.Form.ZIP, "index.handler", "node"))
                : new Packed.Not(List.of(Mistake.at("spec.contract", "http", "does not run here")));
    }

    @Override
    public List<Mistake> check(Wanted wanted, Packing packing) {
        return wanted.function().spec().memory().bytes() > 1 << 30
                ? List.of(Mistake.at("spec.memory", null, "must be at most 1Gi"))
                : List.of();
    }

    @Override
    public Map<String, String> settings(Wanted wanted, Packing packing) {
        Map<String, String> settings = new TreeMap<>();
        settings.put("memory", Long.toString(wanted.function().spec().memory().bytes() >> 20));
        settings.put("timeout", Long.toString(wanted.function().spec().timeout().toSeconds()));
        wanted.env()
                .forEach((name, value) -> settings.put("env." + name, Ownership.sealed(wanted.name(), name, value)));
        return settings;
    }

    @Override
    public List<Seen> list() {
        failIf("list");
        return List.copyOf(there.values());
    }

    @Override
    public @Nullable Seen find(String name) {
        return there.get(name);
    }

    @Override
    public Seen apply(Wanted wanted, Packing packing, @Nullable Seen before, Progress progress) {
        failIf(wanted.name());
        calls.add((before == null ? "create " : "change ") + wanted.name());
        artifacts.add(wanted.artifact());
        secrets.addAll(wanted.secrets());
        progress.did("did it");
        Map<String, String> settings = settings(wanted, packing);
        Ownership owner = new Ownership(
                wanted.application(),
                wanted.function().name(),
                wanted.artifact().hash(),
                Ownership.hash(settings));
        Seen now = seen(wanted.name(), owner, settings);
        there.put(wanted.name(), now);
        return now;
    }

    @Override
    public Seen adopt(Seen seen, Ownership owner) {
        Seen now = seen(seen.name(), owner, seen.settings());
        there.put(seen.name(), now);
        return now;
    }

    @Override
    public void delete(Seen seen, Progress progress) {
        failIf(seen.name());
        calls.add("delete " + seen.name());
        there.remove(seen.name());
    }

    @Override
    public InvokeDialect dialect() {
        return new InvokeDialect() {
            @Override
            public BodyNeed bodyNeed(Call call) {
                return new BodyNeed.Stream();
            }

            @Override
            public WireRequest encode(Call call, Target target, Credentials credentials, Instant now) {
                throw new IllegalStateException("nothing is called here");
            }

            @Override
            public Verdict decode(Call call, WireHead head) {
                throw new IllegalStateException("nothing is called here");
            }
        };
    }

    @Override
    public Grant grant(InvokeDialect.Target target) {
        return Grant.NONE;
    }

    @Override
    public List<Finding> examine(String application) {
        return List.of();
    }

    @Override
    public String permissions(List<Wanted> wanted) {
        return "";
    }

    @Override
    public Found download(Seen seen, Path folder) {
        try {
            Files.writeString(folder.resolve("index.js"), "exports.handler = async () => 'theirs'\n");
        } catch (IOException full) {
            throw new java.io.UncheckedIOException(full);
        }
        return new Found(
                Function.Contract.AWS_LAMBDA,
                null,
                "nodejs20",
                "index.handler",
                Long.parseLong(Objects.requireNonNull(seen.settings().get("memory"))) << 20,
                Duration.ofSeconds(
                        Long.parseLong(Objects.requireNonNull(seen.settings().get("timeout")))),
                Map.of(),
                Set.of(),
                Map.of());
    }

    private void failIf(String what) {
        if (failing.contains(what)) {
            throw new CloudException(CloudException.Kind.BUSY, "told to fail " + what, null);
        }
    }
}
