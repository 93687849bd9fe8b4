// SPDX-License-Identifier: Apache-2.0
package dev.weft.control;

import dev.weft.api.Mistake;
import dev.weft.api.resource.Cloud;
import dev.weft.api.resource.Document;
import dev.weft.api.resource.Function;
import dev.weft.api.resource.HttpRoute;
import dev.weft.api.resource.Limit;
import dev.weft.api.resource.Service;
import java.nio.file.Path;
import java.util.ArrayList;
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

    /** One document, the file it stands in and what reading it found. */
    record Source<D extends Document>(D document, Path file, Findings findings) {
        /** The folder that the document's paths start from. */
        Path folder() {
            Path parent = file.toAbsolutePath().getParent();
            return parent == null ? file.toAbsolutePath() : parent;
        }
    }

    /** The kinds Weft reads, by name. */
    static final Map<String, Kind<?>> KINDS = new TreeMap<>(Map.of(
            "Cloud", new Kind<>(Document.WEFT_V1ALPHA1, Cloud.class),
            "Function", new Kind<>(Document.WEFT_V1ALPHA1, Function.class),
            "HTTPRoute", new Kind<>(Document.GATEWAY_V1, HttpRoute.class),
            "Limit", new Kind<>(Document.WEFT_V1ALPHA1, Limit.class),
            "Service", new Kind<>(Document.CORE_V1, Service.class)));

    private static final Set<String> VERSIONS =
            new TreeSet<>(KINDS.values().stream().map(Kind::apiVersion).toList());

    private final List<Mistake> mistakes;
    private final List<Source<Cloud>> clouds = new ArrayList<>();
    private final List<Source<Function>> functions = new ArrayList<>();
    private final List<Source<HttpRoute>> routes = new ArrayList<>();
    private final List<Source<Limit>> limits = new ArrayList<>();
    private final List<Source<Service>> services = new ArrayList<>();
    private boolean complete = true;

    /** Mistakes go to {@code mistakes}. */
    ManifestReader(List<Mistake> mistakes) {
        this.mistakes = mistakes;
    }

    /** Reads every document of {@code file}; messages call it {@code shown}. */
    void read(Path file, String shown) {
        int before = mistakes.size();
        List<Node> nodes = new YamlReader(shown, mistakes).read(file);
        complete &= mistakes.size() == before;
        for (Node node : nodes) {
            document(node, file, new Findings(shown, mistakes));
        }
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

    List<Source<Service>> services() {
        return services;
    }

    /** Whether every document's name is known: else a name that seems to be missing may only not have been read. */
    boolean complete() {
        return complete;
    }

    private void document(Node node, Path file, Findings findings) {
        if (!(node instanceof MappingNode map)) {
            findings.wrong(node, "document", null, "must be a map with apiVersion, kind, metadata and spec");
            complete = false;
            return;
        }
        String name = head(map, KIND, findings);
        String version = head(map, API_VERSION, findings);
        Kind<?> kind = name == null ? null : KINDS.get(name);
        if (kind == null) {
            complete = false;
            if (name != null) {
                findings.wrong(KIND, name, Nearest.choice(name, KINDS.keySet()));
            }
            if (version != null) {
                version(version, VERSIONS, findings);
            }
            return;
        }
        if (version != null && !version.equals(kind.apiVersion())) {
            findings.wrong(API_VERSION, version, "kind " + name + " has the apiVersion " + kind.apiVersion());
        }
        Record bound = new RecordBinder(findings).bind(kind.type(), map, "", Set.of(API_VERSION, KIND));
        complete &= findings.sound("metadata.name");
        add(bound, file, findings);
    }

    private static void version(String version, Set<String> known, Findings findings) {
        if (!known.contains(version)) {
            findings.wrong(API_VERSION, version, Nearest.choice(version, known));
        }
    }

    private void add(Record bound, Path file, Findings findings) {
        switch ((Document) bound) {
            case Cloud cloud -> clouds.add(new Source<>(cloud, file, findings));
            case Function function -> functions.add(new Source<>(function, file, findings));
            case HttpRoute route -> routes.add(new Source<>(route, file, findings));
            case Limit limit -> limits.add(new Source<>(limit, file, findings));
            case Service service -> services.add(new Source<>(service, file, findings));
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
