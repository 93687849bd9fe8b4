// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.ibm.facade;

import dev.weft.api.RequestLine;
import dev.weft.clouds.ibm.EntityName;
import dev.weft.clouds.ibm.facade.kept.Kind;
import dev.weft.clouds.ibm.facade.kept.Reference;
import dev.weft.clouds.ibm.facade.kept.Says;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a request's method and path ask for, in the words of OpenWhisk's client for Node.js. Pure. */
sealed interface Asked {
    /** The namespace that is the key's own, whatever its name. */
    String OWN = Reference.OWN;

    /** What can be asked for of an activation's record. */
    Set<String> PARTS = Set.of("logs", "result");

    /** An activation's id: a UUID without its hyphens. */
    Pattern ACTIVATION = Pattern.compile("[0-9a-f]{32}");

    /** The client's word for it. */
    String action();

    /** What it is done to; empty where to no one thing. */
    default String on() {
        return "";
    }

    /** What this API is. */
    record AboutApi() implements Asked {
        @Override
        public String action() {
            return "info";
        }
    }

    /** Whether it answers. */
    record Ping() implements Asked {
        @Override
        public String action() {
            return "ping";
        }
    }

    /** The key's namespaces. */
    record Namespaces() implements Asked {
        @Override
        public String action() {
            return "namespaces.list";
        }
    }

    /** All actions of a namespace. */
    record Actions(String namespace) implements Asked {
        @Override
        public String action() {
            return "actions.list";
        }

        @Override
        public String on() {
            return namespace;
        }
    }

    /** All actions of a package. */
    record InPackage(String namespace, String pack) implements Asked {
        @Override
        public String action() {
            return "actions.list";
        }

        @Override
        public String on() {
            return namespace + '/' + pack + '/';
        }
    }

    /** All packages, triggers or rules. */
    record Collection(Kind kind, String namespace) implements Asked {
        @Override
        public String action() {
            return kind.collection() + ".list";
        }

        @Override
        public String on() {
            return namespace;
        }
    }

    /** Something about one of these. */
    record OneEntity(Kind kind, Verb verb, String namespace, String name) implements Asked {
        @Override
        public String action() {
            return kind.collection() + '.' + verb.name().toLowerCase(Locale.ROOT);
        }

        @Override
        public String on() {
            return namespace + '/' + name;
        }
    }

    /** What a namespace may ask for. */
    record Limits(String namespace) implements Asked {
        @Override
        public String action() {
            return "limits.get";
        }

        @Override
        public String on() {
            return namespace;
        }
    }

    /**
     * Something about one action.
     *
     * @param name with its package if it has one
     */
    record OneAction(Verb verb, String namespace, String name) implements Asked {
        @Override
        public String action() {
            return "actions." + verb.name().toLowerCase(Locale.ROOT);
        }

        @Override
        public String on() {
            return namespace + '/' + name;
        }
    }

    /** What is wanted of an action, in the client's words. */
    enum Verb {
        /** Its document. */
        GET,
        /** A run of it. */
        INVOKE,
        /** That it is made or changed. */
        CREATE,
        /** That it goes. */
        DELETE
    }

    /** Records of a namespace's activations. */
    record Activations(String namespace) implements Asked {
        @Override
        public String action() {
            return "activations.list";
        }

        @Override
        public String on() {
            return namespace;
        }
    }

    /**
     * One activation's record.
     *
     * @param part get for all of it, or its logs or its result
     */
    record OneActivation(String namespace, String id, String part) implements Asked {
        @Override
        public String action() {
            return "activations." + part;
        }

        @Override
        public String on() {
            return namespace + '/' + id;
        }
    }

    /**
     * What OpenWhisk does and this façade does not.
     *
     * @param instead what does it in Weft, or how to ask for what can be had
     * @param open whether OpenWhisk asks for no key
     */
    record NotDone(String action, String instead, boolean open) implements Asked {}

    /** What OpenWhisk has not either, or refuses to understand. */
    record Wrong(int status, String words) implements Asked {
        @Override
        public String action() {
            return "unknown";
        }
    }

