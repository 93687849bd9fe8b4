// SPDX-License-Identifier: Apache-2.0
package dev.weft.engine;

import dev.weft.api.BodyException;
import dev.weft.api.Call;
import dev.weft.api.CloudException;
import dev.weft.api.Outcome;
import dev.weft.api.spi.Loop;
import dev.weft.api.spi.Place;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** One call from the moment the stand-in takes it until its last byte is out. Every field belongs to the call's loop. */
final class ServedCall implements Place.Attempt, Place.Answers {
    /** How long a broken connection is given to turn out to be a dead process. */
    static final Duration EXIT_NOTICE_MAX = Duration.ofSeconds(1);

    /** The gateway holds the caller's deadline, and knows better what to say of it. */
    private static final Duration GATEWAY_FIRST = Duration.ofMillis(50);

    private enum Phase {
        /** For an instance. */
        WAITING,
        /** An instance has it and has not answered. */
        SERVED,
        /** The caller is gone; the instance finishes it all the same. */
        ABANDONED,
        /** The answer's body is under way. */
        ANSWERING,
        /** Nothing more comes. */
        OVER
    }

    private final Pool pool;
    private final Call call;
    private final Loop loop;
    private final Place.Answers answers;
    private long waitsSince; // written before the call is in the queue, whose lock publishes it
    private Phase phase = Phase.WAITING;
    private @Nullable Instance instance;
    private Place.@Nullable Attempt handed;
    private Loop.@Nullable Timer timer;
    private @Nullable ServedBody body;
    private @Nullable ServedTunnel tunnel;

    ServedCall(Pool pool, Call call, Loop loop, Place.Answers answers) {
        this.pool = pool;
        this.call = call;
        this.loop = loop;
        this.answers = answers;
    }

    Call call() {
        return call;
    }

    Loop loop() {
        return loop;
    }

    /** It must wait; its deadline holds there too. Before it is put into the queue. */
    void waiting() {
        if (timer == null) {
            waitsSince = pool.millis();
            timer = loop.after(untilDeadline().plus(GATEWAY_FIRST), this::waitedTooLong);
        }
    }

    /** When it came to wait, in milliseconds of the pool's clock. */
    long waitsSince() {
        return waitsSince;
    }

    /** An instance has kept a slot for it. On the loop. */
    void begin(Instance chosen) {
        if (phase != Phase.WAITING) {
            chosen.release();
            return;
        }
        stopTimer();
        if (!chosen.began(this)) {
            // it died between being chosen and now: the call has touched nothing and starts over
            chosen.finished(this);
            chosen.release();
            pool.take(this);
            return;
        }
        phase = Phase.SERVED;
        instance = chosen;
        // the caller's deadline is the gateway's to hold: it cancels, and an instance is not ended for a caller's hurry
        timer = loop.after(chosen.version().function().spec().timeout(), this::timedOut);
        Place.Attempt attempt = chosen.hosted().call(call, loop, this);
        handed = attempt;
    }

    /** No instance will come. On the loop. */
    void refused(CloudException why) {
        if (phase == Phase.WAITING) {
            finish();
            answers.failed(why);
        }
    }

    /** No instance will come, and that is the function's own fault. On the loop. */
    void refused(Outcome.Failure why) {
        if (phase == Phase.WAITING) {
            finish();
            answers.outcome(why);
        }
    }

    /** The instance's process is gone. On the loop. */
    void crashed(InstanceProcess.End end, String logTail) {
        switch (phase) {
            case SERVED -> {
                Outcome.Failure failure = failure(end.reason(), pool.function() + ": " + end.how(), logTail);
                finish();
                answers.outcome(failure);
            }
            case ABANDONED -> finish();
            case ANSWERING -> breakOff(new BodyException(BodyException.Reason.BROKEN_OFF, end.how(), null));
            case WAITING, OVER -> {}
        }
    }

    @Override
    public void outcome(Outcome outcome) {
        if (phase != Phase.SERVED) {
            drop(outcome);
            return;
        }
        switch (outcome) {
            case Outcome.Response response
            when !response.body().complete() ->
                answers.outcome(
                        new Outcome.Response(response.status(), response.headers(), answering(response.body())));
            case Outcome.Result result
            when !result.body().complete() ->
                answers.outcome(
                        new Outcome.Result(result.contentType(), result.attributes(), answering(result.body())));
            case Outcome.Failure failure -> {
                Outcome told = failure.logTail().isEmpty() ? withTail(failure) : failure;
                finish();
                answers.outcome(told);
            }
            case Outcome.Upgraded upgraded -> answers.outcome(tunnel(upgraded));
            case Outcome.Response whole -> over(whole);
            case Outcome.Result whole -> over(whole);
            case Outcome.Accepted accepted -> over(accepted);
        }
    }

    private void over(Outcome outcome) {
        finish();
        answers.outcome(outcome);
    }

    @Override
    public void failed(CloudException why) {
        switch (phase) {
            case SERVED, ABANDONED -> {
                boolean maybeDead =
                        why.kind() == CloudException.Kind.UNREACHABLE || why.kind() == CloudException.Kind.UNKNOWN;
                if (maybeDead) {
                    Loop.Timer ignored = loop.after(EXIT_NOTICE_MAX, () -> brokenOff(why));
                } else {
                    brokenOff(why);
                }
            }
            case WAITING, ANSWERING, OVER -> {}
        }
    }

