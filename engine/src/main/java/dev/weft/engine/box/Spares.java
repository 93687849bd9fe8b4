// SPDX-License-Identifier: Apache-2.0
package dev.weft.engine.box;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Processes that have booted and wait for a function: what makes a cold start short. A pool for each plan: one process
 * as long as the plan is in use, more the more cold starts there were of late, within a budget of memory for all of them
 * together. Safe for many threads.
 */
public final class Spares implements AutoCloseable {
    /** Of one plan. */
    public static final int PER_PLAN_MAX = 8;

    /** Being booted at once: a start that a caller waits for comes first. */
    static final int BOOTING_MAX = 2;

    /** A plan without a cold start for so long keeps no spare. */
    static final Duration KEPT_MAX = Duration.ofMinutes(10);

    /** Cold starts count for so long. */
    static final Duration RATE_WINDOW = Duration.ofSeconds(5);

    /** A plan whose processes do not boot is left alone for so long. */
    static final Duration BROKEN_PAUSE = Duration.ofSeconds(30);

    private static final long BYTES_MAX = 1L << 30;

    private static final int MEMORY_SHARE = 16;
    private static final System.Logger LOG = System.getLogger("dev.weft.engine");

    private final Boxes boxes;
    private final Path slots;
    private final InstantSource clock;
    private final long bytesMax;
    private final StandingBoxes standing;
    private final AtomicLong made = new AtomicLong();
    // guarded by this
    private final Map<Plan, OfPlan> plans = new LinkedHashMap<>();
    private boolean closed;

    /** What waits for one plan. */
    private static final class OfPlan {
        private final ArrayDeque<BoxedProcess> waiting = new ArrayDeque<>();
        private final ArrayDeque<Long> coldStarts = new ArrayDeque<>();
        private int starting;
        private int target;
        private long wanted;
        private long pausedUntil;
    }

    /** Keeps the folders for code in {@code slots}, which is on the file system of the staged code. */
    public Spares(Boxes boxes, Path slots, InstantSource clock, long bytesMax) {
        this.boxes = boxes;
        this.slots = slots;
        this.clock = clock;
        this.bytesMax = bytesMax;
        this.standing = new StandingBoxes(boxes, clock, KEPT_MAX, this::start);
    }

    /** What they may take together if nobody says otherwise: a sixteenth of this machine's memory, and no more than a gibibyte. */
    public static long bytesOfThisMachine() {
        return Math.min(BYTES_MAX, machineBytes() / MEMORY_SHARE);
    }

    /** A function with this plan has been deployed: its first call should find a spare. */
    public synchronized void expect(Plan plan) {
        if (boxes.boots(plan) && !closed) {
            plans.computeIfAbsent(plan, key -> new OfPlan()).wanted = clock.millis();
            standing.expect(plan);
        }
    }

    /**
     * A process that waits, booted or not, with {@code staged} as its code; null where none does. Counts as a cold start
     * either way.
     */
    public @Nullable BoxedProcess take(Plan plan, Path staged) throws IOException {
        BoxedProcess spare;
        synchronized (this) {
            OfPlan of = plans.get(plan);
            if (of == null) {
                return null;
            }
            of.wanted = clock.millis();
            of.coldStarts.add(clock.millis());
            spare = next(of);
        }
        standing.expect(plan);
        if (spare == null) {
            spare = standing.take(plan);
        } else if (!spare.booted()) {
            spare.raise();
        }
        if (spare == null) {
            return null;
        }
        boolean filled = false;
        try {
            spare.fill(staged);
            filled = true;
            return spare;
        } finally {
            if (!filled) {
                spare.close();
            }
        }
    }

    /** What {@link #take} does with files, done once more: a JVM compiles what it has done often. */
    public void rehearse() throws IOException {
        Path folder = slots.resolve("rehearsal");
        Path staged = Files.createDirectories(folder.resolve("staged"));
        Path file = staged.resolve("file");
        if (!Files.exists(file)) {
            Files.createFile(file);
        }
        Path code = Files.createDirectories(folder.resolve("code"));
        BoxedProcess.link(staged, code);
        Files.delete(code.resolve("file"));
    }

    /** One that has booted, else one that is about to. */
    private static @Nullable BoxedProcess next(OfPlan of) {
        of.waiting.removeIf(each -> !each.process().isAlive());
        for (Iterator<BoxedProcess> each = of.waiting.iterator(); each.hasNext(); ) {
            BoxedProcess spare = each.next();
            if (spare.booted()) {
                each.remove();
                return spare;
            }
        }
        return of.waiting.poll();
    }

