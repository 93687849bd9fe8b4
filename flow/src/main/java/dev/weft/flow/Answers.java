// SPDX-License-Identifier: Apache-2.0
package dev.weft.flow;

import dev.weft.api.CloudException;
import dev.weft.api.Outcome;
import dev.weft.api.event.Caller;
import dev.weft.api.event.EventRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.Objects;

/** How a call ended, in the words of deliveries and of records. Pure. */
public final class Answers {
    private static final int FAILED = 400;

    private Answers() {}

    static Delivery.Answer of(Caller.Ended ended) {
        return switch (ended) {
            case Caller.Ended.Spoke spoke ->
                switch (spoke.outcome()) {
                    case Outcome.Result _, Outcome.Accepted _, Outcome.Upgraded _ -> new Delivery.Answer.Well();
                    case Outcome.Response response ->
                        response.status() < FAILED
                                ? new Delivery.Answer.Well()
                                : new Delivery.Answer.Failed("the function answered with status " + response.status());
                    case Outcome.Failure failure ->
                        new Delivery.Answer.Failed(words(failure.type(), failure.message()));
                };
            case Caller.Ended.Failed(CloudException why) -> of(why);
            case Caller.Ended.Absent() -> new Delivery.Answer.Away("there is no such function here now", Duration.ZERO);
        };
    }

    private static Delivery.Answer of(CloudException why) {
        String said = why.kind() + ": " + why.getMessage();
        return switch (why.retry()) {
            case NEVER -> new Delivery.Answer.Never(said);
            // one that may have run is called again too: that is what at least once means
            case ELSEWHERE, IF_IDEMPOTENT ->
                new Delivery.Answer.Away(said, Objects.requireNonNullElse(why.retryAfter(), Duration.ZERO));
        };
    }

    private static String words(String type, String message) {
        return type.isEmpty() ? message : type + ": " + message;
    }

    /** How it ended, for the record. */
    public static EventRecord.Last last(Caller.Ended ended, Instant at, String log) {
        return switch (ended) {
            case Caller.Ended.Spoke spoke -> spoke(spoke, at, log);
            case Caller.Ended.Failed(CloudException why) ->
                cloud(at, why.kind().name(), String.valueOf(why.getMessage()));
            case Caller.Ended.Absent() ->
                cloud(at, CloudException.Kind.ABSENT.name(), "there is no such function here now");
        };
    }

    private static EventRecord.Last cloud(Instant at, String reason, String message) {
        return new EventRecord.Last(
                at, Duration.ZERO, "", EventRecord.Said.CLOUD, reason, "", message, null, new byte[0], 0, "");
    }

    private static EventRecord.Last spoke(Caller.Ended.Spoke spoke, Instant at, String log) {
        return switch (spoke.outcome()) {
            case Outcome.Result result -> result(spoke, at, result.contentType(), log);
            case Outcome.Response response
            when response.status() < FAILED ->
                result(spoke, at, response.headers().first("content-type"), log);
            case Outcome.Response response ->
                new EventRecord.Last(
                        at,
                        spoke.took(),
                        spoke.cloud(),
                        EventRecord.Said.FAILURE,
                        Outcome.Failure.Reason.ERROR.name(),
                        "Http." + response.status(),
                        "the function answered with status " + response.status(),
                        response.headers().first("content-type"),
                        spoke.body(),
                        spoke.body().length,
                        log);
            case Outcome.Accepted _, Outcome.Upgraded _ -> result(spoke, at, null, log);
            case Outcome.Failure failure ->
                new EventRecord.Last(
                        at,
                        spoke.took(),
                        spoke.cloud(),
                        EventRecord.Said.FAILURE,
                        failure.reason().name(),
                        failure.type(),
                        failure.message(),
                        null,
                        failure.payload(),
                        failure.payload().length,
                        log.isEmpty() ? failure.logTail() : log);
        };
    }

    private static EventRecord.Last result(
            Caller.Ended.Spoke spoke, Instant at, @org.jspecify.annotations.Nullable String type, String log) {
        return new EventRecord.Last(
                at,
                spoke.took(),
                spoke.cloud(),
                EventRecord.Said.RESULT,
                "",
                "",
                "",
                type,
                spoke.body(),
                spoke.body().length,
                log);
    }
}
