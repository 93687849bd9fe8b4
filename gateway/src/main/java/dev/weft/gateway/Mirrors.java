// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway;

import dev.weft.api.Body;
import dev.weft.api.Call;
import dev.weft.api.CallContext;
import dev.weft.api.CloudException;
import dev.weft.api.Headers;
import dev.weft.api.Outcome;
import dev.weft.api.spi.Loop;
import dev.weft.api.spi.Place;
import dev.weft.gateway.filter.CopiedBody;
import dev.weft.gateway.filter.MirrorRule;
import dev.weft.gateway.filter.RouteFilters;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;

/**
 * Sends copies of requests to mirrors and drops their answers. A copy starts after the call that it is of, once the whole
 * body has passed; it is not retried and tells nothing to the health of its place, so that it can neither slow nor fail
 * any other call. The journal hears of it as of a call of its own.
 */
final class Mirrors {
    /** Bytes of a request kept for its copies; a longer one is not copied. */
    static final int BODY_BYTES_MAX = 256 * 1024;

    /** A copy not answered after this long is given up. */
    static final Duration TIME_MAX = Duration.ofSeconds(30);

    private final Journal journal;
    private final InstantSource clock;

    Mirrors(Journal journal, InstantSource clock) {
        this.journal = journal;
        this.clock = clock;
    }

    /** The call to make in place of {@code call}, of which copies go to the mirrors of {@code filters}. */
    Call.Exchange watch(Call.Exchange call, RouteFilters filters, Map<String, FunctionEntry> functions, Loop loop) {
        if (filters.mirrors().isEmpty() || call.headers().first("upgrade") != null) { // a tunnel has no copy
            return call;
        }
        List<MirrorRule> chosen = filters.mirrors().stream()
                .filter(mirror -> mirror.takes(ThreadLocalRandom.current().nextDouble()))
                .toList();
        if (chosen.isEmpty()) {
            return call;
        }
        if (call.body().length() == 0) {
            chosen.forEach(mirror -> loop.execute(
                    () -> new Copy(mirror, call, functions.get(mirror.backend()), loop).send(new byte[0])));
            return call;
        }
        Body copied = new CopiedBody(
                call.body(),
                BODY_BYTES_MAX,
                bytes -> chosen.forEach(mirror ->
                        loop.execute(() -> new Copy(mirror, call, functions.get(mirror.backend()), loop).send(bytes))));
        return call.with(copied);
    }

    /** One copy for one mirror. On the call's loop. */
    private final class Copy implements Place.Answers {
        private final MirrorRule mirror;
        private final Call.Exchange original;
        private final @Nullable FunctionEntry target;
        private final Loop loop;
        private final Instant began = clock.instant();
        private final String id = CallReader.id();
        private String cloud = "";
        private boolean over;
        private Loop.@Nullable Timer timer;

        Copy(MirrorRule mirror, Call.Exchange original, @Nullable FunctionEntry target, Loop loop) {
            this.mirror = mirror;
            this.original = original;
            this.target = target;
            this.loop = loop;
        }

        void send(byte @Nullable [] body) {
            FunctionEntry entry = target;
            if (body == null) {
                skipped("the request is longer than " + BODY_BYTES_MAX + " bytes");
            } else if (entry == null) {
                skipped("there is no backend " + mirror.backend());
            } else {
                FunctionEntry.Candidate place = entry.places().stream()
                        .filter(each -> each.known().unmet() == null)
                        .filter(each -> each.health().standing() == PlacementDecider.Standing.HEALTHY)
                        .findFirst()
                        .orElse(null);
                if (place == null) {
                    skipped("no cloud of it is healthy");
                } else if (!mirror.begin()) {
                    skipped(MirrorRule.AT_ONCE_MAX + " copies are under way");
                } else {
                    start(place.place(), body);
                }
            }
        }

        private void start(Place place, byte[] body) {
            cloud = place.cloud();
            CallContext of = original.context();
            CallContext context = new CallContext(id, of.trace().child(), of.hops(), began.plus(TIME_MAX), of.caller());
            Headers headers = Headers.builder()
                    .addAll(original.headers())
                    .set(CallReader.INVOCATION, id)
                    .build();
            Place.Attempt attempt =
                    place.call(new Call.Exchange(context, original.line(), headers, Body.of(body)), loop, this);
            if (!over) {
                timer = loop.after(TIME_MAX, () -> {
                    attempt.cancel();
                    end(0, Journal.Ending.CLOUD_FAILED, "no answer within " + TIME_MAX.toSeconds() + " s");
                });
            }
        }

        @Override
        public void outcome(Outcome outcome) {
            switch (outcome) {
                case Outcome.Response response -> {
                    response.body().discard();
                    end(response.status(), Journal.Ending.ANSWERED, null);
                }
                case Outcome.Result result -> {
                    result.body().discard();
                    end(200, Journal.Ending.ANSWERED, null);
                }
                case Outcome.Upgraded upgraded -> {
                    upgraded.body().discard();
                    end(101, Journal.Ending.ANSWERED, null);
                }
                case Outcome.Accepted accepted -> end(202, Journal.Ending.ANSWERED, null);
                case Outcome.Failure failure -> end(0, Journal.Ending.FAILED, failure.type());
            }
        }

        @Override
        public void failed(CloudException why) {
            end(0, Journal.Ending.CLOUD_FAILED, why.kind() + ": " + why.getMessage());
        }

        private void end(int status, Journal.Ending ending, @Nullable String why) {
            if (!over) {
                over = true;
                mirror.end();
                Loop.Timer running = timer;
                if (running != null) {
                    running.cancel();
                }
                tell(cloud, status, ending, why);
            }
        }

        private void skipped(String why) {
            tell(null, 0, Journal.Ending.REFUSED, "not copied: " + why);
        }

        private void tell(@Nullable String on, int status, Journal.Ending ending, @Nullable String why) {
            String what = "mirror of " + original.context().id();
            journal.record(new Journal.CallEvent(
                    began,
                    id,
                    original.context().trace().traceId(),
                    target == null ? null : target.name(),
                    on,
                    original.line().method(),
                    original.line().path(),
                    status,
                    ending,
                    on == null ? 0 : 1,
                    why == null ? what : what + ": " + why,
                    0,
                    Duration.between(began, clock.instant()),
                    new Journal.Trail(
                            original.context().caller(), original.context().trace(), false, List.of()),
                    null,
                    Double.NaN));
        }
    }
}
