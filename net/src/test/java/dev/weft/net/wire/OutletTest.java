// SPDX-License-Identifier: Apache-2.0
package dev.weft.net.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OutletTest {
    private final EmbeddedChannel channel = new EmbeddedChannel();
    private final Outlet outlet = new Outlet(channel);

    @AfterEach
    void close() {
        channel.finishAndReleaseAll();
    }

    @Test
    void aShortBodyJoinsItsHead() {
        outlet.head(head("head "));
        outlet.write(Unpooled.copiedBuffer("body", StandardCharsets.US_ASCII));
        outlet.flush();
        assertThat(out()).containsExactly("head body");
    }

    @Test
    void aLongOneDoesNotNorAnythingBehindIt() {
        outlet.head(head("head "));
        ByteBuf large = Unpooled.buffer().writeZero(Outlet.ROOM_BYTES + 1);
        outlet.write(large);
        outlet.write(Unpooled.copiedBuffer("end", StandardCharsets.US_ASCII));
        outlet.flush();
        assertThat(out()).hasSize(3).startsWith("head ").endsWith("end");
    }

    @Test
    void theNextHeadIsAnotherBuffer() {
        outlet.head(head("one"));
        outlet.head(head("two"));
        outlet.flush();
        assertThat(out()).containsExactly("one", "two");
    }

    @Test
    void allOfALoopGoOutOnceItHasHandledWhatItRead() {
        EmbeddedChannel other = new EmbeddedChannel();
        Outlet second = new Outlet(other);
        outlet.head(head("a"));
        outlet.flushSoon();
        outlet.flushSoon();
        second.head(head("b"));
        second.flushSoon();
        assertThat(out()).isEmpty();
        channel.runPendingTasks();
        assertThat(out()).containsExactly("a");
        assertThat(other.<ByteBuf>readOutbound()).isNotNull();
        other.finishAndReleaseAll();
    }

    @Test
    void itSaysWhenAllIsOutAndAlsoWhenItNeverWillBe() {
        List<String> told = new ArrayList<>();
        outlet.head(head("a"));
        outlet.whenOut(() -> told.add("out"));
        assertThat(told).isEmpty();
        outlet.flush();
        assertThat(told).containsExactly("out");
        channel.finishAndReleaseAll();
        outlet.head(head("b"));
        outlet.whenOut(() -> told.add("never"));
        outlet.flush();
        assertThat(told).containsExactly("out", "never");
    }

    private static ByteBuf head(String text) {
        return Unpooled.buffer(text.length() + Outlet.ROOM_BYTES).writeBytes(text.getBytes(StandardCharsets.US_ASCII));
    }

    private List<String> out() {
        List<String> texts = new ArrayList<>();
        for (ByteBuf each = channel.readOutbound(); each != null; each = channel.readOutbound()) {
            texts.add(each.toString(StandardCharsets.US_ASCII));
            each.release();
        }
        return texts;
    }
}
