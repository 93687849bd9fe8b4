// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.account;

import dev.weft.api.LogLine;
import dev.weft.api.account.CloudAccount;
import dev.weft.api.account.CloudAccount.WithLogs;
import dev.weft.api.account.CloudAccount.WithoutLogs;
import dev.weft.api.account.Seen;
import dev.weft.api.resource.Function.Placement.Choice;
import dev.weft.app.cli.CliException;
import dev.weft.app.cli.CliException.Exit;
import java.io.PrintWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What a function wrote on its real clouds. */
final class CloudLogs {
    private final AccountSession session;
    private final String function;
    private final PrintWriter err;
    private final Consumer<LogLine> print;

    private record Source(WithLogs account, Seen seen) {}

    CloudLogs(AccountSession session, String function, PrintWriter err, Consumer<LogLine> print) {
        this.session = session;
        this.function = function;
        this.err = err;
        this.print = print;
    }

    /** The newest {@code lines} of all clouds, or of {@code cloud} only, and then the new ones if {@code follow}, until interrupted. */
    void show(@Nullable String cloud, Duration since, int lines, boolean follow) throws InterruptedException {
        List<Source> sources = sources(cloud);
        Instant from = Instant.now().minus(since);
        List<LogLine> all = new ArrayList<>();
        sources.forEach(each -> all.addAll(each.account().logs(each.seen(), from, lines)));
        all.sort(Comparator.comparing(LogLine::time));
        all.subList(Math.max(0, all.size() - lines), all.size()).forEach(print);
        if (follow) {
            List<Thread> threads = new ArrayList<>();
            for (Source each : sources) {
                threads.add(Thread.ofVirtual().name("follow").start(() -> {
                    try {
                        each.account().follow(each.seen(), this::printed, () -> true);
                    } catch (InterruptedException stopping) {
                        Thread.currentThread().interrupt();
                    }
                }));
            }
            for (Thread each : threads) {
                each.join();
            }
        }
    }

    private synchronized void printed(LogLine line) {
        print.accept(line);
    }

    private List<Source> sources(@Nullable String cloud) {
        List<Source> sources = new ArrayList<>();
        for (Choice choice : session.function(function).spec().placement().clouds()) {
            if (cloud != null && !choice.name().equals(cloud)) {
                continue;
            }
            CloudAccount account = session.account(choice.name());
            Seen seen = account.find(choice.nameOf(function));
            if (seen == null) {
                err.println("weft: " + function + " is not on " + choice.name());
            } else if (account instanceof WithLogs logs) {
                sources.add(new Source(logs, seen));
            } else {
                err.println("weft: logs of cloud " + choice.name() + " can't be read by Weft"
                        + (account instanceof WithoutLogs without ? ": " + without.whyNoLogs() : ""));
            }
        }
        err.flush();
        if (sources.isEmpty()) {
            throw new CliException(Exit.FAILED, "there are no logs of " + function + " to show");
        }
        return sources;
    }
}
