// SPDX-License-Identifier: Apache-2.0
package dev.weft.app;

import dev.weft.api.CloudException;
import dev.weft.api.LogLine;
import dev.weft.api.account.CloudAccount;
import dev.weft.api.account.CloudAccount.WithLogs;
import dev.weft.api.account.Seen;
import dev.weft.api.resource.Cloud;
import dev.weft.api.resource.Function;
import dev.weft.api.resource.Function.Placement.Choice;
import dev.weft.api.spi.Place;
import dev.weft.app.account.CloudChecks;
import dev.weft.app.account.Vendors;
import dev.weft.app.admin.Operations.FaultWish;
import dev.weft.app.admin.Operations.Following;
import dev.weft.app.admin.Operations.InstanceView;
import dev.weft.app.home.Home;
import dev.weft.control.Application;
import dev.weft.control.DocumentReader.FunctionCheck;
import dev.weft.control.Done;
import dev.weft.gateway.cloud.CloudPlaces;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The clouds themselves, called with the accounts of their documents. Nothing is deployed: that is weft apply's. */
final class RealClouds implements Clouds {
    /** How far back logs are asked for. */
    private static final Duration LOGS_SINCE = Duration.ofHours(1);

    private record Account(Cloud document, CloudAccount account) {}

    private record On(String function, String cloud) {}

    private final Rooms rooms;
    private final Vendors vendors;
    private final CloudPlaces asked;
    private final Map<String, Account> accounts = new ConcurrentHashMap<>();
    private final Map<On, CloudException> wrong = new ConcurrentHashMap<>();
    private volatile Map<On, Place> places = Map.of();

    private RealClouds(Rooms rooms, Vendors vendors) {
        this.rooms = rooms;
        this.vendors = vendors;
        this.asked = new CloudPlaces(vendors.tls(), rooms.clock(), this::changed);
    }

    /** What {@code weft serve} opens: accounts of {@code vendors}. */
    static Kind of(Vendors vendors) {
        return new Kind() {
            @Override
            public FunctionCheck check() {
                return new CloudChecks(vendors);
            }

            @Override
            public void sweep(Home home, Terminal terminal) {
                // no process is started, so none is left
            }

            @Override
            public Clouds open(Rooms rooms) {
                return new RealClouds(rooms, vendors);
            }
        };
    }

    @Override
    public FunctionCheck check() {
        return new CloudChecks(vendors);
    }

    @Override
    public @Nullable Place place(String function, String cloud) {
        return places.get(new On(function, cloud));
    }

    @Override
    public Done deploy(Application before, Application wanted, Runnable turn) {
        List<CloudAccount> gone = new ArrayList<>();
        for (Cloud cloud : wanted.clouds()) {
            Account known = accounts.get(cloud.name());
            if (known == null || !known.document().equals(cloud)) {
                accounts.put(cloud.name(), new Account(cloud, vendors.open(cloud)));
                if (known != null) {
                    gone.add(known.account());
                }
            }
        }
        Map<On, Place> all = new ConcurrentHashMap<>();
        for (Function function : wanted.functions()) {
            for (Choice choice : function.spec().placement().clouds()) {
                Account on = accounts.get(choice.name());
                if (on != null) {
                    all.put(
                            new On(function.name(), choice.name()),
                            asked.place(
                                    function, choice.nameOf(function.metadata().name()), on.account()));
                }
            }
        }
        places = all;
        turn.run();
        asked.keepOnly(new HashSet<>(all.values()));
        wrong.keySet().retainAll(all.keySet());
        accounts.values()
                .removeIf(each ->
                        wanted.clouds().stream().noneMatch(each.document()::equals) && gone.add(each.account()));
        gone.forEach(Weft::closeRoom);
        return new Done(List.of(), Map.of());
    }

    private void changed(String function, String cloud, @Nullable CloudException why) {
        On on = new On(function, cloud);
        if (why == null) {
            wrong.remove(on);
            rooms.gateway().probeSoon(cloud);
            rooms.terminal().say(function + " on " + cloud + " can be called");
        } else {
            wrong.put(on, why);
            rooms.terminal().warn(String.valueOf(why.getMessage()));
        }
    }

    @Override
    public Words words() {
        return new Words("cloud", "itself", "none here: functions run on their clouds");
    }

    @Override
    public String condition(String cloud) {
        return wrong.entrySet().stream()
                .filter(each -> each.getKey().cloud().equals(cloud))
                .map(each -> each.getKey().function() + ": " + each.getValue().getMessage())
                .sorted()
                .findFirst()
                .orElse("healthy");
    }

    @Override
    public void introduce(Terminal terminal) {
        terminal.say("clouds   are called, not changed: weft plan and weft apply do that");
    }

    @Override
    public List<InstanceView> instances() {
        return List.of();
    }

    @Override
    public boolean fault(String cloud, FaultWish wish) {
        return false;
    }

    private record Source(WithLogs account, Seen seen) {}

    private List<Source> sources(Function function) {
        List<Source> sources = new ArrayList<>();
        for (Choice choice : function.spec().placement().clouds()) {
            Account on = accounts.get(choice.name());
            if (on != null && on.account() instanceof WithLogs logs) {
                Seen seen = on.account().find(choice.nameOf(function.metadata().name()));
                if (seen != null) {
                    sources.add(new Source(logs, seen));
                }
            }
        }
        return sources;
    }

    @Override
    public List<LogLine> logs(Function function, int linesMax) {
        List<LogLine> lines = new ArrayList<>();
        for (Source each : sources(function)) {
            lines.addAll(
                    each.account().logs(each.seen(), rooms.clock().instant().minus(LOGS_SINCE), linesMax));
        }
        return lines;
    }

    @Override
    public boolean logsAtHand() {
        return false;
    }

    @Override
    public Following follow(Function function, Consumer<LogLine> listener) {
        List<Thread> threads = new ArrayList<>();
        for (Source each : sources(function)) {
            threads.add(Thread.ofVirtual().name("follow").start(() -> {
                try {
                    each.account().follow(each.seen(), listener, () -> !Thread.currentThread()
                            .isInterrupted());
                } catch (InterruptedException over) {
                    Thread.currentThread().interrupt();
                } catch (CloudException lost) {
                    rooms.terminal().warn("logs of " + function.name() + " end: " + lost.getMessage());
                }
            }));
        }
        return () -> threads.forEach(Thread::interrupt);
    }

    @Override
    public void close() {
        asked.close();
        accounts.values().forEach(each -> Weft.closeRoom(each.account()));
    }
}
