// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.knative.facade;

import dev.weft.api.Sha256;
import dev.weft.api.facade.Changed;
import dev.weft.api.facade.Draft;
import dev.weft.api.facade.FacadeAnswer;
import dev.weft.api.facade.Functions;
import dev.weft.api.resource.Function;
import dev.weft.api.resource.Metadata;
import dev.weft.testkit.Copy;
import dev.weft.testkit.MemoryShelf;
import dev.weft.testkit.SampleFunction;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Functions of namespace default in memory; nothing runs. */
final class PlayedFunctions implements Functions {
    static final Instant NOW = Instant.parse("2026-11-30T09:00:00Z");

    final Map<String, Draft> drafts = new TreeMap<>();
    final MemoryShelf shelf = new MemoryShelf();
    final Map<String, byte[]> code = new TreeMap<>();
    Changed.@Nullable Reason refusing;
    private int changes;

    @Override
    public synchronized Object state() {
        return changes;
    }

    @Override
    public MemoryShelf shelf() {
        return shelf;
    }

    @Override
    public synchronized List<Served> list(String namespace) {
        return namespace.equals("default")
                ? drafts.values().stream().map(this::served).toList()
                : List.of();
    }

    @Override
    public synchronized @Nullable Served find(String namespace, String name) {
        Draft draft = namespace.equals("default") ? drafts.get(name) : null;
        return draft == null ? null : served(draft);
    }

    private Served served(Draft draft) {
        Map<String, String> annotations = new TreeMap<>(draft.annotations());
        annotations.put(Draft.HOME, "knative");
        Map<String, Object> spec = draft.spec();
        SampleFunction sample = SampleFunction.http(draft.name(), words(spec.get("command")))
                .scale(number(spec, "concurrency"), number(spec, "minInstances"), number(spec, "maxInstances"))
                .timeout(Duration.ofSeconds(Long.parseLong(
                        String.valueOf(spec.getOrDefault("timeout", "300s")).replace("s", ""))))
                .idle(Duration.ZERO)
                .memory(String.valueOf(spec.getOrDefault("memory", "0")));
        Function.Spec plain = sample.function().spec();
        Metadata metadata = new Metadata(draft.name(), "default", draft.labels(), annotations);
        byte[] zip = code.getOrDefault(draft.name(), new byte[0]);
        Function.Spec coded = draft.image() == null
                ? plain
                : Copy.with(plain, "code", Copy.with(plain.code(), "image", draft.image()));
        return new Served(
                new Function(metadata, Copy.with(coded, "env", Draft.escaped(draft.env()))),
                NOW,
                Sha256.hex(zip),
                zip.length);
    }

    private static String[] words(@Nullable Object command) {
        return command instanceof List<?> list
                ? list.stream().map(String::valueOf).toArray(String[]::new)
                : new String[0];
    }

    private static int number(Map<String, Object> spec, String name) {
        return Integer.parseInt(String.valueOf(spec.getOrDefault(name, 0)));
    }

    @Override
    public synchronized Changed put(String namespace, String name, Edit edit) {
        if (refusing != null) {
            return new Changed.Refused(refusing, "because");
        }
        return switch (edit.of(drafts.get(name))) {
            case Edited.Leave(FacadeAnswer answer) -> new Changed.Left(answer);
            case Edited.Put(Draft draft, var zip, var versions) -> {
                drafts.put(name, draft);
                if (zip != null) {
                    code.put(name, zip);
                }
                changes++;
                yield new Changed.Done(served(draft));
            }
        };
    }

    @Override
    public synchronized Changed delete(String namespace, String name) {
        Served was = find(namespace, name);
        if (was == null) {
            return new Changed.Refused(Changed.Reason.ABSENT, "none");
        }
        drafts.remove(name);
        changes++;
        return new Changed.Done(was);
    }

    @Override
    public String logTail(String namespace, String function, String invocation) {
        return "";
    }
}
