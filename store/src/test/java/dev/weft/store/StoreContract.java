// SPDX-License-Identifier: Apache-2.0
package dev.weft.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every store must do. */
abstract class StoreContract {
    private static final Instant NOON = Instant.parse("2026-11-29T12:00:00Z");

    private Store store;

    abstract Store open() throws Exception;

    final Store store() {
        return store;
    }

    @BeforeEach
    void openIt() throws Exception {
        store = open();
    }

    @AfterEach
    void closeIt() {
        store.close();
    }

    private static History.Step step(long number) {
        return new History.Step(number, "checkout", "aws-eu", "checkout", "create", NOON, null, null, null);
    }

    @Test
    void runsAndStepsComeBackNewestFirst() {
        History history = store.history();
        String first = history.begin("shop", "apply", "ada", "desk", NOON);
        history.begin(first, step(1));
        history.begin(first, step(2));
        history.end(first, 1, Duration.ofSeconds(3), "done", null);
        history.end(first, 2, Duration.ofSeconds(1), "failed", "x".repeat(9000));
        history.end(first, NOON.plusSeconds(4), "1 of 2 steps done");
        String second = history.begin("shop", "destroy", "bob", "desk", NOON.plusSeconds(60));
        history.begin(second, step(1));
        history.begin("other", "apply", "ada", "desk", NOON);

        List<History.Run> runs = history.newest("shop", 10);
        assertThat(runs).extracting(History.Run::verb).containsExactly("destroy", "apply");
        History.Run killed = runs.getFirst();
        assertThat(killed.ended()).isNull();
        assertThat(killed.steps().getFirst().outcome()).isNull();
        History.Run whole = runs.get(1);
        assertThat(whole.outcome()).isEqualTo("1 of 2 steps done");
        assertThat(whole.steps()).hasSize(2);
        assertThat(whole.steps().getFirst().took()).isEqualTo(Duration.ofSeconds(3));
        assertThat(Objects.requireNonNull(whole.steps().get(1).detail())).hasSize(History.DETAIL_LENGTH_MAX);
        assertThat(history.newest("shop", 1)).hasSize(1);
        assertThatThrownBy(() -> history.newest("shop", History.RUNS_MAX + 1)).hasMessageContaining("1000");
    }

    private void step(String run, long number, String cloud, String action, String outcome) {
        History history = store.history();
        Instant at = NOON.plusSeconds(number);
        history.begin(run, new History.Step(number, "checkout", cloud, "checkout", action, at, null, null, null));
        if (!outcome.isEmpty()) {
            history.end(run, number, Duration.ofSeconds(1), outcome, null);
        }
    }

    @Test
    void whatWasPutSomewhereAndNotRemovedIsLeft() {
        History history = store.history();
        String run = history.begin("shop", "apply", "ada", "desk", NOON);
        step(run, 1, "kept", "create", "done");
        step(run, 2, "kept", "change", "done");
        step(run, 3, "half", "create", "failed");
        step(run, 4, "killed", "create", "");
        step(run, 5, "gone", "create", "done");
        step(run, 6, "gone", "remove", "done");
        step(run, 7, "stuck", "create", "done");
        step(run, 8, "stuck", "remove", "failed");
        step(run, 9, "again", "create", "done");
        step(run, 10, "again", "remove", "done");
        step(run, 11, "again", "create", "done");
        step(run, 12, "forgotten", "import", "done");
        step(run, 13, "forgotten", Left.ABANDON, "done");
        step(history.begin("other", "apply", "ada", "desk", NOON), 1, "theirs", "create", "done");

        assertThat(history.left("shop"))
                .extracting(each -> each.cloud() + " "
                        + Duration.between(NOON, each.since()).toSeconds())
                .containsExactlyInAnyOrder("kept 1", "half 3", "killed 4", "stuck 7", "again 11");
    }

    @Test
    void aThousandSpendersTogetherSpendWhatThereIsAndNoMore() throws Exception {
        Budgets budgets = store.budgets();
        List<Callable<Long>> spenders = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            spenders.add(() -> budgets.take("function/checkout", "2026-11", 7, 5000));
        }
        long got = 0;
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Long> each : threads.invokeAll(spenders)) {
                got += each.get();
            }
        }
        assertThat(got).isEqualTo(5000);
        assertThat(budgets.spent("function/checkout", "2026-11")).isEqualTo(5000);
        assertThat(budgets.take("function/checkout", "2026-11", 7, 5000)).isZero();
        assertThat(budgets.take("function/checkout", "2026-12", 7, 5000)).isEqualTo(7);
        budgets.giveBack("function/checkout", "2026-11", 100);
        assertThat(budgets.take("function/checkout", "2026-11", 700, 5000)).isEqualTo(100);
    }

    @Test
    void whatWasWrittenSurvivesAClose() throws Exception {
        store.budgets().take("cloud/aws-eu", "2026-11", 3, 10);
        store.close();
        store = open();
        assertThat(store.budgets().spent("cloud/aws-eu", "2026-11")).isEqualTo(3);
    }
}
