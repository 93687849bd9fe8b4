// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway.budget;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.Body;
import dev.weft.api.Call;
import dev.weft.api.CallContext;
import dev.weft.api.CloudException;
import dev.weft.api.Headers;
import dev.weft.api.Outcome;
import dev.weft.api.Trace;
import dev.weft.api.resource.Budget;
import dev.weft.api.resource.Cloud;
import dev.weft.api.resource.Quantity;
import dev.weft.api.spi.Loop;
import dev.weft.api.spi.Place;
import dev.weft.gateway.placement.CallPrice;
import dev.weft.net.Loops;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Budgets on real loops, with a ledger that takes its time. */
class BudgetsIT {
    private static final Budget.Period MONTH = Budget.Period.MONTH;
    /** A thousandth of a dollar, however long it takes. */
    private static final CallPrice FLAT = new CallPrice(price("1000", "0"), Quantity.parse("128Mi"));
    /** A dollar for a gibibyte's second. */
    private static final CallPrice BY_TIME = new CallPrice(price("0", "1"), Quantity.parse("1Gi"));

    private final Loops loops = Loops.start(4);
    private final Ledger ledger = new Ledger();
    private final AtomicInteger answered = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();
    private final AtomicReference<CloudException> last = new AtomicReference<>();
    private volatile Instant now = Instant.parse("2026-11-22T10:20:30Z");

    @AfterEach
    void close() {
        loops.close();
    }

    @Test
    void aThousandCallersOfTwoProcessesGetExactlyWhatIsThereAndARestartFindsNothing() throws Exception {
        Budget budget = new Budget(new BigDecimal("0.137"), MONTH);
        try (Budgets one = budgets();
                Budgets other = budgets()) {
            call(1000, place(one, FLAT, budget), place(other, FLAT, budget));
            assertThat(answered).hasValue(137);
            assertThat(refused).hasValue(863);
        }
        assertThat(ledger.spent).containsExactly(Map.entry("function/shop 2026-11", 137_000_000L));
        try (Budgets restarted = budgets()) {
            call(10, place(restarted, FLAT, budget));
        }
        assertThat(answered).hasValue(137);
        assertThat(last.get()).hasMessageContaining("budget spent: the 0.137 dollars of function/shop for 2026-11");
        assertThat(last.get().getCause()).isInstanceOf(BudgetSpentException.class);
        assertThat(last.get().retryAfter()).isBetween(Duration.ofDays(8), Duration.ofDays(9));
    }

    @Test
    void aNewPeriodIsANewBudget() throws Exception {
        Budget budget = new Budget(new BigDecimal("0.002"), Budget.Period.HOUR);
        try (Budgets one = budgets()) {
            Place shop = place(one, FLAT, budget);
            call(5, shop);
            assertThat(answered).hasValue(2);
            assertThat(last.get().retryAfter()).isEqualTo(Duration.ofSeconds(39 * 60 + 31));
            now = now.plus(Duration.ofMinutes(40));
            call(5, shop);
            assertThat(answered).hasValue(4);
        }
        assertThat(ledger.spent.keySet())
                .containsExactlyInAnyOrder("function/shop 2026-11-22T10", "function/shop 2026-11-22T11");
    }

    @Test
    void whatIsSetAsideAndNotSpentIsThereAgain() throws Exception {
        Budget budget = new Budget(new BigDecimal("25"), Budget.Period.DAY);
        try (Budgets one = budgets()) {
            Place shop = one.around(
                    new Answering(),
                    BY_TIME,
                    Duration.ofSeconds(10),
                    List.of(new Budgets.Scope("function/shop", budget)));
            for (int i = 0; i < 50; i++) {
                call(1, shop);
            }
            assertThat(answered)
                    .as("each may cost 10 dollars and costs next to nothing")
                    .hasValue(50);
        }
        assertThat(ledger.spent.get("function/shop 2026-11-22")).isBetween(1L, 24_000_000_000L);
    }

    @Test
    void aCallThatMayCostMoreThanThereIsIsNotMade() throws Exception {
        Budget budget = new Budget(new BigDecimal("9.99"), Budget.Period.DAY);
        try (Budgets one = budgets()) {
            call(
                    1,
                    one.around(
                            new Answering(),
                            BY_TIME,
                            Duration.ofSeconds(10),
                            List.of(new Budgets.Scope("cloud/aws", budget))));
        }
        assertThat(refused).hasValue(1);
        assertThat(ledger.spent).isEmpty();
    }

