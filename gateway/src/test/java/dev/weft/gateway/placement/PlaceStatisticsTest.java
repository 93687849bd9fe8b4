// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway.placement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.weft.api.Body;
import dev.weft.api.BodyException;
import dev.weft.api.Chunk;
import dev.weft.api.CloudException.Kind;
import dev.weft.api.Headers;
import dev.weft.api.Outcome;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PlaceStatisticsTest {
    private static final Duration TIMEOUT = Duration.ofSeconds(10);
    private static final Duration FAILBACK = Duration.ofSeconds(10);

    private final AtomicLong now = new AtomicLong();
    private final PlaceStatistics statistics = new PlaceStatistics(now::get);

    @Test
    void aColdStartIsForgottenAndEachLaterCallMovesTheAverageAQuarter() {
        assertThat(statistics.latencyMillis()).isNaN();
        answer(900, 200);
        assertThat(statistics.latencyMillis()).as("all that is known").isEqualTo(900);
        assertThat(statistics.answeredMillis())
                .as("nothing to expect of the next")
                .isNaN();
        answer(100, 200);
        assertThat(statistics.latencyMillis()).isEqualTo(100);
        assertThat(statistics.answeredMillis()).isEqualTo(100);
        answer(20, 200);
        assertThat(statistics.latencyMillis()).isEqualTo(80);
        assertThat(statistics.answeredMillis()).isEqualTo(80);
    }

    @Test
    void afterAPauseNobodyKnowsHowLongCallsTake() {
        answer(900, 200);
        answer(900, 200);
        pass(PlaceStatistics.KNOWN_MAX.toMillis() - 1);
        assertThat(statistics.answeredMillis()).isEqualTo(900);
        pass(1);
        assertThat(statistics.answeredMillis()).isNaN();
        answer(700, 200);
        assertThat(statistics.answeredMillis()).isNaN();
        answer(8, 200);
        assertThat(statistics.answeredMillis()).isEqualTo(8);
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 503})
    void anAnswerThatSaysErrorCountsAsSlow(int status) {
        answer(10, 200);
        answer(10, 200);
        answer(1, status);
        assertThat(statistics.latencyMillis()).isEqualTo(10 + 0.25 * (100 - 10));
        assertThat(statistics.answeredMillis()).as("what it costs").isEqualTo(7.75);
    }

    @Test
    void aCloudThatFailsAtOnceIsNotFast() {
        fail(Kind.UNREACHABLE);
        assertThat(statistics.latencyMillis()).as("nothing better is known").isEqualTo(10_000);
        for (int i = 0; i < 40; i++) {
            answer(2, 200);
        }
        assertThat(statistics.latencyMillis()).isCloseTo(2, within(0.2));
        for (int i = 0; i < 20; i++) {
            fail(Kind.UNKNOWN);
        }
        assertThat(statistics.latencyMillis()).isCloseTo(10_000, within(200.0));
    }

    @Test
    void aBadCallSaysNothingOfTheCloud() {
        answer(10, 200);
        fail(Kind.INVALID);
        fail(Kind.TOO_LARGE);
        assertThat(statistics.latencyMillis()).isEqualTo(10);
        assertThat(statistics.inFlight()).isZero();
    }

    @Test
    void aCallerThatLeavesHasWaitedAtLeastSoLong() {
        answer(10, 200);
        PlaceStatistics.Visit visit = statistics.begin(TIMEOUT);
        pass(50);
        visit.cancelled();
        visit.cancelled();
        assertThat(statistics.latencyMillis()).isEqualTo(20);
        statistics.begin(TIMEOUT).cancelled();
        assertThat(statistics.latencyMillis())
                .as("one that left at once says nothing")
                .isEqualTo(20);
        assertThat(statistics.inFlight()).isZero();
    }

    @Test
    void aPlaceIsFullWhileSoManyCallsAreUnderWay() {
        PlaceStatistics.Visit first = statistics.begin(TIMEOUT);
        PlaceStatistics.Visit second = statistics.begin(TIMEOUT);
        assertThat(statistics.full(3)).isFalse();
        assertThat(statistics.full(2)).isTrue();
        second.answered(new Outcome.Response(200, Headers.none(), Body.empty()));
        assertThat(statistics.full(2)).isFalse();
        first.failed(Kind.UNREACHABLE);
        assertThat(statistics.inFlight()).isZero();
    }

    @Test
    void aStreamingAnswerIsUnderWayUntilItsEnd() {
        Endless body = new Endless();
        Outcome passed = statistics.begin(TIMEOUT).answered(new Outcome.Response(200, Headers.none(), body));
        assertThat(statistics.inFlight()).isEqualTo(1);
        Body watched = ((Outcome.Response) passed).body();
        watched.discard();
        watched.discard();
        assertThat(statistics.inFlight()).isZero();

        Outcome.Response other = (Outcome.Response)
                statistics.begin(TIMEOUT).answered(new Outcome.Response(200, Headers.none(), new Endless()));
        other.body().read(new Drain());
        assertThat(statistics.inFlight()).as("it ended when it was read").isZero();
    }

    @Test
    void aPlaceThatSaysBusyIsFullForASecond() {
        fail(Kind.BUSY);
        assertThat(statistics.full(100)).isTrue();
        pass(PlaceStatistics.BUSY_WHILE.toMillis());
        assertThat(statistics.full(100)).isFalse();
    }

    @Test
    void aCloudThatComesBackGetsATenthAndThenMoreUntilAll() {
        assertThat(statistics.share(true, FAILBACK)).as("never away").isEqualTo(1);
        assertThat(statistics.share(false, FAILBACK)).isEqualTo(1);
        assertThat(statistics.share(true, FAILBACK)).isEqualTo(PlaceStatistics.BACK_SHARE_MIN);
        pass(4_000);
        assertThat(statistics.share(true, FAILBACK)).isEqualTo(0.4);
        statistics.share(false, FAILBACK);
        pass(4_000);
        assertThat(statistics.share(true, FAILBACK))
                .as("away again: from the start")
                .isEqualTo(0.1);
        pass(10_000);
        assertThat(statistics.share(true, FAILBACK)).isEqualTo(1);
    }

    @Test
    void withoutAFailbackItGetsAllAtOnce() {
        statistics.share(false, Duration.ZERO);
        assertThat(statistics.share(true, Duration.ZERO)).isEqualTo(1);
    }

    private void answer(int millis, int status) {
        PlaceStatistics.Visit visit = statistics.begin(TIMEOUT);
        pass(millis);
        visit.answered(new Outcome.Response(status, Headers.none(), Body.empty()));
    }

    private void fail(Kind kind) {
        statistics.begin(TIMEOUT).failed(kind);
    }

    private void pass(long millis) {
        now.addAndGet(Duration.ofMillis(millis).toNanos());
    }

    /** A body that streams: its end comes when it is read. */
    private static final class Endless implements Body {
        @Override
        public long length() {
            return LENGTH_UNKNOWN;
        }

        @Override
        public void read(Sink sink) {
            sink.end(Headers.none());
        }

        @Override
        public void pause() {}

        @Override
        public void resume() {}

        @Override
        public void discard() {}
    }

    private static final class Drain implements Body.Sink {
        @Override
        public void chunk(Chunk chunk) {
            chunk.release();
        }

        @Override
        public void end(Headers trailers) {}

        @Override
        public void failed(BodyException cause) {}
    }
}
