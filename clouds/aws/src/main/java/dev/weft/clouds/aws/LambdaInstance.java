// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.aws;

import dev.weft.api.Body;
import dev.weft.api.BodyException;
import dev.weft.api.BodyGatherer;
import dev.weft.api.Call;
import dev.weft.api.CallContext;
import dev.weft.api.CloudException;
import dev.weft.api.Headers;
import dev.weft.api.Outcome;
import dev.weft.api.facade.Draft;
import dev.weft.api.resource.Function;
import dev.weft.api.spi.ContractHost;
import dev.weft.api.spi.Loop;
import dev.weft.api.spi.Place;
import dev.weft.clouds.aws.contract.LambdaPayload;
import dev.weft.net.ServerExchange;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * One Lambda instance: its process polls {@code next} and posts answers, calls wait for its poll. A call comes from its
 * own loop and the process from another, so the little state here is guarded by a lock held for a few assignments.
 */
final class LambdaInstance implements ContractHost.Hosted {
    private static final String INVOCATION = "/2018-06-01/runtime/invocation/";
    private static final Set<String> OUT_OF_MEMORY = Set.of("java.lang.OutOfMemoryError", "MemoryError");

    /**
     * What the process is told.
     *
     * @param api authority and secret path of the Runtime API
     * @param program what it runs
     * @param runtimeFolder where it finds its start-up files
     */
    record Served(String api, ContractHost.Program program, Path runtimeFolder) {}

    /** When a call came and when its answer is of no use any more. */
    private record Window(Instant from, Instant until) {}

    /** A call whose event is ready. */
    private record Invocation(Call call, byte[] event, Window window, Loop loop, Place.Answers answers) {}

    private final ContractHost.Setup setup;
    private final Served served;
    private final LambdaHost.Limits limits;
    private final InstantSource clock;
    private final Runnable onClose;
    private final CompletableFuture<Outcome.@Nullable Failure> ready = new CompletableFuture<>();
    private @Nullable ServerExchange polling;
    private @Nullable Invocation waiting;
    private @Nullable Invocation current;
    private boolean closed;

    LambdaInstance(
            ContractHost.Setup setup, Served served, LambdaHost.Limits limits, InstantSource clock, Runnable onClose) {
        this.setup = setup;
        this.limits = limits;
        this.served = served;
        this.clock = clock;
        this.onClose = onClose;
    }

    @Override
    public ContractHost.Launch launch() {
        return new ContractHost.Launch(
                served.program(),
                LambdaEnvironment.of(setup, served.api(), served.runtimeFolder(), clock.instant()),
                LambdaEnvironment.RESERVED);
    }

    /** How long the call of that id may take; null if it is not the one being served. */
    synchronized @Nullable Duration allowed(String id) {
        Invocation serving = current;
        return serving != null && serving.call().context().id().equals(id)
                ? Duration.between(serving.window().from(), serving.window().until())
                : null;
    }

