// SPDX-License-Identifier: Apache-2.0
package dev.weft.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.Body;
import dev.weft.api.BodyGatherer;
import dev.weft.api.Headers;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;

/**
 * Requests that are right, wrong in known ways, or damaged at random, in pipelines, cut into pieces anywhere. Bodies hold
 * what looks like requests. A right one is answered with what it said; a wrong one is refused and ends the connection; no
 * body is ever taken for a request, and whatever comes, answers stay well-formed. A seed makes the same bytes again:
 * {@code -Dweft.fuzz.seed=N}; {@code -Dweft.fuzz.seconds=3600} goes on for an hour.
 */
class HttpFuzzIT {
    private static final String HIDDEN = "/hidden";
    private static final byte[] SMUGGLED = ("GET " + HIDDEN
                    + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n\r\n")
            .getBytes(StandardCharsets.US_ASCII);
    private static final ListenerConfig.Limits LIMITS = new ListenerConfig.Limits(
            2048, 8192, Duration.ofSeconds(5), Duration.ofSeconds(5), Duration.ofSeconds(5), 100);
    private static final List<String> METHODS = List.of("GET", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "M-SEARCH");

    /** Each is wrong wherever it stands among the fields. */
    private static final List<String> WRONG_FIELDS = List.of(
            "Content-Length: 5\r\nContent-Length: 6\r\n",
            "Content-Length: 5, 6\r\n",
            "Content-Length: -1\r\n",
            "Content-Length: +5\r\n",
            "Content-Length: 0x5\r\n",
            "Content-Length: 99999999999999999999\r\n",
            "Content-Length: 44\r\nTransfer-Encoding: chunked\r\n",
            "Transfer-Encoding: chunked\r\nContent-Length: 44\r\n",
            "Transfer-Encoding: chunked, identity\r\n",
            "Transfer-Encoding: xchunked\r\n",
            "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n",
            "Transfer-Encoding : chunked\r\n",
            "Transfer-Encoding:\u000bchunked\r\n",
            " X-Leading: space\r\n",
            "X-Space : before the colon\r\n",
            "X-Nul: a\u0000b\r\n",
            "No colon at all\r\n",
            ": no name\r\n",
            "X-Cr: a\rb\r\n",
            "Host: localhost\r\n");

    private final List<String> seen = new ArrayList<>();

    @Test
    void nothingIsMisreadHoweverItComes() throws Exception {
        long seed = Long.getLong("weft.fuzz.seed", System.nanoTime());
        long until = System.nanoTime()
                + Duration.ofSeconds(Long.getLong("weft.fuzz.seconds", 5)).toNanos();
        Loops loops = Loops.start(1);
        try (HttpListener listener = HttpListener.open(
                loops, new ListenerConfig("fuzz", "127.0.0.1", 0, Set.of("localhost"), LIMITS), this::handle)) {
            long rounds = 0;
            while (System.nanoTime() < until) {
                long of = seed + rounds++;
                try {
                    round(listener.port(), new SplittableRandom(of));
                } catch (AssertionError | IOException | RuntimeException found) {
                    throw new AssertionError("-Dweft.fuzz.seed=" + of + " finds it", found);
                }
            }
            System.out.println("fuzzed connections: " + rounds);
            assertThat(listener.connections()).isLessThan(LIMITS.connectionsMax());
        } finally {
            loops.close();
        }
    }

    private void handle(ServerExchange exchange) {
        synchronized (seen) {
            seen.add(exchange.line().path());
        }
        BodyGatherer.gather(
                exchange.body(),
                1 << 20,
                bytes -> exchange.respond(
                        200,
                        Headers.none(),
                        Body.of(said(exchange.line().method(), exchange.line().path(), bytes))),
                broken -> exchange.respond(400, Headers.none(), Body.empty()));
    }

    private static byte[] said(String method, String path, byte[] body) {
        CRC32 crc = new CRC32();
        crc.update(body);
        return (method + ' ' + path + ' ' + body.length + ' ' + crc.getValue()).getBytes(StandardCharsets.US_ASCII);
    }

    /** One connection: a few right requests, then perhaps one that is wrong or damaged, then one that must not be served then. */
    private void round(int port, SplittableRandom random) throws IOException {
        synchronized (seen) {
            seen.clear();
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        List<String> expected = new ArrayList<>();
        int right = random.nextInt(4);
        for (int i = 0; i < right; i++) {
            bytes.write(right(random, i, expected));
        }
        int kind = random.nextInt(3);
        boolean wrong = kind == 1;
        if (wrong) {
            bytes.write(wrong(random));
        } else if (kind == 2) {
            bytes.write(damaged(right(random, right, new ArrayList<>()), random));
        }
        bytes.write(kind == 0 ? last() : after());
        List<Answer> answers = Answer.all(exchange(port, bytes.toByteArray(), kind == 2, random));
        // who may have lost count of its bytes ends its half, and may then go without answers
        int sure = kind == 2 ? Math.min(expected.size(), answers.size()) : expected.size();
        assertThat(answers.size()).isGreaterThanOrEqualTo(sure);
        for (int i = 0; i < sure; i++) {
            assertThat(answers.get(i).status).isEqualTo(200);
            assertThat(answers.get(i).body).isEqualTo(expected.get(i));
        }
        synchronized (seen) {
            assertThat(seen).doesNotContain(HIDDEN);
            if (wrong) {
                assertThat(answers).hasSize(expected.size() + 1);
                assertThat(answers.getLast().status).isBetween(400, 499);
                assertThat(seen).doesNotContain("/after");
            } else if (kind == 0) {
                assertThat(answers).hasSize(expected.size() + 1);
            }
        }
    }

    private static byte[] last() {
        return "GET /last HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] after() {
        return "GET /after HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                .getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] right(SplittableRandom random, int number, List<String> expected) {
        byte[] body = body(random);
        String method = METHODS.get(random.nextInt(METHODS.size()));
        String path = "/r" + number + "/" + Long.toString(random.nextLong() >>> 1, 36);
        StringBuilder head = new StringBuilder(method)
                .append(' ')
                .append(path)
                .append(random.nextBoolean() ? "?q=%20" + random.nextInt() : "")
                .append(" HTTP/1.1\r\n");
        fields(head, random);
        head.append(random.nextBoolean() ? "Host: localhost\r\n" : "hOST:localhost:80  \r\n");
        fields(head, random);
        boolean chunked = random.nextBoolean();
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        if (chunked) {
            head.append("Transfer-Encoding: chunked\r\n\r\n");
            all.writeBytes(head.toString().getBytes(StandardCharsets.ISO_8859_1));
            chunks(all, body, random);
        } else {
            if (body.length > 0 || random.nextBoolean()) {
                head.append("Content-Length: ").append(body.length).append("\r\n");
            }
            head.append("\r\n");
            all.writeBytes(head.toString().getBytes(StandardCharsets.ISO_8859_1));
            all.writeBytes(body);
        }
        expected.add(new String(said(method, path, body), StandardCharsets.US_ASCII));
        return all.toByteArray();
    }

    private static void fields(StringBuilder head, SplittableRandom random) {
        int count = random.nextInt(6);
        for (int i = 0; i < count; i++) {
            head.append("X-").append(random.nextInt(1000)).append(random.nextBoolean() ? ": " : ":");
            int length = random.nextInt(40);
            for (int c = 0; c < length; c++) {
                head.append((char) random.nextInt(0x21, 0x7f));
            }
            head.append("\r\n");
        }
    }

    private static byte[] body(SplittableRandom random) {
        int pieces = random.nextInt(4);
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (int i = 0; i < pieces; i++) {
            switch (random.nextInt(3)) {
                case 0 -> body.writeBytes(SMUGGLED);
                case 1 -> body.writeBytes("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                default -> {
                    byte[] noise = new byte[random.nextInt(3000)];
                    random.nextBytes(noise);
                    body.writeBytes(noise);
                }
            }
        }
        return body.toByteArray();
    }

    private static void chunks(ByteArrayOutputStream to, byte[] body, SplittableRandom random) {
        int at = 0;
        while (at < body.length) {
            int length = Math.min(body.length - at, 1 + random.nextInt(1000));
            String size = Integer.toHexString(length);
            to.writeBytes(((random.nextBoolean() ? size : "0" + size.toUpperCase(java.util.Locale.ROOT))
                            + (random.nextInt(4) == 0 ? ";name=value" : "") + "\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            to.write(body, at, length);
            to.writeBytes("\r\n".getBytes(StandardCharsets.US_ASCII));
            at += length;
        }
        to.writeBytes((random.nextInt(4) == 0 ? "0\r\nX-Trailer: yes\r\n\r\n" : "0\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
    }

    private static byte[] wrong(SplittableRandom random) {
        String bad = WRONG_FIELDS.get(random.nextInt(WRONG_FIELDS.size()));
        StringBuilder head = new StringBuilder("POST /wrong HTTP/1.1\r\n");
        if (bad.startsWith(" ")) {
            head.append(bad).append("Host: localhost\r\n"); // elsewhere it would fold the field before it
        } else {
            head.append("Host: localhost\r\n");
            fields(head, random);
            head.append(bad);
            fields(head, random);
        }
        head.append("\r\n");
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.writeBytes(head.toString().getBytes(StandardCharsets.ISO_8859_1));
        all.writeBytes("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        all.writeBytes(SMUGGLED);
        return all.toByteArray();
    }

    /** A few bytes of its head changed, dropped or doubled; its body, where it has one, is what it was. */
    private static byte[] damaged(byte[] request, SplittableRandom random) {
        byte[] copy = request.clone();
        int head = new String(copy, StandardCharsets.ISO_8859_1).indexOf("\r\n\r\n") + 4;
        // what looks like a request must not become one because its frame is gone
        for (int i = head; i < copy.length; i++) {
            copy[i] = copy[i] == '/' ? (byte) '_' : copy[i];
        }
        int changes = 1 + random.nextInt(3);
        for (int i = 0; i < changes; i++) {
            int at = random.nextInt(head);
            switch (random.nextInt(3)) {
                case 0 -> copy[at] = (byte) random.nextInt(256);
                case 1 -> {
                    byte[] shorter = Arrays.copyOf(copy, copy.length - 1);
                    System.arraycopy(copy, at + 1, shorter, at, copy.length - at - 1);
                    copy = shorter;
                    head--;
                }
                default -> {
                    byte[] longer = Arrays.copyOf(copy, copy.length + 1);
                    System.arraycopy(copy, at, longer, at + 1, copy.length - at);
                    copy = longer;
                    head++;
                }
            }
        }
        return copy;
    }

    /** Sends in pieces, and hears until the other side closes. */
    private static byte[] exchange(int port, byte[] bytes, boolean ends, SplittableRandom random) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", port)) {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(15_000);
            OutputStream out = socket.getOutputStream();
            int at = 0;
            int pieces = random.nextInt(4);
            try {
                while (at < bytes.length) {
                    int length = pieces-- > 0 ? 1 + random.nextInt(bytes.length - at) : bytes.length - at;
                    out.write(bytes, at, length);
                    at += length;
                }
                if (ends) {
                    socket.shutdownOutput();
                }
            } catch (IOException refused) {
                // it has answered and closed already: what it said is there to be read
                assertThat(at).isPositive();
            }
            InputStream in = socket.getInputStream();
            ByteArrayOutputStream heard = new ByteArrayOutputStream();
            try {
                in.transferTo(heard);
            } catch (java.net.SocketException reset) {
                // closed with bytes of ours unread; what came before counts
                assertThat(heard.size()).isNotNegative();
            }
            return heard.toByteArray();
        }
    }

    /** One answer, read strictly. */
    private record Answer(int status, String body) {
        static List<Answer> all(byte[] bytes) {
            String text = new String(bytes, StandardCharsets.ISO_8859_1);
            List<Answer> answers = new ArrayList<>();
            int at = 0;
            while (at < text.length()) {
                int end = text.indexOf("\r\n\r\n", at);
                assertThat(text.substring(at)).startsWith("HTTP/1.1 ");
                assertThat(end).isPositive();
                String head = text.substring(at, end);
                assertThat(head).doesNotContain(HIDDEN);
                int status = Integer.parseInt(head.substring(9, 12));
                int length = status == 100 ? 0 : length(head);
                answers.add(new Answer(status, text.substring(end + 4, end + 4 + length)));
                at = end + 4 + length;
            }
            return answers;
        }

        private static int length(String head) {
            for (String line : head.split("\r\n", -1)) {
                if (line.toLowerCase(java.util.Locale.ROOT).startsWith("content-length: ")) {
                    return Integer.parseInt(line.substring("content-length: ".length()));
                }
            }
            throw new AssertionError("no length: " + head);
        }
    }
}
