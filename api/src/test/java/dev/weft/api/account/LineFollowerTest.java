// SPDX-License-Identifier: Apache-2.0
package dev.weft.api.account;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.LogLine;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;

class LineFollowerTest {
    private static final Duration EVERY = Duration.ofSeconds(1);
    private static final Duration LATE_MAX = Duration.ofSeconds(10);

    private Instant now = Instant.ofEpochSecond(1_000);
    private final List<LineFollower.Entry> log = new ArrayList<>();
    private final List<String> made = new ArrayList<>();

    private void write(String key, long second) {
        Instant time = Instant.ofEpochSecond(second);
        log.add(new LineFollower.Entry(key, time, () -> {
            made.add(key);
            return new LogLine(time, "one", "there", "", null, key);
        }));
    }

    /** What was told in {@code looks} looks; before the second and each later one {@code between} is done. */
    private List<String> followed(int looks, Runnable... between) throws InterruptedException {
        List<String> told = new ArrayList<>();
        int[] looked = {0};
        new LineFollower(
                        () -> now,
                        time -> {
                            assertThat(time).isEqualTo(EVERY);
                            now = now.plus(time);
                            int next = looked[0] - 1;
                            if (next < between.length) {
                                between[next].run();
                            }
                        },
                        new LineFollower.Rhythm(EVERY, LATE_MAX))
                .follow(
                        from -> log.stream()
                                .filter(each -> !each.time().isBefore(from.minusSeconds(2)))
                                .sorted(Comparator.comparing(LineFollower.Entry::time))
                                .toList(),
                        line -> told.add(line.text()),
                        () -> looked[0]++ < looks);
        return told;
    }

    @Test
    void newLinesAreToldOnceAndOldOnesNever() throws Exception {
        write("old", 995);
        assertThat(followed(40, () -> write("new", 1_000), () -> write("newer", 1_002)))
                .containsExactly("new", "newer");
    }

    @Test
    void linesThatComeLateAreToldUnlessTooLate() throws Exception {
        assertThat(followed(40, () -> write("late", 992), () -> write("too late", 991)))
                .containsExactly("late");
    }

    @Test
    void equalEntriesAreCounted() throws Exception {
        write("same", 999);
        assertThat(followed(5, () -> write("same", 999), () -> {
                    write("same", 999);
                    write("same", 999);
                }))
                .containsExactly("same", "same", "same");
    }

    @Test
    void eachLineIsMadeOnceInTheOrderOfTheEntriesAlsoOldOnes() throws Exception {
        write("old", 995);
        List<String> told = followed(5, () -> write("new", 1_001));
        assertThat(told).containsExactly("new");
        assertThat(made).containsExactly("old", "new");
    }
}
