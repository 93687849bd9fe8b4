// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.parity;

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
import dev.weft.app.parity.cases.ParityCase;
import dev.weft.app.parity.compare.Heard;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;

/** Sends one request to one place and waits for all of what comes back. Blocking; safe for use by many threads. */
final class TrialCaller {
    /** Size of an answer's body. */
    static final int BODY_BYTES_MAX = 64 << 20;
    /** How much longer than the function may take it is waited: for a start, and for the way. */
    static final Duration MARGIN = Duration.ofSeconds(15);

    private static final String HOST = "parity.weft.example";
    private static final String AGENT = "weft-parity";

    private final Loop loop;
    private final InstantSource clock;
    private final Duration timeout;

    /** For a function that may take {@code timeout}. */
    TrialCaller(Loop loop, InstantSource clock, Duration timeout) {
        this.loop = loop;
        this.clock = clock;
        this.timeout = timeout;
    }

    Heard call(Trial.Ready trial, ParityCase asked) throws InterruptedException {
        Place place = asked.event() ? trial.events() : trial.exchanges();
        CompletableFuture<Heard> heard = new CompletableFuture<>();
        AtomicReference<Place.Attempt> attempt = new AtomicReference<>(() -> {});
        RequestLine line = asked.line();
        boolean head = line != null && line.method().equals("HEAD");
        loop.execute(() -> attempt.set(place.call(call(asked), loop, new Gathering(heard, head))));
        try {
            return heard.get(timeout.plus(MARGIN).toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException late) {
            loop.execute(() -> attempt.get().cancel());
            return new Heard.Late();
        } catch (ExecutionException broken) {
            throw new IllegalStateException("an answer is gathered without failing", broken);
        }
    }

    private Call call(ParityCase asked) {
        CallContext context = new CallContext(
                UUID.randomUUID().toString(),
                Trace.start(),
                0,
                clock.instant().plus(timeout).plus(MARGIN),
                new CallContext.Caller("127.0.0.1", "https", HOST));
        RequestLine line = asked.line();
        if (line == null) {
            return new Call.Event(context, asked.contentType(), Map.of(), Body.of(asked.body()));
        }
        Headers.Builder fields = Headers.builder();
        Headers own = asked.fields();
        if (!own.has("host")) {
            fields.add("Host", HOST);
        }
        if (!own.has("user-agent")) {
            fields.add("User-Agent", AGENT);
        }
        if (!own.has("accept")) {
            fields.add("Accept", "*/*");
        }
        boolean sized = asked.body().length > 0 || !line.method().matches("GET|HEAD|OPTIONS|DELETE");
        if (sized && !own.has("content-length")) {
            fields.add("Content-Length", Integer.toString(asked.body().length));
        }
        fields.addAll(own);
        return new Call.Exchange(context, line, fields.build(), Body.of(asked.body()));
    }

    /** @param head whether the answer's body would reach nobody */
    private record Gathering(CompletableFuture<Heard> heard, boolean head) implements Place.Answers {
        @Override
        public void outcome(Outcome outcome) {
            switch (outcome) {
                case Outcome.Response(int status, Headers headers, Body body) -> {
                    List<Heard.Field> fields = new ArrayList<>(); // now: a wire lends them
                    headers.forEach((name, value) -> fields.add(new Heard.Field(name, value)));
                    gather(body, bytes -> new Heard.Response(status, fields, head ? new byte[0] : bytes));
                }
                case Outcome.Result(String type, Headers _, Body body) ->
                    gather(body, bytes -> new Heard.Result(type, bytes));
                case Outcome.Failure failure -> heard.complete(new Heard.Failed(failure));
                case Outcome.Accepted _ -> heard.complete(new Heard.Broken("taken for later, without an answer"));
                case Outcome.Upgraded(Headers _, Body body, var toFunction) -> {
                    body.discard();
                    toFunction.accept(Body.empty());
                    heard.complete(new Heard.Broken("another protocol, which is not compared"));
                }
            }
        }

        private void gather(Body body, java.util.function.Function<byte[], Heard> whole) {
            BodyGatherer.gather(
                    body,
                    BODY_BYTES_MAX,
                    bytes -> heard.complete(whole.apply(bytes)),
                    broken -> heard.complete(
                            broken.reason() == BodyException.Reason.TOO_LARGE
                                    ? new Heard.Broken("more than " + BODY_BYTES_MAX + " bytes, which is not compared")
                                    : new Heard.Broken(String.valueOf(broken.getMessage()))));
        }

        @Override
        public void failed(CloudException why) {
            heard.complete(
                    why.kind() == CloudException.Kind.UNKNOWN && why.getCause() instanceof TimeoutException
                            ? new Heard.Late()
                            : new Heard.Refused(why.kind(), String.valueOf(why.getMessage())));
        }
    }
}
