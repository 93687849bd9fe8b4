// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.aws;

import dev.weft.api.Body;
import dev.weft.api.Call;
import dev.weft.api.CallContext;
import dev.weft.api.CloudException;
import dev.weft.api.Headers;
import dev.weft.api.Outcome;
import dev.weft.api.RequestLine;
import dev.weft.api.Trace;
import dev.weft.api.resource.Function;
import dev.weft.api.spi.ContractHost;
import dev.weft.api.spi.InvokeDialect;
import dev.weft.api.spi.Loop;
import dev.weft.api.spi.Place;
import dev.weft.net.HttpListener;
import dev.weft.net.ListenerConfig;
import dev.weft.net.Loops;
import dev.weft.net.NetworkSpace;
import dev.weft.net.ServerExchange;
import dev.weft.net.Upstreams;
import dev.weft.testkit.Caller;
import dev.weft.testkit.HostTools;
import dev.weft.testkit.SampleFunction;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A host and the processes that it serves, without an engine: each process is one instance. */
final class RuntimeApi implements AutoCloseable {
    private static final ListenerConfig.Limits PATIENT = new ListenerConfig.Limits(
            16 * 1024, 64 * 1024, Duration.ofSeconds(10), Duration.ofDays(1), Duration.ofMinutes(15), 1000);

    final LambdaHost host;
    final Path folder;
    private final Loops loops = Loops.start(2);
    private final Upstreams upstreams = new Upstreams();
    private final List<Process> processes = new ArrayList<>();
    private final List<HttpListener> doors = new ArrayList<>();

    RuntimeApi(Path folder) {
        this(folder, new LambdaHost.Limits(LambdaHost.PAYLOAD_BYTES_MAX, StreamedAnswer.BYTES_MAX));
    }

    RuntimeApi(Path folder, LambdaHost.Limits limits) {
        this.folder = folder;
        this.host = new LambdaHost(loops, NetworkSpace.own(), HostTools.in(folder.resolve("files")), limits);
    }

    /** What runs in an instance's process. */
    interface Client {
        /** The program, for a handler that is started as {@code launch} says. */
        List<String> command(ContractHost.Launch launch, String handler);

        /** Changes what the process is told. */
        default void prepare(Map<String, String> env) {}

        /** Whether it forgets the path of the Runtime API's address in some of its requests. */
        default boolean forgetsPath() {
            return false;
        }
    }

    /** A file of the function's. */
    void code(String name, String text) {
        try {
            Path file = folder.resolve(name);
            Files.createDirectories(file.getParent());
            Files.writeString(file, text);
        } catch (IOException unwritable) {
            throw new UncheckedIOException(unwritable);
        }
    }

