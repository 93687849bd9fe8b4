// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.aws;

import dev.weft.api.Body;
import dev.weft.api.CallContext;
import dev.weft.api.Headers;
import dev.weft.api.Mistake;
import dev.weft.api.Outcome;
import dev.weft.api.resource.Function;
import dev.weft.api.spi.ContractHost;
import dev.weft.api.spi.HostFiles;
import dev.weft.net.HttpListener;
import dev.weft.net.ListenerConfig;
import dev.weft.net.Loops;
import dev.weft.net.NetworkSpace;
import dev.weft.net.ServerExchange;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Hosts AWS Lambda functions: serves the Lambda Runtime API (version 2018-06-01) to their processes, each under a secret
 * path of its own, on loopback. Source: AWS Lambda developer guide, "Using the Lambda runtime API".
 */
public final class LambdaHost implements ContractHost {
    /** Bytes of a synchronous payload, each way; Lambda's own limit. */
    public static final int PAYLOAD_BYTES_MAX = 6 << 20;

    private static final String BOOTSTRAP = "bootstrap.mjs";
    private static final int SECRET_BYTES = 24;

    /** A runtime polls for as long as there is nothing to do, so nothing here times out but heads. */
    private static final ListenerConfig.Limits PATIENT = new ListenerConfig.Limits(
            16 * 1024, 64 * 1024, Duration.ofSeconds(10), Duration.ofDays(1), Duration.ofMinutes(15), 20_000);

    private final HttpListener listener;
    private final Path bootstrap;
    private final Tools tools;
    private final SecureRandom random = new SecureRandom();
    private final Map<String, LambdaInstance> instances = new ConcurrentHashMap<>();

    private LambdaHost(Loops loops, NetworkSpace space, Tools tools) {
        this.bootstrap = HostFiles.copy(LambdaHost.class, BOOTSTRAP, tools.files(), "aws-lambda-" + BOOTSTRAP);
        this.tools = tools;
        this.listener = HttpListener.open(
                loops,
                space,
                new ListenerConfig("lambda-runtime", "127.0.0.1", 0, Set.of("localhost"), PATIENT),
                this::handle);
    }

    /** Listens on a free loopback port of {@code space}, where the functions live. */
    public static LambdaHost open(Loops loops, NetworkSpace space, Tools tools) {
        return new LambdaHost(loops, space, tools);
    }

    @Override
    public Function.Contract contract() {
        return Function.Contract.AWS_LAMBDA;
    }

    @Override
    public boolean oneCallAtATime(Function function) {
        return true;
    }

    @Override
    public boolean endsPolitely() {
        return false;
    }

    @Override
    public List<Mistake> check(Function function, Path code) {
        return NodeRuntime.check(function, code, tools.languages());
    }

    @Override
    public Hosted open(Setup setup) {
        byte[] secret = new byte[SECRET_BYTES];
        random.nextBytes(secret);
        String path = HexFormat.of().formatHex(secret);
        LambdaInstance instance = new LambdaInstance(
                setup,
                new LambdaInstance.Served(
                        "127.0.0.1:" + listener.port() + '/' + path,
                        setup.files().share(bootstrap)),
                tools.clock(),
                () -> instances.remove(path));
        instances.put(path, instance);
        return instance;
    }

    private void handle(ServerExchange exchange) {
        String path = exchange.line().path();
        int end = path.indexOf('/', 1);
        LambdaInstance instance = end < 0 ? null : instances.get(path.substring(1, end));
        if (instance == null) {
            exchange.respond(
                    403,
                    Headers.of("content-type", "application/json"),
                    Body.of("{\"errorType\":\"Forbidden\",\"errorMessage\":\"no such instance\"}"
                            .getBytes(StandardCharsets.UTF_8)));
        } else {
            instance.handle(exchange, path.substring(end));
        }
    }

    @Override
    public Outcome.Failure ended(Outcome.Failure.Reason reason, CallContext context, String message, String logTail) {
        String type =
                switch (reason) {
                    case TIMEOUT -> "Sandbox.Timedout";
                    case CRASH -> "Runtime.ExitError";
                    case MEMORY -> "Runtime.OutOfMemory";
                    case INIT -> "Runtime.InitError";
                    case TOO_LARGE -> "Function.ResponseSizeTooLarge";
                    case ERROR, MALFORMED -> "Runtime.Unknown";
                };
        return LambdaPayload.failure(reason, type, "RequestId: " + context.id() + " Error: " + message, logTail);
    }

    @Override
    public void close() {
        listener.close();
    }
}
