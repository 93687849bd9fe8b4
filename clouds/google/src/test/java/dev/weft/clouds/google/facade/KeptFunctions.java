// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.google.facade;

import dev.weft.api.facade.Changed;
import dev.weft.api.facade.Draft;
import dev.weft.api.facade.FacadeAnswer;
import dev.weft.api.facade.Functions;
import dev.weft.api.facade.Shelf;
import dev.weft.api.resource.Function;
import dev.weft.api.resource.Metadata;
import dev.weft.testkit.MemoryShelf;
import dev.weft.testkit.SampleFunction;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Functions in memory, by name; nothing runs. */
final class KeptFunctions implements Functions {
    final Map<String, Draft> drafts = new TreeMap<>();
    final Map<String, byte[]> staged = new HashMap<>();
    Changed.@Nullable Reason refusing;

    private final Shelf shelf = new MemoryShelf();

    @Override
    public Shelf shelf() {
        return shelf;
    }

    @Override
    public List<Served> list(String namespace) {
        return List.of();
    }

    @Override
    public @Nullable Served find(String namespace, String name) {
        Draft draft = drafts.get(name);
        return draft == null ? null : served(draft);
    }

    private static Served served(Draft draft) {
        Map<String, String> annotations = new TreeMap<>(draft.annotations());
        annotations.put(Draft.HOME, "google");
        Function sample = SampleFunction.handler(draft.name(), Function.Contract.GOOGLE_FUNCTIONS, "nodejs20", "hello")
                .function();
        return new Served(
                new Function(new Metadata(draft.name(), "default", draft.labels(), annotations), sample.spec()),
                FacadeSamples.NOW,
                "",
                0);
    }

    @Override
    public Changed put(String namespace, String name, Edit edit) {
        if (refusing != null) {
            return new Changed.Refused(refusing, "because");
        }
        return switch (edit.of(drafts.get(name))) {
            case Edited.Leave(FacadeAnswer answer) -> new Changed.Left(answer);
            case Edited.Put(Draft draft, var zip, var versions) -> {
                drafts.put(name, draft);
                yield new Changed.Done(served(draft));
            }
        };
    }

    @Override
    public Changed delete(String namespace, String name) {
        Draft gone = drafts.remove(name);
        return gone == null ? new Changed.Refused(Changed.Reason.ABSENT, "none") : new Changed.Done(served(gone));
    }

    @Override
    public Changed.@Nullable Refused stage(String namespace, String id, byte[] zip) {
        staged.put(id, zip);
        return null;
    }

    @Override
    public byte @Nullable [] staged(String namespace, String id) {
        return staged.get(id);
    }

    @Override
    public void unstage(String namespace, String id) {
        staged.remove(id);
    }

    @Override
    public String logTail(String namespace, String function, String invocation) {
        return "";
    }
}
