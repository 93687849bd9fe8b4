// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.account;

import dev.weft.app.cli.CliException;
import dev.weft.app.cli.CliException.Exit;
import dev.weft.control.account.AccountPath;
import dev.weft.control.account.AccountPlan;
import dev.weft.control.account.AccountResult;
import dev.weft.control.account.AccountStep;
import dev.weft.store.Store;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/** What apply and destroy share: show the plan, ask, do it and say so step by step, stop after the steps in hand when asked to. */
final class ApplyWalk {
    /** Longest time that a stop waits for the steps in hand. */
    private static final Duration STOP_MAX = Duration.ofMinutes(10);

    private final PrintWriter out;
    private final PrintWriter err;
    private final AtomicBoolean goOn = new AtomicBoolean(true);

    ApplyWalk(PrintWriter out, PrintWriter err) {
        this.out = out;
        this.err = err;
    }

    /** What is heard of steps while they are done. */
    private AccountPath.StepListener told() {
        return new AccountPath.StepListener() {
            @Override
            public void begun(AccountStep step) {}

            @Override
            public void did(AccountStep step, String words) {
                say("  " + PlanWords.where(step) + ": " + words);
            }

            @Override
            public void ended(AccountResult result) {
                tell(result);
            }
        };
    }

    /**
     * The exit code.
     *
     * @param verb what history calls this
     * @param planned gives what is to be done
     * @param question asked unless {@code yes} says it is answered
     */
    int run(
            String verb,
            AccountSession session,
            Function<AccountPath, AccountPlan> planned,
            String question,
            boolean yes) {
        AccountPlan plan = planned.apply(session.path(Silence.KEPT));
        PlanWords.print(plan, false, out);
        if (!plan.unread().isEmpty()) {
            throw new CliException(Exit.FAILED, "nothing was changed: a cloud that can't be read can't be planned for");
        }
        if (!plan.blocked().isEmpty()) {
            throw new CliException(Exit.FAILED, "nothing was changed: see what is in the way above");
        }
        if (plan.empty()) {
            return 0;
        }
        if (!yes && !agreed(question)) {
            say("nothing was changed");
            return Exit.FAILED.code();
        }
        try (Store store = Stores.open(System.getenv())) {
            Recorder recorder = Recorder.begin(store.history(), session.name(), verb, told());
            List<AccountResult> results = stoppable(() -> session.path(recorder).apply(plan, goOn::get), recorder::end);
            return done(results);
        }
    }

    @SuppressWarnings(
            "SystemConsoleNull") // it is null where jdk.console names no module, and asked whether it is a terminal too
    private boolean agreed(String question) {
        if (System.console() == null || !System.console().isTerminal()) {
            throw new CliException(Exit.USAGE, "nothing was changed: there is no terminal to ask on; give --yes");
        }
        out.print(question + " [y/N] ");
        out.flush();
        try {
            String answer = new BufferedReader(new InputStreamReader(System.in, Charset.defaultCharset())).readLine();
            return answer != null && answer.strip().toLowerCase(Locale.ROOT).matches("y|yes");
        } catch (IOException gone) {
            throw new UncheckedIOException("the answer can't be read", gone);
        }
    }

    /** Ctrl-C, while {@code work} goes on, lets the steps in hand finish. */
    private List<AccountResult> stoppable(Supplier<List<AccountResult>> work, Consumer<List<AccountResult>> written) {
        CountDownLatch over = new CountDownLatch(1);
        Thread hook = Thread.ofPlatform().name("stop").unstarted(() -> {
            if (goOn.getAndSet(false)) {
                say("stopping after the steps in hand");
            }
            try {
                if (!over.await(STOP_MAX.toSeconds(), TimeUnit.SECONDS)) {
                    err.println("weft: a step did not end in " + STOP_MAX.toMinutes()
                            + " minutes; weft plan says how far it came");
                }
            } catch (InterruptedException hurry) {
                Thread.currentThread().interrupt();
            }
        });
        Runtime.getRuntime().addShutdownHook(hook);
        List<AccountResult> results;
        try {
            results = work.get();
            written.accept(results);
            over(results);
        } finally {
            over.countDown();
        }
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException stopping) {
            // the process ends by the signal
        }
        return results;
    }

    private void over(List<AccountResult> results) {
        long done = results.stream().filter(AccountResult::done).count();
        List<AccountResult> others =
                results.stream().filter(each -> !each.done()).toList();
        say(done + " of " + results.size() + " steps done");
        if (!others.isEmpty()) {
            others.forEach(each -> say("  not done: " + PlanWords.where(each.step())));
            say("what was begun is there as far as it came; apply again goes on from there");
        }
    }

    private static int done(List<AccountResult> results) {
        return results.stream().allMatch(AccountResult::done) ? 0 : Exit.FAILED.code();
    }

    private void tell(AccountResult result) {
        String where = PlanWords.where(result.step());
        RuntimeException failure = result.failure();
        if (failure != null) {
            err.println("weft: " + where + " failed: " + failure.getMessage());
            err.flush();
        } else if (result.skipped() != null) {
            say("  " + where + ": " + result.skipped());
        } else {
            say("  " + where + ": " + past(result.step()) + " in "
                    + String.format(Locale.ROOT, "%.1f s", result.took().toMillis() / 1e3));
        }
    }

    private static String past(AccountStep step) {
        return switch (step) {
            case AccountStep.Create _ -> "created";
            case AccountStep.Change _ -> "changed";
            case AccountStep.Remove _ -> "removed";
            case AccountStep.Keep _, AccountStep.Use _, AccountStep.Blocked _ -> "left";
        };
    }

    private void say(String line) {
        synchronized (out) {
            out.println(line);
            out.flush();
        }
    }
}
