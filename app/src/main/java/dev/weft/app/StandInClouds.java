// SPDX-License-Identifier: Apache-2.0
package dev.weft.app;

import dev.weft.api.LogLine;
import dev.weft.api.Mistake;
import dev.weft.api.resource.Cloud;
import dev.weft.api.resource.Function;
import dev.weft.api.spi.ContractHost;
import dev.weft.api.spi.FunctionCloud;
import dev.weft.api.spi.Place;
import dev.weft.app.admin.Durations;
import dev.weft.app.admin.Operations.FaultWish;
import dev.weft.app.admin.Operations.Following;
import dev.weft.app.admin.Operations.InstanceView;
import dev.weft.app.home.Home;
import dev.weft.control.Application;
import dev.weft.control.DeploymentPath;
import dev.weft.control.DocumentReader.FunctionCheck;
import dev.weft.control.Done;
import dev.weft.engine.Engine;
import dev.weft.engine.Fault;
import dev.weft.engine.InstanceStatus;
import dev.weft.engine.StandIn;
import dev.weft.engine.box.Isolation;
import dev.weft.images.UnpackedImages;
import dev.weft.net.NetworkSpace;
import dev.weft.net.Upstreams;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Every cloud stood in for by the engine of this machine. */
final class StandInClouds implements Clouds {
    /** What {@code weft up} opens. */
    static final Kind KIND = new Kind() {
        @Override
        public FunctionCheck check() {
            return (function, code) -> List.of(); // once more when the engine can say what it can't run
        }

        @Override
        public boolean takesUploads() {
            return true;
        }

        @Override
        public void sweep(Home home, Terminal terminal) {
            int killed = Engine.sweep(home.folder());
            if (killed > 0) {
                terminal.say("swept up " + killed + " processes that an earlier Weft left");
            }
        }

        @Override
        public Clouds open(Rooms rooms) {
            return new StandInClouds(rooms);
        }
    };

    private final Rooms rooms;
    /** Everything opened so far, newest last: a start that fails halfway closes just these. */
    private final List<AutoCloseable> opened = new ArrayList<>();

    private final Map<String, StandIn> standIns = new ConcurrentHashMap<>();
    private final Map<String, FunctionCloud> clouds = new ConcurrentHashMap<>();
    private final DeploymentPath deployment = new DeploymentPath(clouds, result -> {});
    private final Map<List<String>, FunctionCloud.WithLogs.Following> followed = new HashMap<>();
    private final Engine engine;

    private StandInClouds(Rooms rooms) {
        this.rooms = rooms;
        try {
            NetworkSpace functions = keep(NetworkSpace.separate());
            Upstreams upstreams = keep(new Upstreams(functions));
            ContractHost.Tools tools = Hosts.tools(rooms.home(), rooms.run(), rooms.terminal()::say, rooms.clock());
            Hosts hosts = keep(Hosts.open(rooms.loops(), upstreams, tools));
            engine = keep(Engine.open(
                    new Engine.Config(
                            rooms.home().folder(),
                            rooms.run().folder(),
                            new Engine.Apart(Isolation.BEST, functions),
                            UnpackedImages.in(
                                    rooms.home().folder(), System.getenv(), rooms.clock(), rooms.terminal()::say),
                            rooms.clock(),
                            rooms.options().spareBytes()),
                    hosts.all(),
                    rooms.gateway().addresses(functions)));
            measure(rooms.meters());
        } catch (RuntimeException | Error failed) {
            close();
            throw failed;
        }
    }

    private <T extends AutoCloseable> T keep(T room) {
        opened.add(room);
        return room;
    }

