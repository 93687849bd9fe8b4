// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.Body;
import dev.weft.api.Call;
import dev.weft.api.CallContext;
import dev.weft.api.CloudException;
import dev.weft.api.Outcome;
import dev.weft.api.Trace;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class AttemptLogTest {
    private final AtomicLong nanos = new AtomicLong(1000);
    private final CallContext context = new CallContext("id", Trace.start(), 0, Instant.EPOCH, CallContext.Caller.WEFT);
    private final Call call = new Call.Event(context, null, Map.of(), Body.empty());

    @Test
    void aCallThatIsNotRecordedGoesOnAsItIsAndIsWrittenDownAllTheSame() {
        AttemptLog log = log(false);

        assertThat(log.trying(call, "east")).isSameAs(call);
        log.answered(new Outcome.Accepted("later"));

        assertThat(log.over(context, 500))
                .isEqualTo(new Journal.Trail(
                        CallContext.Caller.WEFT,
                        context.trace(),
                        false,
                        List.of(new Journal.Attempt("east", null, 0, 500, null))));
    }

    @Test
    void eachAttemptOfARecordedCallIsASpanOfItsOwnWithItsOwnTimes() {
        AttemptLog log = log(true);

        Call first = log.trying(call, "east");
        nanos.set(1100);
        log.failed(new CloudException(CloudException.Kind.BUSY, "full", null));
        nanos.set(1150);
        Call second = log.trying(call, "west");
        log.answered(new Outcome.Failure(Outcome.Failure.Reason.TIMEOUT, "", "", new byte[0], ""));

        assertThat(log.over(context, 400).attempts())
                .containsExactly(
                        new Journal.Attempt("east", span(first), 0, 100, "busy"),
                        new Journal.Attempt("west", span(second), 150, 250, "timeout"));
        assertThat(span(first)).isNotEqualTo(span(second));
        assertThat(first.context().trace().parent()).isEqualTo(context.trace().spanId());
        assertThat(second.context().trace().parent()).isEqualTo(context.trace().spanId());
    }

    @Test
    void aCallThatNoCloudAnsweredHasOnlyFailedAttemptsAndARefusedOneNone() {
        AttemptLog log = log(true);
        log.trying(call, "east");
        log.failed(new CloudException(CloudException.Kind.ABSENT, "gone", null));

        assertThat(log.over(context, 400).attempts()).hasSize(1);
        assertThat(log(true).over(context, 1).attempts()).isEmpty();
    }

    @Test
    void anAttemptThatTheCallerLeftSaysSo() {
        AttemptLog log = log(true);
        log.trying(call, "east");
        log.ended(Journal.Ending.CALLER_GONE);

        assertThat(log.over(context, 400).attempts())
                .singleElement()
                .extracting(Journal.Attempt::failure)
                .isEqualTo("caller_gone");
    }

    private AttemptLog log(boolean recorded) {
        return new AttemptLog(recorded, nanos::get, 1000);
    }

    private static String span(Call attempt) {
        return attempt.context().trace().spanId();
    }
}
