// SPDX-License-Identifier: Apache-2.0
package dev.weft.control;

import dev.weft.api.Mistake;
import dev.weft.api.Sha256;
import dev.weft.api.resource.Cloud;
import dev.weft.api.resource.Document;
import dev.weft.api.resource.FacadeListener;
import dev.weft.api.resource.Function;
import dev.weft.api.resource.HttpRoute;
import dev.weft.api.resource.Limit;
import dev.weft.api.resource.Service;
import dev.weft.control.form.ForeignDocument;
import dev.weft.control.listen.FacadeChecks;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/** Trees come in, documents come out, each by its apiVersion and kind. Collects; not for use by two threads at once. */
final class ManifestReader {
    private static final String API_VERSION = "apiVersion";
    private static final String KIND = "kind";

    /** A kind of document. */
    record Kind<D extends Record & Document>(String apiVersion, Class<D> type) {}

    /** One document, the file it stands in, what reading it found, and whether it is {@code known} from the reading before. */
    record Source<D extends Document>(D document, Path file, Findings findings, boolean known) {
        /** The folder that the document's paths start from. */
        Path folder() {
            Path parent = file.toAbsolutePath().getParent();
            return parent == null ? file.toAbsolutePath() : parent;
        }
    }

    private static final Kind<Function> FUNCTION = new Kind<>(Document.WEFT_V1ALPHA1, Function.class);

    /** The kinds Weft reads, by name. */
    static final Map<String, Kind<?>> KINDS = new TreeMap<>(Map.of(
            "Cloud", new Kind<>(Document.WEFT_V1ALPHA1, Cloud.class),
            "Facade", new Kind<>(Document.WEFT_V1ALPHA1, FacadeListener.class),
            "Function", FUNCTION,
            "HTTPRoute", new Kind<>(Document.GATEWAY_V1, HttpRoute.class),
            "Limit", new Kind<>(Document.WEFT_V1ALPHA1, Limit.class),
            "Service", new Kind<>(Document.CORE_V1, Service.class)));

    private static final Set<String> VERSIONS =
            new TreeSet<>(KINDS.values().stream().map(Kind::apiVersion).toList());

    /** A file without mistakes of its own, as it was read: the hash of its bytes and what is in it. */
    record Manifest(byte[] hash, List<Part> parts) {}

    /** One document of a file, and where its fields stand. */
    record Part(Document document, Findings.Places places) {}

    private final List<Mistake> mistakes;
    private final Map<Path, Manifest> before;
    private final Map<Path, Manifest> now = new HashMap<>();
    private final List<Source<Cloud>> clouds = new ArrayList<>();
    private final List<Source<Function>> functions = new ArrayList<>();
    private final List<Source<HttpRoute>> routes = new ArrayList<>();
    private final List<Source<FacadeListener>> facades = new ArrayList<>();
    private final List<Source<Limit>> limits = new ArrayList<>();
    private final List<Source<Service>> services = new ArrayList<>();
    private boolean complete = true;

    /** Mistakes go to {@code mistakes}; a file that is as it was {@code before} is not read again. */
    ManifestReader(List<Mistake> mistakes, Map<Path, Manifest> before) {
        this.mistakes = mistakes;
        this.before = before;
    }

    /** Reads every document of {@code file}; messages call it {@code shown}. */
    void read(Path file, String shown) {
        int found = mistakes.size();
        YamlReader yaml = new YamlReader(shown, mistakes);
        byte[] bytes = yaml.bytes(file);
        if (bytes == null) {
            complete = false;
            return;
        }
        byte[] hash = Sha256.of(bytes);
        Manifest known = before.get(file);
        if (known != null && MessageDigest.isEqual(known.hash(), hash)) {
            now.put(file, known);
            for (Part part : known.parts()) {
                add(part.document(), file, new Findings(shown, mistakes, part.places()), true);
            }
            return;
        }
        List<Node> nodes = yaml.read(bytes);
        complete &= mistakes.size() == found;
        List<Part> parts = new ArrayList<>();
        for (Node node : nodes) {
            Findings findings = new Findings(shown, mistakes);
            Document document = document(node, findings);
            if (document != null) {
                add(document, file, findings, false);
                parts.add(new Part(document, findings.places()));
            }
        }
        if (mistakes.size() == found) {
            Map<String, String> paths = new HashMap<>();
            parts.forEach(part -> part.places().trim(paths));
            now.put(file, new Manifest(hash, List.copyOf(parts)));
        }
    }

