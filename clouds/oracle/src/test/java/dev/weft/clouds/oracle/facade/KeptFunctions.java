// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.oracle.facade;

import dev.weft.api.facade.Changed;
import dev.weft.api.facade.Draft;
import dev.weft.api.facade.Functions;
import dev.weft.api.resource.Function;
import dev.weft.api.resource.Metadata;
import dev.weft.testkit.Copy;
import dev.weft.testkit.MemoryShelf;
import dev.weft.testkit.SampleFunction;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Functions that clients put, kept as long as the test runs; {@code declared} stands in the user's documents. */
final class KeptFunctions implements Functions {
    final Map<String, Draft> drafts = new TreeMap<>();
    private final MemoryShelf shelf = new MemoryShelf();

    @Override
    public MemoryShelf shelf() {
        return shelf;
    }

    @Override
    public List<Served> list(String namespace) {
        return namespace.equals("default")
                ? drafts.values().stream().map(KeptFunctions::served).toList()
                : List.of();
    }

    @Override
    public @Nullable Served find(String namespace, String name) {
        if (name.equals("declared")) {
            return new Served(FnSamples.function(namespace, name), FnSamples.NOW, "", 0);
        }
        Draft draft = namespace.equals("default") ? drafts.get(name) : null;
        return draft == null ? null : served(draft);
    }

    private static Served served(Draft draft) {
        Map<String, String> annotations = new TreeMap<>(draft.annotations());
        annotations.put(Draft.HOME, "fn");
        Function.Spec plain = SampleFunction.handler(draft.name(), Function.Contract.FN, "node20", null)
                .timeout(Duration.parse("PT" + draft.spec().get("timeout")))
                .memory(String.valueOf(draft.spec().getOrDefault("memory", "128Mi")))
                .function()
                .spec();
        Function.Spec coded = Copy.with(plain, "code", Copy.with(plain.code(), "image", draft.image()));
        return new Served(
                new Function(
                        new Metadata(draft.name(), "default", draft.labels(), annotations),
                        Copy.with(coded, "env", Draft.escaped(draft.env()))),
                FnSamples.NOW,
                "",
                0);
    }

    @Override
    public Changed put(String namespace, String name, Edit edit) {
        if (name.equals("declared")) {
            return new Changed.Refused(Changed.Reason.DECLARED, "it stands in documents");
        }
        return switch (edit.of(drafts.get(name))) {
            case Edited.Leave(var answer) -> new Changed.Left(answer);
            case Edited.Put put -> {
                drafts.put(name, put.draft());
                yield new Changed.Done(served(put.draft()));
            }
        };
    }

    @Override
    public Changed delete(String namespace, String name) {
        Draft was = drafts.remove(name);
        return was == null
                ? new Changed.Refused(Changed.Reason.DECLARED, "it stands in documents")
                : new Changed.Done(served(was));
    }

    @Override
    public String logTail(String namespace, String function, String invocation) {
        return "";
    }
}
