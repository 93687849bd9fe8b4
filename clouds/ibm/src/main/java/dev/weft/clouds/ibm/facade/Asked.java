// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.ibm.facade;

import dev.weft.api.RequestLine;
import dev.weft.clouds.ibm.EntityName;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** What a request's method and path ask for, in the words of OpenWhisk's client for Node.js. Pure. */
sealed interface Asked {
    /** The namespace that is the key's own, whatever its name. */
    String OWN = "_";

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

    /** Something about one action. */
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
     * Something in a package: there are none.
     *
     * @param name of package and action
     */
    record Packaged(String action, String namespace, String name) implements Asked {
        @Override
        public String on() {
            return namespace + '/' + name;
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
            default -> elsewhere(line.method(), path.get(2), entity);
        };
    }

    private static Asked actions(RequestLine line, String namespace, List<String> path) {
        if (path.isEmpty() || path.equals(List.of(""))) {
            return got(line, new Actions(namespace));
        }
        boolean page = path.size() == 2 && path.get(1).isEmpty(); // all actions of a package
        for (String name : page ? path.subList(0, 1) : path) {
            if (name.length() > EntityName.CHARACTERS_MAX) {
                return new Wrong(400, Says.nameTooLong(name.length(), EntityName.CHARACTERS_MAX));
            }
            if (!EntityName.valid(name)) {
                return new Wrong(400, Says.ILLEGAL_NAME);
            }
        }
        if (path.size() > 2) {
            return new Wrong(404, Says.NO_PATH);
        }
        String name = path.getFirst();
        boolean packaged = path.size() == 2;
        return switch (line.method()) {
            case "GET" ->
                page
                        ? new Packaged("actions.list", namespace, name)
                        : packaged
                                ? new Packaged("actions.get", namespace, String.join("/", path))
                                : new OneAction(Verb.GET, namespace, name);
            case "POST" ->
                packaged
                        ? new Packaged("actions.invoke", namespace, String.join("/", path))
                        : new OneAction(Verb.INVOKE, namespace, name);
            case "PUT" ->
                packaged
                        ? new NotDone("actions.create", "all actions are in the default package", false)
                        : new OneAction(Verb.CREATE, namespace, name);
            case "DELETE" ->
                packaged
                        ? new Packaged("actions.delete", namespace, String.join("/", path))
                        : new OneAction(Verb.DELETE, namespace, name);
            default -> noMethod("GET, PUT, POST, DELETE");
        };
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

    /** The other collections. */
    private static Asked elsewhere(String method, String collection, List<String> path) {
        String verb =
                switch (method) {
                    case "GET" -> path.isEmpty() || path.equals(List.of("")) ? "list" : "get";
                    case "PUT" -> "create";
                    case "POST" -> "invoke";
                    case "DELETE" -> "delete";
                    default -> "";
                };
        if (verb.isEmpty()) {
            return noMethod("GET, PUT, POST, DELETE");
        }
        String action = collection + '.' + verb;
        return switch (collection) {
            case "packages" -> new NotDone(action, "all actions are in the default package", false);
            case "triggers", "rules" -> new NotDone(action, "call the action itself with blocking=true", false);
            case "limits" -> new NotDone(action, "each action's document has its limits", false);
            default -> new Wrong(404, Says.NO_PATH);
        };
    }

    private static Asked got(RequestLine line, Asked asked) {
        return line.method().equals("GET") ? asked : noMethod("GET");
    }

    private static Wrong noMethod(String methods) {
        return new Wrong(405, "HTTP method not allowed, supported methods: " + methods);
    }
}
