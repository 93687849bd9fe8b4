// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.telemetry;

import dev.weft.api.resource.Cloud;
import dev.weft.gateway.Journal.Attempt;
import dev.weft.gateway.Journal.CallEvent;
import dev.weft.gateway.Journal.Ending;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.common.AttributesBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.data.EventData;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Spans of a call that is over: a SERVER span of the call itself, and below it a CLIENT span of each cloud tried. Names and
 * values are those of OpenTelemetry's semantic conventions for HTTP, FaaS and clouds; what those lack is {@code weft.…}.
 */
final class CallSpans {
    private static final AttributeKey<String> METHOD = AttributeKey.stringKey("http.request.method");
    private static final AttributeKey<String> METHOD_ORIGINAL = AttributeKey.stringKey("http.request.method_original");
    private static final AttributeKey<Long> STATUS = AttributeKey.longKey("http.response.status_code");
    private static final AttributeKey<Long> ANSWER_BYTES = AttributeKey.longKey("http.response.body.size");
    private static final AttributeKey<Long> RESEND = AttributeKey.longKey("http.request.resend_count");
    private static final AttributeKey<String> PATH = AttributeKey.stringKey("url.path");
    private static final AttributeKey<String> SCHEME = AttributeKey.stringKey("url.scheme");
    private static final AttributeKey<String> CLIENT = AttributeKey.stringKey("client.address");
    private static final AttributeKey<String> ERROR = AttributeKey.stringKey("error.type");
    private static final AttributeKey<String> TRIGGER = AttributeKey.stringKey("faas.trigger");
    private static final AttributeKey<String> NAME = AttributeKey.stringKey("faas.name");
    private static final AttributeKey<String> INVOCATION = AttributeKey.stringKey("faas.invocation_id");
    private static final AttributeKey<String> INVOKED_NAME = AttributeKey.stringKey("faas.invoked_name");
    private static final AttributeKey<String> INVOKED_PROVIDER = AttributeKey.stringKey("faas.invoked_provider");
    private static final AttributeKey<String> INVOKED_REGION = AttributeKey.stringKey("faas.invoked_region");
    private static final AttributeKey<String> PROVIDER = AttributeKey.stringKey("cloud.provider");
    private static final AttributeKey<String> REGION = AttributeKey.stringKey("cloud.region");
    private static final AttributeKey<String> CLOUD = AttributeKey.stringKey("weft.cloud");
    private static final AttributeKey<String> ENDING = AttributeKey.stringKey("weft.ending");
    /** The methods that are an attribute's value as they are; others may be anything that a caller thinks of. */
    private static final Set<String> METHODS =
            Set.of("GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH");

    private final Resource resource;
    private final Function<String, @Nullable Cloud> clouds;

    /** @param more what the user says of the process that makes the spans; it overrides what Weft says */
    CallSpans(Map<String, String> more, Function<String, @Nullable Cloud> clouds) {
        AttributesBuilder own = Attributes.builder();
        own.put("service.name", "weft")
                .put("process.pid", ProcessHandle.current().pid());
        more.forEach(own::put);
        this.resource = Resource.getDefault().merge(Resource.create(own.build()));
        this.clouds = clouds;
    }

    /** Tells {@code to} each span of {@code call}. */
    void of(CallEvent call, Consumer<SpanData> to) {
        to.accept(whole(call));
        List<Attempt> attempts = call.trail().attempts();
        for (int i = 0; i < attempts.size(); i++) {
            to.accept(attempt(call, attempts.get(i), i));
        }
    }

    private CallSpan whole(CallEvent call) {
        AttributesBuilder its = request(call);
        if (call.path() != null) {
            its.put(PATH, call.path());
            its.put(SCHEME, call.trail().caller().scheme());
            its.put(CLIENT, call.trail().caller().address());
        }
        its.put(TRIGGER, call.method() == null ? "other" : "http");
        put(its, NAME, call.function());
        its.put(ENDING, word(call.ending()));
        its.put(ANSWER_BYTES, call.bytes());
        status(its, call.status());
        String error = error(call);
        put(its, ERROR, error);
        boolean failed = error != null && (call.status() == 0 || call.status() >= 500 || broken(call));
        long began = nanos(call.time());
        return new CallSpan(
                title(call),
                SpanKind.SERVER,
                new CallSpan.Ids(
                        call.trace(),
                        call.trail().trace().spanId(),
                        call.trail().trace().parent()),
                new CallSpan.Times(began, began + call.took().toNanos()),
                new CallSpan.Content(its.build(), retries(call, began), failed, resource));
    }

