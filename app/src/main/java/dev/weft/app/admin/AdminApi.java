// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.admin;

import dev.weft.api.Headers;
import dev.weft.net.BlockingHandler;
import dev.weft.net.BlockingHandler.Reply;
import dev.weft.net.BlockingHandler.Request;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * The admin HTTP API, {@code /weft/v1}: finds the endpoint, checks the token, answers in JSON. What each endpoint does
 * is in {@link AdminEndpoints}; the words of it for others are in {@code openapi.json}.
 */
public final class AdminApi implements BlockingHandler.Service {
    /** The largest payload of an invocation, the largest any vendor takes for one answered at once. */
    public static final long BODY_BYTES_MAX = 32L << 20;

    private final byte[] token;
    private final List<Endpoint> endpoints;

    /** Lets those who show {@code token} at {@code operations}. */
    public AdminApi(String token, Operations operations) {
        this.token = token.getBytes(StandardCharsets.UTF_8);
        this.endpoints = AdminEndpoints.all(operations);
    }

    /** One method of one path; a segment in braces takes any value. */
    record Endpoint(String method, String path, boolean needsToken, Action action) {}

    /** What an endpoint does. */
    @FunctionalInterface
    interface Action {
        Reply answer(Asked asked) throws InterruptedException;
    }

    /** A request as an action sees it. */
    record Asked(Request request, Map<String, String> path, Map<String, String> query) {
        String named(String parameter) {
            String value = path.get(parameter);
            if (value == null) {
                throw new IllegalStateException("the endpoint's path has no {" + parameter + "}");
            }
            return value;
        }
    }

    /** A request that is wrong, in the words for its sender. */
    static final class Refusal extends RuntimeException {
        private final int status;

        Refusal(int status, String detail) {
            super(detail, null, false, false);
            this.status = status;
        }
    }

    /** Every endpoint as {@code METHOD path}; the OpenAPI document must say the same. */
    List<String> routes() {
        return endpoints.stream().map(each -> each.method() + ' ' + each.path()).toList();
    }

    @Override
    public Reply answer(Request request) throws InterruptedException {
        try {
            return dispatch(request);
        } catch (Refusal refusal) {
            return problem(refusal.status, String.valueOf(refusal.getMessage()), Headers.none());
        }
    }

    private Reply dispatch(Request request) throws InterruptedException {
        String path = request.line().path();
        boolean open = endpoints.stream()
                .anyMatch(each -> !each.needsToken() && each.path().equals(path));
        // before anything else: who has no token does not even learn which paths there are
        if (!open && !shows(request.headers().first("authorization"))) {
            return problem(
                    401,
                    "this needs the header 'Authorization: Bearer TOKEN'; the token is in the run folder of this Weft",
                    Headers.of("www-authenticate", "Bearer realm=\"weft\""));
        }
        List<String> allowed = new ArrayList<>();
        for (Endpoint each : endpoints) {
            Map<String, String> parameters = match(each.path(), path);
            if (parameters != null) {
                if (each.method().equals(request.line().method())) {
                    return each.action()
                            .answer(new Asked(
                                    request, parameters, query(request.line().query())));
                }
                allowed.add(each.method());
            }
        }
        if (allowed.isEmpty()) {
            return problem(404, "no such path: " + path + "; GET /weft/v1/openapi.json lists them all", Headers.none());
        }
        String methods = String.join(", ", allowed);
        return problem(405, path + " takes " + methods, Headers.of("allow", methods));
    }

    private boolean shows(@Nullable String authorization) {
        String prefix = "Bearer ";
        return authorization != null
                && authorization.regionMatches(true, 0, prefix, 0, prefix.length())
                && MessageDigest.isEqual(
                        token, authorization.substring(prefix.length()).getBytes(StandardCharsets.UTF_8));
    }

    private static @Nullable Map<String, String> match(String pattern, String path) {
        List<String> wanted = Arrays.asList(pattern.split("/", -1));
        List<String> given = Arrays.asList(path.split("/", -1));
        if (wanted.size() != given.size()) {
            return null;
        }
        Map<String, String> parameters = new LinkedHashMap<>();
        for (int i = 0; i < wanted.size(); i++) {
            String want = wanted.get(i);
            if (want.startsWith("{")) {
                parameters.put(want.substring(1, want.length() - 1), decode(given.get(i)));
            } else if (!want.equals(given.get(i))) {
                return null;
            }
        }
        return parameters;
    }

    private static Map<String, String> query(@Nullable String query) {
        Map<String, String> parameters = new LinkedHashMap<>();
        if (query != null && !query.isEmpty()) {
            for (String each : query.split("&", -1)) {
                int equals = each.indexOf('=');
                parameters.put(
                        decode(equals < 0 ? each : each.substring(0, equals)),
                        equals < 0 ? "" : decode(each.substring(equals + 1)));
            }
        }
        return parameters;
    }

    private static String decode(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException malformed) {
            throw new Refusal(400, "not percent-encoded as it should be: '" + text + "'");
        }
    }

    /** An answer in JSON. */
    static Reply json(int status, Object value) {
        return Reply.of(status, "application/json", JsonMapper.shared().writeValueAsString(value) + '\n');
    }

    /** An error in the shape of RFC 9457. */
    static Reply problem(int status, String detail, Headers more) {
        Map<String, Object> problem = new LinkedHashMap<>();
        problem.put("type", "about:blank");
        problem.put("title", title(status));
        problem.put("status", status);
        problem.put("detail", detail);
        return new Reply(
                status,
                Headers.builder()
                        .add("content-type", "application/problem+json")
                        .addAll(more)
                        .build(),
                (JsonMapper.shared().writeValueAsString(problem) + '\n').getBytes(StandardCharsets.UTF_8),
                null);
    }

    private static String title(int status) {
        return switch (status) {
            case 400 -> "Bad Request";
            case 401 -> "Unauthorized";
            case 404 -> "Not Found";
            case 405 -> "Method Not Allowed";
            case 503 -> "Service Unavailable";
            default -> "Error";
        };
    }
}
