// SPDX-License-Identifier: Apache-2.0
package dev.weft.testkit;

import dev.weft.api.Body;
import dev.weft.api.BodyException;
import dev.weft.api.BodyGatherer;
import dev.weft.api.Call;
import dev.weft.api.CallContext;
import dev.weft.api.CloudException;
import dev.weft.api.Headers;
import dev.weft.api.Outcome;
import dev.weft.api.RequestLine;
import dev.weft.api.Trace;
import dev.weft.api.spi.Loop;
import dev.weft.api.spi.Place;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Calls places from a test's own thread and waits for all of the answer. */
public record Caller(Loop loop, Instant now) {
    private static final Duration ANSWER_MAX = Duration.ofSeconds(30);
    private static final int BODY_BYTES_MAX = 64 << 20;

    /**
     * What came back: exactly one of outcome and failure.
     *
     * @param body of an answer, whole
     * @param broken why the body did not come whole
     */
    public record Heard(
            @Nullable Outcome outcome,
            @Nullable CloudException failure,
            byte[] body,
            @Nullable BodyException broken) {
        /** The answer's body as text. */
        public String text() {
            return new String(body, StandardCharsets.UTF_8);
        }

        /** The status of an answered exchange, else -1. */
        public int status() {
            return outcome instanceof Outcome.Response response ? response.status() : -1;
        }
    }

    /** An exchange of that body. */
    public Call.Exchange exchange(String path, byte[] body) {
        return exchange(path, body, "application/json");
    }

    /** An exchange of that body and its type. */
    public Call.Exchange exchange(String path, byte[] body, String contentType) {
        return new Call.Exchange(
                context(Duration.ofSeconds(25)),
                new RequestLine("POST", path, null),
                Headers.of("content-type", contentType, "host", "shop.example"),
                Body.of(body));
    }

    /** An event of that body. */
    public Call.Event event(byte[] body) {
        return new Call.Event(context(Duration.ofSeconds(25)), "application/json", Map.of(), Body.of(body));
    }

    /** The context of a call that is of use for {@code left}. */
    public CallContext context(Duration left) {
        return new CallContext(UUID.randomUUID().toString(), Trace.start(), 0, now.plus(left), CallContext.Caller.WEFT);
    }

    /** Calls and waits. */
    public Heard call(Place place, Call call) {
        return await(start(place, call));
    }

    /** Calls; the answer comes later. */
    public CompletableFuture<Heard> start(Place place, Call call) {
        CompletableFuture<Heard> heard = new CompletableFuture<>();
        loop.execute(() -> {
            Place.Attempt ignored = place.call(call, loop, new Place.Answers() {
                @Override
                public void outcome(Outcome outcome) {
                    Body body =
                            switch (outcome) {
                                case Outcome.Response response -> response.body();
                                case Outcome.Result result -> result.body();
                                case Outcome.Upgraded upgraded -> upgraded.body();
                                case Outcome.Accepted _, Outcome.Failure _ -> Body.empty();
                            };
                    BodyGatherer.gather(
                            body,
                            BODY_BYTES_MAX,
                            bytes -> heard.complete(new Heard(outcome, null, bytes, null)),
                            broken -> heard.complete(new Heard(outcome, null, new byte[0], broken)));
                }

                @Override
                public void failed(CloudException why) {
                    heard.complete(new Heard(null, why, new byte[0], null));
                }
            });
        });
        return heard;
    }

    /** Waits for a call's answer; none within half a minute is a failed test. */
    public static Heard await(CompletableFuture<Heard> heard) {
        try {
            return heard.get(ANSWER_MAX.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException none) {
            throw new AssertionError("no answer within " + ANSWER_MAX, none);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted while waiting for an answer", stopped);
        }
    }
}
