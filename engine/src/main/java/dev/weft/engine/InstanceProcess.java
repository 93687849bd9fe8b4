// SPDX-License-Identifier: Apache-2.0
package dev.weft.engine;

import dev.weft.api.CallContext;
import dev.weft.api.LogLine;
import dev.weft.api.Outcome;
import dev.weft.api.Trace;
import dev.weft.api.spi.ContractHost;
import dev.weft.engine.box.Processes;
import dev.weft.engine.box.Sandbox;
import dev.weft.engine.tools.Programs;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** An instance's process in its sandbox, with its contract's half and its output. */
final class InstanceProcess implements AutoCloseable {
    /** A longer line is cut here. */
    static final int LINE_BYTES_MAX = 16 * 1024;

    /** Between the polite word and the end, for contracts that have a polite word. */
    static final Duration STOP_GRACE_MAX = Duration.ofSeconds(1);

    /** For a start that no call asked for. */
    static final CallContext NO_CALL = new CallContext(
            "-",
            new Trace("0".repeat(31) + "1", "0".repeat(15) + "1", false, null),
            0,
            Instant.EPOCH,
            CallContext.Caller.WEFT);

    private static final Duration OUTPUT_END_MAX = Duration.ofMillis(250);
    private static final Duration KILL_MAX = Duration.ofMillis(500);
    private static final int SIGNAL_BASE = 128;
    private static final int READER_STACK_BYTES = 256 * 1024;

    private final Workshop workshop;
    private final Instance instance;
    private final ContractHost.Hosted hosted;
    private final ContractHost.GatewayAddresses.@Nullable Address address;
    private final Process process;
    private final Thread reader;

    private InstanceProcess(
            Workshop workshop,
            Instance instance,
            ContractHost.Hosted hosted,
            ContractHost.GatewayAddresses.@Nullable Address address,
            Process process) {
        this.workshop = workshop;
        this.instance = instance;
        this.hosted = hosted;
        this.address = address;
        this.process = process;
        // a platform thread: a read from a pipe holds its carrier, and there may be a thousand of these
        this.reader = Thread.ofPlatform()
                .name("output-" + instance.id())
                .daemon(true)
                .stackSize(READER_STACK_BYTES)
                .start(this::readOutput);
    }

    /** Prepares and starts one. */
    static InstanceProcess open(Workshop workshop, Instance instance) throws IOException, InterruptedException {
        Version version = instance.version();
        Sandbox sandbox = workshop.sandbox();
        HostFiles files = new HostFiles(workshop);
        ContractHost.Hosted hosted = version.host()
                .open(new ContractHost.Setup(
                        version.function(),
                        instance.id(),
                        instance.pool().cloud(),
                        sandbox.codeInside(version.staged()),
                        files,
                        version.hash()));
        ContractHost.GatewayAddresses.Address address = null;
        try {
            address = version.oneCallAtATime() ? workshop.addresses().open(instance::serving) : null;
            String url = String.valueOf(address == null ? workshop.addresses().plain() : address.uri());
            ContractHost.Launch launch = hosted.launch();
            int uid = instance.pool().uid();
            List<String> command = sandbox.command(
                    new Sandbox.Box(
                            uid,
                            version.staged(),
                            Sandbox.passwd(workshop.scratch(), uid),
                            files.shared,
                            files.modules,
                            workshop.space().resolver()),
                    Commands.of(launch.program(), version.function().spec().memory()));
            Map<String, String> env = environment(version, launch, url);
            boolean loads = sandbox.loadsEnvironment();
            Process process =
                    workshop.processes().start(command, loads ? Map.of("PATH", Programs.PATH) : env, version.staged());
            InstanceProcess started = new InstanceProcess(workshop, instance, hosted, address, process);
            files.process = process;
            started.give(loads ? Sandbox.script(env) : "");
            return started;
        } catch (IOException | InterruptedException | RuntimeException failed) {
            if (address != null) {
                address.close();
            }
            hosted.close();
            throw failed;
        }
    }

    /** What the host lets this instance see. */
    private static final class HostFiles implements ContractHost.Files {
        private final Workshop workshop;
        private final List<Path> shared = new ArrayList<>();
        private @Nullable Path modules;
        private volatile @Nullable Process process;

        HostFiles(Workshop workshop) {
            this.workshop = workshop;
        }

        @Override
        public Path share(Path file) {
            if (!shared.contains(file)) {
                shared.add(file);
            }
            return InstanceProcess.share(workshop, file);
        }

        @Override
        public void modules(Path nodeModules) {
            modules = nodeModules;
        }

        @Override
        public Folder folder() {
            return new Folder() {
                @Override
                public Path inside() {
                    return Sandbox.FOLDER;
                }

                @Override
                public Path outside() {
                    Process running = process;
                    if (running == null) {
                        throw new IllegalStateException("the folder is there once the process runs");
                    }
                    long inner = running.children()
                            .findFirst()
                            .map(ProcessHandle::pid)
                            .orElse(running.pid());
                    return Path.of("/proc", Long.toString(inner), "root")
                            .resolve(Path.of("/").relativize(Sandbox.FOLDER));
                }
            };
        }
    }

    private static Path share(Workshop workshop, Path file) {
        try {
            return workshop.share(file);
        } catch (IOException unreadable) {
            throw new UncheckedIOException("host file can't be shared: " + file, unreadable);
        }
    }

