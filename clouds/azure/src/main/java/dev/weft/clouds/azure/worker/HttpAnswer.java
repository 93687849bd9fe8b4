// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.azure.worker;

import com.microsoft.azure.functions.HttpResponseMessage;
import com.microsoft.azure.functions.HttpStatus;
import com.microsoft.azure.functions.HttpStatusType;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A response, and its own builder, as in Azure's worker. */
final class HttpAnswer implements HttpResponseMessage, HttpResponseMessage.Builder {
    private static final int LEAST_STATUS = 200;
    private static final int MOST_STATUS = 599;

    private final Map<String, String> headers = new LinkedHashMap<>();
    private HttpStatusType status = HttpStatus.OK;
    private @Nullable Object body;

    /** What {@code returned} means to an HTTP caller: a response, a body, or nothing at all. */
    static HttpAnswer of(@Nullable Object returned) {
        if (returned instanceof HttpAnswer answer) {
            return answer;
        }
        HttpAnswer answer = new HttpAnswer();
        if (returned instanceof HttpResponseMessage other) {
            // one of the app's own making: it tells no names of its header fields
            answer.status(other.getStatus());
            String type = other.getHeader("Content-Type");
            if (type != null) {
                answer.header("Content-Type", type);
            }
            return answer.with(other.getBody());
        }
        return returned == null ? answer.status(HttpStatus.NO_CONTENT) : answer.with(returned);
    }

    @Override
    public HttpStatusType getStatus() {
        return status;
    }

    @Override
    public int getStatusCode() {
        return status.value();
    }

    @Override
    public @Nullable String getHeader(String key) {
        return headers.get(key);
    }

    @Override
    public @Nullable Object getBody() {
        return body;
    }

    @Override
    public HttpAnswer status(HttpStatusType other) {
        if (other.value() < LEAST_STATUS || other.value() > MOST_STATUS) {
            throw new IllegalArgumentException("status " + other.value() + ": a number from 200 to 599");
        }
        status = other;
        return this;
    }

    @Override
    public HttpAnswer header(String key, String value) {
        headers.put(key, value);
        return this;
    }

    @Override
    public HttpAnswer body(@Nullable Object other) {
        body = other;
        return this;
    }

    private HttpAnswer with(@Nullable Object other) {
        body = other;
        return this;
    }

    @Override
    public HttpResponseMessage build() {
        return this;
    }

    /** The fields, with a content type for a body whose maker named none. */
    Map<String, String> headers() {
        if (body == null || headers.keySet().stream().anyMatch("content-type"::equalsIgnoreCase)) {
            return headers;
        }
        Map<String, String> typed = new LinkedHashMap<>(headers);
        typed.put(
                "Content-Type",
                switch (body) {
                    case String text -> "text/plain; charset=utf-8";
                    case byte[] bytes -> "application/octet-stream";
                    default -> "application/json; charset=utf-8";
                });
        return typed;
    }

    byte[] bytes() {
        return switch (body) {
            case null -> new byte[0];
            case byte[] bytes -> bytes;
            case String text -> text.getBytes(StandardCharsets.UTF_8);
            default -> Values.json(body).toString().getBytes(StandardCharsets.UTF_8);
        };
    }
}
