// SPDX-License-Identifier: Apache-2.0
package dev.weft.adapters.front;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** An HTTP exchange as the call of an OpenWhisk web action that is not raw, and its result as the answer. Pure. */
final class WebAction {
    /** Parameters that are the platform's. */
    static final Set<String> RESERVED =
            Set.of("__ow_method", "__ow_headers", "__ow_path", "__ow_user", "__ow_query", "__ow_body");

    static final String FORM = "application/x-www-form-urlencoded";

    private static final Set<String> TEXT = Set.of("application/javascript", "application/xml", FORM);
    private static final Set<String> FRAMING = Set.of("content-length", "transfer-encoding", "content-type");
    private static final Pattern BASE64 =
            Pattern.compile("(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?");
    private static final String TYPE = "content-type";
    private static final String JSON = "application/json";

    private WebAction() {}

    /** A content type without its parameters, in lower case. */
    static String media(@Nullable String type) {
        return (type == null ? "" : type).split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    }

    static boolean json(String media) {
        return media.equals(JSON) || media.endsWith("+json");
    }

    static boolean text(String media) {
        return media.startsWith("text/")
                || TEXT.contains(media)
                || (media.endsWith("+xml") && !media.startsWith("image/"));
    }

    /** The parameters for {@code exchange}: one of its body wins over one of the query. */
    static Map<String, Object> parameters(Code.Exchange exchange) throws Failure {
        Map<String, Object> all = new LinkedHashMap<>();
        Map<String, String> headers = new LinkedHashMap<>();
        for (Fields.Field each : exchange.fields()) {
            String comma = each.is("cookie") ? "; " : ", ";
            headers.merge(each.key(), each.value(), (one, more) -> one + comma + more);
        }
        all.put("__ow_method", exchange.method().toLowerCase(Locale.ROOT));
        all.put("__ow_headers", headers);
        all.put("__ow_path", exchange.path());
        set(all, pairs(exchange.query() == null ? "" : exchange.query()));
        byte[] body = exchange.body();
        String media = media(headers.get(TYPE));
        if (body.length == 0) {
            return all;
        }
        String text = new String(body, StandardCharsets.UTF_8);
        if (json(media)) {
            Object value = parsed(text);
            if (value instanceof Map<?, ?> map) {
                set(all, map);
            } else {
                all.put("__ow_body", value);
            }
        } else if (media.equals(FORM)) {
            set(all, pairs(text));
        } else {
            all.put("__ow_body", text(media) ? text : Base64.getEncoder().encodeToString(body));
        }
        return all;
    }

    private static @Nullable Object parsed(String text) throws Failure {
        try {
            return Json.read(text);
        } catch (IllegalArgumentException notJson) {
            throw new Failure("ApplicationError", "the body is not the JSON that its content type says");
        }
    }

    private static void set(Map<String, Object> all, Map<?, ?> more) throws Failure {
        for (Map.Entry<?, ?> each : more.entrySet()) {
            String name = String.valueOf(each.getKey());
            if (RESERVED.contains(name)) {
                throw new Failure(
                        "ApplicationError",
                        "Request defines parameters that are not allowed (e.g., reserved properties): " + name);
            }
            all.put(name, each.getValue());
        }
    }

    private static Map<String, String> pairs(String text) {
        Map<String, String> all = new LinkedHashMap<>();
        for (String each : text.split("&", -1)) {
            int equals = each.indexOf('=');
            if (!each.isEmpty()) {
                all.put(
                        decoded(equals < 0 ? each : each.substring(0, equals)),
                        equals < 0 ? "" : decoded(each.substring(equals + 1)));
            }
        }
        return all;
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException notEncoded) {
            return text;
        }
    }

    /** The answer that a result means, as OpenWhisk's controller reads it. */
    static Code.Answer answer(Map<?, ?> result) {
        Object read = result.get("error") == null ? result : result.get("error");
        if (!(read instanceof Map<?, ?> said)) {
            return notHttp();
        }
        String told = said.get("statusCode") == null ? "" : String.valueOf(said.get("statusCode"));
        int status = told.matches("[2-5][0-9]{2}(\\.0)?") ? Integer.parseInt(told, 0, 3, 10) : 0;
        if (!told.isEmpty() && status == 0) {
            return notHttp();
        }
        Fields given = fields(said);
        Fields others = given.where(each -> !FRAMING.contains(each.key()));
        String type = given.first(TYPE);
        Object body = said.get("body");
        if (body == null || body.equals("")) {
            Fields all = type == null ? others : others.with(TYPE, type);
            return new Code.Answer(status == 0 ? 204 : status, all, new byte[0]);
        }
        int usual = status == 0 ? 200 : status;
        if (!(body instanceof String words)) {
            return new Code.Answer(usual, others.with(TYPE, type == null ? JSON : type), bytes(Json.text(body)));
        }
        String media = media(type == null ? "text/html" : type);
        boolean base64 = json(media) ? BASE64.matcher(words.strip()).matches() : !text(media);
        try {
            byte[] bytes = base64 ? Base64.getDecoder().decode(words.strip()) : bytes(words);
            return new Code.Answer(usual, others.with(TYPE, type == null ? "text/html; charset=UTF-8" : type), bytes);
        } catch (IllegalArgumentException notBase64) {
            return notHttp();
        }
    }

    private static Code.Answer notHttp() {
        return new Code.Answer(
                400, Fields.of(TYPE, JSON), bytes("{\"error\":\"Response is not valid 'message/http'.\"}"));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static Fields fields(Map<?, ?> said) {
        List<Fields.Field> all = new ArrayList<>();
        if (said.get("headers") instanceof Map<?, ?> headers) {
            headers.forEach((name, value) -> {
                for (Object each : value instanceof List<?> several ? several : List.of(String.valueOf(value))) {
                    all.add(new Fields.Field(String.valueOf(name).toLowerCase(Locale.ROOT), String.valueOf(each)));
                }
            });
        }
        return new Fields(all);
    }
}
