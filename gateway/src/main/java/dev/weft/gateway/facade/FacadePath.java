// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway.facade;

import dev.weft.api.Body;
import dev.weft.api.BodyException;
import dev.weft.api.BodyGatherer;
import dev.weft.api.CloudException;
import dev.weft.api.Headers;
import dev.weft.api.RequestLine;
import dev.weft.api.event.Event;
import dev.weft.api.event.Taken;
import dev.weft.api.facade.Audit;
import dev.weft.api.facade.Facade;
import dev.weft.api.facade.FacadeAnswer;
import dev.weft.api.facade.FacadeRequest;
import dev.weft.api.facade.FacadeStream;
import dev.weft.api.facade.Key;
import dev.weft.api.facade.Wish;
import dev.weft.gateway.EventPath;
import dev.weft.gateway.event.Addressed;
import dev.weft.gateway.event.Entry;
import dev.weft.gateway.event.Exchange;
import dev.weft.gateway.event.Invoked;
import dev.weft.gateway.event.Origin;
import dev.weft.gateway.event.Passing;
import dev.weft.gateway.event.Running;
import dev.weft.gateway.event.Speaking;
import dev.weft.gateway.event.Upshot;
import dev.weft.net.ExchangeHandler;
import dev.weft.net.ServerExchange;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A façade's request on its way: gather the body, let the façade read it, call the function or do the control work, write
 * the answer. On the exchange's loop, but for control work; every refusal and control request is told to the audit trail.
 */
public final class FacadePath implements ExchangeHandler {
    /** Bytes of requests' bodies held at once; a request that would be beyond is told to come back. */
    public static final long BYTES_AT_ONCE_MAX = 512L << 20;

    /** The same of one address that is not this machine's. */
    public static final long BYTES_OF_ADDRESS_MAX = 256L << 20;

    /** Control requests worked on at once; more are told to come back. */
    public static final int CONTROLS_AT_ONCE_MAX = 256;

    /** Clients that listen at once; more are told to come back. */
    static final int WATCHES_AT_ONCE_MAX = 256;

    /** A longer request is read apart from the loop: hashing and parsing it takes milliseconds that others would wait. */
    static final int READ_ON_LOOP_BYTES_MAX = 1 << 20;

    /** What a request counts for at least. */
    private static final long REQUEST_BYTES = 4096;

    private static final System.Logger LOG = System.getLogger("dev.weft.gateway.facade");

    private final Facade facade;
    private final EventPath events;
    private final FacadeRooms rooms;
    private final InstantSource clock;
    private final Suspicion suspicion;
    private final HeldBodies held = new HeldBodies(BYTES_AT_ONCE_MAX, BYTES_OF_ADDRESS_MAX);
    private final Workers controls = new Workers(CONTROLS_AT_ONCE_MAX);
    private final Performing performing;
    private final Workers watches = new Workers(WATCHES_AT_ONCE_MAX);

    /** Calls of {@code facade} go by {@code events}. */
    public FacadePath(Facade facade, EventPath events, FacadeRooms rooms, InstantSource clock) {
        this.facade = facade;
        this.events = events;
        this.rooms = rooms;
        this.clock = clock;
        this.suspicion = new Suspicion(clock);
        this.performing = new Performing(facade.vendor(), rooms);
    }

    @Override
    public void handle(ServerExchange exchange) {
        RequestLine line = exchange.line();
        if (events.starting()) {
            unread(exchange, Facade.Unread.STARTING);
            return;
        }
        long most = facade.bodyBytesMax(line);
        long declared = exchange.body().length();
        long counted = Math.max(REQUEST_BYTES, declared < 0 ? most : declared);
        if (declared > most) {
            unread(exchange, Facade.Unread.TOO_LARGE);
        } else if (!held.take(exchange.callerAddress(), counted)) {
            unread(exchange, Facade.Unread.BUSY);
        } else {
            exchange.onOver(() -> held.give(exchange.callerAddress(), counted));
            // the fields are the exchange's only for as long as it is on its loop; control work outlives that
            Headers headers = Headers.builder().addAll(exchange.headers()).build();
            BodyGatherer.gather(
                    exchange.body(),
                    most,
                    bytes -> read(
                            exchange,
                            new FacadeRequest(
                                    line,
                                    headers,
                                    bytes,
                                    exchange.scheme(),
                                    exchange.authority(),
                                    exchange.callerAddress())),
                    failure -> unread(
                            exchange,
                            failure.reason() == BodyException.Reason.TOO_LARGE
                                    ? Facade.Unread.TOO_LARGE
                                    : Facade.Unread.BROKEN));
        }
    }