    /** The files without mistakes of their own, for the next reading. */
    Map<Path, Manifest> read() {
        return now;
    }

    List<Source<Cloud>> clouds() {
        return clouds;
    }

    List<Source<Function>> functions() {
        return functions;
    }

    List<Source<HttpRoute>> routes() {
        return routes;
    }

    List<Source<Limit>> limits() {
        return limits;
    }

    /** Notes what does not hold of façades. */
    List<Source<FacadeListener>> checkedFacades() {
        FacadeChecks checks = new FacadeChecks();
        facades.forEach(each -> checks.check(each.document(), each.folder(), each.findings()));
        return facades;
    }

    /** With absolute files; only of façades without a mistake. */
    List<FacadeListener> facades() {
        return facades.stream().map(each -> each.document().from(each.folder())).toList();
    }

    List<Source<Service>> services() {
        return services;
    }

    /** Whether every document's name is known: else a name that seems to be missing may only not have been read. */
    boolean complete() {
        return complete;
    }

    private @Nullable Document document(Node node, Findings findings) {
        if (!(node instanceof MappingNode map)) {
            findings.wrong(node, "document", null, "must be a map with apiVersion, kind, metadata and spec");
            complete = false;
            return null;
        }
        String name = head(map, KIND, findings);
        String version = head(map, API_VERSION, findings);
        ForeignDocument foreign = ForeignDocument.of(version, name, map);
        if (foreign != null) {
            MappingNode function = foreign.function(findings::wrong);
            complete &= function != null;
            return function == null ? null : bound(FUNCTION, function, findings);
        }
        Kind<?> kind = name == null ? null : KINDS.get(name);
        if (kind == null) {
            complete = false;
            if (name != null) {
                findings.wrong(KIND, name, Nearest.choice(name, KINDS.keySet()));
            }
            if (version != null) {
                version(version, VERSIONS, findings);
            }
            return null;
        }
        if (version != null && !version.equals(kind.apiVersion())) {
            findings.wrong(API_VERSION, version, "kind " + name + " has the apiVersion " + kind.apiVersion());
        }
        return bound(kind, map, findings);
    }

    private Document bound(Kind<?> kind, MappingNode map, Findings findings) {
        Record bound = new RecordBinder(findings).bind(kind.type(), map, "", Set.of(API_VERSION, KIND));
        complete &= findings.sound("metadata.name");
        return (Document) bound;
    }

    private static void version(String version, Set<String> known, Findings findings) {
        if (!known.contains(version)) {
            findings.wrong(API_VERSION, version, Nearest.choice(version, known));
        }
    }

    private void add(Document document, Path file, Findings findings, boolean known) {
        switch (document) {
            case Cloud cloud -> clouds.add(new Source<>(cloud, file, findings, known));
            case FacadeListener facade -> facades.add(new Source<>(facade, file, findings, known));
            case Function function -> functions.add(new Source<>(function, file, findings, known));
            case HttpRoute route -> routes.add(new Source<>(route, file, findings, known));
            case Limit limit -> limits.add(new Source<>(limit, file, findings, known));
            case Service service -> services.add(new Source<>(service, file, findings, known));
        }
    }

    private static @Nullable String head(MappingNode map, String key, Findings findings) {
        Optional<Node> value = map.getValue().stream()
                .filter(tuple -> tuple.getKeyNode() instanceof ScalarNode name
                        && name.getValue().equals(key))
                .map(NodeTuple::getValueNode)
                .findFirst();
        if (value.isEmpty()) {
            String allowed = key.equals(KIND) ? String.join(", ", KINDS.keySet()) : String.join(", ", VERSIONS);
            findings.wrong(map, key, null, "is required; allowed are " + allowed);
            return null;
        }
        findings.seen(key, value.get());
        if (value.get() instanceof ScalarNode scalar) {
            return scalar.getValue();
        }
        findings.wrong(value.get(), key, null, "must be text");
        return null;
    }
}
