// SPDX-License-Identifier: Apache-2.0
package dev.weft.net;

import dev.weft.net.wire.ArrivingBody;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;

/**
 * A body coming in on a connection. Holds the sender back by not reading the connection: until it has a reader, and
 * while the reader pauses. What was decoded already then waits here, at most one read's worth.
 */
final class InboundBody extends ArrivingBody {
    private final Channel channel;
    private Runnable onDiscard = () -> {};
    private long received;

    /**
     * Reads from {@code channel}.
     *
     * @param onFirstRead for example asks the sender to go on; once, before the first byte is waited for
     */
    InboundBody(Channel channel, long length, Runnable onFirstRead) {
        super(length, onFirstRead);
        this.channel = channel;
    }

    @Override
    public void pause() {
        super.pause();
        if (!ended()) {
            channel.config().setAutoRead(false);
        }
    }

    @Override
    public void discard() {
        if (discarded()) {
            return;
        }
        super.discard();
        channel.config().setAutoRead(true);
        if (!ended()) {
            onDiscard.run();
        }
    }

    /** Runs {@code task} when the reader has lost interest before the end. At most one task. */
    void onDiscard(Runnable task) {
        onDiscard = task;
    }

    /** More bytes have come; takes {@code bytes} over. */
    void receive(ByteBuf bytes) {
        received += bytes.readableBytes();
        if (discarded() || !bytes.isReadable()) {
            bytes.release();
        } else if (!passed(bytes)) {
            channel.config().setAutoRead(false);
        }
    }

    /** Bytes so far. */
    long received() {
        return received;
    }

    /** Whether somebody waits for bytes from the sender. */
    boolean wanted() {
        return !ended() && !paused() && (!unread() || discarded());
    }

    @Override
    protected void taken(int bytes) {
        // the connection is read on once nothing waits any more
    }

    @Override
    protected void dropped(int bytes) {
        // nobody was promised room for them
    }

    @Override
    protected void caughtUp() {
        channel.config().setAutoRead(true);
    }
}
