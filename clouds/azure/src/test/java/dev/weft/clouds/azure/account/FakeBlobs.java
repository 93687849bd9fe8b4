// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.azure.account;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Blob Storage in memory: one container, path style. Every signature is checked. */
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
    private final TreeMap<String, byte[]> blobs = new TreeMap<>();
    private boolean container;

    FakeBlobs(String account, SignatureCheck check) {
        this.account = account;
        this.check = check;
    }

    void clear() {
        blobs.clear();
        container = false;
    }

    Map<String, byte[]> all() {
        return blobs;
    }

    Reply reply(FakeAzure.Came request, URI base) {
        if (!check.right(request, base)) {
            return Reply.error(403, "AuthenticationFailed");
        }
        String path = request.path().substring(account.length() + 2);
        if (path.equals("weft-releases")) {
            return request.method().equals("PUT") ? create() : list(request.query());
        }
        String name = path.substring(path.indexOf('/') + 1);
        if (request.method().equals("PUT")) {
            if (!container) {
                return Reply.error(404, "ContainerNotFound");
            }
            if (!"BlockBlob".equals(request.headers().get("x-ms-blob-type"))) {
                return Reply.error(400, "MissingRequiredHeader");
            }
            blobs.put(name, request.body());
            return Reply.of(201, "");
        }
        byte[] blob = blobs.get(name);
        if (blob == null) {
            return Reply.error(404, "BlobNotFound");
        }
        if (request.method().equals("DELETE")) {
            blobs.remove(name);
            return Reply.of(202, "");
        }
        return new Reply(200, blob, Map.of("last-modified", DATE));
    }

    private Reply create() {
        if (container) {
            return Reply.error(409, "ContainerAlreadyExists");
        }
        container = true;
        return Reply.of(201, "");
    }

    /** Three to a page. */
    private Reply list(String query) {
        if (!container) {
            return Reply.error(404, "ContainerNotFound");
        }
        String prefix = parameter(query, "prefix");
        String marker = parameter(query, "marker");
        StringBuilder xml =
                new StringBuilder("\uFEFF<?xml version=\"1.0\" encoding=\"utf-8\"?><EnumerationResults><Blobs>");
        int count = 0;
        String next = "";
        for (String each : blobs.keySet()) {
            if (each.startsWith(prefix) && each.compareTo(marker) >= 0) {
                if (count++ == 3) {
                    next = each;
                    break;
                }
                xml.append("<Blob><Name>").append(each).append("</Name><Properties><Last-Modified>");
                xml.append("Sun, 29 Nov 2026 10:00:%02d GMT".formatted(count));
                xml.append("</Last-Modified></Properties></Blob>");
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
        Matcher ours = Pattern.compile("/weft-releases/([^?]+)\\?.*&sig=").matcher(address);
        return ours.find() ? blobs.getOrDefault(ours.group(1), new byte[0]) : new byte[0];
    }
}
