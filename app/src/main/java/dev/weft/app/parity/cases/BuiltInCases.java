// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.parity.cases;

import dev.weft.api.RequestLine;
import dev.weft.app.parity.cases.CaseFile.HeaderField;
import dev.weft.app.parity.cases.CaseFile.Ignore;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is asked where nobody says what to ask: requests in which clouds are known to differ. */
public final class BuiltInCases {
    private static final String JSON = "application/json";
    private static final String BIG = "{\"id\":9007199254740993,\"sum\":12345678901234567890,\"rate\":0.1}";

    private final List<ParityCase> all = new ArrayList<>();

    private BuiltInCases() {}

    /** Requests that only read, by HTTP's own rule: GET, HEAD and OPTIONS. */
    public static Cases reading() {
        BuiltInCases made = new BuiltInCases();
        made.read();
        return new Cases(made.all, null);
    }

    /** Those, and requests with bodies, other methods, and events. */
    public static Cases everything() {
        BuiltInCases made = new BuiltInCases();
        made.read();
        made.write();
        return new Cases(made.all, null);
    }

    private void read() {
        get("plain", "/", null);
        get("header case", "/", null, "X-Weft-Parity", "Mixed", "x-weft-lower", "lower", "X-WEFT-UPPER", "UPPER");
        get("repeated header", "/", null, "X-Weft-Many", "one", "X-Weft-Many", "two");
        get("header in latin letters", "/", null, "X-Weft-Text", "a, b; c=\"d e\"");
        get("repeated query", "/", "a=1&b=2&a=3");
        get("encoded query", "/", "text=a%20b%2Bc%26d%3D%C3%A9&empty=&flag");
        get("cookies", "/", null, "Cookie", "a=1; b=two; c=%7B%22d%22%3A3%7D");
        get("path below", "/weft-parity/a/b", null);
        get("encoded path", "/weft-parity/%C3%A9%20x/a%2Fb", null);
        get("trailing slash", "/weft-parity/", null);
        get("compression wanted", "/", null, "Accept-Encoding", "gzip");
        get("language and type wanted", "/", null, "Accept", JSON, "Accept-Language", "de-CH");
        get(
                "conditional",
                "/",
                null,
                "If-None-Match",
                "\"weft\"",
                "If-Modified-Since",
                "Wed, 21 Oct 2015 07:28:00 GMT");
        get("origin of another site", "/", null, "Origin", "https://weft.example");
        get("long header", "/", null, "X-Weft-Long", "x".repeat(6_000));
        get("long query", "/", "long=" + "x".repeat(3_000));
        add("head", "HEAD", "/", null, new byte[0]);
        add("options", "OPTIONS", "/", null, new byte[0]);
    }

    private void write() {
        add("json", "POST", "/", JSON, text("{\"who\":\"ada\",\"n\":1}"));
        add("big integers", "POST", "/", JSON, text(BIG));
        add("unicode", "POST", "/", JSON, text("{\"text\":\"é ü 漢字 🎈 \\u0000\"}"));
        add("text in latin-1", "POST", "/", "text/plain; charset=iso-8859-1", new byte[] {'c', 'a', 'f', (byte) 0xe9});
        add("form", "POST", "/", "application/x-www-form-urlencoded", text("a=1&b=x+y&a=2"));
        add("binary", "POST", "/", "application/octet-stream", everyByte());
        add("empty body", "POST", "/", JSON, new byte[0]);
        add("malformed json", "POST", "/", JSON, text("{\"who\":"));
        add("no media type", "POST", "/", null, text("plain"));
        add("put", "PUT", "/weft-parity/1", JSON, text("{}"));
        add("patch", "PATCH", "/weft-parity/1", JSON, text("{}"));
        add("delete", "DELETE", "/weft-parity/1", null, new byte[0]);
        // OpenWhisk takes 1 MB, Lambda 6 MB with what the body is wrapped in, Fn and Function Compute more
        large("100 KB", 100_000);
        large("just under 1 MB", 1_000_000);
        large("more than 1 MB", (1 << 20) + 1_000);
        large("4 MB", 4_000_000);
        large("more than 6 MB", (6 << 20) + 1_000);
        event("event", "{\"who\":\"ada\",\"n\":1}");
        event("event with big integers", BIG);
        event("event of a list", "[1,2,3]");
        event("empty event", "{}");
    }

    private void get(String name, String path, @Nullable String query, String... fields) {
        List<HeaderField> headers = new ArrayList<>();
        for (int i = 0; i < fields.length; i += 2) {
            headers.add(new HeaderField(fields[i], fields[i + 1]));
        }
        all.add(new ParityCase(
                name, new RequestLine("GET", path, query), headers, null, new byte[0], 1, Ignore.NOTHING));
    }

    private void add(String name, String method, String path, @Nullable String type, byte[] body) {
        List<HeaderField> headers = type == null ? List.of() : List.of(new HeaderField("Content-Type", type));
        all.add(new ParityCase(name, new RequestLine(method, path, null), headers, type, body, 1, Ignore.NOTHING));
    }

    private void large(String name, int size) {
        add(name, "POST", "/", "text/plain", CaseReader.madeUp(size));
    }

    private void event(String name, String json) {
        all.add(new ParityCase(name, null, List.of(), JSON, text(json), 1, Ignore.NOTHING));
    }

    private static byte[] text(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] everyByte() {
        byte[] bytes = new byte[256];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) i;
        }
        return bytes;
    }
}
