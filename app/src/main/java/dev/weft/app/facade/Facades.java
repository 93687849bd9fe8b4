// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.facade;

import dev.weft.api.facade.Facade;
import dev.weft.api.facade.Performer;
import dev.weft.clouds.alibaba.facade.AlibabaFacade;
import dev.weft.clouds.aws.facade.AwsFacade;
import dev.weft.clouds.azure.facade.AzureFacade;
import dev.weft.clouds.google.facade.GoogleFacade;
import dev.weft.clouds.ibm.facade.OpenWhiskFacade;
import dev.weft.clouds.knative.facade.KnativeFacade;
import dev.weft.clouds.oracle.facade.FnFacade;
import dev.weft.clouds.oracle.facade.OciFacade;
import dev.weft.clouds.weft.facade.WeftFacade;
import dev.weft.gateway.Gateway;
import dev.weft.gateway.facade.FacadePath;
import dev.weft.gateway.facade.FacadeRooms;
import dev.weft.net.HttpListener;
import dev.weft.net.ListenerConfig;
import dev.weft.net.Loops;
import dev.weft.net.tls.Tls;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The façades that listen, each on a port of its own, so that no user's route collides with a vendor's path. */
public final class Facades implements AutoCloseable {
    private static final List<Facade> ALL = List.of(
            new AwsFacade(),
            new AzureFacade(),
            new GoogleFacade(),
            new OpenWhiskFacade(),
            new FnFacade(),
            new KnativeFacade(),
            new AlibabaFacade(),
            new OciFacade(),
            new WeftFacade());

    private final Map<String, HttpListener> listeners = new LinkedHashMap<>();
    private final List<FacadePath> paths = new ArrayList<>();

    private Facades() {}

    /** One of each vendor that there is. */
    static List<Facade> all() {
        return ALL;
    }

    /** Who performs what clients keep and call that is no function, by the façade's word. */
    public static Map<String, Performer> performers() {
        Map<String, Performer> performers = new LinkedHashMap<>();
        for (Facade each : ALL) {
            Performer performer = each.performer();
            if (performer != null) {
                performers.put(each.vendor(), performer);
            }
        }
        return performers;
    }

    /**
     * Where and how they listen.
     *
     * @param ports by the façade's name; 0 takes a free one
     * @param tls what clients speak; null for plain HTTP
     */
    public record Listening(
            Loops loops,
            String host,
            Map<String, Integer> ports,
            @Nullable Tls tls) {}

    /** Listens; a port that is taken is an {@link IllegalArgumentException} that names it. */
    public static Facades open(Listening listening, Gateway gateway, FacadeRooms rooms, InstantSource clock) {
        Facades facades = new Facades();
        // on loopback only to loopback's names: a web page that had its own name point here must not get far
        boolean here = ListenerConfig.onlyHere(listening.host());
        try {
            for (Facade each : ALL) {
                Integer port = listening.ports().get(each.vendor());
                if (port != null) {
                    ListenerConfig config = new ListenerConfig(
                            "facade-" + each.vendor(),
                            listening.host(),
                            port,
                            here ? hosts(each) : Set.of(),
                            ListenerConfig.Limits.DEFAULT,
                            listening.tls());
                    FacadeRooms its = new FacadeRooms(
                            rooms.keys(), new OwnTags(each, rooms.functions()), rooms.audit(), rooms.events());
                    FacadePath path = new FacadePath(each, gateway.events(), its, clock);
                    facades.paths.add(path);
                    facades.listeners.put(each.vendor(), HttpListener.open(listening.loops(), config, path));
                }
            }
            return facades;
        } catch (RuntimeException taken) {
            facades.close();
            throw taken;
        }
    }

    /** Nobody can have a name below {@code localhost} point elsewhere, or another one there. */
    private static Set<String> hosts(Facade facade) {
        return facade.hosts() ? Set.of("localhost", ".localhost") : Set.of("localhost");
    }

    /** The port of each, by its name. */
    public Map<String, Integer> ports() {
        Map<String, Integer> ports = new LinkedHashMap<>();
        listeners.forEach((name, listener) -> ports.put(name, listener.port()));
        return ports;
    }

    /** Stops accepting and waits at most {@code most} for each one's calls; how many were cut. Blocking. */
    public int drain(Duration most) throws InterruptedException {
        paths.forEach(FacadePath::endWatches); // they would go on for as long as they are waited for
        int cut = 0;
        for (HttpListener each : new ArrayList<>(listeners.values())) {
            cut += each.drain(most);
        }
        return cut;
    }

    @Override
    public void close() {
        listeners.values().forEach(HttpListener::close);
    }
}
