// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.cli;

import dev.weft.app.cli.CliException.Exit;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Speaks to one admin API. Uses the JDK's old HTTP client: loading the new one costs a short command more time than
 * everything else it does.
 */
public final class AdminClient {
    private static final Duration CONNECT_MAX = Duration.ofSeconds(3);

    private final URI url;
    private final String token;

    AdminClient(URI url, String token) {
        this.url = url;
        this.token = token;
    }

    /** An answer that is all there. */
    public record Answer(int status, @Nullable String contentType, Map<String, String> weft, byte[] body) {
        JsonNode json() {
            return parse(body);
        }
    }

    /** One path segment, percent-encoded. */
    public static String segment(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** The JSON at {@code path} under {@code /weft/v1}; a problem becomes a {@link CliException}. */
    public JsonNode get(String path) {
        return accepted(send("GET", path, "application/json", null)).json();
    }

    /** Sends JSON and expects JSON; a problem becomes a {@link CliException}. */
    public JsonNode post(String path, Object json) {
        return accepted(send(
                        "POST", path, "application/json", JsonMapper.shared().writeValueAsBytes(json)))
                .json();
    }

    /** Sends {@code body} and gives back whatever is answered. */
    public Answer send(String method, String path, String contentType, byte @Nullable [] body) {
        HttpURLConnection connection = null;
        try {
            connection = open(method, path);
            if (body != null) {
                connection.setDoOutput(true);
                connection.setFixedLengthStreamingMode(body.length);
                connection.setRequestProperty("content-type", contentType);
                try (OutputStream out = connection.getOutputStream()) {
                    out.write(body);
                }
            }
            int status = connection.getResponseCode();
            try (InputStream in = content(connection, status)) {
                return new Answer(status, connection.getContentType(), weftHeaders(connection), in.readAllBytes());
            }
        } catch (IOException failure) {
            throw unreached(failure);
        } finally {
            if (connection != null) {
                connection.disconnect();
            }
        }
    }

    /** The bytes at {@code path} as they come; a problem becomes a {@link CliException}. */
    public InputStream stream(String path) {
        try {
            HttpURLConnection connection = open("GET", path);
            int status = connection.getResponseCode();
            InputStream in = content(connection, status);
            if (status >= 300) {
                try (in) {
                    accepted(new Answer(status, connection.getContentType(), Map.of(), in.readAllBytes()));
                }
            }
            return in;
        } catch (IOException failure) {
            throw unreached(failure);
        }
    }

    private HttpURLConnection open(String method, String path) throws IOException {
        URI target = URI.create(url.toString().replaceAll("/+$", "") + "/weft/v1" + path);
        // straight to it: a proxy of the environment is for the world outside
        HttpURLConnection connection = (HttpURLConnection) target.toURL().openConnection(Proxy.NO_PROXY);
        connection.setConnectTimeout((int) CONNECT_MAX.toMillis());
        connection.setInstanceFollowRedirects(false);
        connection.setRequestMethod(method);
        connection.setRequestProperty("authorization", "Bearer " + token);
        return connection;
    }

    private static InputStream content(HttpURLConnection connection, int status) throws IOException {
        InputStream in = status >= 400 ? connection.getErrorStream() : connection.getInputStream();
        return in == null ? InputStream.nullInputStream() : in;
    }

    private static Map<String, String> weftHeaders(HttpURLConnection connection) {
        Map<String, String> found = new java.util.TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        connection.getHeaderFields().forEach((name, values) -> {
            if (name != null && name.regionMatches(true, 0, "weft-", 0, 5)) {
                found.put(name, values.getFirst());
            }
        });
        return found;
    }

    static Answer accepted(Answer answer) {
        if (answer.status() < 300) {
            return answer;
        }
        String detail;
        try {
            detail = answer.json().path("detail").asString("");
        } catch (CliException notJson) {
            detail = "";
        }
        throw new CliException(
                answer.status() == 401 ? Exit.UNREACHED : Exit.FAILED,
                detail.isEmpty() ? "Weft answered " + answer.status() : detail);
    }

    private CliException unreached(IOException failure) {
        return new CliException(Exit.UNREACHED, "the Weft at " + url + " can't be reached: " + failure.getMessage());
    }

    private static JsonNode parse(byte[] body) {
        try {
            return JsonMapper.shared().readTree(body);
        } catch (JacksonException malformed) {
            throw new CliException(Exit.FAILED, "Weft's answer is not JSON: " + malformed.getOriginalMessage());
        }
    }
}