    /** Starts an instance and waits until it takes calls. */
    ContractHost.Hosted start(String runtime, String handler, Client client)
            throws ContractHost.InitException, InterruptedException {
        ContractHost.Hosted instance = host.open(new ContractHost.Setup(
                function(runtime, handler),
                "i-" + processes.size(),
                new ContractHost.StandInCloud("aws-eu", "eu-west-1"),
                folder,
                HostTools.seen(folder)));
        ContractHost.Launch launch = instance.launch();
        Map<String, String> env = new HashMap<>(launch.env());
        client.prepare(env);
        if (client.forgetsPath()) {
            env.computeIfPresent("AWS_LAMBDA_RUNTIME_API", (name, api) -> doorTo(api));
        }
        ProcessBuilder process = new ProcessBuilder(client.command(launch, handler))
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log(processes.size()).toFile());
        process.environment().putAll(env);
        try {
            processes.add(process.start());
        } catch (IOException notThere) {
            throw new UncheckedIOException(notThere);
        }
        instance.awaitReady();
        return instance;
    }

    static Function function(String runtime, String handler) {
        return SampleFunction.handler("checkout", Function.Contract.AWS_LAMBDA, runtime, handler)
                .function();
    }

    private Path log(int process) {
        return folder.resolve("out" + process + ".txt");
    }

    /** What all processes have written. */
    String output() {
        StringBuilder all = new StringBuilder();
        for (int i = 0; i < processes.size(); i++) {
            try {
                all.append(Files.readString(log(i)));
            } catch (IOException unreadable) {
                throw new UncheckedIOException(unreadable);
            }
        }
        return all.toString();
    }

    /** An address without a path that leads to {@code api}, which has one. */
    private String doorTo(String api) {
        int slash = api.indexOf('/');
        int colon = api.indexOf(':');
        InetSocketAddress address =
                new InetSocketAddress(api.substring(0, colon), Integer.parseInt(api.substring(colon + 1, slash)));
        HttpListener door = HttpListener.open(
                loops,
                new ListenerConfig("door", "127.0.0.1", 0, java.util.Set.of(), PATIENT),
                exchange -> pass(exchange, address, api.substring(slash)));
        doors.add(door);
        return "127.0.0.1:" + door.port();
    }

    private void pass(ServerExchange exchange, InetSocketAddress address, String path) {
        Headers headers = Headers.builder()
                .addAll(exchange.headers())
                .set("host", "127.0.0.1:" + address.getPort())
                .build();
        Place.Attempt ignored = upstreams.send(
                exchange.loop(),
                address,
                new InvokeDialect.WireRequest(
                        exchange.line().method(), path + exchange.line().path(), headers, exchange.body()),
                new Upstreams.Sink() {
                    @Override
                    public void answered(InvokeDialect.WireHead head, Body body) {
                        exchange.respond(head.status(), head.headers(), body);
                    }

                    @Override
                    public void failed(CloudException why) {
                        exchange.respond(502, Headers.none(), Body.empty());
                    }
                });
    }

    Loop loop() {
        return loops.next();
    }

    /** Calls and waits for all of the answer. */
    Caller.Heard call(ContractHost.Hosted instance, Call call) {
        return new Caller(loop(), Instant.now()).call(place(instance), call);
    }

    static Place place(ContractHost.Hosted instance) {
        return new Place() {
            @Override
            public String cloud() {
                return "aws-eu";
            }

            @Override
            public Attempt call(Call call, Loop loop, Answers answers) {
                return instance.call(call, loop, answers);
            }
        };
    }

    static Outcome.Response response(Caller.Heard heard) {
        if (heard.outcome() instanceof Outcome.Response response) {
            return response;
        }
        throw new AssertionError("no response: " + heard);
    }

    static Outcome.Result result(Caller.Heard heard) {
        if (heard.outcome() instanceof Outcome.Result result) {
            return result;
        }
        throw new AssertionError("no result: " + heard);
    }

    /** The bytes of an event's result. */
    String said(ContractHost.Hosted instance, String payload) {
        Caller.Heard heard = call(instance, event(payload, Map.of()));
        if (!(heard.outcome() instanceof Outcome.Result)) {
            throw new AssertionError("no result: " + heard + '\n' + output());
        }
        return heard.text();
    }

    /** How an event failed. */
    Outcome.Failure failure(ContractHost.Hosted instance, String payload) {
        Caller.Heard heard = call(instance, event(payload, Map.of()));
        if (heard.outcome() instanceof Outcome.Failure failure) {
            return failure;
        }
        throw new AssertionError("no failure: " + heard + '\n' + output());
    }

    static Call event(String payload, Map<String, String> attributes) {
        return new Call.Event(
                context(), "application/json", attributes, Body.of(payload.getBytes(StandardCharsets.UTF_8)));
    }

    static Call exchange(String body) {
        return new Call.Exchange(
                context(),
                new RequestLine("POST", "/checkout", null),
                Headers.of("host", "localhost", "content-type", "text/plain"),
                Body.of(body.getBytes(StandardCharsets.UTF_8)));
    }

    static CallContext context() {
        return new CallContext("call-1", Trace.start(), 0, Instant.now().plusSeconds(30), CallContext.Caller.WEFT);
    }

    @Override
    public void close() {
        processes.forEach(Process::destroyForcibly);
        doors.forEach(HttpListener::close);
        upstreams.close();
        host.close();
        loops.close();
    }
}
