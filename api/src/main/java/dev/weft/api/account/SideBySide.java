// SPDX-License-Identifier: Apache-2.0
package dev.weft.api.account;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;

/** Does the same for many things at once, on virtual threads. */
public final class SideBySide {
    /** Requests one account gets at once where nothing else is known of it. */
    public static final int AT_ONCE_MAX = 16;

    private SideBySide() {}

    /** What {@code each} gives, in the order of {@code all}; the first failure is thrown once all are done. */
    public static <T, R> List<R> map(List<T> all, Function<T, R> each) {
        List<Callable<R>> tasks = new ArrayList<>();
        all.forEach(one -> tasks.add(() -> each.apply(one)));
        try (ExecutorService threads = Executors.newFixedThreadPool(
                AT_ONCE_MAX, Thread.ofVirtual().name("account-", 0).factory())) {
            List<R> results = new ArrayList<>();
            for (Future<R> done : threads.invokeAll(tasks)) {
                results.add(done.get());
            }
            return results;
        } catch (ExecutionException failed) {
            if (failed.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new IllegalStateException("a task ended in a way that is not foreseen", failed.getCause());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new dev.weft.api.CloudException(
                    dev.weft.api.CloudException.Kind.UNKNOWN, "interrupted while the cloud was asked", stopped);
        }
    }
}
