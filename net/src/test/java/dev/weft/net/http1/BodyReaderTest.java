// SPDX-License-Identifier: Apache-2.0
package dev.weft.net.http1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.api.Body;
import dev.weft.api.Headers;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BodyReaderTest {
    private static final int TRAILERS_MAX = 128;

    private final BodyReader reader = new BodyReader(TRAILERS_MAX);
    private final StringBuilder heard = new StringBuilder();
    private @Nullable Headers trailers;
    private final BodyReader.Receiver receiver = new BodyReader.Receiver() {
        @Override
        public void bytes(ByteBuf some) {
            heard.append(HeadReaderTest.text(some));
            some.release();
        }

        @Override
        public void end(Headers last) {
            assertThat(trailers).isNull();
            trailers = last;
        }
    };

    @Test
    void aLengthIsReadAndNoByteMore() throws SyntaxException {
        reader.begin(5);
        ByteBuf bytes = HeadReaderTest.bytes("12");
        reader.read(bytes, receiver);
        assertThat(reader.inBody()).isTrue();
        bytes = HeadReaderTest.bytes("345GET");
        reader.read(bytes, receiver);
        assertThat(heard).hasToString("12345");
        assertThat(HeadReaderTest.text(bytes)).isEqualTo("GET");
        assertThat(trailers).isNotNull();
        assertThat(reader.inBody()).isFalse();
    }

    @Test
    void noBodyEndsAtOnce() throws SyntaxException {
        reader.begin(0);
        reader.read(Unpooled.EMPTY_BUFFER, receiver);
        assertThat(trailers).isNotNull();
    }

    @Test
    void chunksAreJoinedHoweverTheyAreCut() throws SyntaxException {
        String text = "3\r\nabc\r\n00C;name=\"v\"\r\n0\r\n\r\nGET / x\r\n0 ;x\r\nLater: yes\r\n\r\nGET";
        reader.begin(Body.LENGTH_UNKNOWN);
        ByteBuf bytes = Unpooled.buffer();
        for (int i = 0; i < text.length(); i++) {
            bytes.writeByte(text.charAt(i));
            reader.read(bytes, receiver);
        }
        assertThat(heard).hasToString("abc0\r\n\r\nGET / x");
        assertThat(Objects.requireNonNull(trailers).first("later")).isEqualTo("yes");
        assertThat(HeadReaderTest.text(bytes)).isEqualTo("GET");
    }

    @Test
    void untilTheConnectionEnds() throws SyntaxException {
        reader.begin(Head.UNTIL_CLOSE);
        reader.read(HeadReaderTest.bytes("all of it"), receiver);
        assertThat(heard).hasToString("all of it");
        assertThat(reader.untilClose()).isTrue();
        assertThat(trailers).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\r\n",
                "x\r\n",
                "3\nabc",
                "3 x\r\nabc",
                "3\r\nabcd\r\n",
                "80000000\r\n",
                "00000000000000003\r\n",
                "3;\u0001\r\n",
                "0\r\nno field\r\n\r\n",
                "0\r\nA: b\n\r\n",
            })
    void badChunksAreRefused(String text) {
        reader.begin(Body.LENGTH_UNKNOWN);
        assertThatThrownBy(() -> reader.read(HeadReaderTest.bytes(text), receiver))
                .isInstanceOf(SyntaxException.class);
        assertThat(trailers).isNull();
    }

    @Test
    void extensionsAndTrailersHaveLimits() {
        reader.begin(Body.LENGTH_UNKNOWN);
        assertThatThrownBy(() -> reader.read(HeadReaderTest.bytes("1;" + "x".repeat(5_000)), receiver))
                .isInstanceOf(SyntaxException.class);
        BodyReader other = new BodyReader(TRAILERS_MAX);
        other.begin(Body.LENGTH_UNKNOWN);
        assertThatThrownBy(() -> other.read(HeadReaderTest.bytes("0\r\nA: " + "x".repeat(TRAILERS_MAX)), receiver))
                .isInstanceOf(SyntaxException.class);
    }
}
