// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway.filter;

import dev.weft.api.BodyException;
import dev.weft.api.Call;
import dev.weft.api.CloudException;
import dev.weft.api.Outcome;
import dev.weft.api.spi.Loop;
import dev.weft.api.spi.Place;
import dev.weft.gateway.body.EndingBody;
import java.time.Duration;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** A place whose whole answer must come within a route's {@code timeouts.backendRequest}. */
public record TimedPlace(Place place, Duration limit) implements Place {
    @Override
    public String cloud() {
        return place.cloud();
    }

    @Override
    public Attempt call(Call call, Loop loop, Answers answers) {
        Timed timed = new Timed(answers);
        timed.timer = loop.after(limit, timed::late);
        timed.attempt = place.call(call, loop, timed);
        return timed;
    }

    /** One call and its time. On its loop. */
    private final class Timed implements Answers, Attempt {
        private final Answers answers;
        private @Nullable Attempt attempt;
        private Loop.@Nullable Timer timer;
        private @Nullable EndingBody body;
        private boolean over;

        Timed(Answers answers) {
            this.answers = answers;
        }

        private String why() {
            return "no answer within the route's timeouts.backendRequest of " + limit.toMillis() + " ms";
        }

        private void late() {
            EndingBody streaming = body;
            if (streaming != null) {
                streaming.breakOff(new BodyException(BodyException.Reason.TIMED_OUT, why(), null));
            } else if (!over) {
                cancel();
                answers.failed(new CloudException(CloudException.Kind.UNKNOWN, why(), new TimeoutException(why())));
            }
        }

        private void stopTimer() {
            Loop.Timer running = timer;
            if (running != null) {
                running.cancel();
            }
        }

        @Override
        public void outcome(Outcome outcome) {
            if (over) {
                return;
            }
            over = true;
            if (outcome instanceof Outcome.Response(int status, var headers, var streamed)) {
                EndingBody timed = new EndingBody(streamed, this::stopTimer);
                body = timed;
                answers.outcome(new Outcome.Response(status, headers, timed));
            } else {
                stopTimer();
                answers.outcome(outcome);
            }
        }

        @Override
        public void failed(CloudException why) {
            if (!over) {
                over = true;
                stopTimer();
                answers.failed(why);
            }
        }

        @Override
        public void cancel() {
            over = true;
            stopTimer();
            Attempt running = attempt;
            if (running != null) {
                running.cancel();
            }
        }
    }
}
