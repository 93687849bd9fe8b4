// SPDX-License-Identifier: Apache-2.0
package dev.weft.app;

import dev.weft.api.LogLine;
import dev.weft.api.resource.Cloud;
import dev.weft.api.resource.Function;
import dev.weft.api.spi.ContractHost;
import dev.weft.api.spi.FunctionCloud;
import dev.weft.app.admin.AdminApi;
import dev.weft.app.cli.CliException;
import dev.weft.app.cli.CliException.Exit;
import dev.weft.app.home.Home;
import dev.weft.app.telemetry.Telemetry;
import dev.weft.control.Application;
import dev.weft.control.DeploymentPath;
import dev.weft.control.Done;
import dev.weft.engine.Engine;
import dev.weft.engine.StandIn;
import dev.weft.engine.box.Isolation;
import dev.weft.engine.tools.FetchedLibraries;
import dev.weft.engine.tools.InstalledLanguages;
import dev.weft.gateway.Gateway;
import dev.weft.net.BlockingHandler;
import dev.weft.net.HttpListener;
import dev.weft.net.ListenerConfig;
import dev.weft.net.ListenerHandover;
import dev.weft.net.Loops;
import dev.weft.net.NetworkSpace;
import dev.weft.net.Upstreams;
import dev.weft.net.tls.Tls;
import dev.weft.net.tls.TlsFileException;
import dev.weft.net.tls.TlsFiles;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One running Weft: every room, opened in order and wired by hand; closing takes them down in reverse. */
final class Weft implements AutoCloseable {
    /** How long calls under way may finish when Weft stops. */
    static final Duration DRAIN_MAX = Duration.ofSeconds(10);

    private final UpPath.Options options;
    private final Terminal terminal;
    private final Instant started = Instant.now();
    /** Everything opened so far, newest last: a start that fails halfway closes just these. */
    private final List<AutoCloseable> opened = new ArrayList<>();

    private final Map<String, StandIn> standIns = new ConcurrentHashMap<>();
    private final Map<String, FunctionCloud> clouds = new ConcurrentHashMap<>();
    private final DeploymentPath deployment = new DeploymentPath(clouds, result -> {});
    private final Map<List<String>, FunctionCloud.WithLogs.Following> followed = new HashMap<>();
    private final PrometheusMeterRegistry meters;
    private final Changes changes;
    private final Loops loops;
    private final @Nullable Succession predecessor;
    private final Gateway gateway;
    private final Engine engine;
    private final HttpListener admin;
    private volatile Application application =
            new Application(List.of(), List.of(), List.of(), List.of(), List.of(), Map.of(), Map.of(), Set.of());
    private volatile boolean ready;

    private Weft(UpPath.Options options, Home home, Home.Run run, Terminal terminal) {
        this.options = options;
        this.terminal = terminal;
        this.meters = Telemetry.meters(options.telemetry());
        this.changes = new Changes(meters);
        try {
            keep(meters::close);
            loops = keep(Loops.start(Runtime.getRuntime().availableProcessors()));
            NetworkSpace functions = keep(NetworkSpace.separate());
            Upstreams upstreams = keep(new Upstreams(functions));
            JsonJournal journal = keep(JsonJournal.open(
                    run.folder(),
                    options.telemetry().journalShare(),
                    options.quiet() ? event -> {} : terminal::call,
                    meters));
            Telemetry telemetry = keep(Telemetry.open(options.telemetry(), this::cloud, meters));
            InstantSource clock = InstantSource.system();
            predecessor = options.replace() ? Succession.take(home, loops, options) : null;
            if (predecessor != null) {
                keep(predecessor);
            }
            Gateway.Config listening = new Gateway.Config(
                    options.host(),
                    options.port(),
                    clock,
                    telemetry.sampling(),
                    predecessor == null ? null : predecessor.gateway(),
                    tls());
            gateway = keep(bound(
                    "--port",
                    options.port(),
                    home,
                    () -> Gateway.open(listening, loops, this::place, telemetry.beside(journal), meters)));
            ContractHost.Tools tools = new ContractHost.Tools(
                    new InstalledLanguages(),
                    new FetchedLibraries(home.folder(), terminal::say),
                    run.folder().resolve("hosts"),
                    clock);
            Hosts hosts = keep(Hosts.open(loops, upstreams, tools));
            engine = keep(Engine.open(
                    new Engine.Config(
                            home.folder(),
                            run.folder(),
                            new Engine.Apart(Isolation.BEST, functions),
                            clock,
                            options.spareBytes()),
                    hosts.all(),
                    gateway.addresses(functions)));
            AdminApi api = new AdminApi(run.token(), new RunningOperations(this));
            admin = keep(bound(
                    "--admin-port",
                    options.adminPort(),
                    home,
                    () -> adminListener(new BlockingHandler(AdminApi.BODY_BYTES_MAX, api))));
            measure();
        } catch (RuntimeException | Error failed) {
            closeAll();
            throw failed;
        }
    }

