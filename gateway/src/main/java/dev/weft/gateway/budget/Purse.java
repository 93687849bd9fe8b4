// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway.budget;

import dev.weft.api.CloudException;
import dev.weft.api.resource.Budget;
import dev.weft.api.spi.Loop;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.temporal.ChronoUnit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One budget as this process may spend it: parts of it are taken from the ledger ahead, in the background, and calls are paid from
 * those. A call that the part at hand has no room for waits until the ledger has said whether there is more. Safe for use from any
 * loop.
 */
final class Purse {
    /** A part is at least this fraction of the budget. */
    static final int PARTS = 100;

    /** A part has room for at least so many calls. */
    static final int CALLS_AHEAD = 16;

    /** Calls that wait for the ledger; one more is shed. */
    static final int WAITING_MAX = 10_000;

    /** What is spent is asked for again after this: another process may have given some back. */
    static final Duration SPENT_FOR = Duration.ofSeconds(1);

    private static final int BILLIONTHS = 9;

    /** What was set aside for one call. */
    record Held(String period, long amount) {}

    private record Waiter(long amount, Loop loop, Consumer<Held> held, Consumer<CloudException> failed) {}

    private record Answer(
            Waiter waiter, @Nullable Held held, @Nullable CloudException why) {}

    private final String scope;
    private final Budget budget;
    private final long limit;
    private final BudgetLedger ledger;
    private final InstantSource clock;
    // what follows belongs to whom holds this
    private final ArrayDeque<Waiter> waiting = new ArrayDeque<>();
    private String period = "";
    private Instant periodEnds = Instant.MIN;
    private Instant spentUntil = Instant.MIN;
    private long left;
    private boolean asking;

    Purse(String scope, Budget budget, BudgetLedger ledger, InstantSource clock) {
        this.scope = scope;
        this.budget = budget;
        this.limit = budget.dollars()
                .movePointRight(BILLIONTHS)
                .setScale(0, RoundingMode.DOWN)
                .min(BigDecimal.valueOf(Long.MAX_VALUE / 2))
                .longValueExact();
        this.ledger = ledger;
        this.clock = clock;
    }

    Budget budget() {
        return budget;
    }

    /** Sets {@code amount} aside and calls one of the two, at once if it can. On {@code loop}. */
    void take(long amount, Loop loop, Consumer<Held> held, Consumer<CloudException> failed) {
        Held at;
        CloudException why = null;
        synchronized (this) {
            Instant now = clock.instant();
            turn(now);
            boolean fits = waiting.isEmpty() && left >= amount;
            at = fits ? new Held(period, amount) : null;
            if (fits) {
                left -= amount;
                askAhead(amount, now);
            } else if (amount > limit || (waiting.isEmpty() && !asking && now.isBefore(spentUntil))) {
                why = spent(now);
            } else if (waiting.size() >= WAITING_MAX) {
                why = new CloudException(CloudException.Kind.BUSY, WAITING_MAX + " calls wait for the ledger", null);
            } else {
                waiting.add(new Waiter(amount, loop, held, failed));
                ask(amount);
            }
        }
        if (at != null) {
            held.accept(at);
        } else if (why != null) {
            failed.accept(why);
        }
    }

    /** The call cost {@code real} of what was set aside for it. */
    synchronized void settle(Held held, long real) {
        turn(clock.instant());
        if (held.period().equals(period)) {
            left += held.amount() - real;
        }
    }

    private void turn(Instant now) {
        if (now.isBefore(periodEnds)) {
            return;
        }
        ZonedDateTime utc = now.atZone(ZoneOffset.UTC);
        ZonedDateTime day = utc.truncatedTo(ChronoUnit.DAYS);
        ZonedDateTime begins =
                switch (budget.per()) {
                    case HOUR -> utc.truncatedTo(ChronoUnit.HOURS);
                    case DAY -> day;
                    case MONTH -> day.withDayOfMonth(1);
                };
        ZonedDateTime ends =
                switch (budget.per()) {
                    case HOUR -> begins.plusHours(1);
                    case DAY -> begins.plusDays(1);
                    case MONTH -> begins.plusMonths(1);
                };
        int letters =
                switch (budget.per()) {
                    case HOUR -> "2026-11-22T10".length();
                    case DAY -> "2026-11-22".length();
                    case MONTH -> "2026-11".length();
                };
        period = begins.toLocalDateTime().toString().substring(0, letters);
        periodEnds = ends.toInstant();
        spentUntil = Instant.MIN;
        left = 0;
    }

    private CloudException spent(Instant now) {
        String words = "budget spent: the " + budget.dollars().toPlainString() + " dollars of " + scope + " for "
                + period + " have no room for another call; the next period begins at " + periodEnds;
        Duration wait = Duration.between(now, periodEnds);
        return new CloudException(
                CloudException.Kind.BUSY, words, new BudgetSpentException(words), wait.plusSeconds(1));
    }

    private void askAhead(long amount, Instant now) {
        if (left < part(amount) / 4 && !now.isBefore(spentUntil)) {
            ask(amount);
        }
    }

    private long part(long amount) {
        long calls = amount > limit / CALLS_AHEAD ? limit : amount * CALLS_AHEAD;
        return Math.max(limit / PARTS, calls);
    }

    private void ask(long amount) {
        if (!asking) {
            asking = true;
            long wanted = Math.min(limit, part(amount));
            String now = period;
            Thread ignored = Thread.ofVirtual().name("budget").start(() -> asked(now, wanted));
        }
    }

    private void asked(String of, long wanted) {
        long got = 0;
        CloudException why = null;
        try {
            got = ledger.take(scope, of, wanted, limit);
        } catch (RuntimeException unasked) {
            System.getLogger("dev.weft.gateway")
                    .log(System.Logger.Level.ERROR, "the ledger of " + scope + " can't be asked", unasked);
            why = new CloudException(
                    CloudException.Kind.BUSY, "the ledger of budgets can't be asked, so nothing is spent", unasked);
        }
        for (Answer each : answers(of, got, got < wanted, why)) {
            Waiter waiter = each.waiter();
            Held held = each.held();
            CloudException failed = each.why();
            waiter.loop().execute(() -> {
                if (held != null) {
                    waiter.held().accept(held);
                } else if (failed != null) {
                    waiter.failed().accept(failed);
                }
            });
        }
    }

    private synchronized List<Answer> answers(String of, long got, boolean all, @Nullable CloudException why) {
        Instant now = clock.instant();
        turn(now);
        asking = false;
        if (of.equals(period)) {
            left += got;
            spentUntil = all && why == null ? now.plus(SPENT_FOR) : spentUntil;
        }
        List<Answer> answers = new ArrayList<>();
        Iterator<Waiter> each = waiting.iterator();
        boolean over = of.equals(period) && all;
        while (each.hasNext()) {
            Waiter waiter = each.next();
            if (left >= waiter.amount()) {
                left -= waiter.amount();
                answers.add(new Answer(waiter, new Held(period, waiter.amount()), null));
                each.remove();
            } else if (over) {
                answers.add(new Answer(waiter, null, why == null ? spent(now) : why));
                each.remove();
            }
        }
        if (!waiting.isEmpty()) {
            ask(waiting.getFirst().amount());
        }
        return answers;
    }

    /** Gives back what is not spent. Blocking. */
    void close() {
        long rest;
        String of;
        synchronized (this) {
            rest = clock.instant().isBefore(periodEnds) ? left : 0;
            of = period;
            left = 0;
        }
        if (rest > 0) {
            ledger.giveBack(scope, of, rest);
        }
    }
}
