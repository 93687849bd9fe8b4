// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.parity.cases;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Requests that came in, written as cases: a file for its user's eyes only. Not for use by two threads at once. */
public final class CaseWriter implements AutoCloseable {
    private static final int NAME_CHARS_MAX = 80;

    private final BufferedWriter out;
    private int count;

    private CaseWriter(BufferedWriter out) {
        this.out = out;
    }

    /** A new file that says {@code comment} first; one that is there is not overwritten. */
    public static CaseWriter create(Path file, List<String> comment) throws IOException {
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        BufferedWriter out = Files.newBufferedWriter(file);
        for (String line : comment) {
            out.write("# " + line + '\n');
        }
        out.write("cases:\n");
        return new CaseWriter(out);
    }

    /** How many there are. */
    public int count() {
        return count;
    }

    /** Writes one as the admin API tells it; why it was left out, or null. */
    public @Nullable String add(JsonNode request) throws IOException {
        String unfit = unfit(request);
        if (unfit != null) {
            return unfit;
        }
        count++;
        Map<String, Object> one = new LinkedHashMap<>();
        String method = request.path("method").asString("");
        String path = request.path("path").asString("/");
        one.put("name", name(method.isEmpty() ? count + " event" : count + " " + method + ' ' + path));
        if (method.isEmpty()) {
            one.put("event", true);
        } else {
            one.put("method", method);
            one.put("path", path);
            if (request.has("query")) {
                one.put("query", request.path("query").asString());
            }
            headers(request, one);
        }
        if (request.has("contentType")) {
            one.put("contentType", request.path("contentType").asString());
        }
        body(Base64.getDecoder().decode(request.path("bodyBase64").asString("")), one);
        // JSON on one line is YAML too
        out.write("- " + JsonMapper.shared().writeValueAsString(one) + '\n');
        out.flush();
        return null;
    }

    private static void headers(JsonNode request, Map<String, Object> one) {
        List<Map<String, String>> headers = new ArrayList<>();
        for (JsonNode each : request.path("headers")) {
            String name = each.path("name").asString();
            if (!name.equalsIgnoreCase("content-type")) {
                headers.add(Map.of("name", name, "value", each.path("value").asString()));
            }
        }
        if (!headers.isEmpty()) {
            one.put("headers", headers);
        }
    }

    private static void body(byte[] body, Map<String, Object> one) {
        if (body.length == 0) {
            return;
        }
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(body))
                    .toString();
            if (text.chars().noneMatch(each -> Character.isISOControl(each) && "\t\n\r".indexOf(each) < 0)) {
                one.put("body", text);
                return;
            }
        } catch (CharacterCodingException noText) {
            // as bytes then
        }
        one.put("bodyBase64", Base64.getEncoder().encodeToString(body));
    }

    /** Why a case can't say it. */
    private static @Nullable String unfit(JsonNode request) {
        String path = request.path("path").asString("/");
        if (path.length() > CaseFile.PATH_CHARS_MAX
                || request.path("query").asString("").length() > CaseFile.QUERY_CHARS_MAX) {
            return "its path or query is longer than a case's may be";
        }
        if (request.path("headers").size() > CaseFile.HEADERS_MAX) {
            return "it has more than " + CaseFile.HEADERS_MAX + " header fields";
        }
        for (JsonNode each : request.path("headers")) {
            if (each.path("name").asString().length() > CaseFile.HEADER_CHARS_MAX
                    || each.path("value").asString().length() > CaseFile.VALUE_CHARS_MAX) {
                return "a header field is longer than a case's may be";
            }
        }
        return null;
    }

    private static String name(String text) {
        String plain = text.replaceAll("[^-A-Za-z0-9 ._:/]", "_");
        String name = plain.substring(0, Math.min(plain.length(), NAME_CHARS_MAX));
        return name.strip();
    }

    @Override
    public void close() throws IOException {
        out.close();
    }
}
