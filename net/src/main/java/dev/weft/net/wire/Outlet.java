// SPDX-License-Identifier: Apache-2.0
package dev.weft.net.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelPromise;
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
    private @Nullable ChannelPromise whenOut;
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
        ChannelPromise promise = whenOut;
        if (promise == null) {
            promise = channel.newPromise();
            whenOut = promise;
        }
        promise.addListener(done -> task.run());
    }

    /** Flushes once the loop has handled what it read. */
    public void flushSoon() {
        if (!flushWaiting) {
            flushWaiting = true;
            channel.eventLoop().execute(() -> {
                flushWaiting = false;
                flush();
            });
        }
    }

    /** Flushes now. */
    public void flush() {
        passOn();
        channel.flush();
    }

    /** Flushes now; done when the last byte is out. */
    public ChannelFuture flushed() {
        passOn();
        return channel.writeAndFlush(Unpooled.EMPTY_BUFFER);
    }

    private void passOn() {
        ByteBuf some = last;
        ChannelPromise promise = whenOut;
        last = null;
        whenOut = null;
        if (some != null || promise != null) {
            channel.write(
                    some == null ? Unpooled.EMPTY_BUFFER : some, promise == null ? channel.voidPromise() : promise);
        }
    }
}