    /** Reads it. */
    static Asked of(RequestLine line) {
        List<String> path = new ArrayList<>();
        try {
            for (String segment : line.path().substring(1).split("/", -1)) {
                path.add(URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8));
            }
        } catch (IllegalArgumentException | IndexOutOfBoundsException malformed) {
            return new Wrong(400, "Illegal request-target: the path has a malformed percent-encoding");
        }
        if (path.size() == 1) {
            return switch (path.getFirst()) {
                case "ping" -> got(line, new Ping());
                case "" ->
                    new NotDone("info at /", "ask /api/v1, or list the actions at /api/v1/namespaces/_/actions", false);
                default -> new Wrong(404, Says.NO_PATH);
            };
        }
        if (!path.get(0).equals("api") || !path.get(1).equals("v1")) {
            return new Wrong(404, Says.NO_PATH);
        }
        List<String> rest = path.subList(2, path.size());
        return rest.isEmpty() || rest.equals(List.of("")) ? got(line, new AboutApi()) : underApi(line, rest);
    }

    private static Asked underApi(RequestLine line, List<String> path) {
        if (path.getFirst().equals("web")) {
            return path.size() > 2
                            && path.get(1).equals("whisk.system")
                            && path.get(2).equals("apimgmt")
                    ? new NotDone("routes", "write an HTTPRoute of Weft's gateway", true)
                    : new Wrong(404, Says.NO_PATH); // web actions are read before
        }
        if (!path.getFirst().equals("namespaces")) {
            return new Wrong(404, Says.NO_PATH);
        }
        if (path.size() == 1 || (path.size() == 2 && path.get(1).isEmpty())) {
            return got(line, new Namespaces());
        }
        if (path.size() == 2) {
            return new Wrong(404, Says.NO_PATH);
        }
        List<String> entity = path.subList(3, path.size());
        return switch (path.get(2)) {
            case "actions" -> actions(line, path.get(1), entity);
            case "activations" -> activations(line, path.get(1), entity);
            case "packages" -> entities(line, Kind.PACKAGE, path.get(1), entity);
            case "triggers" -> entities(line, Kind.TRIGGER, path.get(1), entity);
            case "rules" -> entities(line, Kind.RULE, path.get(1), entity);
            case "limits" -> entity.isEmpty() ? got(line, new Limits(path.get(1))) : new Wrong(404, Says.NO_PATH);
            default -> new Wrong(404, Says.NO_PATH);
        };
    }

    private static Asked actions(RequestLine line, String namespace, List<String> path) {
        if (path.isEmpty() || path.equals(List.of(""))) {
            return got(line, new Actions(namespace));
        }
        boolean page = path.size() == 2 && path.get(1).isEmpty(); // all actions of a package
        Wrong wrong = wrong(page ? path.subList(0, 1) : path);
        if (wrong != null) {
            return wrong;
        }
        if (path.size() > 2) {
            return new Wrong(404, Says.NO_PATH);
        }
        if (page) {
            return got(line, new InPackage(namespace, path.getFirst()));
        }
        Verb verb = verb(line.method());
        return verb == null
                ? noMethod("GET, PUT, POST, DELETE")
                : new OneAction(verb, namespace, String.join("/", path));
    }

    /** Null where all are names. */
    private static @Nullable Wrong wrong(List<String> names) {
        for (String name : names) {
            if (name.length() > EntityName.CHARACTERS_MAX) {
                return new Wrong(400, Says.nameTooLong(name.length(), EntityName.CHARACTERS_MAX));
            }
            if (!EntityName.valid(name)) {
                return new Wrong(400, Says.ILLEGAL_NAME);
            }
        }
        return null;
    }

    private static @Nullable Verb verb(String method) {
        return switch (method) {
            case "GET" -> Verb.GET;
            case "POST" -> Verb.INVOKE;
            case "PUT" -> Verb.CREATE;
            case "DELETE" -> Verb.DELETE;
            default -> null;
        };
    }

    private static Asked entities(RequestLine line, Kind kind, String namespace, List<String> path) {
        if (path.isEmpty() || path.equals(List.of(""))) {
            return got(line, new Collection(kind, namespace));
        }
        Wrong wrong = wrong(path);
        if (wrong != null) {
            return wrong;
        }
        if (path.size() > 1) {
            return new Wrong(404, Says.NO_PATH);
        }
        Verb verb = verb(line.method());
        return verb == null || (kind == Kind.PACKAGE && verb == Verb.INVOKE)
                ? noMethod(kind == Kind.PACKAGE ? "GET, PUT, DELETE" : "GET, PUT, POST, DELETE")
                : new OneEntity(kind, verb, namespace, path.getFirst());
    }

    private static Asked activations(RequestLine line, String namespace, List<String> path) {
        if (path.isEmpty() || path.equals(List.of(""))) {
            return got(line, new Activations(namespace));
        }
        String part = path.size() == 1 ? "get" : path.get(1);
        if (path.size() > 2 || (path.size() == 2 && !PARTS.contains(part))) {
            return new Wrong(404, Says.NO_PATH);
        }
        return ACTIVATION.matcher(path.getFirst()).matches()
                ? got(line, new OneActivation(namespace, path.getFirst(), part))
                : new Wrong(400, Says.ILLEGAL_ACTIVATION);
    }

    private static Asked got(RequestLine line, Asked asked) {
        return line.method().equals("GET") ? asked : noMethod("GET");
    }

    private static Wrong noMethod(String methods) {
        return new Wrong(405, "HTTP method not allowed, supported methods: " + methods);
    }
}