    private HttpListener adminListener(BlockingHandler api) {
        ListenerConfig config = ListenerConfig.loopback("admin", options.adminPort());
        return predecessor == null
                ? HttpListener.open(loops, config, api)
                : HttpListener.adopt(loops, predecessor.admin(), config, api);
    }

    /** Lets callers in; where another Weft was in this place, it is sent off first. */
    void enter() throws InterruptedException {
        if (predecessor != null) {
            gateway.listener().begin();
            predecessor.leave();
            admin.begin();
        }
    }

    /** From now on another Weft may take this one's place. */
    void offer(Home.Run run, Runnable stop) {
        if (ListenerHandover.possible()) {
            keep(ListenerHandover.offer(
                    loops, run.folder().resolve(Succession.SOCKET), List.of(gateway.listener(), admin), () -> {
                        gateway.listener().stopAccepting();
                        admin.stopAccepting();
                        run.unannounce();
                        terminal.say("another Weft has taken this one's place");
                        stop.run();
                    }));
        }
    }

    /** Opens every room; nothing is deployed yet. */
    static Weft start(UpPath.Options options, Home home, Home.Run run, Terminal terminal) {
        return new Weft(options, home, run, terminal);
    }

    private @Nullable Tls tls() {
        TlsFiles files = options.tls();
        if (files == null) {
            return null;
        }
        try {
            return keep(Tls.open(files, terminal::warn));
        } catch (TlsFileException unusable) {
            throw new CliException(Exit.FAILED, TlsOptions.words(unusable));
        }
    }

    private <T extends AutoCloseable> T keep(T room) {
        opened.add(room);
        return room;
    }

    private static <T> T bound(String option, int port, Home home, Supplier<T> open) {
        try {
            return open.get();
        } catch (IllegalArgumentException taken) {
            StringBuilder said = new StringBuilder("port " + port + " can't be listened on: " + taken.getMessage());
            home.running().forEach(each -> said.append("\n  a Weft of yours is running: ")
                    .append(each));
            said.append("\n  stop what holds the port, or choose another with ")
                    .append(option)
                    .append(" PORT (0 takes a free one)");
            throw new CliException(Exit.FAILED, said.toString());
        }
    }

    private dev.weft.api.spi.@Nullable Place place(String function, String cloud) {
        StandIn found = standIns.get(cloud);
        return found == null ? null : found.place(function);
    }

    private @Nullable Cloud cloud(String name) {
        return application.clouds().stream()
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElse(null);
    }