    private void measure(MeterRegistry meters) {
        Gauge.builder("weft.instances", this, clouds -> clouds.standIns.values().stream()
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

    @Override
    public FunctionCheck check() {
        return new FunctionCheck() {
            @Override
            public List<Mistake> check(Function function, Path code) {
                return engine.check(function, code);
            }

            @Override
            public boolean takesExchanges(Function function, Path code) {
                return engine.takesExchanges(function, code);
            }
        };
    }

    @Override
    public @Nullable Place place(String function, String cloud) {
        StandIn found = standIns.get(cloud);
        return found == null ? null : found.place(function);
    }

    /** First everything new beside everything old, then the turn, then what is not wanted any more goes. */
    @Override
    public Done deploy(Application before, Application wanted, Runnable turn) throws InterruptedException {
        for (Cloud cloud : wanted.clouds()) {
            StandIn standIn = engine.standIn(cloud);
            standIns.put(cloud.name(), standIn);
            clouds.put(cloud.name(), standIn);
        }
        follow(wanted);
        Application between = Handover.between(before, wanted);
        Done done = deployment.apply(between);
        turn.run();
        return between.equals(wanted) ? done : deployment.apply(wanted);
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
        if (!rooms.options().quiet()) {
            rooms.terminal().log(line);
        }
    }

    @Override
    public Words words() {
        return new Words("stand-in", "stood in for on this machine", engine.isolation());
    }

    @Override
    public String unable() {
        return engine.sandboxed()
                ? ""
                : "functions are not apart from this machine here, so none is taken from clients";
    }

    @Override
    public String condition(String cloud) {
        StandIn on = standIns.get(cloud);
        if (on == null) {
            return "absent";
        }
        return switch (on.fault()) {
            case Fault.Healthy _ -> "healthy";
            case Fault.Failing _ -> "failing";
            case Fault.Slow(var delay) -> "slow " + Durations.text(delay);
        };
    }

    @Override
    public void introduce(Terminal terminal) {
        if (engine.sandboxed()) {
            terminal.say("sandbox  " + engine.isolation());
        } else {
            terminal.warn(engine.isolation());
        }
        if (!engine.networkProblem().isEmpty()) {
            terminal.warn("functions share this machine's network: " + engine.networkProblem());
        }
        if (!engine.limitsMemory()) {
            terminal.warn("memory limits are only looked at four times a second: no control groups here");
        }
    }

    @Override
    public List<InstanceView> instances() {
        List<InstanceView> views = new ArrayList<>();
        for (StandIn each : standIns.values()) {
            for (InstanceStatus status : each.instances()) {
                views.add(new InstanceView(
                        status.instance(),
                        status.function(),
                        each.name(),
                        status.state().name().toLowerCase(Locale.ROOT),
                        status.pid(),
                        status.inFlight(),
                        status.calls()));
            }
        }
        return views;
    }

    @Override
    public boolean fault(String cloud, FaultWish wish) {
        StandIn on = standIns.get(cloud);
        if (on == null) {
            return false;
        }
        switch (wish) {
            case FaultWish.Fail() -> on.fault(new Fault.Failing());
            case FaultWish.Slow(var delay) -> on.fault(new Fault.Slow(delay));
            case FaultWish.Heal() -> {
                on.fault(new Fault.Healthy());
                // who heals a cloud wants to see it used, not to wait for the next probe
                rooms.gateway().probeSoon(cloud);
            }
        }
        return true;
    }

    @Override
    public List<LogLine> logs(Function function, int linesMax) {
        return standIns(function).stream()
                .flatMap(each -> each.logs(function.name(), linesMax).stream())
                .toList();
    }

    @Override
    public boolean logsAtHand() {
        return true;
    }

    @Override
    public Following follow(Function function, Consumer<LogLine> listener) {
        List<FunctionCloud.WithLogs.Following> all = new ArrayList<>();
        standIns(function).forEach(each -> all.add(each.follow(function.name(), listener)));
        return () -> all.forEach(FunctionCloud.WithLogs.Following::close);
    }

    private List<StandIn> standIns(Function function) {
        return function.spec().placement().clouds().stream()
                .map(choice -> standIns.get(choice.name()))
                .filter(java.util.Objects::nonNull)
                .toList();
    }

    @Override
    public void close() {
        for (AutoCloseable room : opened.reversed()) {
            Weft.closeRoom(room);
        }
        opened.clear();
    }
}
