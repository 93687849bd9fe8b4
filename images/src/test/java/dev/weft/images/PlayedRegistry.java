// SPDX-License-Identifier: Apache-2.0
package dev.weft.images;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.weft.api.Sha256;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A registry of images that need not be right. Source: OCI distribution specification. */
final class PlayedRegistry implements AutoCloseable {
    static final String GZIP = "application/vnd.oci.image.layer.v1.tar+gzip";
    private static final String MANIFEST = "application/vnd.oci.image.manifest.v1+json";
    private static final String INDEX = "application/vnd.oci.image.index.v1+json";

    private final HttpServer server;
    private final Map<String, byte[]> blobs = new ConcurrentHashMap<>();
    private final Map<String, byte[]> manifests = new ConcurrentHashMap<>();
    private final List<String> asked = new CopyOnWriteArrayList<>();

    PlayedRegistry() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/v2/", this::answer);
        server.start();
    }

    /** What names of images begin with. */
    String host() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    /** Everything that it was asked for. */
    List<String> asked() {
        return asked;
    }

    /** Puts an image there under {@code tag}; its digest. */
    String put(String tag, String configuration, byte[]... layers) {
        List<String> parts = new ArrayList<>();
        for (byte[] each : layers) {
            parts.add(descriptor(GZIP, blob(each), each.length, ""));
        }
        byte[] config = configuration.getBytes(StandardCharsets.UTF_8);
        return manifest(
                tag,
                "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"config\":%s,\"layers\":[%s]}"
                        .formatted(
                                MANIFEST,
                                descriptor("application/vnd.oci.image.config.v1+json", blob(config), config.length, ""),
                                String.join(",", parts)));
    }

    /** Puts a list there, of one image for one architecture; its digest. */
    String putList(String tag, String architecture, String digest) {
        String platform = ",\"platform\":{\"os\":\"linux\",\"architecture\":\"" + architecture + "\"}";
        return manifest(
                tag,
                "{\"schemaVersion\":2,\"mediaType\":\"%s\",\"manifests\":[%s]}"
                        .formatted(INDEX, descriptor(MANIFEST, digest, 100, platform)));
    }

    private static String descriptor(String type, String digest, long size, String more) {
        return "{\"mediaType\":\"%s\",\"digest\":\"%s\",\"size\":%d%s}".formatted(type, digest, size, more);
    }

    String blob(byte[] content) {
        String digest = "sha256:" + Sha256.hex(content);
        blobs.put(digest, content);
        return digest;
    }

    /** From now on that digest has other content. */
    void lieOfBlob(String digest, byte[] content) {
        blobs.put(digest, content);
    }

    /** From now on that digest, or tag, is another's manifest. */
    void lieOfManifest(String name, String other) {
        manifests.put(name, manifests.getOrDefault(other, new byte[0]));
    }

    private String manifest(String tag, String json) {
        byte[] content = json.getBytes(StandardCharsets.UTF_8);
        String digest = "sha256:" + Sha256.hex(content);
        manifests.put(digest, content);
        manifests.put(tag, content);
        return digest;
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String path = exchange.getRequestURI().getPath();
            asked.add(path);
            String name = path.substring(path.lastIndexOf('/') + 1);
            byte[] content = path.contains("/manifests/") ? manifests.get(name) : blobs.get(name);
            if (path.equals("/v2/")) {
                exchange.sendResponseHeaders(200, -1);
            } else if (content == null) {
                byte[] none = "{\"errors\":[{\"code\":\"MANIFEST_UNKNOWN\",\"message\":\"unknown\"}]}"
                        .getBytes(StandardCharsets.UTF_8);
                exchange.getResponseHeaders().add("content-type", "application/json");
                exchange.sendResponseHeaders(404, none.length);
                exchange.getResponseBody().write(none);
            } else {
                String type = new String(content, StandardCharsets.ISO_8859_1).contains("\"manifests\":")
                        ? INDEX
                        : path.contains("/manifests/") ? MANIFEST : "application/octet-stream";
                exchange.getResponseHeaders().add("content-type", type);
                exchange.sendResponseHeaders(200, content.length);
                exchange.getResponseBody().write(content);
            }
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
