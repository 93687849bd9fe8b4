// SPDX-License-Identifier: Apache-2.0
package dev.weft.adapters.front;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A Lambda handler: it runs in a child under AWS's own runtime interface client, so its forms, its errors and its context are
 * Lambda's. One call at a time; more of them wait in line.
 */
final class LambdaCode implements Code {
    /** Calls that wait. */
    static final int QUEUE_MAX = 1000;

    /** How long a child may take until it asks for its first call. */
    static final long START_MILLIS_MAX = 60_000;

    private static final int SIGNALS = 128;
    private static final String CLIENT = "com.amazonaws.services.lambda.runtime.api.client.AWSLambda";

    private final Settings settings;
    private final RuntimeApi api;
    private final ReentrantLock turn = new ReentrantLock(true);
    private final AtomicInteger waiting = new AtomicInteger();
    private volatile @Nullable Process child;

    private LambdaCode(Settings settings, RuntimeApi api) {
        this.settings = settings;
        this.api = api;
        Runtime.getRuntime().addShutdownHook(new Thread(this::kill));
    }

    /** Opens it; returns once it can be called. */
    static LambdaCode open(Settings settings) throws Failure, IOException, InterruptedException {
        LambdaCode code = new LambdaCode(settings, new RuntimeApi(settings));
        code.start();
        return code;
    }

    @Override
    public Answer exchange(Exchange exchange) throws Failure, InterruptedException {
        byte[] event = settings.raw()
                ? exchange.body()
                : Payload.event(exchange, settings.name(), settings.clock().instant());
        return Payload.answer(call(event, exchange.about()), settings.raw());
    }

    @Override
    public Result event(Event event) throws Failure, InterruptedException {
        return new Result("application/json", call(event.body(), event.about()));
    }

    private byte[] call(byte[] event, About about) throws Failure, InterruptedException {
        if (waiting.incrementAndGet() > QUEUE_MAX) {
            waiting.decrementAndGet();
            throw new Failure("TooManyRequestsException", "more than " + QUEUE_MAX + " calls wait");
        }
        turn.lockInterruptibly();
        try {
            while (true) {
                Process own = child;
                if (own == null || !own.isAlive()) {
                    start();
                }
                About timed = new About(about.id(), about.trace(), settings.untilMillis(about.deadlineMillis()));
                try {
                    return api.call(event, timed);
                } catch (RuntimeApi.UntakenException gone) {
                    child = null; // it has done nothing with the call: another one gets it
                } catch (TimeoutException late) {
                    throw expired(timed.id());
                }
            }
        } catch (IOException unstartable) {
            throw Failure.of(unstartable);
        } finally {
            waiting.decrementAndGet();
            turn.unlock();
        }
    }

    /** Ends a child that has taken too long, as Lambda does. */
    private Failure expired(String id) throws InterruptedException {
        Process own = child;
        kill();
        if (own != null) {
            own.waitFor();
        }
        child = null;
        return new Failure(
                "Sandbox.Timedout",
                String.format(
                        Locale.ROOT,
                        "RequestId: %s Error: Task timed out after %.2f seconds",
                        id,
                        settings.timeoutMillis() / 1000.0));
    }

    private void kill() {
        Process own = child;
        if (own != null) {
            own.destroyForcibly();
        }
    }

    private void start() throws Failure, IOException, InterruptedException {
        Path task = task();
        List<String> command = new ArrayList<>(jvm());
        command.add("-cp");
        command.add(jars(settings.here().resolve("lambda")).stream()
                .map(Path::toString)
                .collect(Collectors.joining(java.io.File.pathSeparator)));
        command.add(CLIENT);
        command.add(settings.handler());
        ProcessBuilder building = new ProcessBuilder(command)
                .directory(task.toFile())
                .redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")))
                .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                .redirectError(ProcessBuilder.Redirect.INHERIT);
        Front.PORTS_AND_THE_LIKE.forEach(building.environment().keySet()::remove);
        building.environment().putAll(environment());
        RuntimeApi.Life life = api.begun();
        Process own = building.start();
        child = own;
        Thread watching = new Thread(() -> watch(own, life), "weft-child");
        watching.setDaemon(true);
        watching.start();
        try {
            api.awaitReady(START_MILLIS_MAX);
        } catch (Failure failed) {
            own.destroyForcibly();
            child = null;
            throw failed;
        }
    }

    private static void watch(Process own, RuntimeApi.Life life) {
        try {
            int status = own.waitFor();
            // the JDK tells a signal as a shell does
            String how = status > SIGNALS ? "signal " + (status - SIGNALS) : "exit status " + status;
            RuntimeApi.ended(life, new Failure("Runtime.ExitError", "Runtime exited with error: " + how));
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private List<String> jvm() {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + settings.heapMebibytes() + 'm',
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Xshare:auto");
    }

    private Map<String, String> environment() throws IOException {
        return Map.ofEntries(
                Map.entry("AWS_LAMBDA_RUNTIME_API", api.address()),
                Map.entry("_HANDLER", settings.handler()),
                Map.entry("LAMBDA_TASK_ROOT", settings.root().toString()),
                Map.entry("LAMBDA_RUNTIME_DIR", settings.here().toString()),
                Map.entry("AWS_LAMBDA_FUNCTION_NAME", settings.name()),
                Map.entry("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST"),
                Map.entry("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", Long.toString(settings.memoryMebibytes())),
                Map.entry("AWS_LAMBDA_LOG_GROUP_NAME", "/aws/lambda/" + settings.name()),
                Map.entry(
                        "AWS_LAMBDA_LOG_STREAM_NAME",
                        "[$LATEST]" + java.util.UUID.randomUUID().toString().replace("-", "")),
                Map.entry("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand"),
                Map.entry("AWS_EXECUTION_ENV", "AWS_Lambda_" + settings.runtime()));
    }

    /**
     * The folder as Lambda lays it out, classes in it and jars in its lib, which is where AWS's client looks. Jars beside the
     * classes, which is where a build leaves them, are only found in a folder of links, where they are in lib too.
     */
    private Path task() throws IOException {
        Path root = settings.root();
        List<Path> beside = jars(root);
        if (beside.isEmpty()) {
            return root;
        }
        Path links = Files.createTempDirectory("task-");
        Path lib = Files.createDirectory(links.resolve("lib"));
        for (Path each : Stream.concat(list(root.resolve("lib")).stream(), beside.stream())
                .toList()) {
            Path link = lib.resolve(each.getFileName());
            if (!Files.exists(link)) {
                Files.createSymbolicLink(link, each);
            }
        }
        for (Path each : list(root)) {
            if (!each.endsWith("lib")) {
                Files.createSymbolicLink(links.resolve(each.getFileName()), each);
            }
        }
        return links;
    }

    private static List<Path> jars(Path folder) throws IOException {
        return list(folder).stream()
                .filter(each -> each.toString().endsWith(".jar"))
                .toList();
    }

    private static List<Path> list(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> all = Files.list(folder)) {
            return all.sorted().toList();
        }
    }
}
