// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.ibm.facade;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.weft.api.Body;
import dev.weft.api.Headers;
import dev.weft.api.Outcome;
import dev.weft.api.RequestLine;
import dev.weft.api.facade.Facade;
import dev.weft.api.facade.FacadeAnswer;
import dev.weft.api.facade.FacadeRequest;
import dev.weft.api.facade.Wish;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** The façade over HTTP, on a free port of this machine, with functions that echo, fail or are not there. */
final class FacadeServer implements AutoCloseable {
    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final OpenWhiskFacade facade = new OpenWhiskFacade();

    FacadeServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", exchange -> {
            try (exchange) {
                FacadeAnswer answer = answer(exchange);
                answer.headers().forEach(exchange.getResponseHeaders()::add);
                exchange.sendResponseHeaders(answer.status(), answer.body().length == 0 ? -1 : answer.body().length);
                exchange.getResponseBody().write(answer.body());
            }
        });
        server.start();
    }

    private FacadeAnswer answer(HttpExchange exchange) throws IOException {
        URI uri = exchange.getRequestURI();
        RequestLine line = new RequestLine(exchange.getRequestMethod(), uri.getRawPath(), uri.getRawQuery());
        int most = Math.toIntExact(facade.bodyBytesMax(line));
        byte[] body;
        try (InputStream in = exchange.getRequestBody()) {
            body = in.readNBytes(most + 1);
            long rest = in.transferTo(java.io.OutputStream.nullOutputStream());
            if (body.length + rest > most) {
                return facade.unread(line, Facade.Unread.TOO_LARGE);
            }
        }
        Headers.Builder headers = Headers.builder();
        exchange.getRequestHeaders().forEach((name, values) -> values.forEach(value -> headers.add(name, value)));
        FacadeRequest request =
                new FacadeRequest(line, headers.build(), body, "http", uri().getAuthority(), "127.0.0.1");
        return switch (facade.read(request, Known.KEYS, Instant.now())) {
            case Wish.Invoke invoke -> called(invoke);
            case Wish.Refused refused -> refused.answer();
            case Wish.Control control -> {
                try {
                    yield control.work().run(new Known.Shop());
                } catch (InterruptedException stopped) {
                    Thread.currentThread().interrupt();
                    yield facade.unread(line, Facade.Unread.BROKEN);
                }
            }
        };
    }

    /** cart echoes its parameters, pay throws as a Lambda does, web greets in plain text. */
    private static FacadeAnswer called(Wish.Invoke invoke) {
        String said = new String(invoke.payload(), StandardCharsets.UTF_8);
        return switch (invoke.function()) {
            case "cart" -> spoke(invoke, result("application/json"), said);
            case "web" -> spoke(invoke, result("text/plain"), "hello web");
            case "pay" ->
                spoke(
                        invoke,
                        new Outcome.Failure(
                                Outcome.Failure.Reason.ERROR,
                                "ValueError",
                                "no money",
                                "{\"errorType\":\"ValueError\",\"error\":\"no money\"}"
                                        .getBytes(StandardCharsets.UTF_8),
                                "paying\n"),
                        "");
            default -> invoke.answering().absent();
        };
    }

    private static Outcome result(String type) {
        return new Outcome.Result(type, Headers.none(), Body.empty());
    }

    private static FacadeAnswer spoke(Wish.Invoke invoke, Outcome outcome, String body) {
        return invoke.answering()
                .spoke(new Wish.Came(
                        outcome,
                        body.getBytes(StandardCharsets.UTF_8),
                        UUID.randomUUID().toString(),
                        "here",
                        Duration.ofMillis(3),
                        ""));
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
