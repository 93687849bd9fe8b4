// SPDX-License-Identifier: Apache-2.0
package dev.weft.control.account;

import dev.weft.api.account.Artifact;
import dev.weft.api.account.CloudAccount;
import dev.weft.api.account.CloudAccount.Packed;
import dev.weft.api.account.CloudAccount.WithCode;
import dev.weft.api.account.CloudAccount.WithCode.Found;
import dev.weft.api.account.Ownership;
import dev.weft.api.account.Seen;
import dev.weft.api.account.Wanted;
import dev.weft.api.resource.Cloud;
import dev.weft.api.resource.Document;
import dev.weft.api.resource.Function;
import dev.weft.api.resource.Quantity;
import dev.weft.api.resource.Spelling;
import dev.weft.control.DocumentReader;
import dev.weft.control.Reading;
import dev.weft.control.pack.Packager;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;

/** Takes over a function that is there: writes a document and code that plan to no change, and Weft's tags. */
public final class Adoption {
    private static final int NAME_LENGTH_MAX = 63;

    /** Settings that come from a document's labels. */
    private static final String TAG = "tag.";

    private final String application;
    private final Cloud cloud;
    private final CloudAccount account;
    private final WithCode code;
    private final Packager packager;

    /** For {@code application}, from {@code cloud}. */
    public Adoption(String application, Cloud cloud, CloudAccount account, WithCode code, Packager packager) {
        this.application = application;
        this.cloud = cloud;
        this.account = account;
        this.code = code;
        this.packager = packager;
    }

    /**
     * What was written for a function.
     *
     * @param document its file
     * @param image whether it is an image, so that no code was written
     * @param notes what the user should know of it, for example settings that documents can't say yet
     */
    public record Adopted(Path document, boolean image, String function, Ownership owner, List<String> notes) {}

    /** Writes the function's document and code into {@code folder}, beside the cloud's own document. Changes nothing there. */
    public Adopted write(Seen seen, Path folder) throws IOException {
        String name = documentName(seen.name());
        Path code = Files.createDirectory(folder.resolve(name));
        Found found = this.code.download(seen, code);
        if (found.image() != null) {
            Files.delete(code);
        }
        Path clouds = folder.resolve("weft.yaml");
        if (!Files.exists(clouds)) {
            Files.writeString(clouds, yaml(cloudDocument()));
        }
        Path file = folder.resolve(name + ".yaml");
        Files.writeString(file, yaml(document(name, seen, found)));
        return wanted(file, clouds, name, found, seen);
    }

    /** Writes Weft's tags on it: from now on it is the application's. */
    public void tag(Seen seen, Adopted adopted) {
        account.adopt(seen, adopted.owner());
    }

    /** Reads back what was written, so that what it plans to is known before anything is tagged. */
    private Adopted wanted(Path file, Path clouds, String name, Found found, Seen seen) {
        Map<String, String> variables = new LinkedHashMap<>();
        found.env().forEach((key, value) -> variables.put(variable(name, key), value));
        Reading reading = DocumentReader.read(List.of(clouds, file), variables);
        if (!(reading instanceof Reading.Valid(dev.weft.control.Application documents))) {
            throw new IllegalArgumentException(seen.name() + " can't be said in a document: "
                    + ((Reading.Invalid) reading).mistakes().getFirst());
        }
        Function function = documents.functions().getFirst();
        Path folder = java.util.Objects.requireNonNull(documents.code().get(name));
        if (!(account.pack(function, folder) instanceof Packed.As packed)) {
            throw new IllegalArgumentException(seen.name() + " can't be deployed by Weft: "
                    + ((Packed.Not) account.pack(function, folder)).mistakes().getFirst());
        }
        Artifact artifact = packager.pack(function, folder, packed.packing(), cloud);
        Map<String, String> settings = account.settings(
                new Wanted(application, function, seen.name(), artifact, found.env(), found.secrets()),
                packed.packing());
        List<String> notes = new ArrayList<>();
        AccountDecider.differences(seen.settings(), settings)
                .forEach(each ->
                        notes.add(each.setting() + " is " + each.was() + " there and would become " + each.wanted()));
        found.env()
                .keySet()
                .forEach(key -> notes.add("the value of " + key + " is not in the file; set the variable "
                        + variable(name, key) + " before you plan"));
        return new Adopted(
                file,
                found.image() != null,
                name,
                new Ownership(application, name, artifact.hash(), Ownership.hash(seen.settings())),
                notes);
    }

