// SPDX-License-Identifier: Apache-2.0
package dev.weft.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.CloudException;
import dev.weft.api.Headers;
import dev.weft.api.Outcome;
import dev.weft.api.event.Caller.Ended;
import dev.weft.api.resource.Events;
import dev.weft.flow.Delivery.Answer;
import dev.weft.flow.Delivery.Condition;
import dev.weft.flow.Delivery.Facts;
import dev.weft.flow.Delivery.Next;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class DeliveryDeciderTest {
    private static final Instant NOON = Instant.parse("2026-11-30T12:00:00Z");

    private final DeliveryDecider decider = new DeliveryDecider();

    private static Facts facts(int failures, int troubles) {
        return new Facts(Events.USUAL, NOON, failures, troubles, 0);
    }

    @ParameterizedTest
    @CsvSource({"0, 60", "1, 120"})
    void aFunctionThatFailsIsCalledAgainTwiceAfterOneAndTwoMinutes(int before, int seconds) {
        assertThat(decider.after(facts(before, 5), new Answer.Failed("no tea"), NOON))
                .isEqualTo(new Next.Again(NOON.plusSeconds(seconds), before + 1, 0, "no tea"));
    }

    @Test
    void thenItIsADeadLetter() {
        assertThat(decider.after(facts(2, 0), new Answer.Failed("no tea"), NOON))
                .isEqualTo(new Next.Dead(Condition.RETRIES_EXHAUSTED, "no tea"));
        Events none = new Events(0, Duration.ofHours(6), Duration.ofMinutes(1), null, null);
        assertThat(decider.after(new Facts(none, NOON, 0, 0, 0), new Answer.Failed("no tea"), NOON))
                .isEqualTo(new Next.Dead(Condition.RETRIES_EXHAUSTED, "no tea"));
    }

    @ParameterizedTest
    @CsvSource({"0, 1", "1, 2", "2, 4", "5, 32", "8, 256", "9, 300", "40, 300", "100000, 300"})
    void aCloudThatIsAwayUsesUpNoRetryAndIsTriedLessAndLessOften(int before, int seconds) {
        assertThat(decider.after(facts(2, before), new Answer.Away("busy", Duration.ZERO), NOON))
                .isEqualTo(new Next.Again(NOON.plusSeconds(seconds), 2, before + 1, "busy"));
    }

    @Test
    void aCloudThatNamesATimeIsNotTriedBeforeAndNotForgottenEither() {
        assertThat(decider.after(facts(0, 0), new Answer.Away("busy", Duration.ofSeconds(30)), NOON))
                .isEqualTo(new Next.Again(NOON.plusSeconds(30), 0, 1, "busy"));
        assertThat(decider.after(facts(0, 0), new Answer.Away("busy", Duration.ofDays(30)), NOON))
                .isEqualTo(new Next.Again(NOON.plusSeconds(300), 0, 1, "busy"));
    }

    @Test
    void anEventThatIsTooOldIsADeadLetterBeforeAndAfterACall() {
        Instant end = NOON.plus(Duration.ofHours(6));
        assertThat(decider.before(facts(0, 0), end.minusMillis(1))).isNull();
        assertThat(decider.before(facts(0, 0), end))
                .isInstanceOfSatisfying(
                        Next.Dead.class, dead -> assertThat(dead.condition()).isEqualTo(Condition.EVENT_AGE_EXCEEDED));
        assertThat(decider.after(facts(0, 9), new Answer.Away("busy", Duration.ZERO), end.minusSeconds(300)))
                .isEqualTo(new Next.Dead(Condition.EVENT_AGE_EXCEEDED, "busy"));
        assertThat(decider.after(facts(0, 0), new Answer.Failed("no tea"), end.minusSeconds(60)))
                .isEqualTo(new Next.Dead(Condition.EVENT_AGE_EXCEEDED, "no tea"));
        assertThat(decider.after(facts(0, 0), new Answer.Well(), end.plusSeconds(60)))
                .isEqualTo(new Next.Delivered());
    }

    @Test
    void whatFailedTogetherIsNotTriedTogether() {
        Facts drawn = new Facts(Events.USUAL, NOON, 0, 0, 1);
        assertThat(decider.after(drawn, new Answer.Failed("no tea"), NOON))
                .isEqualTo(new Next.Again(NOON.plusSeconds(66), 1, 0, "no tea"));
    }

    private static Answer answer(Outcome outcome) {
        return Answers.of(new Ended.Spoke(outcome, new byte[0], "here", Duration.ZERO));
    }

    @Test
    void theFunctionsOwnFailureIsOneAndSoIsAStatusFrom400() {
        assertThat(answer(new Outcome.Failure(Outcome.Failure.Reason.CRASH, "Crash", "gone", new byte[0], "")))
                .isEqualTo(new Answer.Failed("Crash: gone"));
        assertThat(answer(new Outcome.Response(500, Headers.none(), dev.weft.api.Body.empty())))
                .isEqualTo(new Answer.Failed("the function answered with status 500"));
        assertThat(answer(new Outcome.Response(302, Headers.none(), dev.weft.api.Body.empty())))
                .isEqualTo(new Answer.Well());
        assertThat(answer(new Outcome.Accepted("id"))).isEqualTo(new Answer.Well());
        assertThat(Answers.of(new Ended.Absent())).isInstanceOf(Answer.Away.class);
    }

    @ParameterizedTest
    @EnumSource
    void aCloudsFailureIsWaitedForUnlessNobodyWouldEverTakeIt(CloudException.Kind kind) {
        boolean never = kind == CloudException.Kind.INVALID || kind == CloudException.Kind.TOO_LARGE;
        Answer answer = Answers.of(new Ended.Failed(new CloudException(kind, "no", null, Duration.ofSeconds(7))));
        assertThat(answer)
                .isEqualTo(
                        never
                                ? new Answer.Never(kind + ": no")
                                : new Answer.Away(kind + ": no", Duration.ofSeconds(7)));
        if (never) {
            assertThat(decider.after(facts(0, 0), answer, NOON))
                    .isEqualTo(new Next.Dead(Condition.NOT_DELIVERABLE, kind + ": no"));
        }
    }
}
