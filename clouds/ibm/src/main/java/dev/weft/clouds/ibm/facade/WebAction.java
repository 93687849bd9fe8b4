// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.ibm.facade;

import dev.weft.api.CloudException;
import dev.weft.api.Headers;
import dev.weft.api.RequestLine;
import dev.weft.api.facade.FacadeRequest;
import dev.weft.api.facade.Functions;
import dev.weft.api.facade.Key;
import dev.weft.api.facade.KeyProof;
import dev.weft.api.facade.Keys;
import dev.weft.api.facade.Names;
import dev.weft.api.facade.Wish;
import dev.weft.api.resource.Function;
import dev.weft.clouds.ibm.ActionName;
import dev.weft.clouds.ibm.BoundParameters;
import dev.weft.clouds.ibm.OpenWhiskHost;
import dev.weft.clouds.ibm.WebParameters;
import dev.weft.clouds.ibm.facade.kept.Callee;
import dev.weft.clouds.ibm.facade.kept.Entity;
import dev.weft.clouds.ibm.facade.kept.Says;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A call of a web action: {@code /api/v1/web/NAMESPACE/PACKAGE/ACTION.EXTENSION}. Its annotations decide: {@code web-export} whether
 * it is one, {@code require-whisk-auth} who may call, {@code final} whose parameters go. Pure. Source: OpenWhisk's document "Web
 * Actions" and its controller {@code WebActions}.
 */
record WebAction(Transaction transaction, FacadeRequest request, Keys keys, Instant now, Target target) {
    private static final String ACTION = "web action";
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String SECRET = "x-require-whisk-auth";
    private static final JsonMapper JSON = JsonMapper.shared();

    /** What a request may not say: a parameter that is the platform's or that the action has for good. */
    private static final String NOT_ALLOWED =
            "Request defines parameters that are not allowed (e.g., reserved properties).";

    private static final Pattern PATH = Pattern.compile(
            "/api/v1/web/([^/]{1,256})/([^/]{1,256})/([^/]{1,256}?)(?:\\.(http|json|html|text|svg))?(/.*)?",
            Pattern.DOTALL);

    /**
     * What a path names.
     *
     * @param extension how the result becomes an answer; {@code http} where none is said
     * @param rest what follows; empty where nothing does
     */
    record Target(String namespace, String pack, String action, String extension, String rest) {
        /** The action's name, with its package if it has one. */
        String name() {
            return pack.equals("default") ? action : pack + '/' + action;
        }

        /** Null where the path names none. */
        static @Nullable Target of(String path) {
            Matcher parts = PATH.matcher(path);
            if (!parts.matches()) {
                return null;
            }
            try {
                return new Target(
                        decoded(parts.group(1)),
                        decoded(parts.group(2)),
                        decoded(parts.group(3)),
                        parts.group(4) == null ? "http" : parts.group(4),
                        parts.group(5) == null ? "" : parts.group(5));
            } catch (IllegalArgumentException malformed) {
                return null;
            }
        }

