// SPDX-License-Identifier: Apache-2.0
package dev.weft.engine;

import dev.weft.api.CallContext;
import dev.weft.api.LogLine;
import dev.weft.api.Outcome;
import dev.weft.api.Trace;
import dev.weft.api.resource.Quantity;
import dev.weft.api.spi.ContractHost;
import dev.weft.api.spi.ImageFolders.ImageFolder;
import dev.weft.engine.box.BoxedProcess;
import dev.weft.engine.box.Boxes;
import dev.weft.engine.box.Plan;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
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
    /** Between the polite word and the end, for contracts that have a polite word. */
    static final Duration STOP_GRACE_MAX = Duration.ofSeconds(1);

    /** For a start that no call asked for. */
    static final CallContext NO_CALL = new CallContext(
            "-",
            new Trace("0".repeat(31) + "1", "0".repeat(15) + "1", false, null),
            0,
            Instant.EPOCH,
            CallContext.Caller.WEFT);

    private static final int SIGNAL_BASE = 128;

    private final Workshop workshop;
    private final Instance instance;
    private final ContractHost.Hosted hosted;
    private final ContractHost.GatewayAddresses.@Nullable Address address;
    private final BoxedProcess boxed;

    private InstanceProcess(
            Workshop workshop,
            Instance instance,
            ContractHost.Hosted hosted,
            ContractHost.GatewayAddresses.@Nullable Address address,
            BoxedProcess boxed) {
        this.workshop = workshop;
        this.instance = instance;
        this.hosted = hosted;
        this.address = address;
        this.boxed = boxed;
    }

    /** Prepares one, and starts it or takes one that waits. */
    static InstanceProcess open(Workshop workshop, Instance instance) throws IOException, InterruptedException {
        Version version = instance.version();
        HostFilesSeen files = new HostFilesSeen(workshop, instance.id(), version.folder());
        ContractHost.Hosted hosted = version.host()
                .open(new ContractHost.Setup(
                        version.function(),
                        instance.id(),
                        instance.pool().cloud(),
                        version.codeInside(workshop.sandbox()),
                        files,
                        version.hash(),
                        line -> log(workshop, instance, line)));
        ContractHost.GatewayAddresses.Address address = null;
        try {
            address = version.oneCallAtATime() ? workshop.addresses().open(instance::serving) : null;
            String url = String.valueOf(address == null ? workshop.addresses().plain() : address.uri());
            ContractHost.Launch launch = hosted.launch();
            Plan plan = plan(version, launch, files);
            Map<String, String> env = environment(version, launch, url);
            Boxes.Start start = workshop.boxes().start(plan, env);
            BoxedProcess boxed =
                    start instanceof Boxes.Start.Booting ? workshop.spares().take(plan, version.folder()) : null;
            if (boxed == null) {
                boxed = workshop.boxes()
                        .start(plan, version.folder(), start, instance.pool().owner());
            }
            files.started(boxed);
            InstanceProcess started = new InstanceProcess(workshop, instance, hosted, address, boxed);
            boxed.onLine(started::keep);
            boxed.give(start, env);
            return started;
        } catch (IOException | InterruptedException | RuntimeException failed) {
            if (address != null) {
                address.close();
            }
            hosted.close();
            throw failed;
        }
    }

    /** What a function's first instance will be made of, so that one can be booted ahead of it: all that comes before its process. */
    static Plan plan(Workshop workshop, Version version, ContractHost.StandInCloud cloud) {
        HostFilesSeen files = new HostFilesSeen(workshop, "plan", version.folder());
        ContractHost.Setup setup = new ContractHost.Setup(
                version.function(),
                version.function().name() + "-0",
                cloud,
                version.codeInside(workshop.sandbox()),
                files,
                version.hash(),
                line -> {});
        try (ContractHost.Hosted hosted = version.host().open(setup)) {
            ContractHost.Launch launch = hosted.launch();
            Plan plan = plan(version, launch, files);
            Map<String, String> env = environment(
                    version, launch, String.valueOf(workshop.addresses().plain()));
            byte[] _ = BoxedProcess.message(workshop.boxes().start(plan, env), env);
            return plan;
        }
    }

    private static Plan plan(Version version, ContractHost.Launch launch, HostFilesSeen files) {
        Quantity memory = version.function().spec().memory();
        ImageFolder image = version.image();
        return image == null ? files.plan(launch, memory) : Plan.of(launch, image, memory);
    }

    /** From the bottom up: ours, the image's, the contract's, the function's, and then what the function may not change. */
    private static Map<String, String> environment(Version version, ContractHost.Launch launch, String url) {
        Map<String, String> env = new TreeMap<>(Boxes.BASE);
        ImageFolder image = version.image();
        env.putAll(image == null ? Map.of() : image.env());
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
            CompletableFuture.anyOf(said, boxed.process().onExit())
                    .get(ContractHost.INIT_MAX.toMillis(), TimeUnit.MILLISECONDS);
            if (said.isDone()) {
                Outcome.Failure failure = said.get();
                if (failure == null) {
                    return boxed.process().isAlive() ? null : init(exit());
                }
                endOfOutput();
                return new Outcome.Failure(
                        failure.reason(), failure.type(), failure.message(), failure.payload(), instance.logTail());
            }
            return init(exit());
        } catch (TimeoutException late) {
            return init(End.init("was not ready within " + ContractHost.INIT_MAX.toSeconds() + " s"));
        } catch (ExecutionException broken) {
            return init(End.init("its contract failed: " + broken.getCause()));
        } finally {
            waiter.interrupt();
        }
    }

    private Outcome.Failure init(End end) throws InterruptedException {
        endOfOutput();
        Outcome.Failure.Reason reason =
                end.reason() == Outcome.Failure.Reason.MEMORY ? end.reason() : Outcome.Failure.Reason.INIT;
        return instance.version()
                .host()
                .ended(reason, NO_CALL, instance.pool().function() + ": " + end.how(), instance.logTail());
    }

    /** How a process ended. */
    record End(Outcome.Failure.Reason reason, String how) {
        static End init(String how) {
            return new End(Outcome.Failure.Reason.INIT, how);
        }
    }

    /** Waits for its end; says how that came. */
    End awaitEnd() throws InterruptedException {
        boxed.process().waitFor();
        endOfOutput();
        return exit();
    }

    private End exit() throws InterruptedException {
        int status = boxed.process().waitFor();
        if (boxed.outOfMemory()) {
            long most = instance.version().function().spec().memory().mebibytes();
            return new End(
                    Outcome.Failure.Reason.MEMORY,
                    "was ended because it used more than its memory of " + most + " MiB");
        }
        return new End(
                Outcome.Failure.Reason.CRASH,
                status > SIGNAL_BASE
                        ? "its process was ended by signal " + (status - SIGNAL_BASE)
                        : "its process ended with exit status " + status);
    }

    private void endOfOutput() throws InterruptedException {
        boxed.endOfOutput();
    }

    /** Politely where the contract knows a polite word, else at once. */
    void stop() {
        if (!instance.version().host().endsPolitely()) {
            kill();
            return;
        }
        try {
            announceStop();
            boxed.program().destroy();
            if (boxed.process().waitFor(STOP_GRACE_MAX.toMillis(), TimeUnit.MILLISECONDS)) {
                return;
            }
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
        kill();
    }

    /** Gives the contract's half as long as the process is given afterwards. */
    private void announceStop() throws InterruptedException {
        Thread announcing = Thread.ofVirtual().name("stopping-" + instance.id()).start(() -> {
            try {
                hosted.stopping();
            } catch (InterruptedException late) {
                Thread.currentThread().interrupt();
            }
        });
        if (!announcing.join(STOP_GRACE_MAX)) {
            announcing.interrupt();
        }
    }

    /** Ends it now, with everything it started. May wait a little: not for loops. */
    void kill() {
        boxed.kill();
    }

    /** Ends it if it takes more memory than it may, where the kernel does not see to that. */
    void watchMemory() {
        boxed.watchMemory();
    }

    ContractHost.Hosted hosted() {
        return hosted;
    }

    long pid() {
        return boxed.process().pid();
    }

    @Override
    public void close() {
        boxed.close();
        hosted.close();
        if (address != null) {
            address.close();
        }
    }

    private void keep(String written) {
        String text = hosted.logged(written);
        if (text != null) {
            log(workshop, instance, text);
        }
    }

    private static void log(Workshop workshop, Instance instance, String line) {
        instance.pool()
                .log()
                .add(new LogLine(
                        workshop.clock().instant(),
                        instance.pool().function(),
                        instance.pool().cloud().name(),
                        instance.id(),
                        instance.lastInvocation(),
                        line.length() > BoxedProcess.LINE_BYTES_MAX
                                ? line.substring(0, BoxedProcess.LINE_BYTES_MAX)
                                : line));
    }
}