    private static boolean broken(CallEvent call) {
        return call.ending() == Ending.BROKEN_OFF || call.ending() == Ending.CALLER_GONE;
    }

    /** As the conventions say of HTTP servers: what a caller did wrong has a status, and is no error of this span. */
    private static @Nullable String error(CallEvent call) {
        return switch (call.ending()) {
            case ANSWERED -> call.status() >= 500 ? Integer.toString(call.status()) : null;
            case REFUSED -> Integer.toString(call.status());
            case FAILED, CLOUD_FAILED -> {
                List<Attempt> attempts = call.trail().attempts();
                String last = attempts.isEmpty() ? null : attempts.getLast().failure();
                yield last == null ? word(call.ending()) : last;
            }
            case CALLER_GONE, BROKEN_OFF, DEADLINE -> word(call.ending());
        };
    }

    /** A call that was tried elsewhere says where it failed before. */
    private static List<EventData> retries(CallEvent call, long began) {
        List<Attempt> attempts = call.trail().attempts();
        if (attempts.size() < 2) {
            return List.of();
        }
        List<EventData> events = new ArrayList<>();
        for (Attempt each : attempts.subList(0, attempts.size() - 1)) {
            Attributes why = Attributes.of(CLOUD, each.cloud(), ERROR, String.valueOf(each.failure()));
            events.add(EventData.create(began + each.afterNanos() + each.tookNanos(), "weft.retry", why));
        }
        return events;
    }

    private CallSpan attempt(CallEvent call, Attempt attempt, int resent) {
        AttributesBuilder its = request(call);
        put(its, INVOKED_NAME, call.function());
        its.put(CLOUD, attempt.cloud());
        Cloud cloud = clouds.apply(attempt.cloud());
        if (cloud != null) {
            String provider = Providers.word(cloud.spec().type());
            String region = cloud.spec().region();
            its.put(INVOKED_PROVIDER, provider).put(PROVIDER, provider);
            put(its, INVOKED_REGION, region);
            put(its, REGION, region);
        }
        if (resent > 0) {
            its.put(RESEND, (long) resent);
        }
        // a status that Weft chose, because nobody answered, is not what the function said
        boolean answered = attempt.failure() == null;
        int status = answered ? call.status() : 0;
        status(its, status);
        String error = answered && status >= 400 ? Integer.toString(status) : attempt.failure();
        put(its, ERROR, error);
        long began = nanos(call.time()) + attempt.afterNanos();
        return new CallSpan(
                call.function() + " on " + attempt.cloud(),
                SpanKind.CLIENT,
                new CallSpan.Ids(
                        call.trace(),
                        String.valueOf(attempt.span()),
                        call.trail().trace().spanId()),
                new CallSpan.Times(began, began + attempt.tookNanos()),
                new CallSpan.Content(its.build(), List.of(), error != null, resource));
    }

    private static AttributesBuilder request(CallEvent call) {
        AttributesBuilder its = Attributes.builder().put(INVOCATION, call.invocation());
        String method = call.method();
        if (method != null) {
            boolean known = METHODS.contains(method);
            its.put(METHOD, known ? method : "_OTHER");
            if (!known) {
                its.put(METHOD_ORIGINAL, method);
            }
        }
        return its;
    }

    private static String title(CallEvent call) {
        String function = call.function();
        String method = call.method() == null ? "invoke" : METHODS.contains(call.method()) ? call.method() : "HTTP";
        return function == null ? method : method + ' ' + function;
    }

    private static void status(AttributesBuilder its, int status) {
        if (status != 0) {
            its.put(STATUS, (long) status);
        }
    }

    private static void put(AttributesBuilder its, AttributeKey<String> key, @Nullable String value) {
        if (value != null) {
            its.put(key, value);
        }
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }

    private static long nanos(Instant time) {
        return time.getEpochSecond() * 1_000_000_000L + time.getNano();
    }
}
