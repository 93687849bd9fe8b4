// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.ibm.facade;

import dev.weft.api.Outcome;
import dev.weft.api.event.Caller.Ended;
import dev.weft.api.event.Event;
import dev.weft.api.event.EventRecord;
import dev.weft.api.event.EventRecord.Said;
import dev.weft.api.facade.Performer.Performed;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** Records of activations that are parts of others, and of fired triggers. Pure. */
final class Parts {
    /** Before the id of what an activation is a part of. */
    private static final String CAUSE = "part of ";

    private Parts() {}

    /** Of a call that {@code cause} made; null for one that was not made. */
    static @Nullable EventRecord of(Event event, String cause, Instant began, Performed performed) {
        return performed.ended() instanceof Ended.Spoke spoke
                ? record(event, CAUSE + ActivationView.id(cause), began, last(spoke, began, performed.log()))
                : null;
    }

    /** Of something that is over at once. */
    static EventRecord of(Event event, Instant now, byte[] result, String log) {
        EventRecord.Last last = new EventRecord.Last(
                now, Duration.ZERO, "", Said.RESULT, "", "", "", "application/json", kept(result), result.length, log);
        return record(event, "", now, last);
    }

    /** What an activation is a part of; null where it is none. */
    static @Nullable String cause(EventRecord record) {
        return record.why().startsWith(CAUSE) ? record.why().substring(CAUSE.length()) : null;
    }

    private static EventRecord record(Event event, String why, Instant began, EventRecord.Last last) {
        return new EventRecord(
                event.id(),
                event.namespace(),
                event.function(),
                event.source(),
                event.sender(),
                EventRecord.State.CALLED,
                began,
                began,
                1,
                last.said() == Said.FAILURE ? 1 : 0,
                event.payload().length,
                why,
                last);
    }

    private static EventRecord.Last last(Ended.Spoke spoke, Instant began, String log) {
        Instant ended = began.plus(spoke.took());
        return switch (spoke.outcome()) {
            case Outcome.Failure failure ->
                new EventRecord.Last(
                        ended,
                        spoke.took(),
                        spoke.cloud(),
                        Said.FAILURE,
                        failure.reason().name(),
                        failure.type(),
                        failure.message(),
                        null,
                        kept(failure.payload()),
                        failure.payload().length,
                        log.isEmpty() ? failure.logTail() : log);
            case Outcome.Result result -> result(spoke, ended, result.contentType(), log);
            case Outcome.Response response ->
                result(spoke, ended, response.headers().first("content-type"), log);
            case Outcome.Accepted _, Outcome.Upgraded _ -> result(spoke, ended, null, log);
        };
    }

    private static EventRecord.Last result(Ended.Spoke spoke, Instant ended, @Nullable String type, String log) {
        byte[] body = spoke.body();
        return new EventRecord.Last(
                ended, spoke.took(), spoke.cloud(), Said.RESULT, "", "", "", type, kept(body), body.length, log);
    }

    /** What is too long to be kept must not wait for that either. */
    private static byte[] kept(byte[] body) {
        return body.length > EventRecord.RESULT_BYTES_MAX ? new byte[0] : body;
    }
}
