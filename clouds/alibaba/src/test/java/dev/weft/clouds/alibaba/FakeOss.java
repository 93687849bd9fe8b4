// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.alibaba;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.weft.api.rest.RestRequest;
import dev.weft.clouds.alibaba.account.AcsKeys;
import dev.weft.clouds.alibaba.account.Oss4;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Plays Object Storage Service in memory, with the bucket in the path. Signatures are checked by our own signer; that it signs as
 * Alibaba's does is seen where Alibaba's client sends.
 */
final class FakeOss implements AutoCloseable {
    static final String REGION = "eu-central-1";
    static final String BUCKET = "shop-packages";
    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'");

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Map<String, byte[]> objects = new ConcurrentSkipListMap<>();
    private final List<FakeFc.Came> came = new CopyOnWriteArrayList<>();

    /** What is refused with; empty for nothing. */
    volatile String refusal = "";

    FakeOss() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::handle);
        server.setExecutor(threads);
        server.start();
    }

    String endpoint() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    List<FakeFc.Came> came() {
        return List.copyOf(came);
    }

    void forget() {
        came.clear();
    }

    /** Keys and contents. */
    Map<String, byte[]> objects() {
        return objects;
    }

    byte[] get(String bucket, String key) {
        byte[] object = bucket.equals(BUCKET) ? objects.get(key) : null;
        if (object == null) {
            throw new IllegalArgumentException("no such object");
        }
        return object;
    }

    private void handle(HttpExchange exchange) throws IOException {
        FakeFc.Came request = FakeFc.Came.of(exchange);
        request.query().remove("");
        came.add(request);
        exchange.getResponseHeaders().add("x-oss-request-id", "request-" + came.size());
        String wrong = refusal.isEmpty() ? wrong(request, exchange.getRequestURI()) : refusal;
        if (!wrong.isEmpty()) {
            String said =
                    "<?xml version=\"1.0\"?><Error><Code>%s</Code><Message>it is so</Message></Error>".formatted(wrong);
            int status = wrong.startsWith("NoSuch") ? 404 : 403;
            send(
                    exchange,
                    status,
                    said.getBytes(StandardCharsets.UTF_8),
                    request.method().equals("HEAD"));
            return;
        }
        answer(exchange, request);
    }

    private void answer(HttpExchange exchange, FakeFc.Came request) throws IOException {
        String key = request.path().substring(Math.min(request.path().length(), BUCKET.length() + 2));
        switch (request.method()) {
            case "PUT" -> {
                objects.put(key, request.body());
                exchange.getResponseHeaders().add("ETag", "\"it\"");
                send(exchange, 200, new byte[0], false);
            }
            case "HEAD" -> {
                byte[] object = objects.get(key);
                if (object != null) {
                    exchange.getResponseHeaders().add("Content-Length", Integer.toString(object.length));
                    exchange.getResponseHeaders().add("ETag", "\"it\"");
                    exchange.getResponseHeaders().add("Last-Modified", "Mon, 30 Nov 2026 05:00:00 GMT");
                }
                send(exchange, object == null ? 404 : 200, new byte[0], true);
            }
            case "DELETE" -> {
                objects.remove(key);
                send(exchange, 204, new byte[0], true);
            }
            default -> {
                String prefix = request.query().getOrDefault("prefix", "");
                List<String> keys = objects.keySet().stream()
                        .filter(each -> each.startsWith(prefix))
                        .toList();
                StringBuilder page = new StringBuilder("<?xml version=\"1.0\"?><ListBucketResult><Name>" + BUCKET
                        + "</Name><Prefix>" + prefix + "</Prefix><MaxKeys>100</MaxKeys><KeyCount>" + keys.size()
                        + "</KeyCount><IsTruncated>false</IsTruncated>");
                keys.forEach(each -> page.append("<Contents><Key>" + each
                        + "</Key><LastModified>2026-11-30T05:00:00.000Z</LastModified><ETag>\"it\"</ETag>"
                        + "<Type>Normal</Type><Size>1</Size><StorageClass>Standard</StorageClass></Contents>"));
                byte[] body = page.append("</ListBucketResult>").toString().getBytes(StandardCharsets.UTF_8);
                send(exchange, 200, body, false);
            }
        }
    }

    private static void send(HttpExchange exchange, int status, byte[] body, boolean none) throws IOException {
        exchange.sendResponseHeaders(status, none || body.length == 0 ? -1 : body.length);
        if (!none && body.length > 0) {
            exchange.getResponseBody().write(body);
        }
        exchange.close();
    }

    /** A code of OSS's; empty where nothing is wrong. */
    private static String wrong(FakeFc.Came request, URI uri) {
        String md5 = request.fields().get("content-md5");
        try {
            if (md5 != null
                    && !md5.equals(Base64.getEncoder()
                            .encodeToString(MessageDigest.getInstance("MD5").digest(request.body())))) {
                return "InvalidDigest";
            }
        } catch (GeneralSecurityException broken) {
            throw new IllegalStateException(broken);
        }
        return signed(request, uri).equals(request.fields().get("authorization")) ? "" : "SignatureDoesNotMatch";
    }

    /** What our own signer makes of the request's fields at its time. */
    private static String signed(FakeFc.Came request, URI uri) {
        Map<String, String> fields = new TreeMap<>(request.fields());
        fields.remove("authorization");
        RestRequest again = new RestRequest("again", request.method(), uri, fields, request.body(), true);
        LocalDateTime time = LocalDateTime.parse(request.fields().getOrDefault("x-oss-date", ""), TIME);
        AcsKeys keys = new AcsKeys(FakeFc.KEY, FakeFc.SECRET, null, null, "a test");
        return Oss4.signed(again, keys, REGION, BUCKET, time.toInstant(ZoneOffset.UTC))
                .headers()
                .getOrDefault("authorization", "");
    }

    @Override
    public void close() {
        server.stop(0);
        threads.close();
    }
}