        private static String decoded(String segment) {
            return URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8);
        }
    }

    static Wish wish(Transaction transaction, FacadeRequest request, Keys keys, Instant now) {
        Target target = Target.of(request.line().path());
        return target == null
                ? new Wish.Refused(ACTION, "", false, "no such path", transaction.error(404, Says.NO_PATH))
                : new WebAction(transaction, request, keys, now, target).wish();
    }

    private Wish wish() {
        // whose call it is shows only when the action is known: it may be anybody's
        Key anybody = new Key("web-action", "", "web action", Key.Role.INVOKE, target.namespace());
        return new Wish.Look(anybody, Names.weft(target.name()), found -> {
            Map<String, JsonNode> annotations = found == null ? Map.of() : annotations(found);
            boolean meant = found != null
                    && (ActionName.packaged(target.name())
                            ? ActionName.of(found).equals(target.name())
                            : !ActionName.packaged(ActionName.of(found)));
            boolean exported = meant && is(annotations, "web-export");
            if (found == null || !exported) {
                return refused("", false, 404, Says.ABSENT);
            }
            if (request.line().method().equals("OPTIONS") && !is(annotations, "web-custom-options")) {
                return new Wish.Refused(ACTION, "", true, "asked for options", WebAnswering.options(transaction));
            }
            return switch (who(annotations.get("require-whisk-auth"), anybody)) {
                case KeyProof.None(String keyId) -> refused(keyId, false, 401, Says.WRONG_KEY);
                case KeyProof.By(Key key) -> call(key, found, annotations);
            };
        });
    }

    private static boolean is(Map<String, JsonNode> annotations, String name) {
        JsonNode value = annotations.get(name);
        return value != null && value.asBoolean(false);
    }

    /** Labels and what is kept besides them, for {@code require-whisk-auth} may be a text. */
    private static Map<String, JsonNode> annotations(Function function) {
        Map<String, JsonNode> all =
                new TreeMap<>(ActionPut.kept(function.metadata().annotations().get(ActionPut.ANNOTATIONS)));
        String secret = function.metadata().labels().get("require-whisk-auth");
        if (secret != null) {
            all.putIfAbsent("require-whisk-auth", JSON.valueToTree(secret));
        }
        return all;
    }

    /** By {@code required}: true for a key of the namespace, else a secret that the client has to say. */
    private KeyProof who(@Nullable JsonNode required, Key anybody) {
        if (required == null || (required.isBoolean() && !required.asBoolean())) {
            return new KeyProof.By(anybody);
        }
        if (!required.isBoolean()) {
            String said = request.headers().first(SECRET);
            return KeyProof.same(required.asString(""), said == null ? "" : said)
                            && !required.asString("").isEmpty()
                    ? new KeyProof.By(anybody)
                    : new KeyProof.None("");
        }
        return switch (BasicProof.of(request.headers(), keys)) {
            case BasicProof.Proved(Key key) ->
                key.namespace().equals(target.namespace()) ? new KeyProof.By(key) : new KeyProof.None(key.id());
            case BasicProof.Unproved(String keyId, String _) -> new KeyProof.None(keyId);
        };
    }

    private Wish call(Key key, Function found, Map<String, JsonNode> annotations) {
        if (!target.extension().equals("http") && target.rest().length() > 1) {
            return refused(
                    key.id(),
                    true,
                    501,
                    Says.notDone("projections of a web action's result", "end the path with the extension"));
        }
        byte[] parameters;
        try {
            RequestLine line = new RequestLine(
                    request.line().method(), target.rest(), request.line().query());
            parameters = is(annotations, "raw-http")
                    ? WebParameters.raw(line, fields(annotations), request.body())
                    : WebParameters.of(line, fields(annotations), request.body());
        } catch (CloudException wrong) {
            return refused(key.id(), true, 400, String.valueOf(wrong.getMessage()));
        }
        ObjectNode bound = BoundParameters.of(found).values();
        if (bound != null && is(annotations, "final")) {
            JsonNode said = JSON.readTree(parameters);
            for (String name : bound.propertyNames()) {
                if (said.has(name)) {
                    return refused(key.id(), true, 400, NOT_ALLOWED);
                }
            }
        }
        if (!ActionName.packaged(target.name())) {
            return call(key, parameters);
        }
        return new Wish.Consult(key, functions -> inPackage(key, parameters, annotations, functions));
    }

    /** With the package's parameters; those too are not the caller's to set where the action's are final. */
    private Wish inPackage(Key key, byte[] parameters, Map<String, JsonNode> annotations, Functions functions) {
        Callee callee = Callee.find(functions, target.namespace(), target.name());
        if (callee == null || callee.sequence() != null) {
            return refused(key.id(), true, 404, Says.ABSENT);
        }
        ObjectNode said = Entity.object(parameters);
        if (is(annotations, "final")) {
            for (String name : callee.defaults().propertyNames()) {
                if (said.has(name)) {
                    return refused(key.id(), true, 400, NOT_ALLOWED);
                }
            }
        }
        byte[] payload = callee.payload(parameters);
        return payload.length > OpenWhiskHost.PARAMETERS_BYTES_MAX
                ? refused(key.id(), true, 413, Says.tooLarge(OpenWhiskHost.PARAMETERS_BYTES_MAX))
                : call(key, payload);
    }

    private Wish call(Key key, byte[] parameters) {
        WebAnswering answering = new WebAnswering(transaction, target.extension());
        return new Wish.Noted(
                new Wish.Invoke(
                        key, Names.weft(target.name()), "application/json", Map.of(), parameters, false, answering),
                PATIENCE,
                answering);
    }

    /** Without what proves something to the platform. */
    private Headers fields(Map<String, JsonNode> annotations) {
        boolean byKey = is(annotations, "require-whisk-auth");
        Headers.Builder fields = Headers.builder();
        request.headers().forEach((name, value) -> {
            String lower = name.toLowerCase(Locale.ROOT);
            if (!lower.equals(SECRET) && !(byKey && lower.equals("authorization"))) {
                fields.add(name, value);
            }
        });
        return fields.build();
    }

    private Wish refused(String keyId, boolean proved, int status, String words) {
        return new Wish.Refused(ACTION, keyId, proved, words, transaction.error(status, words, WebAnswering.open()));
    }
}
