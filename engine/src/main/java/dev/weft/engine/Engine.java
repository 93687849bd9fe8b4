// SPDX-License-Identifier: Apache-2.0
package dev.weft.engine;

import dev.weft.api.CloudException;
import dev.weft.api.Mistake;
import dev.weft.api.resource.Cloud;
import dev.weft.api.resource.Function;
import dev.weft.api.spi.ContractHost;
import dev.weft.api.spi.FunctionCloud;
import dev.weft.api.spi.ImageFolders;
import dev.weft.api.spi.ImageFolders.ImageFolder;
import dev.weft.engine.box.Boxes;
import dev.weft.engine.box.Isolation;
import dev.weft.engine.box.Plan;
import dev.weft.engine.box.Processes;
import dev.weft.engine.box.Sandbox;
import dev.weft.engine.box.Spares;
import dev.weft.engine.box.Sweep;
import dev.weft.net.NetworkSpace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Runs functions on this machine, on stand-ins of the clouds they are meant for. Safe for many threads. */
public final class Engine implements AutoCloseable {
    /** How long {@link #close} lets calls finish. */
    public static final Duration DRAIN_MAX = Duration.ofSeconds(5);

    private static final Duration TICK = Duration.ofMillis(250);

    /** More than a JVM waits before it compiles what is called. */
    private static final int REHEARSALS = 300;

    private static final Duration REHEARSAL_PAUSE = Duration.ofMillis(5);
    private static final Duration POLL = Duration.ofMillis(10);
    private static final System.Logger LOG = System.getLogger("dev.weft.engine");

    /** Users that own code where functions have no mounts of their own; apart from those of {@link Boxes}. */
    private static final int OWNERS_FROM = 1_800_000_000;

    private static final int OWNERS_PER_WEFT = 1_000;
    private static final int WEFTS_MAX = 10_000;

    private final Config config;
    private final Map<Function.Contract, ContractHost> hosts = new EnumMap<>(Function.Contract.class);
    private final Workshop workshop;
    private final Staging staging;
    private final Path stagingRoot;
    private final Map<String, StandIn> standIns = new ConcurrentHashMap<>();
    private final Set<Function.Contract> rehearsed = ConcurrentHashMap.newKeySet();
    private final Map<String, Integer> owners = new ConcurrentHashMap<>();
    private final AtomicInteger ownersGiven = new AtomicInteger();
    private final Thread ticker;
    private volatile boolean closed;

    /**
     * How an engine is set up.
     *
     * @param home Weft's own folder
     * @param run this process' folder, {@code home/run/<pid>}
     * @param images where images of functions come from; stays the caller's
     * @param clock what time it is
     * @param spareBytesMax memory for processes booted ahead of their function; 0 for none
     */
    public record Config(
            Path home, Path run, Apart apart, ImageFolders images, InstantSource clock, long spareBytesMax) {}

    /**
     * How functions are set apart.
     *
     * @param space the network that they live in; stays the caller's to close
     */
    public record Apart(Isolation isolation, NetworkSpace space) {}

    private Engine(Config config, List<ContractHost> hosts, ContractHost.GatewayAddresses addresses, Boxes boxes) {
        this.config = config;
        hosts.forEach(each -> this.hosts.put(each.contract(), each));
        this.stagingRoot = stagingRoot(config, boxes.sandbox());
        this.workshop = new Workshop(
                boxes,
                new Spares(boxes, stagingRoot.resolve(".spare"), config.clock(), config.spareBytesMax()),
                new AddressesAhead(addresses),
                new ColdStarts(),
                config.clock(),
                stagingRoot.resolve(".shared"));
        this.staging = new Staging(stagingRoot, config.images());
        this.ticker = Thread.ofVirtual().name("engine-tick").unstarted(this::tick);
    }

    /** Makes the run folder, tries the sandbox and starts. */
    public static Engine open(Config config, List<ContractHost> hosts, ContractHost.GatewayAddresses addresses) {
        try {
            Files.createDirectories(config.run());
            Files.setPosixFilePermissions(config.run(), PosixFilePermissions.fromString("rwx------"));
            Files.writeString(
                    config.run().resolve(Sweep.OWNER),
                    Processes.startOf(ProcessHandle.current().pid()));
            Engine engine = new Engine(
                    config,
                    hosts,
                    addresses,
                    Boxes.open(config.apart().isolation(), config.apart().space(), config.home(), config.run()));
            engine.ticker.start();
            return engine;
        } catch (IOException unwritable) {
            throw new UncheckedIOException("run folder " + config.run() + " can't be written", unwritable);
        }
    }

