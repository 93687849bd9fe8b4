// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway.facade;

import dev.weft.api.CloudException;
import dev.weft.api.Outcome;
import dev.weft.api.event.EventRecord;
import dev.weft.api.facade.Key;
import dev.weft.api.facade.Wish;
import dev.weft.gateway.event.Invoked;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What is kept of a call that was waited for. Pure. */
final class CallRecords {
    private CallRecords() {}

    /** The same for who waited. */
    static Wish.Came came(Invoked said, String log) {
        return new Wish.Came(said.outcome(), said.body(), said.id(), said.cloud(), said.took(), log);
    }

    static EventRecord of(String vendor, Wish.Invoke call, Instant began, Invoked said) {
        return record(vendor, call, began, said.id(), last(began.plus(said.took()), said));
    }

    /** Of one that no cloud answered. */
    static EventRecord of(String vendor, Wish.Invoke call, Instant began, String id, CloudException why) {
        return record(
                vendor,
                call,
                began,
                id,
                new EventRecord.Last(
                        began,
                        Duration.ZERO,
                        "",
                        EventRecord.Said.CLOUD,
                        why.kind().name(),
                        "",
                        String.valueOf(why.getMessage()),
                        null,
                        new byte[0],
                        0,
                        ""));
    }

    /** Of what was performed. */
    static EventRecord of(String vendor, Wish.Perform wish, Instant began, Invoked said, String log) {
        EventRecord.Last last = last(began.plus(said.took()), said);
        EventRecord.Last whole = new EventRecord.Last(
                last.ended(),
                last.took(),
                last.cloud(),
                last.said(),
                last.reason(),
                last.type(),
                last.message(),
                last.contentType(),
                last.result(),
                last.resultBytes(),
                log);
        return record(vendor, new Call(wish.key(), wish.what(), wish.payload().length), began, said.id(), whole);
    }

    private static EventRecord record(
            String vendor, Wish.Invoke call, Instant began, String id, EventRecord.Last last) {
        return record(vendor, new Call(call.key(), call.function(), call.payload().length), began, id, last);
    }

    private record Call(Key key, String function, int bytes) {}

    private static EventRecord record(String vendor, Call call, Instant began, String id, EventRecord.Last last) {
        return new EventRecord(
                id,
                call.key().namespace(),
                call.function(),
                vendor,
                call.key().id(),
                EventRecord.State.CALLED,
                began,
                began,
                1,
                last.said() == EventRecord.Said.FAILURE ? 1 : 0,
                call.bytes(),
                "",
                last);
    }

    private static EventRecord.Last last(Instant ended, Invoked said) {
        return switch (said.outcome()) {
            case Outcome.Result result -> result(ended, said, result.contentType());
            case Outcome.Response response ->
                result(ended, said, response.headers().first("content-type"));
            case Outcome.Accepted _, Outcome.Upgraded _ -> result(ended, said, null);
            case Outcome.Failure failure ->
                new EventRecord.Last(
                        ended,
                        said.took(),
                        said.cloud(),
                        EventRecord.Said.FAILURE,
                        failure.reason().name(),
                        failure.type(),
                        failure.message(),
                        null,
                        kept(failure.payload()),
                        failure.payload().length,
                        failure.logTail());
        };
    }

    private static EventRecord.Last result(Instant ended, Invoked said, @Nullable String type) {
        return new EventRecord.Last(
                ended,
                said.took(),
                said.cloud(),
                EventRecord.Said.RESULT,
                "",
                "",
                "",
                type,
                kept(said.body()),
                said.body().length,
                "");
    }

    /** What is too long to be kept must not wait for that either. */
    private static byte[] kept(byte[] body) {
        return body.length > EventRecord.RESULT_BYTES_MAX ? new byte[0] : body;
    }
}
