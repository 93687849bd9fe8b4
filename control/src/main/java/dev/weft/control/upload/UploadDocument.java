// SPDX-License-Identifier: Apache-2.0
package dev.weft.control.upload;

import dev.weft.api.facade.Draft;
import dev.weft.api.resource.Cloud;
import dev.weft.api.resource.Document;
import dev.weft.api.resource.Spelling;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;

/** A {@link Draft} as a document, and back. Pure. */
final class UploadDocument {
    private static final String CODE = "code";
    private static final String ZIP = "zip";
    private static final String ENV = "env";

    private UploadDocument() {}

    /** The document, with the placement that it is to have: what a value would refer to is taken literally, for a client is not this machine's user. */
    static String write(Draft draft, Map<String, Object> placement, String namespace, @Nullable String zip) {
        Map<String, Object> metadata = new LinkedHashMap<>();
        metadata.put("name", draft.name());
        metadata.put("namespace", namespace);
        metadata.put("labels", draft.labels());
        Map<String, String> annotations = new TreeMap<>(draft.annotations());
        annotations.put(Draft.HOME, Spelling.Words.of(draft.home()));
        metadata.put("annotations", annotations);
        Map<String, Object> spec = new LinkedHashMap<>(draft.spec());
        spec.put("placement", placement);
        if (zip != null) {
            spec.put(CODE, Map.of(ZIP, zip));
        }
        if (!draft.env().isEmpty()) {
            spec.put(ENV, Draft.escaped(draft.env()));
        }
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("apiVersion", Document.WEFT_V1ALPHA1);
        document.put("kind", "Function");
        document.put("metadata", metadata);
        document.put("spec", spec);
        DumpSettings settings =
                DumpSettings.builder().setDefaultFlowStyle(FlowStyle.BLOCK).build();
        return new Dump(settings).dumpToString(document);
    }

    /**
     * What {@link #write} was given.
     *
     * @param zip name of the zip file; null where it runs an image
     */
    record Read(Draft draft, @Nullable String zip) {}

    static Read read(String document) {
        Map<?, ?> all = map(new Load(LoadSettings.builder().build()).loadFromString(document));
        Map<?, ?> metadata = map(all.get("metadata"));
        Map<String, String> annotations = strings(metadata.get("annotations"));
        Cloud.Type home = Cloud.Type.valueOf(String.valueOf(annotations.remove(Draft.HOME))
                .toUpperCase(Locale.ROOT)
                .replace('-', '_'));
        Map<String, Object> spec = new TreeMap<>();
        map(all.get("spec")).forEach((name, value) -> spec.put(String.valueOf(name), value));
        spec.remove("placement");
        String zip = map(spec.get(CODE)).get(ZIP) instanceof String name ? name : null;
        if (zip != null) {
            spec.remove(CODE);
        }
        Map<String, String> env = Draft.literal(strings(spec.remove(ENV)));
        Draft draft = new Draft(
                String.valueOf(metadata.get("name")), strings(metadata.get("labels")), annotations, spec, env, home);
        return new Read(draft, zip);
    }

    private static Map<?, ?> map(@Nullable Object value) {
        return value instanceof Map<?, ?> map ? map : Map.of();
    }

    private static Map<String, String> strings(@Nullable Object value) {
        Map<String, String> strings = new TreeMap<>();
        map(value).forEach((name, text) -> strings.put(String.valueOf(name), String.valueOf(text)));
        return strings;
    }
}
