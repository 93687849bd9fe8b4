// SPDX-License-Identifier: Apache-2.0
package dev.weft.engine.box;

import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Boxes in which no language has booted, for when no process is left that has: mounts, user, limits and network are there
 * already, and a shell that waits takes next to no memory. Safe for many threads.
 */
final class StandingBoxes implements AutoCloseable {
    /** Of one plan. */
    static final int PER_PLAN_MAX = 2;

    /** Of all plans; the ones wanted last have them. */
    static final int ALL_MAX = 16;

    private final Boxes boxes;
    private final InstantSource clock;
    private final Duration keptMax;
    private final Maker maker;
    // guarded by this
    private final Map<Plan, OfPlan> plans = new LinkedHashMap<>();
    private boolean closed;

    /** Makes one. */
    interface Maker {
        /** Null where that does not work. */
        @Nullable
        BoxedProcess make(Plan plan, Boxes.When when);
    }

    private static final class OfPlan {
        private final ArrayDeque<BoxedProcess> waiting = new ArrayDeque<>();
        private long wanted;
        private long pausedUntil;
        private int making;
    }

    /** A plan that nobody has wanted for {@code keptMax} keeps none. */
    StandingBoxes(Boxes boxes, InstantSource clock, Duration keptMax, Maker maker) {
        this.boxes = boxes;
        this.clock = clock;
        this.keptMax = keptMax;
        this.maker = maker;
    }

    /** There is a function with this plan, or one was called. */
    synchronized void expect(Plan plan) {
        if (!closed) {
            plans.computeIfAbsent(plan, key -> new OfPlan()).wanted = clock.millis();
        }
    }

    /** One whose language boots from now on; null where none stands. */
    @Nullable
    BoxedProcess take(Plan plan) {
        BoxedProcess box;
        synchronized (this) {
            OfPlan of = plans.get(plan);
            box = of == null ? null : of.waiting.poll();
        }
        if (box == null) {
            return null;
        }
        try {
            box.begin();
            return box;
        } catch (IOException ended) {
            box.close();
            return null;
        }
    }

    /** What time does. */
    void tick() {
        List<Plan> missing = new ArrayList<>();
        List<BoxedProcess> surplus = new ArrayList<>();
        synchronized (this) {
            if (closed) {
                return;
            }
            long now = clock.millis();
            int left = ALL_MAX;
            List<Map.Entry<Plan, OfPlan>> newestFirst = new ArrayList<>(plans.entrySet());
            newestFirst.sort(Comparator.comparingLong(each -> -each.getValue().wanted));
            for (Map.Entry<Plan, OfPlan> each : newestFirst) {
                OfPlan of = each.getValue();
                boolean kept = now - of.wanted <= keptMax.toMillis() && boxes.settled(each.getKey());
                int target = kept ? Math.min(PER_PLAN_MAX, left) : 0;
                left -= target;
                if (of.waiting.removeIf(box -> ended(box, surplus))) {
                    of.pausedUntil = now + Spares.BROKEN_PAUSE.toMillis();
                }
                while (of.waiting.size() > target) {
                    surplus.add(of.waiting.removeLast());
                }
                while (of.waiting.size() + of.making < target && now >= of.pausedUntil) {
                    of.making++;
                    missing.add(each.getKey());
                }
            }
            plans.values()
                    .removeIf(of -> of.waiting.isEmpty() && of.making == 0 && now - of.wanted > keptMax.toMillis());
        }
        missing.forEach(plan -> Thread.ofVirtual().name("standing-box").start(() -> make(plan)));
        surplus.forEach(each -> Thread.ofVirtual().name("box-end").start(each::close));
    }

    private static boolean ended(BoxedProcess box, List<BoxedProcess> surplus) {
        return !box.process().isAlive() && surplus.add(box);
    }

    private void make(Plan plan) {
        BoxedProcess made = maker.make(plan, Boxes.When.ASKED);
        synchronized (this) {
            OfPlan of = plans.get(plan);
            if (of != null) {
                of.making--;
                if (made == null) {
                    of.pausedUntil = clock.millis() + Spares.BROKEN_PAUSE.toMillis();
                } else if (!closed) {
                    of.waiting.add(made);
                    return;
                }
            }
        }
        if (made != null) {
            made.close();
        }
    }

    @Override
    public void close() {
        List<BoxedProcess> left = new ArrayList<>();
        synchronized (this) {
            closed = true;
            plans.values().forEach(of -> left.addAll(of.waiting));
            plans.clear();
        }
        left.forEach(BoxedProcess::close);
    }
}
