// SPDX-License-Identifier: Apache-2.0
package dev.weft.net;

import dev.weft.api.spi.Loop;
import io.netty.channel.EventLoop;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.EventExecutor;
import java.time.Duration;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The event loops of this process: native epoll on Linux, NIO elsewhere. */
public final class Loops implements AutoCloseable {
    private static final Duration QUIET = Duration.ofMillis(50);
    private static final Duration STOP_MAX = Duration.ofSeconds(5);

    private final MultiThreadIoEventLoopGroup group;
    private final IdentityHashMap<EventExecutor, NettyLoop> loops = new IdentityHashMap<>();
    private final NettyLoop[] inOrder;
    private final AtomicInteger turn = new AtomicInteger();

    private Loops(int count) {
        IoHandlerFactory io = epoll() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
        group = new MultiThreadIoEventLoopGroup(count, new DefaultThreadFactory("loop", true), io);
        for (EventExecutor each : group) {
            loops.put(each, new NettyLoop((EventLoop) each));
        }
        inOrder = loops.values().toArray(NettyLoop[]::new);
    }

    /** Starts {@code count} loops; one a core is right for a gateway. */
    public static Loops start(int count) {
        if (count < 1) {
            throw new IllegalArgumentException("loops: at least 1, got " + count);
        }
        return new Loops(count);
    }

    /** Some loop, in turn. */
    public Loop next() {
        return inOrder[Math.floorMod(turn.getAndIncrement(), inOrder.length)];
    }

    /** Stops every loop; connections still open are cut. */
    @Override
    public void close() {
        Future<?> stopped = group.shutdownGracefully(QUIET.toMillis(), STOP_MAX.toMillis(), TimeUnit.MILLISECONDS);
        try {
            stopped.get(STOP_MAX.toMillis() * 2, TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } catch (java.util.concurrent.ExecutionException | java.util.concurrent.TimeoutException stuck) {
            System.getLogger("dev.weft.net").log(System.Logger.Level.WARNING, "event loops did not stop", stuck);
        }
    }

    MultiThreadIoEventLoopGroup group() {
        return group;
    }

    NettyLoop of(EventLoop loop) {
        NettyLoop found = loops.get(loop);
        if (found == null) {
            throw new IllegalStateException("not a loop of these: " + loop);
        }
        return found;
    }

    static boolean epoll() {
        return Epoll.isAvailable();
    }

    /** Netty's loop in our words. */
    static final class NettyLoop implements Loop {
        /** Delays that have a lane; further ones, and odd ones, go into Netty's queue. */
        static final int LANES_MAX = 32;

        private static final long LANE_GRAIN = Duration.ofMillis(100).toNanos();

        private final EventLoop netty;
        private final Map<Long, TimerLane> lanes = new HashMap<>();

        NettyLoop(EventLoop netty) {
            this.netty = netty;
        }

        EventLoop netty() {
            return netty;
        }

        @Override
        public boolean inside() {
            return netty.inEventLoop();
        }

        @Override
        public void execute(Runnable task) {
            netty.execute(task);
        }

        @Override
        public Timer after(Duration delay, Runnable task) {
            long nanos = delay.toNanos();
            if (nanos > 0 && nanos % LANE_GRAIN == 0 && netty.inEventLoop()) {
                TimerLane lane = lanes.get(nanos);
                if (lane == null && lanes.size() < LANES_MAX) {
                    lane = new TimerLane(netty, nanos);
                    lanes.put(nanos, lane);
                }
                if (lane != null) {
                    return lane.add(task);
                }
            }
            io.netty.util.concurrent.Future<?> scheduled = netty.schedule(task, nanos, TimeUnit.NANOSECONDS);
            return () -> scheduled.cancel(false);
        }
    }

    /**
     * Timers of one delay on one loop. They end in the order in which they began, so that a list does, to whose end one is
     * added and from anywhere in which one is taken at once: nearly every call's timeout is cancelled. On its loop.
     */
    @SuppressWarnings("FutureReturnValueIgnored") // of a look that is never cancelled
    private static final class TimerLane {
        private final EventLoop loop;
        private final long delayNanos;
        private @Nullable Entry first;
        private @Nullable Entry last;
        private boolean watching;

        TimerLane(EventLoop loop, long delayNanos) {
            this.loop = loop;
            this.delayNanos = delayNanos;
        }

        /** Runs {@code task} after the lane's delay. */
        Loop.Timer add(Runnable task) {
            Entry entry = new Entry(task, System.nanoTime() + delayNanos);
            Entry before = last;
            entry.before = before;
            last = entry;
            if (before == null) {
                first = entry;
            } else {
                before.after = entry;
            }
            if (!watching) {
                watch(delayNanos);
            }
            return entry;
        }

        private void watch(long nanos) {
            watching = true;
            loop.schedule(this::look, nanos, TimeUnit.NANOSECONDS);
        }

        private void look() {
            watching = false;
            long now = System.nanoTime();
            Entry next = first;
            while (next != null && next.due - now <= 0) {
                next.leave();
                try {
                    next.task.run();
                } catch (RuntimeException bug) {
                    System.getLogger("dev.weft.net").log(System.Logger.Level.ERROR, "a timer's task failed", bug);
                }
                next = first;
            }
            if (next != null && !watching) {
                watch(Math.max(1, next.due - now));
            }
        }

        private final class Entry implements Loop.Timer {
            private final Runnable task;
            private final long due;
            private @Nullable Entry before;
            private @Nullable Entry after;
            private boolean gone;

            Entry(Runnable task, long due) {
                this.task = task;
                this.due = due;
            }

            @Override
            public void cancel() {
                if (loop.inEventLoop()) {
                    leave();
                } else {
                    loop.execute(this::leave);
                }
            }

            private void leave() {
                if (gone) {
                    return;
                }
                gone = true;
                if (before == null) {
                    first = after;
                } else {
                    before.after = after;
                }
                if (after == null) {
                    last = before;
                } else {
                    after.before = before;
                }
            }
        }
    }
}
