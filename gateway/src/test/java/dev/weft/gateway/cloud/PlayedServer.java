// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway.cloud;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** A cloud's front as the JDK's own HTTP server: says its name and what it got, or does what a test tells it. */
final class PlayedServer implements AutoCloseable {
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final CountDownLatch end = new CountDownLatch(1);
    private final String name;
    final List<String> tokens = new CopyOnWriteArrayList<>();
    final List<String> hops = new CopyOnWriteArrayList<>();
    final List<String> bodies = new CopyOnWriteArrayList<>();
    volatile int status = 200;
    volatile @Nullable String whole;
    volatile boolean silent;
    volatile boolean hangingUp;

    PlayedServer(String name) throws IOException {
        this.name = name;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/invoke/", this::answer);
        server.start();
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    private void answer(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        tokens.add(exchange.getRequestHeaders().getFirst("authorization"));
        hops.add(exchange.getRequestHeaders().getFirst("weft-hops"));
        bodies.add(new String(body, StandardCharsets.UTF_8));
        if (silent) {
            try {
                end.await();
            } catch (InterruptedException over) {
                Thread.currentThread().interrupt();
            }
        }
        if (silent || hangingUp) {
            exchange.close();
            return;
        }
        byte[] said = (name + ":" + body.length).getBytes(StandardCharsets.UTF_8);
        String most = whole;
        if (most != null) {
            exchange.getResponseHeaders().add("whole", most);
        }
        exchange.sendResponseHeaders(status, said.length);
        exchange.getResponseBody().write(said);
        exchange.close();
    }

    int calls() {
        return bodies.size();
    }

    @Override
    public void close() {
        end.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}