    /** What time does: missing ones are started, one after the other; those nobody wants any more end. */
    public void tick() {
        standing.tick();
        List<Plan> missing = new ArrayList<>();
        List<BoxedProcess> surplus = new ArrayList<>();
        synchronized (this) {
            if (closed) {
                return;
            }
            long now = clock.millis();
            long bytes = 0;
            int booting = 0;
            List<Map.Entry<Plan, OfPlan>> newestFirst = new ArrayList<>(plans.entrySet());
            newestFirst.sort(Comparator.comparingLong(each -> -each.getValue().wanted));
            for (Map.Entry<Plan, OfPlan> each : newestFirst) {
                OfPlan of = each.getValue();
                int target = target(of, now);
                while (target > 0 && bytes + target * each.getKey().bytesWaiting() > bytesMax) {
                    target--;
                }
                bytes += target * each.getKey().bytesWaiting();
                of.target = target;
                dead(of, surplus, now);
                while (of.waiting.size() > target) {
                    surplus.add(of.waiting.removeLast());
                }
                booting += of.starting
                        + (int) of.waiting.stream()
                                .filter(spare -> !spare.booted())
                                .count();
                for (int i = of.waiting.size() + of.starting; i < target && booting < BOOTING_MAX; i++) {
                    of.starting++;
                    booting++;
                    missing.add(each.getKey());
                }
            }
            plans.values()
                    .removeIf(of -> of.waiting.isEmpty() && of.starting == 0 && now - of.wanted > KEPT_MAX.toMillis());
        }
        missing.forEach(plan -> Thread.ofVirtual().name("spare").start(() -> boot(plan)));
        surplus.forEach(each -> Thread.ofVirtual().name("spare-end").start(each::close));
    }

    private static void dead(OfPlan of, List<BoxedProcess> surplus, long now) {
        for (Iterator<BoxedProcess> each = of.waiting.iterator(); each.hasNext(); ) {
            BoxedProcess spare = each.next();
            if (!spare.process().isAlive()) {
                each.remove();
                surplus.add(spare);
                of.pausedUntil = now + BROKEN_PAUSE.toMillis();
            }
        }
    }

    private static int target(OfPlan of, long now) {
        while (!of.coldStarts.isEmpty() && now - of.coldStarts.peek() > RATE_WINDOW.toMillis()) {
            of.coldStarts.remove();
        }
        if (now - of.wanted > KEPT_MAX.toMillis() || now < of.pausedUntil) {
            return 0;
        }
        return Math.min(PER_PLAN_MAX, 1 + of.coldStarts.size());
    }

    private void boot(Plan plan) {
        BoxedProcess spare = start(plan, Boxes.When.AHEAD);
        boolean unwanted = false;
        synchronized (this) {
            OfPlan of = plans.get(plan);
            if (of != null) {
                of.starting--;
                if (spare == null) {
                    of.pausedUntil = clock.millis() + BROKEN_PAUSE.toMillis();
                }
            }
            if (spare != null && of != null && !closed) {
                of.waiting.add(spare);
            } else {
                unwanted = true;
            }
        }
        if (unwanted && spare != null) {
            spare.close();
        }
    }

    /** A process that sees an empty folder for its code; null if it could not be started. */
    private @Nullable BoxedProcess start(Plan plan, Boxes.When when) {
        try {
            Path slot = Files.createDirectories(slots.resolve("s" + made.incrementAndGet()));
            Files.setPosixFilePermissions(slot, PosixFilePermissions.fromString("rwxr-xr-x"));
            BoxedProcess process = boxes.start(plan, slot, new Boxes.Start.Booting(when), 0);
            process.deleteCode();
            return process;
        } catch (IOException | RuntimeException failed) {
            if (!isClosed()) {
                LOG.log(
                        System.Logger.Level.WARNING,
                        "no process could be started ahead, program=" + plan.program(),
                        failed);
            }
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
        return null;
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    /** How many wait, booted. */
    public synchronized int booted() {
        return (int) plans.values().stream()
                .flatMap(of -> of.waiting.stream())
                .filter(each -> each.booted())
                .count();
    }

    /** How many should wait, by how many functions were called for the first time of late and by what memory there is. */
    public synchronized int wanted() {
        return plans.values().stream().mapToInt(of -> of.target).sum();
    }

    private static long machineBytes() {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/meminfo"))) {
                if (line.startsWith("MemTotal:")) {
                    return Long.parseLong(line.replaceAll("[^0-9]", "")) << 10;
                }
            }
        } catch (IOException noLinux) {
            return BYTES_MAX;
        }
        return BYTES_MAX;
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
        standing.close();
    }
}