    private void read(ServerExchange exchange, FacadeRequest request) {
        Supplier<Wish> read = () -> facade.read(request, rooms.keys(), clock.instant());
        if (request.body().length <= READ_ON_LOOP_BYTES_MAX) {
            wished(exchange, read, Runnable::run);
        } else {
            Thread.ofVirtual().name("facade-read").start(() -> wished(exchange, read, exchange.loop()::run));
        }
    }

    /** What a façade makes of something, done. */
    private void wished(ServerExchange exchange, Supplier<Wish> read, Consumer<Runnable> onLoop) {
        Wish wish;
        try {
            wish = read.get();
        } catch (RuntimeException bug) {
            onLoop.accept(() -> broken(exchange, bug));
            return;
        }
        onLoop.accept(() -> act(exchange, wish));
    }

    private void act(ServerExchange exchange, Wish wish) {
        switch (wish) {
            case Wish.Look look ->
                wished(
                        exchange,
                        () -> look.then().of(events.function(look.key().namespace(), look.function())),
                        Runnable::run);
            case Wish.Invoke invoke -> invoke(exchange, invoke, ended -> answer(exchange, invoke, ended), null);
            case Wish.Exchange wanted -> exchange(exchange, wanted, null);
            case Wish.Passed passed -> passed(exchange, passed);
            case Wish.Noted noted -> noted(exchange, noted);
            case Wish.Later later -> later(exchange, later);
            case Wish.Control control -> {
                Workers.Work work = () -> new Wish.Told.Whole(control.work().run(rooms.functions()));
                work(exchange, controls, new Task(control.key(), control.action(), control.on(), work));
            }
            case Wish.Ask ask -> {
                Workers.Work work = () -> new Wish.Told.Whole(ask.work().run(rooms.events(), rooms.functions()));
                work(exchange, controls, new Task(ask.key(), ask.action(), ask.on(), work));
            }
            case Wish.Consult consult -> consult(exchange, consult);
            case Wish.Send send -> {
                Origin origin = events.origin(exchange);
                Event.Origin from = new Event.Origin(origin.trace(), origin.hops());
                Workers.Work work = () -> new Wish.Told.Whole(send.work().run(rooms.events(), rooms.functions(), from));
                work(exchange, controls, new Task(send.key(), send.action(), send.on(), work));
            }
            case Wish.Perform perform -> perform(exchange, perform);
            case Wish.Watch watch -> {
                Workers.Work work = () -> watch.work().begin(rooms.functions());
                work(exchange, watches, new Task(watch.key(), watch.action(), watch.on(), work));
            }
            case Wish.Open(FacadeAnswer answer) -> respond(exchange, answer);
            case Wish.Refused refused -> refused(exchange, refused);
        }
    }

    private void consult(ServerExchange exchange, Wish.Consult wish) {
        Workers.Ends<Wish> ends = new Workers.Ends<>(then -> act(exchange, then), bug -> broken(exchange, bug));
        if (!controls.ask(exchange, () -> wish.work().of(rooms.functions()), ends)) {
            unread(exchange, Facade.Unread.BUSY);
        }
    }

    private void perform(ServerExchange exchange, Wish.Perform wish) {
        suspicion.proved(exchange.callerAddress());
        Performing.Answered answered = answer -> answer(exchange, answer);
        if (!performing.begin(exchange, wish, clock.instant(), events.origin(exchange), answered)) {
            unread(exchange, Facade.Unread.BUSY);
        }
    }

