// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.knative.kube;

import dev.weft.api.CloudException;
import dev.weft.api.rest.RestClient;
import dev.weft.api.rest.RestFailure;
import dev.weft.api.rest.RestRequest;
import dev.weft.api.rest.RestResponse;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Requests to one namespace of a Kubernetes API server. Blocking. */
public final class KubeApi {
    /** Entries of one page. */
    static final int PAGE = 250;

    /** Pages of one list: 25,000 services. */
    static final int PAGES_MAX = 100;

    private static final JsonMapper JSON = JsonMapper.shared();

    /** Kinds of things that Weft asks for. */
    public enum Kind {
        /** A Knative Service. */
        SERVICE("/apis/serving.knative.dev/v1", "services"),
        /** What one template of a Service became. */
        REVISION("/apis/serving.knative.dev/v1", "revisions"),
        /** Values of an environment. */
        SECRET("/api/v1", "secrets"),
        /** An instance. */
        POD("/api/v1", "pods");

        private final String group;
        private final String plural;

        Kind(String group, String plural) {
            this.group = group;
            this.plural = plural;
        }
    }

    private final KubeLogin login;
    private final RestClient client;
    private final String namespace;

    /** Asks as {@code login} says. */
    public KubeApi(KubeLogin login, String namespace, InstantSource clock) {
        this.login = login;
        this.namespace = namespace;
        this.client = new RestClient(
                request -> login.connection().transport().send(request),
                (request, now) -> {
                    String token = login.connection().token();
                    RestRequest typed = request.header("accept", "application/json");
                    return token == null ? typed : typed.header("authorization", "Bearer " + token);
                },
                new KubeErrors(),
                clock);
    }

    /** What it asks in. */
    public String namespace() {
        return namespace;
    }

    /** Null where there is none. */
    public @Nullable ObjectNode find(Kind kind, String name) {
        RestResponse answer = client.find(RestRequest.of("get " + kind.plural, "GET", uri(kind, "/" + name)));
        return answer == null ? null : json("get " + kind.plural, answer);
    }

    /** All of them that {@code selector} selects; empty selects all. */
    public List<ObjectNode> list(Kind kind, String selector) {
        List<ObjectNode> all = new ArrayList<>();
        String labels = selector.isEmpty() ? "" : "&labelSelector=" + encoded(selector);
        String next = "";
        for (int page = 0; page < PAGES_MAX; page++) {
            String query = "?limit=" + PAGE + labels + (next.isEmpty() ? "" : "&continue=" + encoded(next));
            JsonNode answer = json(
                    "list " + kind.plural, client.send(RestRequest.of("list " + kind.plural, "GET", uri(kind, query))));
            for (JsonNode each : answer.path("items")) {
                all.add((ObjectNode) each);
            }
            next = answer.path("metadata").path("continue").asString("");
            if (next.isEmpty()) {
                return all;
            }
        }
        throw new CloudException(
                CloudException.Kind.INVALID,
                "namespace " + namespace + " has more than " + PAGES_MAX * PAGE + " " + kind.plural
                        + ", which is more than Weft reads",
                null);
    }

    /** Makes it; one that is there already is a CloudException of kind INVALID. */
    public ObjectNode create(Kind kind, ObjectNode body) {
        return sent("create " + kind.plural, RestRequest.of("create " + kind.plural, "POST", uri(kind, "")), body);
    }

    /** Changes what {@code patch} names, by RFC 7386; where it names a resourceVersion that is not there any more, INVALID. */
    public ObjectNode merge(Kind kind, String name, ObjectNode patch) {
        String tried = "patch " + kind.plural;
        RestRequest request = RestRequest.of(tried, "PATCH", uri(kind, "/" + name))
                .body("application/merge-patch+json", JSON.writeValueAsBytes(patch));
        return json(tried, client.send(request));
    }

    /** Absent is fine; another one of the same name than {@code uid}'s stays. */
    public void delete(Kind kind, String name, String uid) {
        ObjectNode options = JSON.createObjectNode()
                .put("apiVersion", "v1")
                .put("kind", "DeleteOptions")
                .put("propagationPolicy", "Background");
        if (!uid.isEmpty()) {
            options.putObject("preconditions").put("uid", uid);
        }
        client.find(RestRequest.of("delete " + kind.plural, "DELETE", uri(kind, "/" + name))
                .json(JSON.writeValueAsString(options)));
    }

    /** The text of a pod's container, with times; empty where the pod is gone, or its container has not begun. */
    public String log(String pod, String query) {
        RestRequest request =
                RestRequest.of("get pods/log", "GET", uri(Kind.POD, "/" + encoded(pod) + "/log?" + query));
        try {
            RestResponse answer = client.find(request);
            return answer == null ? "" : answer.text();
        } catch (CloudException refused) {
            if (refused.getCause() instanceof RestFailure said && said.code().equals("BadRequest")) {
                return "";
            }
            throw refused;
        }
    }

    private URI uri(Kind kind, String rest) {
        String server = login.connection().server().toString();
        String base = server.endsWith("/") ? server.substring(0, server.length() - 1) : server;
        return URI.create(base + kind.group + "/namespaces/" + namespace + "/" + kind.plural + rest);
    }

    /** As a query's value. */
    public static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private ObjectNode sent(String tried, RestRequest request, ObjectNode body) {
        return json(tried, client.send(request.json(JSON.writeValueAsString(body))));
    }

    private static ObjectNode json(String tried, RestResponse answer) {
        try {
            if (JSON.readTree(answer.body()) instanceof ObjectNode object) {
                return object;
            }
        } catch (JacksonException notJson) {
            // said below
        }
        throw new CloudException(
                CloudException.Kind.UNKNOWN,
                tried + " was answered with " + answer.status() + " and a body that is no JSON object",
                null);
    }
}
