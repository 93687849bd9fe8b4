// SPDX-License-Identifier: Apache-2.0
package dev.weft.net.http1;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HeadReaderTest {
    private static final int LINE_MAX = 64;
    private static final int HEAD_MAX = 256;

    private final HeadReader requests = HeadReader.ofRequests(LINE_MAX, HEAD_MAX);
    private final HeadReader answers = HeadReader.ofAnswers(LINE_MAX, HEAD_MAX);

    @Test
    void aRequestsWordsAndFields() throws SyntaxException {
        ByteBuf bytes = bytes("GET /a?b HTTP/1.1\r\nHost: a\r\nX-Two:  two \t\r\nx-two:\r\n\r\nrest");
        Head head = Objects.requireNonNull(requests.head(bytes));
        assertThat(head.first()).isEqualTo("GET");
        assertThat(head.second()).isEqualTo("/a?b");
        assertThat(head.modern()).isTrue();
        assertThat(head.fields().first("HOST")).isEqualTo("a");
        assertThat(head.fields().all("x-two")).containsExactly("two", "");
        assertThat(text(bytes)).isEqualTo("rest");
    }

    @Test
    void anAnswersStatusWithAndWithoutReason() throws SyntaxException {
        assertThat(answer("HTTP/1.1 204 No Content\r\n\r\n").status()).isEqualTo(204);
        assertThat(answer("HTTP/1.0 500 \r\n\r\n").status()).isEqualTo(500);
        assertThat(answer("HTTP/1.1 200\r\nA: b\r\n\r\n").fields().first("a")).isEqualTo("b");
    }

    @Test
    void nothingIsTakenBeforeItIsWholeHoweverItIsCut() throws SyntaxException {
        String text = "\r\n\r\nPOST / HTTP/1.1\r\nHost: a\r\nFolded: one\r\n two\r\n\r\n";
        ByteBuf bytes = Unpooled.buffer();
        for (int i = 0; i < text.length() - 1; i++) {
            bytes.writeByte(text.charAt(i));
            assertThat(requests.head(bytes)).isNull();
        }
        bytes.writeByte('\n');
        Head head = Objects.requireNonNull(requests.head(bytes));
        assertThat(head.fields().first("folded")).isEqualTo("one two");
        assertThat(bytes.isReadable()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET / HTTP/1.1\nHost: a\r\n\r\n",
                "GET  / HTTP/1.1\r\n\r\n",
                "GET / HTTP/1.1 \r\n\r\n",
                "GET / http/1.1\r\n\r\n",
                "GET /\u007f HTTP/1.1\r\n\r\n",
                "G(T / HTTP/1.1\r\n\r\n",
                " / HTTP/1.1\r\n\r\n",
                "GET\r\n\r\n",
                "GET / HTTP/1.1\r\nA : b\r\n\r\n",
                "GET / HTTP/1.1\r\nA\r\n\r\n",
                "GET / HTTP/1.1\r\n: b\r\n\r\n",
                "GET / HTTP/1.1\r\n folded: b\r\n\r\n",
                "GET / HTTP/1.1\r\nA: b\rC: d\r\n\r\n",
                "GET / HTTP/1.1\r\nA: \u0000\r\n\r\n",
                "GET / HTTP/1.1\r\nA: b\r\n\n",
            })
    void whatBreaksTheRulesIsRefused(String text) {
        assertKind(requests, text, SyntaxException.Kind.MALFORMED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 20 OK\r\n\r\n",
                "HTTP/1.1 2000 OK\r\n\r\n",
                "HTTP/1.1 099 No\r\n\r\n",
                "HTTP/1.1  200 OK\r\n\r\n",
                "HTTP/1 200 OK\r\n\r\n",
                "ICY 200 OK\r\n\r\n",
            })
    void soIsAnAnswerThatIsNone(String text) {
        assertKind(answers, text, SyntaxException.Kind.MALFORMED);
    }

    @Test
    void limitsHoldBeforeTheHeadIsWhole() {
        assertKind(requests, "GET /" + "x".repeat(LINE_MAX), SyntaxException.Kind.LINE_TOO_LONG);
        assertKind(
                HeadReader.ofRequests(LINE_MAX, HEAD_MAX),
                "GET / HTTP/1.1\r\nA: " + "x".repeat(HEAD_MAX),
                SyntaxException.Kind.HEAD_TOO_LARGE);
        assertKind(
                HeadReader.ofRequests(LINE_MAX, HEAD_MAX),
                "GET / HTTP/1.1\r\n" + "A: bcdefgh\r\n".repeat(HEAD_MAX / 12 + 1) + "\r\n",
                SyntaxException.Kind.HEAD_TOO_LARGE);
    }

    @Test
    void howLongABodyIs() throws SyntaxException {
        assertThat(length("")).isEqualTo(0);
        assertThat(length("Content-Length: 12\r\n")).isEqualTo(12);
        assertThat(length("transfer-encoding: CHUNKED\r\n")).isEqualTo(-1);
        for (String wrong : new String[] {
            "Content-Length: 1\r\nContent-Length: 1\r\n",
            "Content-Length: 1\r\nTransfer-Encoding: chunked\r\n",
            "Transfer-Encoding: gzip\r\n",
            "Content-Length:\r\n",
            "Content-Length: 1234567890123456789\r\n",
            "Content-Length: 1_0\r\n",
        }) {
            assertThatThrownBy(() -> length(wrong)).as(wrong).isInstanceOf(SyntaxException.class);
        }
    }

    @Test
    void whetherTheConnectionStaysOpen() throws SyntaxException {
        assertThat(head("GET / HTTP/1.1\r\n\r\n").staysOpen()).isTrue();
        assertThat(head("GET / HTTP/1.1\r\nConnection: x, Close\r\n\r\n").staysOpen())
                .isFalse();
        assertThat(head("GET / HTTP/1.0\r\n\r\n").staysOpen()).isFalse();
        assertThat(head("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n").staysOpen())
                .isTrue();
    }

    private long length(String fields) throws SyntaxException {
        return head("POST / HTTP/1.1\r\n" + fields + "\r\n").bodyLength(0);
    }

    private Head head(String text) throws SyntaxException {
        return Objects.requireNonNull(requests.head(bytes(text)));
    }

    private Head answer(String text) throws SyntaxException {
        return Objects.requireNonNull(answers.head(bytes(text)));
    }

    private static void assertKind(HeadReader reader, String text, SyntaxException.Kind kind) {
        assertThatThrownBy(() -> reader.head(bytes(text)))
                .isInstanceOfSatisfying(
                        SyntaxException.class, why -> assertThat(why.kind()).isEqualTo(kind));
    }

    static ByteBuf bytes(String text) {
        return Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1);
    }

    static String text(ByteBuf bytes) {
        return bytes.toString(StandardCharsets.ISO_8859_1);
    }
}
