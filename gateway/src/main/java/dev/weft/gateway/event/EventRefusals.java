// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway.event;

import dev.weft.api.BodyException;
import dev.weft.api.CloudException;
import dev.weft.api.Headers;
import dev.weft.api.event.Taken;
import dev.weft.gateway.protection.Refusal;
import dev.weft.net.ServerExchange;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Why a request is not taken as an event, in a status and a sentence. Pure. */
public final class EventRefusals {
    private static final Headers SOON = Headers.of("retry-after", "1");

    private EventRefusals() {}

    /** What can be said before its body has come; null where it may be one. */
    public static @Nullable Refusal unfit(ServerExchange exchange) {
        String method = exchange.line().method();
        if (!method.equals("POST")) {
            return new Refusal(
                    405,
                    "not-post",
                    "events are sent by POST, not by " + method + ": this route keeps CloudEvents for later",
                    Headers.of("allow", "POST"));
        }
        String encoding = exchange.headers().first("content-encoding");
        if (encoding != null && !encoding.equalsIgnoreCase("identity")) {
            return new Refusal(
                    415,
                    "encoded",
                    "an event that is kept must not have a content-encoding; send its data as it is",
                    Headers.none());
        }
        return exchange.body().length() > EventQueue.EVENT_BYTES_MAX ? tooLarge() : null;
    }

    private static Refusal tooLarge() {
        return new Refusal(
                413, "too-large", "an event has at most " + EventQueue.EVENT_BYTES_MAX + " bytes", Headers.none());
    }

    /** The body did not come whole. */
    public static Refusal of(BodyException failure) {
        return failure.reason() == BodyException.Reason.TOO_LARGE
                ? tooLarge()
                : new Refusal(400, "broken-off", "the event did not come whole", Headers.none());
    }

    /** It is no event. */
    public static Refusal of(CloudException noEvent) {
        return new Refusal(400, "no-event", String.valueOf(noEvent.getMessage()), Headers.none());
    }

    /** How long its attributes are. */
    public static long chars(Map<String, String> attributes) {
        return attributes.entrySet().stream()
                .mapToLong(each -> each.getKey().length() + each.getValue().length())
                .sum();
    }

    /** They are too long. */
    public static Refusal attributes() {
        return new Refusal(
                400,
                "attributes-too-large",
                "an event's attributes have at most " + EventQueue.ATTRIBUTES_CHARS_MAX + " characters together",
                Headers.none());
    }

    /** It may come again soon. */
    public static Refusal busy(String why) {
        return new Refusal(429, "busy", why, SOON);
    }

    /** The queue did not take it. */
    public static Refusal of(Taken.Refused refused) {
        return switch (refused.why()) {
            case FULL, BUSY -> busy(refused.message());
            case TOO_LARGE -> new Refusal(413, "too-large", refused.message(), Headers.none());
            case UNAVAILABLE -> new Refusal(503, "unavailable", refused.message(), SOON);
        };
    }
}