    private void measure() {
        new UptimeMetrics().bindTo(meters);
        new ProcessorMetrics().bindTo(meters);
        new JvmMemoryMetrics().bindTo(meters);
        Gauge.builder("weft.instances", this, weft -> weft.standIns.values().stream()
                        .mapToInt(each -> each.instances().size())
                        .sum())
                .description("Instances of functions, in every state")
                .register(meters);
        Gauge.builder("weft.spares", engine, Engine::spares)
                .description("Processes booted ahead, waiting for a function")
                .register(meters);
        Gauge.builder("weft.spares.wanted", engine, Engine::sparesWanted)
                .description("Processes that should wait, booted ahead")
                .register(meters);
    }

    /** Puts the application on its stand-ins, lets calls in, then removes what is not wanted any more. */
    synchronized Done deploy(Application wanted) throws InterruptedException {
        for (Cloud cloud : wanted.clouds()) {
            StandIn standIn = engine.standIn(cloud);
            standIns.put(cloud.name(), standIn);
            clouds.put(cloud.name(), standIn);
        }
        follow(wanted);
        long began = System.nanoTime();
        Application between = Handover.between(application, wanted);
        Done done = deployment.apply(between);
        began = changes.over(Changes.Stage.DEPLOY, began);
        gateway.serve(
                Placements.terms(wanted.clouds()),
                wanted.functions(),
                wanted.services(),
                wanted.routes(),
                wanted.limits());
        changes.over(Changes.Stage.ROUTE, began);
        application = wanted;
        ready = true;
        if (!between.equals(wanted)) {
            done = deployment.apply(wanted);
        }
        return done;
    }

    /** The logs of every place go to the terminal, from before its first line. */
    private void follow(Application wanted) {
        Map<List<String>, FunctionCloud.WithLogs.Following> kept = new LinkedHashMap<>();
        for (Function function : wanted.functions()) {
            for (Function.Placement.Choice choice : function.spec().placement().clouds()) {
                StandIn on = standIns.get(choice.name());
                List<String> key = List.of(function.name(), choice.name());
                FunctionCloud.WithLogs.Following already = followed.remove(key);
                if (already != null) {
                    kept.put(key, already);
                } else if (on != null) {
                    kept.put(key, on.follow(function.name(), this::show));
                }
            }
        }
        followed.values().forEach(FunctionCloud.WithLogs.Following::close);
        followed.clear();
        followed.putAll(kept);
    }

    private void show(LogLine line) {
        if (!options.quiet()) {
            terminal.log(line);
        }
    }

    /** What is served now; without a function at first. */
    Application application() {
        return application;
    }

    Gateway gateway() {
        return gateway;
    }

    Engine engine() {
        return engine;
    }

    Map<String, StandIn> standIns() {
        return standIns;
    }

    PrometheusMeterRegistry meters() {
        return meters;
    }

    Changes changes() {
        return changes;
    }

    Instant started() {
        return started;
    }

    boolean ready() {
        return ready;
    }

    /** As a caller on this machine writes it. */
    String gatewayUrl() {
        boolean loopback = options.host().equals("127.0.0.1") || options.host().equals("0.0.0.0");
        return (options.tls() == null ? "http://" : "https://") + (loopback ? "localhost" : options.host()) + ":"
                + gateway.port();
    }

    URI adminUrl() {
        return URI.create("http://127.0.0.1:" + admin.port());
    }

    /** Lets calls under way finish within {@link #DRAIN_MAX}, then stops every process, listener and thread. */
    @Override
    public void close() {
        ready = false;
        try {
            int cut = gateway.drain(DRAIN_MAX);
            if (cut > 0) {
                terminal.warn(cut + " calls were cut: they did not finish within " + DRAIN_MAX.toSeconds() + " s");
            }
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
        closeAll();
    }

    private void closeAll() {
        for (AutoCloseable room : opened.reversed()) {
            try {
                room.close();
            } catch (InterruptedException hurry) {
                Thread.currentThread().interrupt();
            } catch (Exception stuck) {
                System.getLogger("dev.weft.app").log(System.Logger.Level.ERROR, "a room did not close", stuck);
            }
        }
        opened.clear();
    }
}