    /**
     * Kills what dead Wefts of {@code home} left running, and deletes their run folders. One that lives is never touched.
     *
     * @return how many processes were killed
     */
    public static int sweep(Path home) {
        return Sweep.of(home);
    }

    /** The stand-in of {@code cloud}; one for each name. */
    public StandIn standIn(Cloud cloud) {
        String region = cloud.spec().region();
        return standIns.computeIfAbsent(
                cloud.name(),
                name -> new StandIn(this, new ContractHost.StandInCloud(name, region == null ? "local" : region)));
    }

    /** Every stand-in there is. */
    public List<StandIn> standIns() {
        return List.copyOf(standIns.values());
    }

    /** What in {@code function} can't be run here. May look at the machine. */
    public List<Mistake> check(Function function, Path code) {
        Function.Contract contract = function.spec().contract();
        ContractHost host = hosts.get(contract);
        if (host == null) {
            return List.of(Mistake.at("spec.contract", word(contract), notRun(contract)));
        }
        String image = function.spec().code().image();
        String problem = image == null ? "" : imageProblem(host);
        return problem.isEmpty() ? host.check(function, code) : List.of(Mistake.at("spec.code.image", image, problem));
    }

    private String imageProblem(ContractHost host) {
        if (!host.runsImages()) {
            return "contract " + word(host.contract()) + " runs no images on this machine; "
                    + words(hosts.values().stream().filter(ContractHost::runsImages))
                    + " do: their protocols hold for whatever an image starts";
        }
        String problem = workshop.boxes().imagesProblem();
        return problem.isEmpty() ? "" : "images do not run on this machine: " + problem;
    }

    private static String words(Stream<ContractHost> hosts) {
        return hosts.map(each -> word(each.contract())).sorted().collect(Collectors.joining(", "));
    }

    /** Whether a route may lead to it. May look at the code. */
    public boolean takesExchanges(Function function, Path code) {
        ContractHost host = hosts.get(function.spec().contract());
        return host == null || function.spec().code().image() != null || host.takesExchanges(function, code);
    }

    /** Whether functions see neither this machine's files nor each other's processes. */
    public boolean sandboxed() {
        return workshop.sandbox().sandboxed();
    }

    /** How functions are set apart: one sentence for the user. */
    public String isolation() {
        return workshop.sandbox().sentence();
    }

    /** Lets calls finish within {@link #DRAIN_MAX}, then ends every process. Blocking. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        ticker.interrupt();
        List<Pool> pools =
                standIns().stream().flatMap(each -> each.pools().stream()).toList();
        pools.forEach(Pool::delete);
        if (!emptyWithin(pools, DRAIN_MAX)) {
            LOG.log(System.Logger.Level.WARNING, "calls were cut, they did not end within " + DRAIN_MAX);
        }
        pools.forEach(Pool::kill);
        if (!emptyWithin(pools, DRAIN_MAX)) {
            LOG.log(System.Logger.Level.WARNING, "function processes did not end; the next Weft sweeps them up");
        }
        pools.forEach(each -> each.log().close());
        workshop.spares().close();
        workshop.addresses().close();
        workshop.boxes().close();
        Sweep.delete(stagingRoot);
    }

    /** How functions are set apart on the network: one sentence for the user; empty if they are. */
    public String networkProblem() {
        return config.apart().space().problem();
    }

    /** Whether the kernel holds functions to their memory; else Weft looks every now and then. */
    public boolean limitsMemory() {
        return workshop.boxes().limitsMemory();
    }

    /** How many processes wait, booted, for a function that is called for the first time. */
    public int spares() {
        return workshop.spares().booted();
    }

    /** How many should. */
    public int sparesWanted() {
        return workshop.spares().wanted();
    }

    Version version(FunctionCloud.Deployment deployment, ContractHost.StandInCloud cloud) {
        Function function = deployment.function();
        ContractHost host = hosts.get(function.spec().contract());
        if (host == null) {
            throw new CloudException(
                    CloudException.Kind.INVALID,
                    function.name() + ": " + notRun(function.spec().contract()),
                    null);
        }
        deployment.env().forEach((name, value) -> checkVariable(function, name, value));
        host.prepare(function);
        Staging.Staged staged = staged(deployment, host);
        Version version = new Version(function, deployment.env(), staged, host);
        Plan plan = InstanceProcess.plan(workshop, version, cloud);
        workshop.boxes().expect(plan);
        workshop.spares().expect(plan);
        if (workshop.boxes().boots(plan) && rehearsed.add(function.spec().contract())) {
            Thread.ofVirtual().name("rehearsal").start(() -> rehearse(version, cloud));
        }
        return version;
    }