    @Override
    public void awaitReady() throws ContractHost.InitException, InterruptedException {
        try {
            Outcome.Failure failure = ready.get();
            if (failure != null) {
                throw new ContractHost.InitException(failure);
            }
        } catch (ExecutionException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    @Override
    public Place.Attempt call(Call call, Loop loop, Place.Answers answers) {
        BodyGatherer.gather(
                call.body(),
                limits.payloadBytesMax(),
                bytes -> prepare(call, bytes, loop, answers),
                broken -> answers.failed(cloudException(broken)));
        // a handler under way can't be told that nobody listens: it runs on, as on Lambda
        return () -> {};
    }

    private static CloudException cloudException(BodyException broken) {
        CloudException.Kind kind =
                switch (broken.reason()) {
                    case TOO_LARGE -> CloudException.Kind.TOO_LARGE;
                    case BROKEN_OFF, TIMED_OUT, MALFORMED -> CloudException.Kind.INVALID;
                };
        return new CloudException(kind, "request: " + broken.getMessage(), broken);
    }

    private void prepare(Call call, byte[] bytes, Loop loop, Place.Answers answers) {
        Instant now = clock.instant();
        boolean mapped =
                call instanceof Call.Exchange && setup.function().spec().payload() != Function.Payload.RAW;
        byte[] event = bytes;
        if (call instanceof Call.Exchange exchange && mapped) {
            event = LambdaPayload.event(
                    exchange, bytes, setup.function().metadata().name(), now);
        } else if (bytes.length == 0) {
            event = "{}".getBytes(StandardCharsets.UTF_8);
        } else if (!LambdaPayload.isJson(bytes)) {
            answers.failed(new CloudException(
                    CloudException.Kind.INVALID,
                    "the payload must be JSON: contract aws-lambda takes nothing else",
                    null));
            return;
        }
        if (event.length > limits.payloadBytesMax()) {
            answers.failed(new CloudException(
                    CloudException.Kind.TOO_LARGE,
                    "the event is %d bytes; contract aws-lambda takes at most %d"
                            .formatted(event.length, limits.payloadBytesMax()),
                    null));
            return;
        }
        Instant latest = now.plus(setup.function().spec().timeout());
        Instant until = call.context().before(latest).deadline();
        give(new Invocation(call, event, new Window(now, until), loop, answers));
    }

    private void give(Invocation invocation) {
        ServerExchange poll;
        synchronized (this) {
            poll = polling;
            polling = null;
            if (poll == null) {
                waiting = invocation;
            } else {
                current = invocation;
            }
        }
        if (poll != null) {
            ServerExchange to = poll;
            to.loop().run(() -> hand(to, invocation));
        }
    }

    /** One request of the process. */
    void handle(ServerExchange exchange, String path) {
        String method = exchange.line().method();
        if (method.equals("GET") && path.equals(INVOCATION + "next")) {
            next(exchange);
        } else if (method.equals("POST") && path.equals("/2018-06-01/runtime/init/error")) {
            initError(exchange);
        } else if (method.equals("POST") && path.startsWith(INVOCATION) && path.endsWith("/response")) {
            ended(exchange, id(path, "/response"), false);
        } else if (method.equals("POST") && path.startsWith(INVOCATION) && path.endsWith("/error")) {
            ended(exchange, id(path, "/error"), true);
        } else {
            respond(exchange, 404, "{\"errorType\":\"NotFound\",\"errorMessage\":\"not in the runtime API\"}");
        }
    }

    private static String id(String path, String end) {
        return path.substring(INVOCATION.length(), path.length() - end.length());
    }

    private void next(ServerExchange exchange) {
        Invocation invocation;
        synchronized (this) {
            if (closed) {
                invocation = null;
            } else {
                invocation = waiting;
                waiting = null;
                current = invocation;
                if (invocation == null) {
                    polling = exchange;
                }
            }
        }
        ready.complete(null);
        if (invocation != null) {
            hand(exchange, invocation);
        } else if (isClosed()) {
            respond(exchange, 410, "{\"errorType\":\"Closed\",\"errorMessage\":\"the instance is over\"}");
        }
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    private void hand(ServerExchange exchange, Invocation invocation) {
        CallContext context = invocation.call().context();
        Headers.Builder headers = Headers.builder()
                .add("content-type", "application/json")
                .add("Lambda-Runtime-Aws-Request-Id", context.id())
                .add(
                        "Lambda-Runtime-Deadline-Ms",
                        Long.toString(invocation.window().until().toEpochMilli()))
                .add("Lambda-Runtime-Invoked-Function-Arn", arn())
                .add("Lambda-Runtime-Trace-Id", LambdaPayload.xray(context.trace()));
        if (invocation.call() instanceof Call.Event event) {
            String client = event.attributes().get("client-context");
            if (client != null) {
                headers.add("Lambda-Runtime-Client-Context", client);
            }
        }
        exchange.respond(200, headers.build(), Body.of(invocation.event()));
    }

    private String arn() {
        return "arn:aws:lambda:%s:%s:function:%s"
                .formatted(setup.cloud().region(), LambdaPayload.ACCOUNT, Draft.shownName(setup.function()));
    }

    private void initError(ServerExchange exchange) {
        String type = exchange.headers().first(StreamedAnswer.ERROR_TYPE);
        BodyGatherer.gather(
                exchange.body(),
                limits.payloadBytesMax(),
                bytes -> {
                    respond(exchange, 202, "{\"status\":\"OK\"}");
                    ready.complete(LambdaPayload.failure(Outcome.Failure.Reason.INIT, bytes, type));
                },
                broken -> respond(exchange, 400, "{\"errorType\":\"BadRequest\"}"));
    }

    private void ended(ServerExchange exchange, String id, boolean failed) {
        Invocation invocation;
        synchronized (this) {
            invocation = current;
            boolean mine =
                    invocation != null && invocation.call().context().id().equals(id);
            if (mine) {
                current = null;
            } else {
                invocation = null;
            }
        }
        if (invocation == null) {
            respond(
                    exchange,
                    400,
                    "{\"errorType\":\"InvalidRequestID\",\"errorMessage\":\"not the call being served\"}");
            return;
        }
        Invocation over = invocation;
        String type = exchange.headers().first(StreamedAnswer.ERROR_TYPE);
        if (!failed && StreamedAnswer.streams(exchange.headers())) {
            StreamedAnswer.take(
                    exchange,
                    plain(over, exchange),
                    limits.streamBytesMax(),
                    over.loop(),
                    outcome -> answer(over, outcome));
            return;
        }
        BodyGatherer.gather(
                exchange.body(),
                limits.payloadBytesMax(),
                bytes -> {
                    respond(exchange, 202, "{\"status\":\"OK\"}");
                    answer(over, failed ? thrown(bytes, type) : said(over, bytes));
                },
                broken -> {
                    respond(exchange, 413, "{\"errorType\":\"RequestEntityTooLarge\"}");
                    answer(over, notWhole(broken));
                });
    }

    /** What a streamed answer means that has no head of HTTP; null where it has one. */
    private StreamedAnswer.@Nullable Plain plain(Invocation invocation, ServerExchange exchange) {
        String type = exchange.headers().first("content-type");
        boolean prelude = type != null && type.startsWith(StreamedAnswer.WITH_PRELUDE);
        return switch (invocation.call()) {
            // whoever reads an event's result gets what the handler wrote, head and all
            case Call.Event event -> body -> new Outcome.Result(type, Headers.none(), body);
            case Call.Exchange asked ->
                prelude
                        ? null
                        : body -> new Outcome.Response(
                                200, type == null ? Headers.none() : Headers.of("content-type", type), body);
        };
    }

    /** What a handler threw. A runtime that runs out of memory itself can still say so, unlike one that is ended. */
    private Outcome.Failure thrown(byte[] bytes, @Nullable String type) {
        Outcome.Failure said = LambdaPayload.failure(Outcome.Failure.Reason.ERROR, bytes, type);
        if (!OUT_OF_MEMORY.contains(said.type())) {
            return said;
        }
        return new Outcome.Failure(
                Outcome.Failure.Reason.MEMORY,
                said.type(),
                "%s (memory: %d MiB)"
                        .formatted(
                                said.message(), setup.function().spec().memory().mebibytes()),
                bytes,
                "");
    }

    private static void answer(Invocation invocation, Outcome outcome) {
        invocation.loop().run(() -> invocation.answers().outcome(outcome));
    }

    private Outcome said(Invocation invocation, byte[] bytes) {
        return switch (invocation.call()) {
            case Call.Event event -> new Outcome.Result("application/json", Headers.none(), Body.of(bytes));
            case Call.Exchange exchange ->
                setup.function().spec().payload() != Function.Payload.RAW
                        ? LambdaPayload.answer(bytes)
                        : new Outcome.Response(200, Headers.of("content-type", "application/json"), Body.of(bytes));
        };
    }

    private Outcome notWhole(BodyException broken) {
        return switch (broken.reason()) {
            case TOO_LARGE ->
                LambdaPayload.failure(
                        Outcome.Failure.Reason.TOO_LARGE,
                        "Function.ResponseSizeTooLarge",
                        "Response payload size exceeded maximum allowed payload size (%d bytes)."
                                .formatted(limits.payloadBytesMax()),
                        "");
            case BROKEN_OFF, TIMED_OUT, MALFORMED ->
                LambdaPayload.failure(
                        Outcome.Failure.Reason.CRASH,
                        "Runtime.TruncatedResponse",
                        "the runtime broke off while it answered",
                        "");
        };
    }

    static void respond(ServerExchange exchange, int status, String json) {
        exchange.respond(
                status, Headers.of("content-type", "application/json"), Body.of(json.getBytes(StandardCharsets.UTF_8)));
    }

    @Override
    public void close() {
        ServerExchange poll;
        synchronized (this) {
            closed = true;
            poll = polling;
            polling = null;
            waiting = null;
            current = null;
        }
        onClose.run();
        if (poll != null) {
            ServerExchange to = poll;
            to.loop()
                    .run(() ->
                            respond(to, 410, "{\"errorType\":\"Closed\",\"errorMessage\":\"the instance is over\"}"));
        }
    }
}
