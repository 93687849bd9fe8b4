// SPDX-License-Identifier: Apache-2.0
package dev.weft.testkit;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.weft.api.Body;
import dev.weft.api.BodyGatherer;
import dev.weft.api.CloudException;
import dev.weft.api.Headers;
import dev.weft.api.Outcome;
import dev.weft.api.RequestLine;
import dev.weft.api.event.Event;
import dev.weft.api.event.Events;
import dev.weft.api.event.Taken;
import dev.weft.api.facade.Facade;
import dev.weft.api.facade.FacadeAnswer;
import dev.weft.api.facade.FacadeRequest;
import dev.weft.api.facade.FacadeStream;
import dev.weft.api.facade.Functions;
import dev.weft.api.facade.Key;
import dev.weft.api.facade.Keys;
import dev.weft.api.facade.Shelf;
import dev.weft.api.facade.Wish;
import dev.weft.api.resource.Function;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/**
 * A façade alone, behind the JDK's own HTTP server and before functions that a test plays, so that a vendor's client can drive it
 * without the rest of Weft.
 */
public final class FacadeServer implements AutoCloseable {
    /** What a function says. */
    @FunctionalInterface
    public interface Played {
        /** Its answer; a CloudException where its cloud gives none. */
        Wish.Came call(Wish.Invoke call);

        /** Its answer to an HTTP request. */
        default Wish.Came exchange(Wish.Exchange exchange) {
            throw new CloudException(CloudException.Kind.INVALID, "the function takes no requests", null);
        }
    }

    private record Shown(Functions.Served served, Played played) {}

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final InstantSource clock = InstantSource.system();
    private final Facade facade;
    private final Map<String, Key> keys = new ConcurrentHashMap<>();
    private final Map<String, Map<String, Shown>> namespaces = new ConcurrentHashMap<>();
    private final Shelf shelf = new MemoryShelf();
    private volatile Events events = Events.NONE;
    private volatile @Nullable Functions changing;
    private final List<Wish> wishes = new CopyOnWriteArrayList<>();

    /** Listens on a free port of loopback. */
    public FacadeServer(Facade facade) throws IOException {
        this.facade = facade;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 64);
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    /** Host and port. */
    public String authority() {
        return "127.0.0.1:" + server.getAddress().getPort();
    }

    /** Its address. */
    public URI uri() {
        return URI.create("http://" + authority());
    }

    /** Makes {@code key} good. */
    public Key with(Key key) {
        keys.put(key.id(), key);
        return key;
    }

    /** Serves {@code function} in its own namespace, by what {@code played} says. */
    public void with(Function function, Instant changed, Played played) {
        Functions.Served served = new Functions.Served(function, changed, "", 0);
        namespaces
                .computeIfAbsent(function.metadata().namespace(), _ -> new ConcurrentHashMap<>())
                .put(function.metadata().name(), new Shown(served, played));
    }

    /** Leaves events with {@code others}, and asks them what became of events. */
    public void with(Events others) {
        events = others;
    }

    /** Lists, shows and changes functions of {@code others}; calls go to those that are played. */
    public void with(Functions others) {
        changing = others;
    }

    /** What clients have wanted, in order. */
    public List<Wish> wishes() {
        return List.copyOf(wishes);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.close();
    }

    private Map<String, Shown> in(String namespace) {
        return new TreeMap<>(namespaces.getOrDefault(namespace, Map.of()));
    }

    private Functions functions() {
        Functions others = changing;
        return others != null ? others : played();
    }