    private Staging.Staged staged(FunctionCloud.Deployment deployment, ContractHost host) {
        Function function = deployment.function();
        String image = function.spec().code().image();
        if (image == null) {
            Staging.Staged staged = staging.stage(deployment);
            int owner = owner(function.name());
            if (owner != 0) {
                onlyFor(staged.folder(), owner);
            }
            return staged;
        }
        String problem = imageProblem(host);
        if (!problem.isEmpty()) {
            throw new CloudException(
                    CloudException.Kind.INVALID, function.name() + ": spec.code.image: " + problem, null);
        }
        Staging.Staged staged = staging.stage(deployment, image);
        ImageFolder folder = staged.image();
        if (function.spec().command().isEmpty()
                && folder != null
                && folder.command().isEmpty()) {
            staging.release(staged);
            throw new CloudException(
                    CloudException.Kind.INVALID,
                    function.name() + ": image " + image + " does not say what it starts; name it as spec.command",
                    null);
        }
        return staged;
    }

    /** Weft's own half of a start, done so often that a first call finds it compiled. */
    private void rehearse(Version version, ContractHost.StandInCloud cloud) {
        try {
            for (int i = 0; i < REHEARSALS && !closed; i++) {
                Plan _ = InstanceProcess.plan(workshop, version, cloud);
                workshop.spares().rehearse();
                Thread.sleep(REHEARSAL_PAUSE);
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } catch (IOException | RuntimeException gone) {
            LOG.log(System.Logger.Level.DEBUG, "rehearsal ended early", gone);
        }
    }

    Pool pool(String function, ContractHost.StandInCloud cloud) {
        Path file = config.run().resolve("logs").resolve(cloud.name()).resolve(function + ".log");
        return new Pool(new PoolId(function, cloud, owner(function)), workshop, staging, new FunctionLog(file));
    }

    /** A user of its own for each function, different from those of other Wefts at work; 0 where every process has one. */
    private int owner(String function) {
        if (workshop.sandbox().kind() != Sandbox.Kind.USER_ONLY) {
            return 0;
        }
        return owners.computeIfAbsent(
                function,
                _ -> OWNERS_FROM
                        + (int) (ProcessHandle.current().pid() % WEFTS_MAX) * OWNERS_PER_WEFT
                        + ownersGiven.getAndIncrement() % OWNERS_PER_WEFT);
    }

    private String notRun(Function.Contract contract) {
        return "contract " + word(contract) + " is not run by this version; it runs " + words(hosts.values().stream());
    }

    private static void checkVariable(Function function, String name, String value) {
        if (!name.matches("[A-Za-z_][A-Za-z0-9_]*") || value.indexOf('\0') >= 0) {
            throw new CloudException(
                    CloudException.Kind.INVALID,
                    function.name() + ": spec.env." + name
                            + ": a name is letters, digits and '_', and a value has no NUL character",
                    null);
        }
    }

    private static String word(Function.Contract contract) {
        return contract.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** Without mounts of their own, functions must be able to walk to their code, which may not lie in root's home. */
    private static Path stagingRoot(Config config, Sandbox sandbox) {
        try {
            if (sandbox.kind() != Sandbox.Kind.USER_ONLY) {
                return Files.createDirectories(config.run().resolve("code"));
            }
            Path outside = Files.createTempDirectory(Sweep.OUTSIDE_PREFIX);
            Files.writeString(config.run().resolve(Sweep.OUTSIDE), outside.toString());
            Files.setPosixFilePermissions(outside, PosixFilePermissions.fromString("rwx--x--x"));
            return outside;
        } catch (IOException unwritable) {
            throw new UncheckedIOException("no folder for staged code", unwritable);
        }
    }

    private static void onlyFor(Path folder, int gid) {
        try {
            Files.setAttribute(folder, "unix:gid", gid);
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-x---"));
        } catch (IOException refused) {
            throw new UncheckedIOException("staged code can't be given to its function's user: " + folder, refused);
        }
    }

    private void tick() {
        try {
            while (!closed) {
                Thread.sleep(TICK);
                workshop.starts().giveWay();
                standIns().forEach(each -> each.pools().forEach(Pool::tick));
                workshop.boxes().tick();
                workshop.spares().tick();
                workshop.addresses().tick();
            }
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean emptyWithin(List<Pool> pools, Duration most) {
        long until = System.nanoTime() + most.toNanos();
        try {
            while (System.nanoTime() < until) {
                if (pools.stream().allMatch(Pool::empty)) {
                    return true;
                }
                Thread.sleep(POLL);
            }
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
        return pools.stream().allMatch(Pool::empty);
    }
}
