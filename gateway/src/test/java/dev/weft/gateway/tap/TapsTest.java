// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway.tap;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.Body;
import dev.weft.api.BodyGatherer;
import dev.weft.api.Call;
import dev.weft.api.CallContext;
import dev.weft.api.Headers;
import dev.weft.api.RequestLine;
import dev.weft.api.Trace;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class TapsTest {
    private final Taps taps = new Taps();
    private final List<String> heard = new ArrayList<>();
    private final Taps.Listener listener = new Taps.Listener() {
        @Override
        public void heard(Call call, byte[] body) {
            heard.add(new String(body, StandardCharsets.UTF_8));
        }

        @Override
        public void left(String why) {
            heard.add("left: " + why);
        }
    };

    private static Call call(byte[] body, String... fields) {
        CallContext context = new CallContext("id", Trace.start(), 0, Instant.MAX, CallContext.Caller.WEFT);
        return new Call.Exchange(context, new RequestLine("POST", "/", null), Headers.of(fields), Body.of(body));
    }

    private static void read(Call call) {
        BodyGatherer.gather(call.body(), Long.MAX_VALUE, bytes -> {}, broken -> {});
    }

    @Test
    void whoListensHearsWholeRequestsOfItsFunction() throws Exception {
        try (AutoCloseable open = Objects.requireNonNull(taps.open("shop", listener))) {
            assertThat(open).isNotNull();
            read(taps.watch("shop", call("one".getBytes(StandardCharsets.UTF_8))));
            read(taps.watch("other", call("not this".getBytes(StandardCharsets.UTF_8))));
            read(taps.watch("shop", call(new byte[0])));
            Call tunnel = call(new byte[] {1}, "upgrade", "websocket");
            assertThat(taps.watch("shop", tunnel)).isSameAs(tunnel);
            taps.watch("shop", call(new byte[] {1})).body().discard();
            read(taps.watch("shop", call(new byte[Taps.BODY_BYTES_MAX + 1])));
        }
        read(taps.watch("shop", call("too late".getBytes(StandardCharsets.UTF_8))));
        assertThat(heard).containsExactly("one", "", "left: its body is longer than 1048576 bytes");
    }

    @Test
    void onlySoManyAreCopiedAtOnce() {
        assertThat(taps.open("shop", listener)).isNotNull();
        List<Call> calls = new ArrayList<>();
        for (int i = 0; i <= Taps.COPIES_AT_ONCE_MAX; i++) {
            calls.add(taps.watch("shop", call(new byte[] {'x'})));
        }
        assertThat(heard).containsExactly("left: more than 32 came at once");
        calls.getFirst().body().discard(); // makes room
        read(taps.watch("shop", call(new byte[] {'y'})));
        assertThat(heard).contains("y");
    }

    @Test
    void onlySoManyFunctionsAndEachOnce() throws Exception {
        List<AutoCloseable> open = new ArrayList<>();
        for (int i = 0; i < Taps.AT_ONCE_MAX; i++) {
            open.add(Objects.requireNonNull(taps.open("f" + i, listener)));
        }
        assertThat(taps.open("one more", listener)).isNull();
        open.getFirst().close();
        assertThat(taps.open("f1", listener)).isNull();
        assertThat(taps.open("one more", listener)).isNotNull();
    }
}
