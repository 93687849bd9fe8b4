// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.aws.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.api.BodyException;
import dev.weft.clouds.aws.StreamedMessages;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The bytes are those of botocore's own tests of its decoder, tests/unit/test_eventstream.py. */
class EventStreamTest {
    private static final String EMPTY = "000000100000000005c248eb7d98c8ff";
    private static final String NUMBER = "0000001d0000000d83e3f0e707696e746567657204ffffffff8b8e12eb";
    private static final String PAYLOAD = "0000001d00000000fd528c5a7b27666f6f273a27626172277dc3653936";
    private static final String TEXT = "0000003d0000002007fd83960c636f6e74656e742d747970650700106170706c69636174696f6e"
            + "2f6a736f6e7b27666f6f273a27626172277d8d9c08b1";
    private static final String EVERY_TYPE = "000000620000005203b5cb9c013000013101013202020133030003013404000000040135"
            + "0500000000000000050136060005627974657301370700047574663801380800000000000000080139093031323334353637383961"
            + "626364656663353671";
    private static final String ERROR = "0000005200000042bf23637e0d3a6d6573736167652d747970650700056572726f720b3a6572"
            + "726f722d636f6465070004636f64650e3a6572726f722d6d6573736167650700076d6573736167656b6cea3d";

    private static List<EventStream.Message> read(byte[] bytes, int piece) throws BodyException {
        List<EventStream.Message> messages = new ArrayList<>();
        EventStream stream = new EventStream();
        for (int from = 0; from < bytes.length; from += piece) {
            stream.feed(ByteBuffer.wrap(bytes, from, Math.min(piece, bytes.length - from)), messages::add);
        }
        assertThat(stream.within()).isFalse();
        return messages;
    }

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text);
    }

    @Test
    void messagesAreReadHoweverTheirBytesCome() throws Exception {
        byte[] all = hex(EMPTY + NUMBER + PAYLOAD + TEXT + EVERY_TYPE + ERROR);
        for (int piece = 1; piece <= all.length; piece++) {
            List<EventStream.Message> messages = read(all, piece);
            assertThat(messages).hasSize(6);
            assertThat(messages.get(0).headers()).isEmpty();
            assertThat(messages.get(0).payload()).isEmpty();
            assertThat(messages.get(1).headers()).containsOnlyKeys("integer");
            assertThat(new String(messages.get(2).payload(), StandardCharsets.UTF_8))
                    .isEqualTo("{'foo':'bar'}");
            assertThat(messages.get(3).headers()).isEqualTo(Map.of("content-type", "application/json"));
            assertThat(messages.get(4).headers()).hasSize(10).containsEntry("7", "utf8");
            assertThat(messages.get(5).header(":error-code")).isEqualTo("code");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0100001d00000000fd528c5a7b27666f6f273a27626172277dc3653936, checksum of a message's lengths",
        "0000003dff00010207fd83960c636f6e74656e742d74797065070010, checksum of a message's lengths",
        "0000001d00000000fd528c5a7b27666f6f273a2762617227 8dc3653936, checksum of a message is wrong",
        "0000002400000014 4bb982d0 04746573740461736466 04746573740461736466 f3f47563, stands twice",
    })
    void whatIsBrokenIsToldAsSuch(String bytes, String words) {
        assertThatThrownBy(() -> read(hex(bytes.replace(" ", "")), 7))
                .isInstanceOfSatisfying(BodyException.class, broken -> assertThat(broken.reason())
                        .isEqualTo(BodyException.Reason.MALFORMED))
                .hasMessageContaining(words);
    }

    @Test
    void aMessageHasALimitAndIsRefusedBeforeItsBytesCome() throws Exception {
        byte[] most = StreamedMessages.begin(EventStream.MESSAGE_BYTES_MAX, 0);
        new EventStream().feed(ByteBuffer.wrap(most), message -> {});
        assertThatThrownBy(() -> read(StreamedMessages.begin(EventStream.MESSAGE_BYTES_MAX + 1, 0), 12))
                .hasMessageContaining("at most 16777216");
        assertThatThrownBy(() -> read(StreamedMessages.begin(-1, 0), 12)).hasMessageContaining("4294967295");
        int headers = EventStream.HEADERS_BYTES_MAX + 1;
        assertThatThrownBy(() -> read(StreamedMessages.begin(headers + 16, headers), 12))
                .hasMessageContaining("at most 131072");
        assertThatThrownBy(() -> read(StreamedMessages.begin(15, 0), 12)).hasMessageContaining("message of 15");
    }

    @Test
    void headerFieldsDoNotReachBeyondTheirMessage() {
        for (byte[] fields : List.of(
                new byte[] {9, 'a'},
                new byte[] {1, 'a'},
                new byte[] {1, 'a', 7, 0},
                new byte[] {1, 'a', 7, 0, 9, 'b'},
                new byte[] {1, 'a', 10},
                new byte[] {1, 'a', -1},
                new byte[] {1, 'a', 5, 1, 2})) {
            assertThatThrownBy(() -> read(StreamedMessages.raw(fields, new byte[3]), 100))
                    .isInstanceOf(BodyException.class)
                    .hasMessageContaining("header field");
        }
    }
}
