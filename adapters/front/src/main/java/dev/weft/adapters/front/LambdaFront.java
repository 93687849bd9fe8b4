// SPDX-License-Identifier: Apache-2.0
package dev.weft.adapters.front;

import com.amazonaws.services.lambda.runtime.ClientContext;
import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The function as a Lambda handler: an event of payload format 2.0 is an exchange, any other an event. */
public final class LambdaFront implements RequestStreamHandler {
    private static final Pattern TEXT =
            Pattern.compile("(?i)(text/|application/(json|javascript|xml)\\b|[^;]+\\+(json|xml)\\b).*");

    private final Settings settings;
    private final Code code;

    /** Opens the code. */
    public LambdaFront() throws IOException, InterruptedException {
        try {
            this.settings = Settings.read();
            this.code = Front.open(settings);
        } catch (Failure failure) {
            throw new IllegalStateException(failure.type() + ": " + failure.getMessage(), failure);
        }
    }

    /** The function failed, in its own words: Lambda reports the type and the message. */
    static final class FunctionFailedException extends IllegalStateException {
        FunctionFailedException(Failure failure) {
            super(failure.type() + ": " + failure.getMessage() + ": "
                    + new String(failure.payload(), StandardCharsets.UTF_8));
        }

        /** It is not this class's trace that anybody wants. */
        @Override
        public synchronized Throwable fillInStackTrace() {
            return this;
        }
    }

    @Override
    public void handleRequest(InputStream input, OutputStream output, Context context) throws IOException {
        byte[] bytes = input.readAllBytes();
        Code.About about = new Code.About(
                context.getAwsRequestId(), null, settings.clock().millis() + context.getRemainingTimeInMillis());
        try {
            Object event = Json.read(new String(bytes, StandardCharsets.UTF_8));
            if (event instanceof Map<?, ?> map
                    && "2.0".equals(map.get("version"))
                    && map.get("requestContext") instanceof Map<?, ?> said
                    && said.get("http") instanceof Map<?, ?> http) {
                output.write(text(answerOf(code.exchange(exchangeOf(map, http, about)))));
            } else {
                Code.Event told = new Code.Event(about, "application/json", custom(context.getClientContext()), bytes);
                output.write(resultOf(code.event(told).body()));
            }
        } catch (Failure failure) {
            throw new FunctionFailedException(failure);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new IOException("stopped", stopped);
        }
    }

    private static Fields custom(@Nullable ClientContext context) {
        List<Fields.Field> all = new ArrayList<>();
        if (context != null && context.getCustom() != null) {
            context.getCustom().forEach((name, value) -> all.add(new Fields.Field(name, String.valueOf(value))));
        }
        return new Fields(all);
    }

    private static String word(Map<?, ?> map, String name) {
        Object value = map.get(name);
        return value == null ? "" : value.toString();
    }

    private static Code.Exchange exchangeOf(Map<?, ?> event, Map<?, ?> http, Code.About about) {
        List<Fields.Field> all = new ArrayList<>();
        if (event.get("headers") instanceof Map<?, ?> headers) {
            headers.forEach((name, value) -> all.add(new Fields.Field(String.valueOf(name), String.valueOf(value))));
        }
        if (event.get("cookies") instanceof List<?> cookies && !cookies.isEmpty()) {
            all.add(new Fields.Field(
                    "cookie",
                    String.join("; ", cookies.stream().map(String::valueOf).toList())));
        }
        Fields fields = new Fields(all).where(each -> !each.is("x-amzn-trace-id"));
        String body = word(event, "body");
        String query = word(event, "rawQueryString");
        return new Code.Exchange(
                new Code.About(about.id(), fields.first("traceparent"), about.deadlineMillis()),
                word(http, "method"),
                word(event, "rawPath"),
                query.isEmpty() ? null : query,
                fields,
                Boolean.TRUE.equals(event.get("isBase64Encoded"))
                        ? Base64.getDecoder().decode(body)
                        : body.getBytes(StandardCharsets.UTF_8),
                fields.first("host"),
                word(http, "sourceIp"));
    }

    private static Map<String, Object> answerOf(Code.Answer answer) {
        Map<String, String> fields = new LinkedHashMap<>();
        List<String> cookies = new ArrayList<>();
        for (Fields.Field each : answer.fields()) {
            if (each.is("set-cookie")) {
                cookies.add(each.value());
            } else {
                fields.merge(each.key(), each.value(), (one, more) -> one + ',' + more);
            }
        }
        boolean textual = TEXT.matcher(fields.getOrDefault("content-type", "")).matches()
                && !fields.containsKey("content-encoding");
        String text = textual ? textOf(answer.body()) : null;
        Map<String, Object> said = new LinkedHashMap<>();
        said.put("statusCode", answer.status());
        said.put("headers", fields);
        if (!cookies.isEmpty()) {
            said.put("cookies", cookies);
        }
        said.put("body", text == null ? Base64.getEncoder().encodeToString(answer.body()) : text);
        said.put("isBase64Encoded", text == null);
        return said;
    }

    private static @Nullable String textOf(byte[] body) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(body))
                    .toString();
        } catch (CharacterCodingException binary) {
            return null;
        }
    }

    /** JSON as it is, other text as a string, anything else in base64. */
    private static byte[] resultOf(byte[] body) {
        String text = textOf(body);
        if (text == null) {
            return text(Base64.getEncoder().encodeToString(body));
        }
        if (text.isEmpty()) {
            return text((Object) null);
        }
        try {
            Object ignored = Json.read(text);
            return body;
        } catch (IllegalArgumentException notJson) {
            return text(text);
        }
    }

    private static byte[] text(@Nullable Object value) {
        return Json.text(value).getBytes(StandardCharsets.UTF_8);
    }
}