    private void passed(ServerExchange exchange, Wish.Passed wish) {
        Passing passing = new Passing(wish.bytesMax(), speaking -> pass(exchange, wish.passing(), speaking));
        switch (wish.call()) {
            case Wish.Invoke call ->
                invoke(exchange, call, ended -> answer(exchange, call.answering(), ended), passing);
            case Wish.Exchange call -> exchange(exchange, call, passing);
        }
    }

    private void pass(ServerExchange exchange, Wish.Passing passing, Speaking speaking) {
        exchange.onOver(speaking.over());
        FacadeStream stream;
        try {
            stream = passing.begun(speaking.outcome(), speaking.body(), speaking.invocation());
        } catch (RuntimeException bug) {
            speaking.body().discard();
            broken(exchange, bug);
            return;
        }
        exchange.respond(stream.status(), stream.headers(), stream.body());
    }

    private void invoke(ServerExchange exchange, Wish.Invoke wish, Consumer<Upshot> then, @Nullable Passing passing) {
        Running running = start(exchange, wish, then, passing);
        exchange.onCallerGone(running::cancel);
    }

    private Running start(ServerExchange exchange, Wish.Invoke wish, Consumer<Upshot> then, @Nullable Passing passing) {
        suspicion.proved(exchange.callerAddress());
        Addressed event = new Addressed(
                wish.function(),
                wish.key().namespace(),
                wish.contentType(),
                wish.attributes(),
                Body.of(wish.payload()),
                facade.bodyBytesMax(exchange.line()));
        return events.start(event, exchange, then, passing);
    }

    private void answer(ServerExchange exchange, Wish.Invoke wish, Upshot ended) {
        if (wish.tail() && ended instanceof Upshot.Spoke(Invoked said)) {
            withTail(exchange, wish, said);
        } else {
            answer(exchange, wish.answering(), ended);
        }
    }

    /** Who goes away before the time is over does not end the call: it may be asked for. */
    private void noted(ServerExchange exchange, Wish.Noted wish) {
        Instant began = clock.instant();
        Waiting waiting = new Waiting();
        Running running = start(
                exchange,
                wish.call(),
                ended -> {
                    boolean waited = waiting.over();
                    switch (ended) {
                        case Upshot.Spoke(Invoked said) ->
                            rooms.events().note(CallRecords.of(facade.vendor(), wish.call(), began, said));
                        case Upshot.Failed(CloudException why)
                        when !waited ->
                            rooms.events().note(CallRecords.of(facade.vendor(), wish.call(), began, waiting.id, why));
                        case Upshot.Failed _, Upshot.Absent _ -> {}
                    }
                    if (waited) {
                        answer(exchange, wish.call(), ended);
                    }
                },
                null);
        waiting.id = running.id();
        if (!waiting.isOver()) {
            waiting.timer = exchange.loop().after(wish.patience(), () -> {
                if (waiting.over()) {
                    answer(exchange, () -> wish.late().after(running.id()));
                }
            });
            exchange.onCallerGone(() -> {
                boolean ignored = waiting.over();
            });
        }
    }

    private void later(ServerExchange exchange, Wish.Later wish) {
        suspicion.proved(exchange.callerAddress());
        switch (events.enter(wish.function(), wish.key().namespace(), exchange)) {
            case Entry.Absent() -> answer(exchange, () -> wish.taking().absent());
            case Entry.Refused(String why) ->
                answer(exchange, () -> wish.taking().refused(new Taken.Refused(Taken.Why.BUSY, why)));
            case Entry.Let(Origin origin) -> {
                Event event = new Event(
                        origin.id(),
                        wish.key().namespace(),
                        wish.function(),
                        facade.vendor(),
                        wish.key().id(),
                        wish.contentType(),
                        wish.attributes(),
                        wish.payload(),
                        new Event.Origin(origin.trace(), origin.hops()));
                Thread.ofVirtual().name("facade-event").start(() -> {
                    Taken taken = rooms.events().take(event);
                    exchange.loop()
                            .run(() -> answer(exchange, () -> switch (taken) {
                                case Taken.Kept(String id) -> wish.taking().taken(id);
                                case Taken.Refused refused -> wish.taking().refused(refused);
                            }));
                });
            }
        }
    }