    @Override
    public void cancel() {
        switch (phase) {
            case WAITING -> {
                pool.forget(this);
                finish();
            }
            case SERVED -> {
                Instance serving = instance;
                if (serving != null && serving.version().oneCallAtATime()) {
                    // what it does can't be stopped without killing it, and the next caller would pay for that
                    phase = Phase.ABANDONED;
                    serving.abandoned(call.context());
                } else {
                    cancelHanded();
                    finish();
                }
            }
            case ANSWERING -> {
                ServedBody under = body;
                if (under != null) {
                    under.discard();
                }
            }
            case ABANDONED, OVER -> {}
        }
    }

    private void brokenOff(CloudException why) {
        if (phase == Phase.ABANDONED) {
            finish();
            return;
        }
        if (phase != Phase.SERVED) {
            return;
        }
        Instance serving = instance;
        switch (why.kind()) {
            case UNREACHABLE -> {
                // the process lives but takes no connection: it is of no use to anybody
                if (serving != null) {
                    serving.drain();
                }
                finish();
                answers.failed(why);
            }
            case UNKNOWN -> {
                Outcome.Failure failure = failure(
                        Outcome.Failure.Reason.MALFORMED,
                        pool.function() + ": broke off without an answer: " + why.getMessage(),
                        serving == null ? "" : serving.logTail());
                finish();
                answers.outcome(failure);
            }
            case ABSENT, BUSY, DENIED, INVALID, TOO_LARGE -> {
                finish();
                answers.failed(why);
            }
        }
    }

    private void waitedTooLong() {
        if (phase == Phase.WAITING) {
            pool.forget(this);
            refused(pool.busy("no instance became free before the call's deadline"));
        }
    }

    private void timedOut() {
        Instance serving = instance;
        if (serving == null) {
            return;
        }
        switch (phase) {
            case SERVED, ABANDONED -> {
                boolean heard = phase == Phase.SERVED;
                Duration most = serving.version().function().spec().timeout();
                Outcome.Failure failure = failure(
                        Outcome.Failure.Reason.TIMEOUT,
                        pool.function() + ": no answer within its timeout of " + most.toMillis() + " ms",
                        serving.logTail());
                if (serving.version().oneCallAtATime()) {
                    serving.kill();
                } else {
                    cancelHanded();
                    serving.drain();
                }
                finish();
                if (heard) {
                    answers.outcome(failure);
                }
            }
            case ANSWERING -> {
                if (serving.version().oneCallAtATime()) {
                    // it is still busy with this call, and would keep the next one waiting
                    serving.kill();
                }
                breakOff(new BodyException(
                        BodyException.Reason.TIMED_OUT, "the answer did not end within the function's timeout", null));
            }
            case WAITING, OVER -> {}
        }
    }

    /** A tunnel has no timeout: it ends with one of its sides, with its instance, or because nothing passes through it. */
    private Outcome.Upgraded tunnel(Outcome.Upgraded upgraded) {
        stopTimer();
        phase = Phase.ANSWERING;
        ServedTunnel through = new ServedTunnel(upgraded, this::finish);
        tunnel = through;
        body = through.fromFunction();
        Instance serving = instance;
        if (serving != null && serving.state() == InstanceStatus.State.DRAINING) {
            loop.execute(this::instanceDrains);
        }
        return through.outcome();
    }

    /** Its instance is to end when its calls are over: a tunnel, which may never be, is ended. On the loop. */
    void instanceDrains() {
        if (tunnel != null && phase == Phase.ANSWERING) {
            breakOff(new BodyException(BodyException.Reason.BROKEN_OFF, "its instance is replaced or ended", null));
        }
    }

    private ServedBody answering(dev.weft.api.Body inner) {
        phase = Phase.ANSWERING;
        Instance serving = instance;
        boolean busyToTheEnd = serving != null && serving.version().oneCallAtATime();
        ServedBody wrapped = new ServedBody(inner, busyToTheEnd, this::finish);
        body = wrapped;
        return wrapped;
    }

    private void breakOff(BodyException cause) {
        ServedBody under = body;
        finish();
        if (under != null) {
            under.breakOff(cause);
        }
    }

    private void drop(Outcome outcome) {
        switch (outcome) {
            case Outcome.Response response -> response.body().discard();
            case Outcome.Result result -> result.body().discard();
            case Outcome.Upgraded upgraded -> upgraded.body().discard();
            case Outcome.Failure _, Outcome.Accepted _ -> {}
        }
        if (phase == Phase.ABANDONED) {
            finish();
        }
    }

    private void finish() {
        if (phase == Phase.OVER) {
            return;
        }
        phase = Phase.OVER;
        stopTimer();
        Instance serving = instance;
        if (serving != null) {
            serving.finished(this);
            if (serving.hosted().spent()) {
                serving.drain();
            }
            serving.release();
        }
    }

    private void cancelHanded() {
        Place.Attempt attempt = handed;
        if (attempt != null) {
            attempt.cancel();
        }
    }

    private void stopTimer() {
        Loop.Timer running = timer;
        timer = null;
        if (running != null) {
            running.cancel();
        }
    }

    private Outcome.Failure withTail(Outcome.Failure failure) {
        Instance serving = instance;
        String tail = serving == null ? "" : serving.logTail();
        return new Outcome.Failure(failure.reason(), failure.type(), failure.message(), failure.payload(), tail);
    }

    private Outcome.Failure failure(Outcome.Failure.Reason reason, String message, String logTail) {
        Instance serving = instance;
        if (serving == null) {
            return new Outcome.Failure(reason, reason.name(), message, new byte[0], logTail);
        }
        return serving.version().host().ended(reason, call.context(), message, logTail);
    }

    private Duration untilDeadline() {
        Duration left = Duration.between(
                Instant.ofEpochMilli(pool.millis()), call.context().deadline());
        return left.isNegative() ? Duration.ZERO : left;
    }
}
