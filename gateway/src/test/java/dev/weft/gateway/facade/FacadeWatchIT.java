// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway.facade;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.Headers;
import dev.weft.api.RequestLine;
import dev.weft.api.event.Events;
import dev.weft.api.facade.Audit;
import dev.weft.api.facade.Facade;
import dev.weft.api.facade.FacadeAnswer;
import dev.weft.api.facade.FacadeRequest;
import dev.weft.api.facade.Functions;
import dev.weft.api.facade.Key;
import dev.weft.api.facade.Keys;
import dev.weft.api.facade.Wish;
import dev.weft.gateway.Gateway;
import dev.weft.net.HttpListener;
import dev.weft.net.ListenerConfig;
import dev.weft.net.Loops;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Clients that listen to a façade of a vendor that there is not; paths say what they are told. */
class FacadeWatchIT {
    private static final Key KEY = new Key("KEY", "secret", "test", Key.Role.ADMIN, "default");

    private final HttpClient client = HttpClient.newHttpClient();
    private final BlockingQueue<Audit.Entry> audit = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> news = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> ended = new LinkedBlockingQueue<>();
    private Loops loops;
    private Gateway gateway;
    private FacadePath path;
    private HttpListener listener;

    @BeforeEach
    void open() {
        loops = Loops.start(2);
        gateway = Gateway.open(
                new Gateway.Config("127.0.0.1", 0, InstantSource.system()),
                loops,
                (function, cloud) -> {
                    throw new IllegalStateException("nothing is called here");
                },
                entry -> {},
                new SimpleMeterRegistry());
        gateway.serve(List.of(), List.of(), List.of());
        FacadeRooms rooms = new FacadeRooms(id -> KEY, Functions.NONE, audit::add, Events.NONE);
        path = new FacadePath(new Played(), gateway.events(), rooms, InstantSource.system());
        listener = HttpListener.open(loops, ListenerConfig.loopback("facade", 0), path);
    }

    @AfterEach
    void close() {
        path.endWatches();
        listener.close();
        gateway.close();
        loops.close();
        client.close();
    }

    private HttpRequest to(String what) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + listener.port() + what))
                .build();
    }

    private HttpResponse<InputStream> listen() throws Exception {
        return client.send(to("/news"), BodyHandlers.ofInputStream());
    }

    private static BufferedReader lines(HttpResponse<InputStream> answer) {
        return new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8));
    }

    private String ended() throws InterruptedException {
        return String.valueOf(ended.poll(10, TimeUnit.SECONDS));
    }

    @Test
    void whatIsToldComesAtOnceAndItsEndIsTheAnswersEnd() throws Exception {
        HttpResponse<InputStream> answer = listen();
        assertThat(answer.headers().firstValue("content-type")).hasValue("text/news");
        try (BufferedReader lines = lines(answer)) {
            for (String each : List.of("one", "two")) {
                news.add(each);
                assertThat(lines.readLine()).isEqualTo(each);
            }
            news.add("over");
            assertThat(lines.readLine()).isNull();
        }
        assertThat(ended()).isEqualTo("told");
        Audit.Entry entry = audit.take();
        assertThat(entry.action() + ' ' + entry.outcome()).isEqualTo("watch DONE");
    }

    @Test
    void whoGoesAwayIsToldNoMore() throws Exception {
        HttpResponse<InputStream> answer = listen();
        answer.body().close();
        assertThat(ended()).isEqualTo("interrupted");
    }

    @Test
    void whatBreaksOffIsNoWholeAnswer() throws Exception {
        HttpResponse<InputStream> answer = listen();
        try (BufferedReader lines = lines(answer)) {
            news.add("one");
            assertThat(lines.readLine()).isEqualTo("one");
            news.add("bug");
            assertThat(Assertions.catchThrowable(lines::readLine)).isInstanceOf(IOException.class);
        }
    }

    @Test
    void aRefusalIsWhole() throws Exception {
        assertThat(client.send(to("/gone"), BodyHandlers.ofString()).statusCode())
                .isEqualTo(410);
        assertThat(audit.take().why()).isEqualTo("answered 410");
        assertThat(client.send(to("/bug"), BodyHandlers.ofString()).body()).isEqualTo("BROKEN");
    }

    @Test
    void noMoreListenAtOnceThanTheLimitAndAllEndWithWeft() throws Exception {
        List<HttpResponse<InputStream>> listening = new ArrayList<>();
        for (int i = 0; i < FacadePath.WATCHES_AT_ONCE_MAX; i++) {
            listening.add(listen());
        }
        assertThat(client.send(to("/news"), BodyHandlers.ofString()).body()).isEqualTo("BUSY");
        path.endWatches();
        for (HttpResponse<InputStream> each : listening) {
            assertThat(each.body().readAllBytes()).isEmpty();
        }
        assertThat(client.send(to("/news"), BodyHandlers.ofString()).body()).isEmpty();
    }

    private final class Played implements Facade {
        @Override
        public String vendor() {
            return "played";
        }

        @Override
        public int port() {
            return 0;
        }

        @Override
        public long bodyBytesMax(RequestLine line) {
            return 0;
        }

        @Override
        public FacadeAnswer unread(RequestLine line, Unread why) {
            return text(503, why.name());
        }

        private static FacadeAnswer text(int status, String text) {
            return new FacadeAnswer(status, Headers.none(), text.getBytes(StandardCharsets.UTF_8));
        }

        @Override
        public Wish read(FacadeRequest request, Keys keys, Instant now) {
            return new Wish.Watch(
                    KEY, "watch", "", functions -> switch (request.line().path()) {
                        case "/news" -> new Wish.Told.Bits(Headers.of("Content-Type", "text/news"), this::tell);
                        case "/gone" -> new Wish.Told.Whole(text(410, "gone"));
                        default -> throw new IllegalStateException("a bug in the test, as it should be");
                    });
        }

        private void tell(OutputStream out) throws IOException, InterruptedException {
            try {
                for (String each = news.take(); !each.equals("over"); each = news.take()) {
                    if (each.equals("bug")) {
                        throw new IllegalStateException("a bug in the test, as it should be");
                    }
                    out.write((each + '\n').getBytes(StandardCharsets.UTF_8));
                }
                ended.add("told");
            } catch (InterruptedException gone) {
                ended.add("interrupted");
                throw gone;
            }
        }
    }
}
