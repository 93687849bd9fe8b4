// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.oracle.account;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A server on loopback that answers one request at a time and notes it. */
abstract class FakeServer implements AutoCloseable {
    static final JsonMapper JSON = JsonMapper.shared();

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<Asked> asked = new CopyOnWriteArrayList<>();

    /** A request: names of fields in lower case, the target as it stood on the wire. */
    record Asked(String method, String path, @Nullable String rawQuery, Map<String, String> headers, byte[] body) {
        Map<String, String> query() {
            Map<String, String> all = new TreeMap<>();
            if (rawQuery != null) {
                for (String part : rawQuery.split("&", -1)) {
                    int equals = part.indexOf('=');
                    all.put(
                            part.substring(0, equals),
                            URLDecoder.decode(part.substring(equals + 1), StandardCharsets.UTF_8));
                }
            }
            return all;
        }

        @Nullable
        String header(String name) {
            return headers.get(name);
        }

        JsonNode json() {
            return body.length == 0 ? JSON.createObjectNode() : JSON.readTree(body);
        }
    }

    /** What is answered. */
    record Answer(int status, @Nullable Object body, Map<String, String> headers) {
        static Answer of(int status, @Nullable Object body) {
            return new Answer(status, body, Map.of());
        }
    }

    /** A refusal. */
    static final class Refused extends RuntimeException {
        final int status;
        final String code;

        Refused(int status, String code, String message) {
            super(message);
            this.status = status;
            this.code = code;
        }
    }

    FakeServer() {
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 64);
        } catch (IOException taken) {
            throw new IllegalStateException(taken);
        }
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    List<Asked> asked() {
        return List.copyOf(asked);
    }

    void forget() {
        asked.clear();
    }

    abstract Answer answer(Asked request);

    abstract Answer refusal(Refused refused);

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            Map<String, String> headers = new TreeMap<>();
            exchange.getRequestHeaders()
                    .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values.getFirst()));
            URI uri = exchange.getRequestURI();
            Asked request = new Asked(
                    exchange.getRequestMethod(),
                    uri.getRawPath(),
                    uri.getRawQuery(),
                    headers,
                    exchange.getRequestBody().readAllBytes());
            asked.add(request);
            Answer answer;
            synchronized (this) {
                try {
                    answer = answer(request);
                } catch (Refused refused) {
                    answer = refusal(refused);
                }
            }
            answer.headers()
                    .forEach((name, value) -> exchange.getResponseHeaders().set(name, value));
            byte[] body =
                    switch (answer.body()) {
                        case null -> new byte[0];
                        case byte[] bytes -> bytes;
                        case Object json -> JSON.writeValueAsBytes(json);
                    };
            if (answer.body() != null && !(answer.body() instanceof byte[])) {
                exchange.getResponseHeaders().set("Content-Type", "application/json; charset=utf-8");
            }
            exchange.sendResponseHeaders(answer.status(), body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
        } catch (RuntimeException broken) {
            byte[] words = String.valueOf(broken).getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(599, words.length);
            exchange.getResponseBody().write(words);
            exchange.close();
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.close();
    }
}
