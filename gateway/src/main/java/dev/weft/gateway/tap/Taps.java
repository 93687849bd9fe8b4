// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway.tap;

import dev.weft.api.Call;
import dev.weft.api.Headers;
import dev.weft.gateway.filter.CopiedBody;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Who listens to a function's calls hears each once its whole request has passed. Without a listener a call costs one look. A call
 * is neither slowed nor failed by it. Safe on any thread.
 */
public final class Taps {
    /** Functions that are listened to at once. */
    public static final int AT_ONCE_MAX = 8;

    /** Bytes of a request's body; a longer one is told as such. */
    public static final int BODY_BYTES_MAX = 1 << 20;

    /** Requests that are copied at once for one listener; others pass unheard. */
    public static final int COPIES_AT_ONCE_MAX = 32;

    private volatile Map<String, Tap> taps = Map.of();

    /** Hears requests, on their loops: must not block. */
    public interface Listener {
        /** A whole one. An exchange's header fields are as the function got them. */
        void heard(Call call, byte[] body);

        /** One that was not copied. */
        void left(String why);
    }

    private record Tap(Listener listener, AtomicInteger copies) {}

    /** From now on {@code listener} hears calls of {@code function}, until closed; null where one listens to it, or to too many. */
    public synchronized @Nullable AutoCloseable open(String function, Listener listener) {
        if (taps.containsKey(function) || taps.size() >= AT_ONCE_MAX) {
            return null;
        }
        Tap tap = new Tap(listener, new AtomicInteger());
        Map<String, Tap> more = new HashMap<>(taps);
        more.put(function, tap);
        taps = Map.copyOf(more);
        return () -> close(function, tap);
    }

    private synchronized void close(String function, Tap tap) {
        Map<String, Tap> fewer = new HashMap<>(taps);
        fewer.remove(function, tap);
        taps = Map.copyOf(fewer);
    }

    /** The call to make in place of {@code call}. On its loop. */
    public Call watch(String function, Call call) {
        Map<String, Tap> now = taps;
        Tap tap = now.isEmpty() ? null : now.get(function);
        if (tap == null
                || (call instanceof Call.Exchange exchange && exchange.headers().has("upgrade"))) {
            return call; // a tunnel has no copy
        }
        if (tap.copies().incrementAndGet() > COPIES_AT_ONCE_MAX) {
            tap.copies().decrementAndGet();
            tap.listener().left("more than " + COPIES_AT_ONCE_MAX + " came at once");
            return call;
        }
        Call heard = kept(call);
        if (call.body().length() == 0) {
            tap.copies().decrementAndGet();
            tap.listener().heard(heard, new byte[0]);
            return call;
        }
        CopiedBody copied = new CopiedBody(
                call.body(),
                BODY_BYTES_MAX,
                bytes -> {
                    tap.copies().decrementAndGet();
                    if (bytes == null) {
                        tap.listener().left("its body is longer than " + BODY_BYTES_MAX + " bytes");
                    } else {
                        tap.listener().heard(heard, bytes);
                    }
                },
                tap.copies()::decrementAndGet);
        return call.with(copied);
    }

    /** A wire lends its fields; what is heard may be kept. */
    private static Call kept(Call call) {
        return switch (call) {
            case Call.Exchange exchange ->
                new Call.Exchange(
                        exchange.context(),
                        exchange.line(),
                        Headers.builder().addAll(exchange.headers()).build(),
                        exchange.body());
            case Call.Event event -> event;
        };
    }
}
