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
import dev.weft.clouds.aws.contract.LambdaPayload;
import dev.weft.clouds.aws.contract.LambdaRuntime;
import dev.weft.net.HttpListener;
import dev.weft.net.ListenerConfig;
import dev.weft.net.Loops;
import dev.weft.net.NetworkSpace;
import dev.weft.net.ServerExchange;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Hosts AWS Lambda functions: serves the Lambda Runtime API (version 2018-06-01) to their processes, each under a secret
 * path of its own, on loopback. Source: AWS Lambda developer guide, "Using the Lambda runtime API".
 */
public final class LambdaHost implements ContractHost {
    /** Bytes of a synchronous payload, each way; Lambda's own limit. */
    public static final int PAYLOAD_BYTES_MAX = LambdaPayload.BYTES_MAX;

    private static final Limits LIMITS = new Limits(PAYLOAD_BYTES_MAX, StreamedAnswer.BYTES_MAX);
    private static final String JAVA_CLIENT = "aws-lambda-java";
    private static final String JARS = HostFiles.text(LambdaHost.class, "java-client.lock");
    private static final int SECRET_BYTES = 24;

    /** A runtime polls for as long as there is nothing to do, so nothing here times out but heads. */
    private static final ListenerConfig.Limits PATIENT = new ListenerConfig.Limits(
            16 * 1024, 64 * 1024, Duration.ofSeconds(10), Duration.ofDays(1), Duration.ofMinutes(15), 20_000);

    /** Bytes of an answer: whole, and streamed. */
    record Limits(int payloadBytesMax, long streamBytesMax) {}

    private final HttpListener listener;
    private final Path nodeLoop;
    private final Path pythonLoop;
    private final Limits limits;
    private final Tools tools;
    private final SecureRandom random = new SecureRandom();
    private final Map<String, LambdaInstance> instances = new ConcurrentHashMap<>();

    LambdaHost(Loops loops, NetworkSpace space, Tools tools, Limits limits) {
        this.nodeLoop = HostFiles.copy(LambdaHost.class, "bootstrap.mjs", tools.files(), "aws-lambda-bootstrap.mjs");
        this.pythonLoop = HostFiles.copy(LambdaHost.class, "bootstrap.py", tools.files(), "aws-lambda-bootstrap.py");
        this.limits = limits;
        this.tools = tools;
        this.listener = HttpListener.open(
                loops,
                space,
                new ListenerConfig("lambda-runtime", "127.0.0.1", 0, Set.of("localhost"), PATIENT),
                this::handle);
    }

    /** Listens on a free loopback port of {@code space}, where the functions live. */
    public static LambdaHost open(Loops loops, NetworkSpace space, Tools tools) {
        return new LambdaHost(loops, space, tools, LIMITS);
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
        // an image's runtime and handler are in it
        return function.spec().code().image() == null
                ? LambdaRuntime.check(function, code, tools.languages())
                : List.of();
    }

    /** They bring AWS's runtime interface client, or one of their own. */
    @Override
    public boolean runsImages() {
        return true;
    }

    @Override
    public void prepare(Function function) {
        if (function.spec().code().image() == null && LambdaRuntime.of(function).language() == Language.JAVA) {
            Path ignored = javaClient();
        }
    }

    /** AWS's own runtime interface client and what it needs. */
    private Path javaClient() {
        return tools.libraries().maven(JAVA_CLIENT, JARS);
    }

    @Override
    public Hosted open(Setup setup) {
        byte[] secret = new byte[SECRET_BYTES];
        random.nextBytes(secret);
        String path = HexFormat.of().formatHex(secret);
        LambdaInstance instance =
                new LambdaInstance(setup, served(setup, path), limits, tools.clock(), () -> instances.remove(path));
        instances.put(path, instance);
        return instance;
    }

    private LambdaInstance.Served served(Setup setup, String path) {
        String authority = "127.0.0.1:" + listener.port() + '/';
        Function function = setup.function();
        return function.spec().code().image() == null
                ? served(LambdaRuntime.of(function).language(), setup.files(), authority, path)
                : new LambdaInstance.Served(
                        authority + path,
                        new Program.Image(function.spec().command()),
                        LambdaEnvironment.RUNTIME_OF_IMAGES);
    }

    private LambdaInstance.Served served(Language language, Files files, String authority, String path) {
        String api = authority + path;
        List<String> rehearsal = List.of(authority + RehearsalApi.PATH);
        return switch (language) {
            case NODE -> {
                Path script = files.share(nodeLoop);
                yield new LambdaInstance.Served(
                        api, new Program.Node(script, rehearsal, List.of("node:http")), folder(script));
            }
            case PYTHON -> {
                Path script = files.share(pythonLoop);
                List<String> preload = List.of("decimal", "importlib", "json", "logging", "socket", "traceback");
                yield new LambdaInstance.Served(api, new Program.Python(script, rehearsal, preload), folder(script));
            }
            case JAVA -> {
                List<Path> classpath = new ArrayList<>();
                classpath.add(files.share(HostFiles.classes(LambdaHost.class)));
                Path jars = files.share(javaClient()).resolve("jars");
                JARS.lines().filter(line -> !line.startsWith("#")).forEach(line -> {
                    String[] parts = line.split("[ :]", -1);
                    classpath.add(jars.resolve("%s.%s-%s.jar".formatted(parts[1], parts[2], parts[3])));
                });
                yield new LambdaInstance.Served(
                        api, new Program.Java(classpath, JavaStart.class.getName(), rehearsal), jars);
            }
        };
    }

    private static Path folder(Path script) {
        return script.getParent() == null ? Path.of("/") : script.getParent();
    }

    private void handle(ServerExchange exchange) {
        String path = exchange.line().path();
        int end = path.indexOf('/', 1);
        String owner = end < 0 ? "" : path.substring(1, end);
        LambdaInstance instance = instances.get(owner);
        if (owner.equals(RehearsalApi.PATH)) {
            RehearsalApi.handle(exchange, path.substring(end));
        } else if (instance == null) {
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
        String request = "RequestId: " + context.id() + " Error: ";
        return switch (reason) {
            case TIMEOUT ->
                LambdaPayload.failure(reason, "Sandbox.Timedout", request + timedOut(context, message), logTail);
            case CRASH ->
                LambdaPayload.failure(
                        reason, "Runtime.ExitError", request + "Runtime exited with error: " + message, logTail);
            case MEMORY ->
                LambdaPayload.failure(
                        reason,
                        "Runtime.OutOfMemory",
                        request + "Runtime exited with error: signal: killed: " + message,
                        logTail);
            case INIT -> LambdaPayload.failure(reason, "Runtime.InitError", request + message, logTail);
            case TOO_LARGE ->
                LambdaPayload.failure(reason, "Function.ResponseSizeTooLarge", request + message, logTail);
            case ERROR, MALFORMED -> LambdaPayload.failure(reason, "Runtime.Unknown", request + message, logTail);
        };
    }

    /** Lambda's sentence, where the call is still known. */
    private String timedOut(CallContext context, String message) {
        return instances.values().stream()
                .map(each -> each.allowed(context.id()))
                .filter(Objects::nonNull)
                .findFirst()
                .map(most -> String.format(Locale.ROOT, "Task timed out after %.2f seconds", most.toMillis() / 1000.0))
                .orElse("Task timed out: " + message);
    }

    @Override
    public void close() {
        listener.close();
    }
}
