// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.azure.account;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Blob Storage in memory, path style. Every signature is checked. */
final class FakeBlobs {
    private static final String DATE = "Sun, 29 Nov 2026 10:00:00 GMT";

    /** Says whether a request was signed with the account's key. */
    interface SignatureCheck {
        boolean right(FakeAzure.Came request, URI base);
    }

    record Reply(int status, byte[] body, Map<String, String> headers) {
        static Reply of(int status, String body) {
            return new Reply(status, body.getBytes(StandardCharsets.UTF_8), Map.of("content-type", "application/xml"));
        }

        static Reply error(int status, String code) {
            return new Reply(
                    status,
                    ("\uFEFF<?xml version=\"1.0\" encoding=\"utf-8\"?><Error><Code>" + code + "</Code><Message>It says "
                                    + code + ".\nRequestId:1</Message></Error>")
                            .getBytes(StandardCharsets.UTF_8),
                    Map.of("x-ms-error-code", code, "content-type", "application/xml"));
        }
    }

    private final String account;
    private final SignatureCheck check;
    private final TreeMap<String, Map<String, Blob>> containers = new TreeMap<>();
    private int written;

    private record Blob(byte[] bytes, String tag) {}

    FakeBlobs(String account, SignatureCheck check) {
        this.account = account;
        this.check = check;
    }

    void clear() {
        containers.clear();
    }

    /** Every blob, as container/name. */
    Set<String> all() {
        Set<String> all = new TreeSet<>();
        containers.forEach((container, blobs) -> blobs.keySet().forEach(each -> all.add(container + '/' + each)));
        return all;
    }

    Set<String> containers() {
        return containers.keySet();
    }

    /** Writes as others do; false where there is no such container. */
    boolean write(String container, String name, byte[] bytes) {
        Map<String, Blob> blobs = containers.get(container);
        if (blobs == null) {
            return false;
        }
        blobs.put(name, new Blob(bytes, "0x8DE" + ++written));
        return true;
    }

    void make(String container) {
        containers.putIfAbsent(container, new TreeMap<>());
    }

    Reply reply(FakeAzure.Came request, URI base) {
        if (!check.right(request, base)) {
            return Reply.error(403, "AuthenticationFailed");
        }
        String path = request.path().substring(account.length() + 2);
        int slash = path.indexOf('/');
        if (slash < 0) {
            return container(request, path);
        }
        Map<String, Blob> blobs = containers.get(path.substring(0, slash));
        String name = path.substring(slash + 1);
        if (blobs == null) {
            return Reply.error(404, "ContainerNotFound");
        }
        if (request.method().equals("PUT")) {
            if (!"BlockBlob".equals(request.headers().get("x-ms-blob-type"))) {
                return Reply.error(400, "MissingRequiredHeader");
            }
            write(path.substring(0, slash), name, request.body());
            return Reply.of(201, "");
        }
        Blob blob = blobs.get(name);
        if (blob == null) {
            return Reply.error(404, "BlobNotFound");
        }
        if (request.method().equals("DELETE")) {
            blobs.remove(name);
            return Reply.of(202, "");
        }
        return new Reply(200, blob.bytes(), Map.of("last-modified", DATE, "etag", '"' + blob.tag() + '"'));
    }

    private Reply container(FakeAzure.Came request, String container) {
        Map<String, Blob> blobs = containers.get(container);
        return switch (request.method()) {
            case "PUT" -> {
                make(container);
                yield blobs == null ? Reply.of(201, "") : Reply.error(409, "ContainerAlreadyExists");
            }
            case "DELETE" -> {
                containers.remove(container);
                yield blobs == null ? Reply.error(404, "ContainerNotFound") : Reply.of(202, "");
            }
            default -> blobs == null ? Reply.error(404, "ContainerNotFound") : list(blobs, request.query());
        };
    }

    /** Three to a page. */
    private static Reply list(Map<String, Blob> blobs, String query) {
        String prefix = parameter(query, "prefix");
        String marker = parameter(query, "marker");
        StringBuilder xml =
                new StringBuilder("\uFEFF<?xml version=\"1.0\" encoding=\"utf-8\"?><EnumerationResults><Blobs>");
        int count = 0;
        String next = "";
        for (Map.Entry<String, Blob> entry : blobs.entrySet()) {
            String each = entry.getKey();
            if (each.startsWith(prefix) && each.compareTo(marker) >= 0) {
                if (count++ == 3) {
                    next = each;
                    break;
                }
                xml.append("<Blob><Name>").append(each).append("</Name><Properties><Last-Modified>");
                xml.append("Sun, 29 Nov 2026 10:00:%02d GMT".formatted(count));
                xml.append("</Last-Modified><Etag>").append(entry.getValue().tag());
                xml.append("</Etag></Properties></Blob>");
            }
        }
        return Reply.of(200, xml + "</Blobs><NextMarker>" + next + "</NextMarker></EnumerationResults>");
    }

    private static String parameter(String query, String name) {
        Matcher found = Pattern.compile("(?:^|&)" + name + "=([^&]*)").matcher(query);
        return found.find() ? URLDecoder.decode(found.group(1), StandardCharsets.UTF_8) : "";
    }

    /** What an app's host gets at {@code address}; nothing where there is nothing. */
    byte[] open(String address) {
        Matcher ours = Pattern.compile("/(weft-releases)/([^?]+)\\?.*&sig=").matcher(address);
        return ours.find() ? bytes(ours.group(1), ours.group(2)) : new byte[0];
    }

    /** A blob's bytes; none where there is nothing. */
    byte[] bytes(String container, String name) {
        Blob blob = containers.getOrDefault(container, new TreeMap<>()).get(name);
        return blob == null ? new byte[0] : blob.bytes();
    }
}
