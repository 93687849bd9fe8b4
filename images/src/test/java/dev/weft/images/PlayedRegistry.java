// SPDX-License-Identifier: Apache-2.0
package dev.weft.images;

import dev.weft.api.Sha256;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
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

    /** How a client begins that tries TLS first. */
    private static final int TLS = 0x16;

    private final ServerSocket server;
    private final Map<String, byte[]> blobs = new ConcurrentHashMap<>();
    private final Map<String, byte[]> manifests = new ConcurrentHashMap<>();
    private final List<String> asked = new CopyOnWriteArrayList<>();

    PlayedRegistry() throws IOException {
        server = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    /** What names of images begin with. */
    String host() {
        return "127.0.0.1:" + server.getLocalPort();
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

    private void accept() {
        try {
            while (true) {
                Socket client = server.accept();
                Thread.ofVirtual().start(() -> answer(client));
            }
        } catch (IOException closed) {
            // the test is over
        }
    }

    private void answer(Socket client) {
        try (client) {
            InputStream in = client.getInputStream();
            StringBuilder head = new StringBuilder();
            int first = in.read();
            if (first == TLS) {
                return;
            }
            for (int next = first; next >= 0 && head.indexOf("\r\n\r\n") < 0; next = in.read()) {
                head.append((char) next);
                if (head.indexOf("\r\n\r\n") >= 0) {
                    break;
                }
            }
            String path = head.toString().split(" ", 3)[1];
            asked.add(path);
            OutputStream out = client.getOutputStream();
            out.write(answer(path));
            out.flush();
        } catch (IOException gone) {
            // it hung up
        }
    }

    private byte[] answer(String path) throws IOException {
        String name = path.substring(path.lastIndexOf('/') + 1);
        boolean manifest = path.contains("/manifests/");
        byte[] content = path.equals("/v2/") ? new byte[0] : manifest ? manifests.get(name) : blobs.get(name);
        int status = 200;
        String type = "application/octet-stream";
        if (content == null) {
            status = 404;
            type = "application/json";
            content = "{\"errors\":[{\"code\":\"MANIFEST_UNKNOWN\",\"message\":\"unknown\"}]}"
                    .getBytes(StandardCharsets.UTF_8);
        } else if (manifest) {
            type = new String(content, StandardCharsets.UTF_8).contains("\"manifests\":") ? INDEX : MANIFEST;
        }
        ByteArrayOutputStream answer = new ByteArrayOutputStream();
        answer.write("HTTP/1.1 %d Said\r\nconnection: close\r\ncontent-type: %s\r\ncontent-length: %d\r\n\r\n"
                .formatted(status, type, content.length)
                .getBytes(StandardCharsets.US_ASCII));
        answer.write(content);
        return answer.toByteArray();
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