    @Test
    void theSecondBudgetsRefusalLeavesTheFirstAsItWas() throws Exception {
        List<Budgets.Scope> both = List.of(
                new Budgets.Scope("function/shop", new Budget(new BigDecimal("0.010"), MONTH)),
                new Budgets.Scope("cloud/aws", new Budget(new BigDecimal("0.003"), MONTH)));
        try (Budgets one = budgets()) {
            call(10, one.around(new Answering(), FLAT, Duration.ofSeconds(1), both));
        }
        assertThat(answered).hasValue(3);
        assertThat(ledger.spent)
                .containsEntry("function/shop 2026-11", 3_000_000L)
                .containsEntry("cloud/aws 2026-11", 3_000_000L);
    }

    @Test
    void thePartOfAKilledProcessStaysSpent() throws Exception {
        Budget budget = new Budget(new BigDecimal("0.100"), MONTH);
        Budgets killed = budgets();
        call(1, place(killed, FLAT, budget));
        long taken = ledger.spent.getOrDefault("function/shop 2026-11", 0L);
        assertThat(taken).isGreaterThan(1_000_000L);
        try (Budgets next = budgets()) {
            call(1000, place(next, FLAT, budget));
        }
        assertThat(answered.get()).isEqualTo(1 + (100_000_000L - taken) / 1_000_000L);
    }

    @Test
    void aLedgerThatCannotBeAskedLetsNothingThrough() throws Exception {
        ledger.broken = true;
        try (Budgets one = budgets()) {
            call(3, place(one, FLAT, new Budget(new BigDecimal("1"), MONTH)));
        }
        assertThat(answered).hasValue(0);
        assertThat(last.get()).hasMessageContaining("can't be asked");
        ledger.broken = false;
    }

    private Budgets budgets() {
        return new Budgets(ledger, () -> now);
    }

    private static Place place(Budgets budgets, CallPrice price, Budget budget) {
        return budgets.around(
                new Answering(), price, Duration.ofSeconds(1), List.of(new Budgets.Scope("function/shop", budget)));
    }

    private void call(int times, Place... places) throws Exception {
        CountDownLatch over = new CountDownLatch(times);
        for (int i = 0; i < times; i++) {
            Place place = places[i % places.length];
            Loop loop = loops.next();
            loop.execute(() -> {
                Place.Attempt ignored = place.call(event(), loop, new Place.Answers() {
                    @Override
                    public void outcome(Outcome outcome) {
                        answered.incrementAndGet();
                        over.countDown();
                    }

                    @Override
                    public void failed(CloudException why) {
                        last.set(why);
                        refused.incrementAndGet();
                        over.countDown();
                    }
                });
            });
        }
        assertThat(over.await(20, TimeUnit.SECONDS)).isTrue();
    }

    private static Call event() {
        CallContext context =
                new CallContext("id", Trace.start(), 0, Instant.now().plusSeconds(60), CallContext.Caller.WEFT);
        return new Call.Event(context, null, Map.of(), Body.empty());
    }

    private static Cloud.Price price(String perMillion, String perGbSecond) {
        return new Cloud.Price(
                new BigDecimal(perMillion),
                new BigDecimal(perGbSecond),
                BigDecimal.ZERO,
                BigDecimal.ZERO,
                Duration.ofMillis(1),
                Duration.ZERO,
                Quantity.parse("1Mi"));
    }

    /** Answers at once. */
    private static final class Answering implements Place {
        @Override
        public String cloud() {
            return "aws";
        }

        @Override
        public Attempt call(Call call, Loop loop, Answers answers) {
            answers.outcome(new Outcome.Result(null, Headers.none(), Body.empty()));
            return () -> {};
        }
    }

    /** In memory, slowly. */
    private static final class Ledger implements BudgetLedger {
        private final Map<String, Long> spent = new HashMap<>();
        private volatile boolean broken;

        @Override
        public long take(String scope, String period, long wanted, long limit) {
            if (broken) {
                throw new IllegalStateException("played");
            }
            try {
                Thread.sleep(3);
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
            synchronized (this) {
                long before = spent.getOrDefault(scope + ' ' + period, 0L);
                long got = Math.max(0, Math.min(wanted, limit - before));
                spent.put(scope + ' ' + period, before + got);
                return got;
            }
        }

        @Override
        public synchronized void giveBack(String scope, String period, long amount) {
            long left = spent.merge(scope + ' ' + period, -amount, Long::sum);
            assertThat(left).isNotNegative();
        }
    }
}
