// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.ibm;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class LogFramesTest {
    private final LogFrames frames = new LogFrames();

    @Test
    void markersAreNoLinesOfTheLog() {
        frames.began();

        assertThat(frames.read("hello")).isEqualTo("hello");
        assertThat(frames.read("")).isEmpty();
        assertThat(frames.read(LogFrames.MARKER)).isNull();
    }

    @Test
    void whatStandsBeforeAMarkerOnItsLineIsKept() {
        frames.began();

        assertThat(frames.read("no end of line" + LogFrames.MARKER)).isEqualTo("no end of line");
    }

    @Test
    void anAnswerWaitsForBothStreams() {
        AtomicInteger told = new AtomicInteger();
        frames.began();
        frames.read(LogFrames.MARKER);

        assertThat(frames.await(told::incrementAndGet)).isTrue();
        assertThat(told).hasValue(0);
        frames.read(LogFrames.MARKER);
        assertThat(told).hasValue(1);
    }

    @Test
    void anAnswerAfterBothMarkersNeedNotWait() {
        frames.began();
        frames.read(LogFrames.MARKER);
        frames.read(LogFrames.MARKER);

        assertThat(frames.await(() -> {})).isFalse();
    }

    @Test
    void aMarkerThatTheActionWroteItselfDoesNotHoldUpTheNextActivation() {
        AtomicInteger told = new AtomicInteger();
        frames.began();
        frames.read(LogFrames.MARKER);
        frames.read(LogFrames.MARKER);
        frames.read(LogFrames.MARKER);

        frames.began();
        assertThat(frames.await(told::incrementAndGet)).isTrue();
        frames.read(LogFrames.MARKER);
        frames.read(LogFrames.MARKER);

        assertThat(told).hasValue(1);
    }
}