    /** From the bottom up: ours, the contract's, the function's, and then what the function may not change. */
    private static Map<String, String> environment(Version version, ContractHost.Launch launch, String url) {
        Map<String, String> env = new TreeMap<>();
        env.put("PATH", Programs.PATH);
        env.put("HOME", "/tmp");
        env.put("TMPDIR", "/tmp");
        env.put("LANG", "C.UTF-8");
        env.putAll(launch.env());
        Set<String> reserved = new HashSet<>(launch.reserved());
        version.env().forEach((name, value) -> {
            if (!reserved.contains(name)) {
                env.put(name, value);
            }
        });
        env.put("WEFT_URL", url);
        return env;
    }

    private void give(String script) {
        try (OutputStream in = process.getOutputStream()) {
            in.write(script.getBytes(StandardCharsets.UTF_8));
        } catch (IOException ended) {
            // it is gone already; its end is told by awaitReady, with what it wrote
            System.getLogger("dev.weft.engine").log(System.Logger.Level.DEBUG, "instance took no environment", ended);
        }
    }

    /** Waits until the code takes calls; why it never will, or null. */
    Outcome.@Nullable Failure awaitReady() throws InterruptedException {
        CompletableFuture<Outcome.@Nullable Failure> said = new CompletableFuture<>();
        Thread waiter = Thread.ofVirtual().name("ready-" + instance.id()).start(() -> {
            try {
                hosted.awaitReady();
                said.complete(null);
            } catch (ContractHost.InitException refused) {
                said.complete(refused.failure());
            } catch (InterruptedException | RuntimeException stopped) {
                said.completeExceptionally(stopped);
            }
        });
        try {
            CompletableFuture.anyOf(said, process.onExit())
                    .get(ContractHost.INIT_MAX.toMillis(), TimeUnit.MILLISECONDS);
            if (said.isDone()) {
                Outcome.Failure failure = said.get();
                if (failure == null) {
                    return process.isAlive() ? null : init(exit());
                }
                endOfOutput();
                return new Outcome.Failure(
                        failure.reason(), failure.type(), failure.message(), failure.payload(), instance.logTail());
            }
            return init(exit());
        } catch (TimeoutException late) {
            return init("was not ready within " + ContractHost.INIT_MAX.toSeconds() + " s");
        } catch (ExecutionException broken) {
            return init("its contract failed: " + broken.getCause());
        } finally {
            waiter.interrupt();
        }
    }

    private Outcome.Failure init(String how) throws InterruptedException {
        endOfOutput();
        String tail = instance.logTail();
        return instance.version()
                .host()
                .ended(Outcome.Failure.Reason.INIT, NO_CALL, instance.pool().function() + ": " + how, tail);
    }

    /** Waits for its end; says how that came. */
    String awaitEnd() throws InterruptedException {
        process.waitFor();
        endOfOutput();
        return exit();
    }

    private String exit() throws InterruptedException {
        int status = process.waitFor();
        return status > SIGNAL_BASE
                ? "its process was ended by signal " + (status - SIGNAL_BASE)
                : "its process ended with exit status " + status;
    }

    private void endOfOutput() throws InterruptedException {
        reader.join(OUTPUT_END_MAX);
    }

    /** Politely where the contract knows a polite word, else at once. */
    void stop() {
        if (!instance.version().host().endsPolitely()) {
            kill();
            return;
        }
        ProcessHandle program = program();
        program.destroy();
        try {
            if (process.waitFor(STOP_GRACE_MAX.toMillis(), TimeUnit.MILLISECONDS)) {
                return;
            }
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
        kill();
    }

    /** The function's own process: inside the sandbox that is the first one's grandchild. */
    private ProcessHandle program() {
        ProcessHandle outer = process.toHandle();
        if (!workshop.sandbox().sandboxed()) {
            return outer;
        }
        return outer.children()
                .findFirst()
                .flatMap(inner -> inner.children().findFirst())
                .orElse(outer);
    }

    /** Ends it now, with everything it started. May wait a little: not for loops. */
    void kill() {
        if (!workshop.sandbox().sandboxed()) {
            Processes.kill(process);
            return;
        }
        // the inner process first: its pid space goes with it, and the outer one, still there, takes its exit status;
        // the other way round it would be left to an init that, in many containers, never asks
        process.toHandle().children().forEach(ProcessHandle::destroyForcibly);
        try {
            if (process.waitFor(KILL_MAX.toMillis(), TimeUnit.MILLISECONDS)) {
                return;
            }
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
        process.destroyForcibly();
    }

    ContractHost.Hosted hosted() {
        return hosted;
    }

    long pid() {
        return process.pid();
    }

    @Override
    public void close() {
        kill();
        workshop.processes().ended(process);
        hosted.close();
        if (address != null) {
            address.close();
        }
    }

    private void readOutput() {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        byte[] buffer = new byte[8 * 1024];
        try (InputStream in = process.getInputStream()) {
            int read = in.read(buffer);
            while (read >= 0) {
                for (int i = 0; i < read; i++) {
                    if (buffer[i] == '\n') {
                        keep(line);
                    } else if (line.size() < LINE_BYTES_MAX) {
                        line.write(buffer[i]);
                    }
                }
                read = in.read(buffer);
            }
        } catch (IOException closed) {
            System.getLogger("dev.weft.engine").log(System.Logger.Level.DEBUG, "output ended", closed);
        }
        if (line.size() > 0) {
            keep(line);
        }
    }

    private void keep(ByteArrayOutputStream line) {
        String text = line.toString(StandardCharsets.UTF_8);
        line.reset();
        instance.pool()
                .log()
                .add(new LogLine(
                        workshop.clock().instant(),
                        instance.pool().function(),
                        instance.pool().cloud().name(),
                        instance.id(),
                        instance.lastInvocation(),
                        text.endsWith("\r") ? text.substring(0, text.length() - 1) : text));
    }
}
