// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway.cloud;

import dev.weft.api.CloudException;
import dev.weft.api.account.CloudAccount;
import dev.weft.api.resource.Function;
import dev.weft.api.spi.Place;
import dev.weft.gateway.service.Addresses;
import dev.weft.net.Upstreams;
import dev.weft.net.tls.ClientTls;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** Functions on real clouds, each asked for ahead of its calls. Safe for use by many threads. */
public final class CloudPlaces implements AutoCloseable {
    /** Hears when a function on a cloud becomes callable, or stops being so. On a virtual thread. */
    @FunctionalInterface
    public interface Listener {
        /** @param why null where it can be called; else what is in the way */
        void changed(String function, String cloud, @Nullable CloudException why);
    }

    /** What the calls of all places share. */
    record Wire(Upstreams upstreams, Addresses addresses, ClientTls tls, InstantSource clock) {}

    private final Wire wire;
    private final CloudAccess.Pace pace;
    private final Listener listener;
    private final Map<CloudAccess.Wanted, CloudAccess> accesses = new ConcurrentHashMap<>();

    /** No connection yet; nothing is asked before the first {@link #place}. */
    public CloudPlaces(ClientTls tls, InstantSource clock, Listener listener) {
        this(new Wire(new Upstreams(), new Addresses(), tls, clock), CloudAccess.Pace.USUAL, listener);
    }

    CloudPlaces(Wire wire, CloudAccess.Pace pace, Listener listener) {
        this.wire = wire;
        this.pace = pace;
        this.listener = listener;
    }

    /** {@code function} where {@code account} says it is under {@code name}; from now on the cloud is asked for it. */
    public Place place(Function function, String name, CloudAccount account) {
        CloudAccess.Wanted wanted = new CloudAccess.Wanted(account, function.name(), name);
        CloudAccess access =
                accesses.computeIfAbsent(wanted, key -> new CloudAccess(key, pace, wire.clock(), listener));
        return new CloudPlace(function, wanted, access, wire);
    }

    /** Asks no more for what is none of {@code places}; calls under way go on. */
    public void keepOnly(Set<Place> places) {
        Set<CloudAccess.Wanted> kept = new HashSet<>();
        for (Place each : places) {
            if (each instanceof CloudPlace place) {
                kept.add(place.wanted());
            }
        }
        accesses.forEach((wanted, access) -> {
            if (!kept.contains(wanted)) {
                access.close();
                accesses.remove(wanted, access);
            }
        });
    }

    @Override
    public void close() {
        accesses.values().forEach(CloudAccess::close);
        wire.upstreams().close();
    }
}