    private Functions played() {
        return new Functions() {
            @Override
            public Shelf shelf() {
                return shelf;
            }

            @Override
            public List<Served> list(String namespace) {
                return in(namespace).values().stream().map(Shown::served).toList();
            }

            @Override
            public @Nullable Served find(String namespace, String name) {
                Shown shown = in(namespace).get(name);
                return shown == null ? null : shown.served();
            }

            @Override
            public String logTail(String namespace, String function, String invocation) {
                return "";
            }
        };
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            RequestLine line = new RequestLine(
                    exchange.getRequestMethod(),
                    exchange.getRequestURI().getRawPath(),
                    exchange.getRequestURI().getRawQuery());
            byte[] body = exchange.getRequestBody().readAllBytes();
            FacadeAnswer answer = body.length > facade.bodyBytesMax(line)
                    ? facade.unread(line, Facade.Unread.TOO_LARGE)
                    : answer(request(exchange, line, body));
            answer.headers()
                    .forEach((name, value) -> exchange.getResponseHeaders().add(name, value));
            exchange.sendResponseHeaders(answer.status(), answer.body().length == 0 ? -1 : answer.body().length);
            exchange.getResponseBody().write(answer.body());
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private static FacadeRequest request(HttpExchange exchange, RequestLine line, byte[] body) {
        Headers.Builder headers = Headers.builder();
        exchange.getRequestHeaders().forEach((name, values) -> values.forEach(value -> headers.add(name, value)));
        return new FacadeRequest(
                line,
                headers.build(),
                body,
                "http",
                String.valueOf(exchange.getRequestHeaders().getFirst("Host")),
                exchange.getRemoteAddress().getAddress().getHostAddress());
    }

    private FacadeAnswer answer(FacadeRequest request) throws InterruptedException {
        Keys found = keys::get;
        Wish wish = facade.read(request, found, clock.instant());
        wishes.add(wish);
        return answer(wish);
    }

    private FacadeAnswer answer(Wish wish) throws InterruptedException {
        return switch (wish) {
            case Wish.Look look -> {
                Functions.Served found = functions().find(look.key().namespace(), look.function());
                yield answer(look.then().of(found == null ? null : found.function()));
            }
            case Wish.Open(FacadeAnswer answer) -> answer;
            case Wish.Refused refused -> refused.answer();
            case Wish.Control control -> control.work().run(functions());
            case Wish.Invoke invoke ->
                called(invoke.key(), invoke.function(), invoke.answering(), played -> played.call(invoke));
            case Wish.Exchange asked ->
                called(asked.key(), asked.function(), asked.answering(), played -> played.exchange(asked));
            case Wish.Passed passed -> passed(passed);
            case Wish.Noted noted -> answer(noted.call());
            case Wish.Later later -> left(later);
            case Wish.Ask ask -> ask.work().run(events, functions());
            case Wish.Consult consult -> answer(consult.work().of(functions()));
            case Wish.Send send -> send.work().run(events, functions(), Event.Origin.OUTSIDE);
            case Wish.Perform perform -> performed(perform);
            case Wish.Watch watch ->
                switch (watch.work().begin(functions())) {
                    case Wish.Told.Whole(FacadeAnswer answer) -> answer;
                    case Wish.Told.Bits _ -> throw new IllegalStateException("nothing streams from this server");
                };
        };
    }

    /** Nothing is performed before functions that are played. */
    private static FacadeAnswer performed(Wish.Perform wish) {
        return wish.answering().absent();
    }

    private FacadeAnswer passed(Wish.Passed wish) throws InterruptedException {
        Wish.Called call =
                switch (wish.call()) {
                    case Wish.Invoke invoke ->
                        new Wish.Invoke(
                                invoke.key(),
                                invoke.function(),
                                invoke.contentType(),
                                invoke.attributes(),
                                invoke.payload(),
                                false,
                                new Begun(wish));
                    case Wish.Exchange asked ->
                        new Wish.Exchange(
                                asked.key(),
                                asked.function(),
                                asked.line(),
                                asked.headers(),
                                asked.body(),
                                new Begun(wish));
                };
        return answer(call);
    }

    /** Passes an answer on that is there already. */
    private record Begun(Wish.Passed wish) implements Wish.Answering {
        @Override
        public FacadeAnswer spoke(Wish.Came came) {
            return switch (came.outcome()) {
                case Outcome.Response _, Outcome.Result _ ->
                    whole(wish.passing().begun(came.outcome(), Body.of(came.body()), came.invocation()));
                default -> wish.call().answering().spoke(came);
            };
        }

        @Override
        public FacadeAnswer failed(CloudException why) {
            return wish.call().answering().failed(why);
        }

        @Override
        public FacadeAnswer absent() {
            return wish.call().answering().absent();
        }
    }

    /** All of an answer whose parts are there already. */
    static FacadeAnswer whole(FacadeStream stream) {
        byte[][] whole = new byte[1][];
        BodyGatherer.gather(stream.body(), Integer.MAX_VALUE, bytes -> whole[0] = bytes, broken -> {
            throw new IllegalStateException(broken);
        });
        return new FacadeAnswer(stream.status(), stream.headers(), whole[0]);
    }

    private FacadeAnswer left(Wish.Later later) {
        if (in(later.key().namespace()).get(later.function()) == null) {
            return later.taking().absent();
        }
        Event event = new Event(
                Event.newId(),
                later.key().namespace(),
                later.function(),
                facade.vendor(),
                later.key().id(),
                later.contentType(),
                later.attributes(),
                later.payload(),
                Event.Origin.OUTSIDE);
        return switch (events.take(event)) {
            case Taken.Kept(String id) -> later.taking().taken(id);
            case Taken.Refused refused -> later.taking().refused(refused);
        };
    }

    private FacadeAnswer called(
            Key key, String function, Wish.Answering answering, java.util.function.Function<Played, Wish.Came> call) {
        Shown shown = in(key.namespace()).get(function);
        if (shown == null) {
            return answering.absent();
        }
        try {
            return answering.spoke(call.apply(shown.played()));
        } catch (CloudException failed) {
            return answering.failed(failed);
        }
    }
}
