// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.weft;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What one Weft says to another, by the words that both use. Pure. */
public final class Wire {
    /** Annotation with the SHA-256 of the zip file that ownership tags are of. */
    public static final String PACKAGE = "weft.dev/package";

    /** Where the façade listens unless told otherwise. */
    public static final int PORT = 8099;

    /** What every path begins with. */
    public static final String ROOT = "/v1/";

    /** What follows it in the path of an HTTP request to a function: its name, then the function's own path. */
    public static final String CALL = ROOT + "call/";

    /** The same of an event. */
    public static final String EVENT = ROOT + "event/";

    /** Says who calls, so that {@code Authorization} stays the function's own. */
    public static final String KEY = "weft-authorization";

    /** The host that the caller asked the first Weft for. */
    public static final String HOST = "weft-host";

    /** What an answer is; without it, it is none of a Weft's. */
    public static final String OUTCOME = "weft-outcome";

    /** Attributes of an event or its result. */
    public static final String ATTRIBUTES = "weft-attributes";

    /** The function's answer to an HTTP request. */
    public static final String RESPONSE = "response";

    /** Its answer to an event. */
    public static final String RESULT = "result";

    /** That it failed: the body has how. */
    public static final String FAILURE = "failure";

    /** That no function answered: the body has why. */
    public static final String NONE = "none";

    /** Bytes of a call's body. */
    public static final long CALL_BYTES_MAX = 32L << 20;

    /** Bytes of an answer, which streams. */
    public static final long ANSWER_BYTES_MAX = 1L << 30;

    /** Bytes of a function's code, packed. */
    public static final long CODE_BYTES_MAX = 100L << 20;

    /** Bytes of what is said of a failure. */
    public static final int FAILURE_BYTES_MAX = 1 << 20;

    /** Characters of attributes, encoded; a request's head may have 64 KiB. */
    public static final int ATTRIBUTES_CHARS_MAX = 32 << 10;

    private static final JsonMapper JSON = JsonMapper.shared();

    private Wire() {}

    /** As a field holds them, whatever characters they have. */
    public static String attributes(Map<String, String> attributes) {
        byte[] json = JSON.writeValueAsBytes(new TreeMap<>(attributes));
        return Base64.getUrlEncoder().withoutPadding().encodeToString(json);
    }

    /** What {@link #attributes(Map)} was given; null where the field is none of that form. */
    public static @Nullable Map<String, String> attributes(@Nullable String field) {
        Map<String, String> attributes = new TreeMap<>();
        if (field == null) {
            return attributes;
        }
        try {
            String text = new String(Base64.getUrlDecoder().decode(field), StandardCharsets.UTF_8);
            JsonNode json = JSON.readTree(text);
            boolean[] texts = {json.isObject()};
            json.properties().forEach(each -> {
                texts[0] &= each.getValue().isString();
                attributes.put(each.getKey(), each.getValue().asString(""));
            });
            return texts[0] ? attributes : null;
        } catch (IllegalArgumentException | JacksonException other) {
            return null;
        }
    }
}
