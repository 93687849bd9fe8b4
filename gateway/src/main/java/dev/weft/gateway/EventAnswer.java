// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway;

import dev.weft.api.Body;
import dev.weft.api.BodyGatherer;
import dev.weft.api.CloudException;
import dev.weft.api.Outcome;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import org.jspecify.annotations.Nullable;

/** Gathers an event's answer for a waiting thread. */
final class EventAnswer implements Attempts.Result {
    /** How an event's call ended. */
    record End(
            @Nullable String cloud,
            Journal.Ending ending,
            int attempts,
            @Nullable String reason,
            long bytes,
            Duration took,
            AttemptLog log) {
        static End of(Gateway.Invoked invoked, EventAnswer answer) {
            boolean failed = invoked.outcome() instanceof Outcome.Failure;
            return new End(
                    invoked.cloud(),
                    failed ? Journal.Ending.FAILED : Journal.Ending.ANSWERED,
                    answer.attempts(),
                    invoked.outcome() instanceof Outcome.Failure failure
                            ? failure.reason() + " " + failure.type() + ": " + failure.message()
                            : null,
                    invoked.body().length,
                    invoked.took(),
                    answer.log());
        }
    }

    private record Done(@Nullable Outcome outcome, @Nullable CloudException why, byte[] body) {}

    private final AttemptLog log;
    private final BlockingQueue<Done> done = new ArrayBlockingQueue<>(1);
    private volatile String cloud = "";
    private volatile int attempts;

    EventAnswer(AttemptLog log) {
        this.log = log;
    }

    @Override
    public AttemptLog log() {
        return log;
    }

    @Override
    public void outcome(Outcome outcome, String on, int made) {
        log.answered(outcome);
        cloud = on;
        attempts = made;
        Body body =
                switch (outcome) {
                    case Outcome.Response response -> response.body();
                    case Outcome.Result result -> result.body();
                    case Outcome.Upgraded upgraded -> upgraded.body();
                    case Outcome.Accepted accepted -> Body.empty();
                    case Outcome.Failure failure -> Body.empty();
                };
        BodyGatherer.gather(
                body,
                Gateway.INVOKE_ANSWER_BYTES_MAX,
                bytes -> done.add(new Done(outcome, null, bytes)),
                broken -> done.add(new Done(
                        null,
                        new CloudException(
                                CloudException.Kind.UNKNOWN,
                                "the function's answer did not come whole: " + broken.getMessage(),
                                broken),
                        new byte[0])));
    }

    @Override
    public void failed(CloudException why, String on, int made) {
        cloud = on;
        attempts = made;
        done.add(new Done(null, why, new byte[0]));
    }

    /** The cloud that answered or failed last; empty before. */
    String cloud() {
        return cloud;
    }

    /** Clouds tried. */
    int attempts() {
        return attempts;
    }

    /** Waits for it. Blocking. */
    Gateway.Invoked take(String id, long began) throws InterruptedException {
        Done got = done.take();
        if (got.why != null) {
            throw got.why;
        }
        if (got.outcome == null) {
            throw new IllegalStateException("an answer is an outcome or a failure");
        }
        return new Gateway.Invoked(got.outcome, got.body, id, cloud, Duration.ofNanos(System.nanoTime() - began));
    }
}
