// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.account;

import dev.weft.app.home.Operator;
import dev.weft.control.account.AccountPath;
import dev.weft.control.account.AccountResult;
import dev.weft.control.account.AccountStep;
import dev.weft.store.History;
import dev.weft.store.Left;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Writes down what a walk changes: each step before it is begun, and when it is over; then tells {@code next}. */
final class Recorder implements AccountPath.StepListener {
    private final History history;
    private final String run;
    private final AccountPath.StepListener next;
    private final Map<AccountStep, Long> numbers = new HashMap<>();

    private Recorder(History history, String run, AccountPath.StepListener next) {
        this.history = history;
        this.run = run;
        this.next = next;
    }

    /** A run of {@code verb} begins. */
    static Recorder begin(History history, String application, String verb, AccountPath.StepListener next) {
        return new Recorder(history, run(history, application, verb), next);
    }

    private static String run(History history, String application, String verb) {
        Operator operator = Operator.here();
        return history.begin(application, verb, operator.name(), operator.host(), Instant.now());
    }

    /** A run of {@code verb} that is done already: one step of that name for each of {@code functions}. */
    static void whole(History history, String application, String verb, List<Left> functions) {
        String run = run(history, application, verb);
        long number = 0;
        for (Left each : functions) {
            number++;
            history.begin(
                    run,
                    new History.Step(
                            number, each.function(), each.cloud(), each.name(), verb, Instant.now(), null, null, null));
            history.end(run, number, Duration.ZERO, "done", null);
        }
        history.end(run, Instant.now(), number + " of " + number + " steps done");
    }

    @Override
    public void begun(AccountStep step) {
        long number = numbers.size() + 1L;
        numbers.put(step, number);
        history.begin(
                run,
                new History.Step(
                        number,
                        step.function(),
                        step.cloud(),
                        step.name(),
                        step.getClass().getSimpleName().toLowerCase(Locale.ROOT),
                        Instant.now(),
                        null,
                        null,
                        null));
        next.begun(step);
    }

    @Override
    public void did(AccountStep step, String words) {
        next.did(step, words);
    }

    @Override
    public void ended(AccountResult result) {
        Long number = numbers.get(result.step());
        if (number != null) {
            String failure = result.failure() == null ? null : result.failure().getMessage();
            history.end(run, number, result.took(), result.done() ? "done" : "failed", failure);
        }
        next.ended(result);
    }

    /** The run is over. */
    void end(List<AccountResult> results) {
        long done = results.stream().filter(AccountResult::done).count();
        history.end(run, Instant.now(), done + " of " + results.size() + " steps done");
    }
}