    private void exchange(ServerExchange exchange, Wish.Exchange wish, @Nullable Passing passing) {
        suspicion.proved(exchange.callerAddress());
        Exchange wanted = new Exchange(
                wish.function(),
                wish.key().namespace(),
                wish.line(),
                wish.headers(),
                Body.of(wish.body()),
                facade.bodyBytesMax(exchange.line()));
        Running running = events.start(wanted, exchange, ended -> answer(exchange, wish.answering(), ended), passing);
        exchange.onCallerGone(running::cancel);
    }

    private void answer(ServerExchange exchange, Wish.Answering answering, Upshot ended) {
        answer(exchange, () -> switch (ended) {
            case Upshot.Spoke(Invoked said) -> answering.spoke(CallRecords.came(said, ""));
            case Upshot.Failed(CloudException why) -> answering.failed(why);
            case Upshot.Absent() -> answering.absent();
        });
    }

    private void withTail(ServerExchange exchange, Wish.Invoke wish, Invoked said) {
        LogTail.read(rooms.functions(), wish, said.id(), tail -> exchange.loop()
                .run(() -> answer(exchange, () -> wish.answering().spoke(CallRecords.came(said, tail)))));
    }

    private void answer(ServerExchange exchange, Supplier<FacadeAnswer> answer) {
        try {
            respond(exchange, answer.get());
        } catch (RuntimeException bug) {
            broken(exchange, bug);
        }
    }

    /** What a thread of its own does for a client. */
    private record Task(Key key, String action, String on, Workers.Work work) {}

    private void work(ServerExchange exchange, Workers workers, Task task) {
        suspicion.proved(exchange.callerAddress());
        Who who = new Who(task.key().id(), true, exchange.callerAddress());
        boolean begun = workers.begin(
                exchange,
                task.work(),
                status -> tell(task.action(), task.on(), who, status < 400 ? "" : "answered " + status),
                bug -> broken(exchange, bug));
        if (!begun) {
            unread(exchange, Facade.Unread.BUSY);
        }
    }

    /** Ends what is told to clients that listen, so that nobody waits for them. On any thread. */
    public void endWatches() {
        watches.end();
    }

    /** Who has not proved who he is waits, and the longer the more often he tried. */
    private void refused(ServerExchange exchange, Wish.Refused wish) {
        tell(wish.action(), "", new Who(wish.keyId(), wish.proved(), exchange.callerAddress()), wish.why());
        Duration wait = wish.proved() ? Duration.ZERO : suspicion.failed(exchange.callerAddress());
        if (wait.isZero()) {
            respond(exchange, wish.answer());
        } else {
            exchange.onCallerGone(exchange.loop().after(wait, () -> respond(exchange, wish.answer()))::cancel);
        }
    }

    private void unread(ServerExchange exchange, Facade.Unread why) {
        exchange.body().discard();
        respond(exchange, facade.unread(exchange.line(), why));
    }

    private void broken(ServerExchange exchange, RuntimeException bug) {
        LOG.log(System.Logger.Level.ERROR, "façade " + facade.vendor() + " is broken", bug);
        respond(exchange, facade.unread(exchange.line(), Facade.Unread.BROKEN));
    }

    private static void respond(ServerExchange exchange, FacadeAnswer answer) {
        exchange.respond(answer.status(), answer.headers(), Body.of(answer.body()));
    }

    private record Who(String keyId, boolean proved, String caller) {}

    private void tell(String action, String on, Who who, String why) {
        rooms.audit()
                .tell(new Audit.Entry(
                        clock.instant(),
                        facade.vendor(),
                        action,
                        on,
                        who.keyId(),
                        who.proved(),
                        who.caller(),
                        why.isEmpty() ? Audit.Outcome.DONE : Audit.Outcome.REFUSED,
                        why));
    }
}
