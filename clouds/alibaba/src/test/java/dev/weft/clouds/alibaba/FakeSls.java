// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.alibaba;

import com.aliyun.openservices.log.common.auth.DefaultCredentials;
import com.aliyun.openservices.log.common.auth.StaticCredentialsProvider;
import com.aliyun.openservices.log.http.client.HttpMethod;
import com.aliyun.openservices.log.http.signer.SlsV4Signer;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.weft.api.rest.RestRequest;
import dev.weft.api.rest.RestResponse;
import dev.weft.api.rest.Transport;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProxySelector;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.DeflaterOutputStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Plays Simple Log Service's GetLogs in memory, and is the HTTP proxy that both clients reach it by: so each keeps the host of
 * its project. Signatures are checked by Alibaba's own signer.
 */
final class FakeSls implements AutoCloseable {
    static final String REGION = "eu-central-1";
    static final String HOST = "eu-central-1.log.aliyuncs.com";
    private static final JsonMapper JSON = JsonMapper.shared();

    private record Entry(String topic, ObjectNode fields) {}

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<FakeFc.Came> came = new CopyOnWriteArrayList<>();
    private final List<Entry> entries = new CopyOnWriteArrayList<>();
    private final HttpClient client;

    /** Answers that are not whole before one that is. */
    final AtomicInteger incomplete = new AtomicInteger();

    /** Done before each answer. */
    volatile Runnable meanwhile = () -> {};

    /** What is refused with; empty for nothing. */
    volatile String refusal = "";

    FakeSls() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::handle);
        server.setExecutor(threads);
        server.start();
        client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .proxy(ProxySelector.of(server.getAddress()))
                .build();
    }

    int port() {
        return server.getAddress().getPort();
    }

    List<FakeFc.Came> came() {
        return List.copyOf(came);
    }

    void clear() {
        came.clear();
        entries.clear();
        incomplete.set(0);
        meanwhile = () -> {};
        refusal = "";
    }

    /** A line that a function wrote. */
    void write(String function, long second, String message) {
        entries.add(new Entry(
                "FCLogs:" + function,
                JSON.createObjectNode()
                        .put("__source__", "")
                        .put("__time__", Long.toString(second))
                        .put("__topic__", "FCLogs:" + function)
                        .put("functionName", function)
                        .put("instanceID", "c-1")
                        .put("qualifier", "weft")
                        .put("versionId", "1")
                        .put("message", message + "\n")));
    }

    /** By way of this proxy, or to {@code others} where Simple Log Service is not meant. */
    Transport transport(Transport others) {
        return request -> request.uri().getHost().endsWith(HOST) ? send(request) : others.send(request);
    }

    private RestResponse send(RestRequest request) throws IOException, InterruptedException {
        HttpRequest.Builder builder = HttpRequest.newBuilder(request.uri())
                .method(request.method(), HttpRequest.BodyPublishers.ofByteArray(request.body()));
        request.headers().forEach((name, value) -> {
            if (!name.equals("host")) {
                builder.header(name, value);
            }
        });
        HttpResponse<byte[]> answer = client.send(builder.build(), HttpResponse.BodyHandlers.ofByteArray());
        Map<String, String> headers = new HashMap<>();
        answer.headers().map().forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values.getFirst()));
        return new RestResponse(answer.statusCode(), headers, answer.body());
    }

    private void handle(HttpExchange exchange) throws IOException {
        FakeFc.Came request = FakeFc.Came.of(exchange);
        request.query().remove("");
        came.add(request);
        meanwhile.run();
        String wrong = wrong(request);
        exchange.getResponseHeaders().add("x-log-requestid", "request-" + came.size());
        exchange.getResponseHeaders().add("Content-Type", "application/json");
        try (exchange) {
            if (wrong != null) {
                byte[] said = JSON.writeValueAsBytes(Map.of("errorCode", "SignatureNotMatch", "errorMessage", wrong));
                exchange.sendResponseHeaders(403, said.length);
                exchange.getResponseBody().write(said);
            } else if (!refusal.isEmpty()) {
                byte[] said = JSON.writeValueAsBytes(Map.of("errorCode", refusal, "errorMessage", "refused"));
                exchange.sendResponseHeaders(refusal.equals("Unauthorized") ? 401 : 400, said.length);
                exchange.getResponseBody().write(said);
            } else {
                answer(exchange, JSON.readTree(request.body()));
            }
        }
    }

    private void answer(HttpExchange exchange, JsonNode asked) throws IOException {
        long from = asked.path("from").asLong();
        long to = asked.path("to").asLong();
        List<Entry> found = new ArrayList<>(entries.stream()
                .filter(each -> each.topic().equals(asked.path("topic").asString("")))
                .filter(each -> second(each) >= from && second(each) < to)
                .toList());
        found.sort(Comparator.comparingLong(FakeSls::second));
        List<Entry> ordered = asked.path("reverse").asBoolean(false) ? found.reversed() : found;
        int offset = asked.path("offset").asInt(0);
        int line = Math.min(100, asked.path("line").asInt(100));
        ObjectNode answer = JSON.createObjectNode();
        boolean whole = incomplete.getAndDecrement() <= 0;
        answer.putObject("meta")
                .put("progress", whole ? "Complete" : "Incomplete")
                .put("aggQuery", "")
                .put("whereQuery", "")
                .put("hasSQL", false)
                .put("processedRows", found.size())
                .put("elapsedMillisecond", 1)
                .put("cpuSec", 0)
                .put("cpuCores", 0)
                .put("mode", 0);
        ArrayNode data = answer.putArray("data");
        int end = whole ? Math.min(ordered.size(), offset + line) : offset;
        if (offset < end) {
            ordered.subList(offset, end).forEach(each -> data.add(each.fields()));
        }
        byte[] plain = JSON.writeValueAsBytes(answer);
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (DeflaterOutputStream out = new DeflaterOutputStream(packed)) {
            out.write(plain);
        }
        exchange.getResponseHeaders().add("x-log-compresstype", "deflate");
        exchange.getResponseHeaders().add("x-log-bodyrawsize", Integer.toString(plain.length));
        exchange.getResponseHeaders().add("x-log-progress", whole ? "Complete" : "Incomplete");
        exchange.sendResponseHeaders(200, packed.size());
        packed.writeTo(exchange.getResponseBody());
    }

    private static long second(Entry entry) {
        return Long.parseLong(entry.fields().path("__time__").asString());
    }

    /** What is wrong with a request's signature; null where nothing is. */
    static @Nullable String wrong(FakeFc.Came request) {
        String said = request.fields().getOrDefault("authorization", "");
        SlsV4Signer signer = new SlsV4Signer(
                new StaticCredentialsProvider(new DefaultCredentials(FakeFc.KEY, FakeFc.SECRET)), REGION);
        Map<String, String> fields = new HashMap<>(request.fields());
        String expected = signer.signRequest(
                fields,
                HttpMethod.valueOf(request.method()),
                request.path(),
                new HashMap<>(request.query()),
                request.body(),
                request.fields().getOrDefault("x-log-date", "20000101T000000Z"));
        boolean sameBody =
                String.valueOf(request.fields().get("x-log-content-sha256")).equals(fields.get("x-log-content-sha256"));
        return said.equals(expected) && sameBody ? null : "said " + said + " expected " + expected;
    }

    @Override
    public void close() {
        client.close();
        server.stop(0);
        threads.close();
    }
}
