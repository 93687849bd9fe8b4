// SPDX-License-Identifier: Apache-2.0
package dev.weft.app;

import dev.weft.api.resource.Cloud;
import dev.weft.api.resource.FacadeListener;
import dev.weft.api.spi.Place;
import dev.weft.app.account.Stores;
import dev.weft.app.account.Vendors;
import dev.weft.app.admin.AdminApi;
import dev.weft.app.cli.CliException;
import dev.weft.app.cli.CliException.Exit;
import dev.weft.app.event.GatewayCaller;
import dev.weft.app.event.PerformingCaller;
import dev.weft.app.event.StoreOpening;
import dev.weft.app.facade.FacadeAccess;
import dev.weft.app.facade.Facades;
import dev.weft.app.facade.OpenedShelf;
import dev.weft.app.facade.ServedFunctions;
import dev.weft.app.facade.Uploads;
import dev.weft.app.home.Home;
import dev.weft.app.journal.JsonJournal;
import dev.weft.app.parity.ParityGate;
import dev.weft.app.parity.ParityGate.Withheld;
import dev.weft.app.telemetry.Telemetry;
import dev.weft.control.Application;
import dev.weft.control.Done;
import dev.weft.engine.http.PostedCloudEvents;
import dev.weft.flow.EventRoom;
import dev.weft.flow.FlowLimits;
import dev.weft.gateway.Gateway;
import dev.weft.gateway.event.EventQueue;
import dev.weft.net.BlockingHandler;
import dev.weft.net.HttpListener;
import dev.weft.net.ListenerConfig;
import dev.weft.net.ListenerHandover;
import dev.weft.net.Loops;
import dev.weft.net.tls.Tls;
import dev.weft.net.tls.TlsFileException;
import dev.weft.net.tls.TlsFiles;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** One running Weft: every room, opened in order and wired by hand; closing takes them down in reverse. */
final class Weft implements AutoCloseable {
    /** How long calls under way may finish when Weft stops. */
    static final Duration DRAIN_MAX = Duration.ofSeconds(10);

    private final UpPath.Options options;
    private final Terminal terminal;
    private final Uploads uploads;
    private final Instant started = Instant.now();
    /** Everything opened so far, newest last: a start that fails halfway closes just these. */
    private final List<AutoCloseable> opened = new ArrayList<>();

    private final PrometheusMeterRegistry meters;
    private final Changes changes;
    private final ParityGate parity;
    private final Loops loops;
    private final @Nullable Succession predecessor;
    private final Gateway gateway;
    private final CallBudgets budgets;
    private volatile @Nullable Clouds called;
    private final HttpListener admin;
    private final ServedFunctions functions;
    private final EventRoom events;
    private final @Nullable Tls tls;
    private final Facades facades;
    private volatile Application application = Application.EMPTY;
    private volatile Instant since = started;
    private volatile boolean ready;
    private Uploads.@Nullable Running following;

    private Weft(UpPath.Options options, Opening opening, Home.Run run) {
        Home home = opening.home();
        Terminal terminal = opening.terminal();
        this.options = options;
        this.terminal = terminal;
        this.uploads = opening.uploads();
        this.meters = Telemetry.meters(options.telemetry());
        this.changes = new Changes(meters);
        this.parity = new ParityGate(System.getenv(), home, new Vendors(System.getenv()));
        try {
            keep(meters::close);
            loops = keep(Loops.start(Runtime.getRuntime().availableProcessors()));
            JsonJournal journal = keep(JsonJournal.open(
                    run.folder(), options.telemetry().journalShare(), options.quiet() ? null : terminal::call, meters));
            Telemetry telemetry = keep(Telemetry.open(options.telemetry(), this::cloud, meters));
            InstantSource clock = InstantSource.system();
            predecessor = options.replace() ? Succession.take(home, loops, options) : null;
            if (predecessor != null) {
                keep(predecessor);
            }
            tls = tls();
            Gateway.Config listening = new Gateway.Config(
                    options.host(),
                    options.port(),
                    clock,
                    telemetry.sampling(),
                    predecessor == null ? null : predecessor.gateway(),
                    tls);
            gateway = keep(bound(
                    "--port",
                    options.port(),
                    home,
                    () -> Gateway.open(listening, loops, this::place, telemetry.beside(journal), meters)));
            budgets = keep(new CallBudgets(() -> Stores.open(System.getenv(), home), clock));
            called = keep(
                    opening.kind().open(new Clouds.Rooms(options, loops, gateway, home, run, terminal, clock, meters)));
            AdminApi api = new AdminApi(run.token(), new RunningOperations(this));
            admin = keep(bound(
                    "--admin-port",
                    options.adminPort(),
                    home,
                    () -> adminListener(new BlockingHandler(AdminApi.BODY_BYTES_MAX, api))));
            OpenedShelf shelf = keep(OpenedShelf.of(System.getenv(), home));
            functions = new ServedFunctions(
                    this::application,
                    () -> since,
                    (name, most) -> clouds().logs(name, most),
                    new ServedFunctions.Kept(opening.uploads(), shelf));
            PerformingCaller performing = performing();
            events = keep(events(home, performing, clock));
            gateway.keepEvents(new EventQueue(events, PostedCloudEvents::read));
            facades = keep(facades(opening, performing, clock));
            measure();
        } catch (RuntimeException | Error failed) {
            closeAll();
            throw failed;
        }
    }

