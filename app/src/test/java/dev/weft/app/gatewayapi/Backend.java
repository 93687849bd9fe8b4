// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.gatewayapi;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;

/** A server behind a Service that answers with what reached it; {@code ?delay=MILLIS} makes it slow. */
final class Backend implements AutoCloseable {
    /** Of requests: fields of the answer, {@code Name:value} with commas between. */
    static final String ANSWER_WITH = "X-Answer-With";

    private final String name;
    private final HttpServer server;
    private final List<String> seen = new CopyOnWriteArrayList<>();

    Backend(String name) throws IOException {
        this.name = name;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0), 0);
        server.createContext("/", this::answer);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.start();
    }

    String name() {
        return name;
    }

    int port() {
        return server.getAddress().getPort();
    }

    /** Paths that were asked for so far. */
    List<String> seen() {
        return seen;
    }

    private void answer(HttpExchange exchange) throws IOException {
        exchange.getRequestBody().readAllBytes();
        String target = exchange.getRequestURI().toString();
        seen.add(target);
        int delay = target.indexOf("delay=");
        if (delay >= 0) {
            pause(Long.parseLong(target.substring(delay + "delay=".length())));
        }
        StringBuilder text = new StringBuilder("backend: ").append(name).append('\n');
        text.append("target: ").append(target).append('\n');
        exchange.getRequestHeaders()
                .forEach((field, values) -> values.forEach(value -> text.append(field.toLowerCase(Locale.ROOT))
                        .append(": ")
                        .append(value)
                        .append('\n')));
        String fields = exchange.getRequestHeaders().getFirst(ANSWER_WITH);
        for (String field : fields == null ? new String[0] : fields.split(",", -1)) {
            int colon = field.indexOf(':');
            exchange.getResponseHeaders()
                    .add(field.substring(0, colon), field.substring(colon + 1).strip());
        }
        byte[] body = text.toString().getBytes(StandardCharsets.UTF_8);
        boolean head = exchange.getRequestMethod().equals("HEAD");
        exchange.sendResponseHeaders(200, head ? -1 : body.length);
        if (!head) {
            exchange.getResponseBody().write(body);
        }
        exchange.close();
    }

    private static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