    private static String documentName(String name) {
        String plain =
                name.toLowerCase(Locale.ROOT).replaceAll("[^-a-z0-9]+", "-").replaceAll("^-+|-+$", "");
        String cut = plain.length() > NAME_LENGTH_MAX ? plain.substring(0, NAME_LENGTH_MAX) : plain;
        return cut.isEmpty() ? "function" : cut.replaceAll("-+$", "");
    }

    /** The environment variable that a value of the function's environment is read from: values are never written to files. */
    private static String variable(String function, String key) {
        return (function.replace('-', '_') + '_' + key).toUpperCase(Locale.ROOT);
    }

    private Map<String, Object> cloudDocument() {
        Map<String, Object> spec = new LinkedHashMap<>();
        spec.put("type", Spelling.Words.of(cloud.spec().type()));
        if (cloud.spec().region() != null) {
            spec.put("region", cloud.spec().region());
        }
        if (cloud.spec().endpoint() != null) {
            spec.put("endpoint", cloud.spec().endpoint().toString());
        }
        if (cloud.spec().registry() != null) {
            spec.put("registry", cloud.spec().registry());
        }
        if (!cloud.spec().account().isEmpty()) {
            spec.put("account", new TreeMap<>(cloud.spec().account()));
        }
        if (!cloud.spec().labels().isEmpty()) {
            spec.put("labels", new TreeMap<>(cloud.spec().labels()));
        }
        // the application's name stands here, and not on functions: their labels become tags, and adoption changes no
        // tag
        return document("Cloud", cloud.name(), Map.of("app.kubernetes.io/part-of", application), spec);
    }

    private Map<String, Object> document(String name, Seen seen, Found found) {
        Map<String, Object> spec = new LinkedHashMap<>();
        spec.put("contract", Spelling.Words.of(found.contract()));
        if (found.runtime() != null) {
            spec.put("runtime", found.runtime());
        }
        String image = found.image();
        spec.put("code", image == null ? Map.of("path", "./" + name) : Map.of("image", image));
        if (found.handler() != null) {
            spec.put("handler", found.handler());
        }
        spec.put("memory", new Quantity(found.memoryBytes()).toString());
        spec.put("timeout", seconds(found.timeout()));
        spec.putAll(found.more());
        if (!found.env().isEmpty()) {
            Map<String, String> env = new TreeMap<>();
            // what is among the plain variables there stays there
            found.env()
                    .keySet()
                    .forEach(key -> env.put(
                            key,
                            (found.secrets().contains(key) ? "${env:" : "${plain:env:") + variable(name, key) + '}'));
            spec.put("env", env);
        }
        Map<String, Object> choice = new LinkedHashMap<>();
        choice.put("name", cloud.name());
        if (!name.equals(seen.name())) {
            choice.put("as", seen.name());
        }
        spec.put("placement", Map.of("clouds", List.of(choice)));
        Map<String, String> labels = new TreeMap<>();
        seen.settings().forEach((setting, value) -> {
            if (setting.startsWith(TAG)) {
                labels.put(setting.substring(TAG.length()), value);
            }
        });
        return document("Function", name, labels, spec);
    }

    private static String seconds(Duration timeout) {
        return timeout.toMillis() % 1000 == 0 ? timeout.toSeconds() + "s" : timeout.toMillis() + "ms";
    }

    private static Map<String, Object> document(
            String kind, String name, Map<String, String> labels, Map<String, Object> spec) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("apiVersion", Document.WEFT_V1ALPHA1);
        document.put("kind", kind);
        Map<String, Object> metadata = new LinkedHashMap<>();
        metadata.put("name", name);
        if (!labels.isEmpty()) {
            metadata.put("labels", labels);
        }
        document.put("metadata", metadata);
        document.put("spec", spec);
        return document;
    }

    private static String yaml(Map<String, Object> document) {
        return new Dump(DumpSettings.builder()
                        .setDefaultFlowStyle(FlowStyle.BLOCK)
                        .build())
                .dumpToString(document);
    }
}
