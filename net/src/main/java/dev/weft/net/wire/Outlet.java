// SPDX-License-Identifier: Apache-2.0
package dev.weft.net.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.util.concurrent.FastThreadLocal;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What goes out on a connection. The last buffer is held back, so that a small one behind it joins it: a head and a short
 * body are one buffer to the kernel. All goes out once the loop has handled what it read. On one loop.
 */
@SuppressWarnings("FutureReturnValueIgnored") // Netty's futures: a failed write closes the connection, which is heard
public final class Outlet {
    /** Room that a head's buffer has for what may join it. */
    public static final int ROOM_BYTES = 1024;

    private final Channel channel;
    private @Nullable ByteBuf last;
    private final List<Runnable> whenOut = new ArrayList<>(1);
    private boolean room;
    private boolean flushWaiting;

    /** Of {@code channel}, to which nobody else writes buffers. */
    public Outlet(Channel channel) {
        this.channel = channel;
    }

    /** What it writes to. */
    public Channel channel() {
        return channel;
    }

    /** Writes {@code fields}, a buffer that is nobody else's and has room; takes it over. */
    public void head(ByteBuf fields) {
        passOn();
        last = fields;
        room = true;
    }

    /** Writes {@code some}; takes it over. */
    public void write(ByteBuf some) {
        ByteBuf before = last;
        int length = some.readableBytes();
        if (before != null && room && length <= before.writableBytes() && length <= ROOM_BYTES) {
            before.writeBytes(some);
            some.release();
        } else {
            passOn();
            last = some;
            room = false; // its memory may be shared
        }
    }

    /** Runs {@code task} when all that has been written is out, or never will be. */
    public void whenOut(Runnable task) {
        whenOut.add(task);
    }

    /** Flushes once the loop has handled what it read. */
    public void flushSoon() {
        if (!flushWaiting) {
            flushWaiting = true;
            Waiting.add(this);
        }
    }

    /** Flushes now. */
    public void flush() {
        passOn();
        channel.flush();
        if (!whenOut.isEmpty()) {
            tell();
        }
    }

    /** Flushes now; done when the last byte is out. */
    public ChannelFuture flushed() {
        flush();
        return channel.writeAndFlush(Unpooled.EMPTY_BUFFER);
    }

    /** Mostly the kernel took all of it at once, and nothing needs to be waited for. */
    private void tell() {
        ChannelOutboundBuffer rest = channel.unsafe().outboundBuffer();
        List<Runnable> tasks = List.copyOf(whenOut);
        whenOut.clear();
        if (rest == null || rest.isEmpty()) {
            tasks.forEach(Runnable::run);
        } else {
            channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(done -> tasks.forEach(Runnable::run));
        }
    }

    private void passOn() {
        ByteBuf some = last;
        last = null;
        if (some != null) {
            channel.write(some, channel.voidPromise());
        }
    }

    /** A loop's outlets that wait to be flushed: one task for all of them. */
    private static final class Waiting implements Runnable {
        private static final FastThreadLocal<Waiting> OF_LOOP = new FastThreadLocal<>() {
            @Override
            protected Waiting initialValue() {
                return new Waiting();
            }
        };

        private ArrayList<Outlet> outlets = new ArrayList<>();
        private ArrayList<Outlet> spare = new ArrayList<>();

        static void add(Outlet outlet) {
            Waiting waiting = OF_LOOP.get();
            if (waiting.outlets.isEmpty()) {
                outlet.channel.eventLoop().execute(waiting);
            }
            waiting.outlets.add(outlet);
        }

        @Override
        public void run() {
            ArrayList<Outlet> now = outlets;
            outlets = spare;
            spare = now;
            for (Outlet each : now) {
                each.flushWaiting = false;
                try {
                    each.flush();
                } catch (RuntimeException bug) {
                    each.channel.pipeline().fireExceptionCaught(bug); // of one connection; the others go on
                }
            }
            now.clear();
        }
    }
}
