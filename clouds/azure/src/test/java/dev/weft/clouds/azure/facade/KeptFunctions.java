// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.azure.facade;

import dev.weft.api.facade.Changed;
import dev.weft.api.facade.Draft;
import dev.weft.api.facade.FacadeAnswer;
import dev.weft.api.facade.Functions;
import dev.weft.api.resource.Function;
import dev.weft.api.resource.Metadata;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Functions in memory, by name; nothing runs. */
final class KeptFunctions implements Functions {
    final Map<String, Draft> drafts = new TreeMap<>();
    final Map<String, byte[]> zips = new HashMap<>();
    final Map<String, byte[]> staged = new HashMap<>();
    final Map<String, Function> declared = new TreeMap<>();
    Changed.@Nullable Reason refusing;

    @Override
    public List<Served> list(String namespace) {
        return java.util.stream.Stream.concat(
                        declared.values().stream()
                                .filter(each -> each.metadata().namespace().equals(namespace))
                                .map(KeptFunctions::served),
                        namespace.equals("default")
                                ? drafts.values().stream().map(KeptFunctions::served)
                                : java.util.stream.Stream.<Served>empty())
                .toList();
    }

    @Override
    public @Nullable Served find(String namespace, String name) {
        return list(namespace).stream()
                .filter(each -> each.function().metadata().name().equals(name))
                .findFirst()
                .orElse(null);
    }

    private static Served served(Function function) {
        return new Served(function, FacadeSamples.NOW, "", 0);
    }

    private static Served served(Draft draft) {
        Map<String, String> annotations = new TreeMap<>(draft.annotations());
        annotations.put(Draft.HOME, "azure");
        Function.Spec spec =
                FacadeSamples.function("default", draft.name(), Map.of()).spec();
        boolean empty = "http".equals(draft.spec().get("contract"));
        Function.Spec its = new Function.Spec(
                empty ? Function.Contract.HTTP : Function.Contract.AZURE_FUNCTIONS,
                (String) draft.spec().get("runtime"),
                spec.code(),
                (String) draft.spec().get("handler"),
                List.of(),
                spec.memory(),
                spec.timeout(),
                Draft.escaped(draft.env()),
                1,
                0,
                (Integer) draft.spec().getOrDefault("maxInstances", 10),
                spec.idleTimeout(),
                false,
                spec.payload(),
                spec.appProtocol(),
                spec.placement(),
                List.of(),
                spec.architecture(),
                false,
                null,
                null,
                spec.maxHops());
        return new Served(
                new Function(new Metadata(draft.name(), "default", draft.labels(), annotations), its),
                FacadeSamples.NOW,
                "0123456789abcdef".repeat(4),
                0);
    }

    @Override
    public Changed put(String namespace, String name, Edit edit) {
        if (refusing != null) {
            return new Changed.Refused(refusing, "because");
        }
        if (declared.containsKey(name)) {
            return new Changed.Refused(Changed.Reason.DECLARED, "it is declared");
        }
        return switch (edit.of(drafts.get(name))) {
            case Edited.Leave(FacadeAnswer answer) -> new Changed.Left(answer);
            case Edited.Put(Draft draft, var zip, var versions) -> {
                drafts.put(name, draft);
                if (zip != null) {
                    zips.put(name, zip);
                }
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
        if (refusing != null) {
            return new Changed.Refused(refusing, "because");
        }
        staged.put(namespace + '/' + id, zip);
        return null;
    }

    @Override
    public byte @Nullable [] staged(String namespace, String id) {
        return staged.get(namespace + '/' + id);
    }

    @Override
    public void unstage(String namespace, String id) {
        staged.remove(namespace + '/' + id);
    }

    @Override
    public byte @Nullable [] code(String namespace, String name) {
        return namespace.equals("default") ? zips.get(name) : null;
    }

    @Override
    public String logTail(String namespace, String function, String invocation) {
        return "";
    }
}
