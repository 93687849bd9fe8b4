// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway.protection;

import dev.weft.api.spi.Loop;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A loop whose time a test tells, and which runs everything {@link #late} after it is due. */
final class PlayedLoop implements Loop {
    private record Task(long due, Runnable work) {}

    long now;
    Duration late = Duration.ZERO;
    private final List<Task> tasks = new ArrayList<>();

    @Override
    public boolean inside() {
        return true;
    }

    @Override
    public void execute(Runnable task) {
        task.run();
    }

    @Override
    public Timer after(Duration delay, Runnable work) {
        Task task = new Task(now + delay.toNanos(), work);
        tasks.add(task);
        return () -> tasks.remove(task);
    }

    int waiting() {
        return tasks.size();
    }

    void pass(Duration time) {
        long end = now + time.toNanos();
        while (true) {
            Task next = tasks.stream()
                    .filter(each -> each.due() + late.toNanos() <= end)
                    .findFirst()
                    .orElse(null);
            if (next == null) {
                now = end;
                return;
            }
            tasks.remove(next);
            now = Math.max(now, next.due() + late.toNanos());
            next.work().run();
        }
    }
}