    private PerformingCaller performing() {
        GatewayCaller calling = new GatewayCaller(
                gateway,
                loops,
                event -> clouds().logsAtHand()
                        ? functions.logTail(event.namespace(), event.function(), event.id())
                        : "");
        return new PerformingCaller(calling, Facades.performers(), functions, this::events);
    }

    private EventRoom events(Home home, PerformingCaller caller, InstantSource clock) {
        return EventRoom.open(
                new StoreOpening(System.getenv(), home),
                new EventRoom.Around(caller, name -> application.function(name), FlowLimits.USUAL, clock, meters));
    }

    private Facades facades(Opening opening, PerformingCaller performing, InstantSource clock) {
        FacadeAccess.Late access = keep(FacadeAccess.late(System.getenv(), opening.home()));
        Facades all = new Facades(new Facades.Around(
                loops,
                gateway.events(),
                () -> access.opened().rooms(functions, events, performing),
                clock,
                terminal::say,
                DRAIN_MAX));
        try {
            all.open(options.spots(opening.facades()), predecessor == null ? Map.of() : predecessor.others());
            return all;
        } catch (IllegalArgumentException unusable) {
            throw new CliException(Exit.FAILED, String.valueOf(unusable.getMessage()));
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
            if (following != null) {
                uploads.follow(following);
            }
            gateway.listener().begin();
            facades.begin();
            predecessor.leave();
            admin.begin();
        }
    }

    /** Lets clients change functions: by {@code running}, and after the Weft whose place this one takes. */
    void takeUploads(Uploads.Running running) {
        if (predecessor == null) {
            uploads.begin(running);
        } else {
            following = running;
        }
    }

    /** From now on another Weft may take this one's place. */
    void offer(Home.Run run, Runnable stop) {
        if (ListenerHandover.possible()) {
            keep(ListenerHandover.offer(
                    loops,
                    run.folder().resolve(Succession.SOCKET),
                    List.of(gateway.listener(), admin),
                    facades::listeners,
                    () -> {
                        gateway.listener().stopAccepting();
                        facades.stopAccepting();
                        admin.stopAccepting();
                        uploads.handOver();
                        run.unannounce();
                        terminal.say("another Weft has taken this one's place");
                        stop.run();
                    }));
        }
    }

    /** What it is opened with. */
    record Opening(Clouds.Kind kind, Home home, Terminal terminal, Uploads uploads, List<FacadeListener> facades) {}

    /** Opens every room; nothing is deployed yet. */
    static Weft start(UpPath.Options options, Opening opening, Home.Run run) {
        return new Weft(options, opening, run);
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

    private @Nullable Place place(String function, String cloud) {
        Place found = clouds().place(function, cloud);
        return found == null ? null : budgets.around(found, function, cloud);
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
    }

    /** Puts the application on its clouds, as far as they are for Weft to change, and lets calls in. */
    synchronized Done deploy(Application wanted) throws InterruptedException {
        long began = System.nanoTime();
        List<Withheld> withheld = parity.check(wanted);
        return clouds().deploy(application, wanted, () -> turn(wanted, withheld, began));
    }

    private void turn(Application wanted, List<Withheld> withheld, long began) {
        long deployed = changes.over(Changes.Stage.DEPLOY, began);
        budgets.next(wanted);
        gateway.serve(
                Placements.terms(wanted.clouds(), withheld),
                wanted.functions(),
                wanted.services(),
                wanted.routes(),
                wanted.limits());
        changes.over(Changes.Stage.ROUTE, deployed);
        withheld.forEach(each -> terminal.warn("calls of function " + each.function() + " do not go to cloud "
                + each.cloud() + ", which " + each.why()));
        facades.change(options.spots(wanted.facades()));
        application = wanted;
        since = Instant.now();
        ready = true;
    }

    /** What is served now; without a function at first. */
    Application application() {
        return application;
    }

    Gateway gateway() {
        return gateway;
    }

    /** Events that are sent without waiting. */
    EventRoom events() {
        return events;
    }

    /** What it calls. */
    Clouds clouds() {
        Clouds all = called;
        if (all == null) {
            throw new IllegalStateException("the clouds are opened before anything is deployed");
        }
        return all;
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

    /** Where each façade listens, by its name. */
    Map<String, String> facadeUrls() {
        return facades.urls();
    }

    URI adminUrl() {
        return URI.create("http://127.0.0.1:" + admin.port());
    }

    /** Lets calls under way finish within {@link #DRAIN_MAX}, then stops every process, listener and thread. */
    @Override
    public void close() {
        ready = false;
        long end = System.nanoTime() + DRAIN_MAX.toNanos();
        events.pause();
        try {
            int cut = facades.drain(DRAIN_MAX) + gateway.drain(DRAIN_MAX);
            int left = events.drain(Duration.ofNanos(Math.max(0, end - System.nanoTime())));
            if (left > 0) {
                terminal.say(left + " events were under way; the next Weft calls with them again");
            }
            if (cut > 0) {
                terminal.warn(cut + " calls were cut: they did not finish within " + DRAIN_MAX.toSeconds() + " s");
            }
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
        uploads.close();
        closeAll();
    }

    private void closeAll() {
        opened.reversed().forEach(Weft::closeRoom);
        opened.clear();
    }

    /** Closes one room; one that does not close keeps no other from it. */
    static void closeRoom(AutoCloseable room) {
        try {
            room.close();
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        } catch (Exception stuck) {
            System.getLogger("dev.weft.app").log(System.Logger.Level.ERROR, "a room did not close", stuck);
        }
    }
}
