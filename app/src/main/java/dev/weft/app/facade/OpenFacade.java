// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.facade;

import dev.weft.api.facade.Facade;
import dev.weft.gateway.facade.FacadePath;
import dev.weft.gateway.facade.FacadeRooms;
import dev.weft.net.HttpListener;
import dev.weft.net.ListenerConfig;
import dev.weft.net.ListenerHandover.Adopted;
import dev.weft.net.tls.Tls;
import dev.weft.net.tls.TlsFileException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** A façade that listens. */
record OpenFacade(
        Spot spot,
        HttpListener listener,
        FacadePath path,
        @Nullable Tls tls) implements AutoCloseable {
    /** On a port of its own, or on the socket of a Weft before; what can't be is an {@link IllegalArgumentException}. */
    static OpenFacade open(Spot spot, Facade facade, Facades.Around around, @Nullable Adopted adopted) {
        boolean takes = adopted != null && (spot.port() == 0 || spot.port() == adopted.port());
        if (takes && adopted != null && !adopted.listensOn(spot.host())) {
            throw new IllegalArgumentException("façade " + spot.vendor() + " of the running Weft listens on port "
                    + adopted.port() + " of another address than " + spot.host()
                    + ", which needs a start without --replace");
        }
        if (adopted != null && !takes) {
            adopted.close();
        }
        Tls tls = tls(spot, around);
        // on loopback only to loopback's names: a web page that had its own name point here must not get far
        boolean here = ListenerConfig.onlyHere(spot.host());
        ListenerConfig config = new ListenerConfig(
                Facades.PREFIX + spot.vendor(),
                spot.host(),
                spot.port(),
                here ? hosts(facade) : Set.of(),
                ListenerConfig.Limits.DEFAULT,
                tls);
        FacadeRooms rooms = around.rooms().get();
        FacadeRooms its = rooms.with(new OwnTags(facade, rooms.functions()));
        FacadePath path = new FacadePath(facade, around.events(), its, around.clock());
        try {
            HttpListener listener = takes && adopted != null
                    ? HttpListener.adopt(around.loops(), adopted, config, path)
                    : HttpListener.open(around.loops(), config, path);
            return new OpenFacade(spot, listener, path, tls);
        } catch (IllegalArgumentException taken) {
            if (tls != null) {
                tls.close();
            }
            throw new IllegalArgumentException(
                    taken.getMessage() + "; choose another port with --facade NAME=PORT (0 takes a free one), or by"
                            + " spec.port of the document of kind Facade",
                    taken);
        }
    }

    /** Nobody can have a name below {@code localhost} point elsewhere, or another one there. */
    private static Set<String> hosts(Facade facade) {
        return facade.hosts() ? Set.of("localhost", ".localhost") : Set.of("localhost");
    }

    private static @Nullable Tls tls(Spot spot, Facades.Around around) {
        if (spot.tls() == null) {
            return null;
        }
        try {
            return Tls.open(spot.tls(), around.say());
        } catch (TlsFileException unusable) {
            throw new IllegalArgumentException(
                    "TLS of façade " + spot.vendor() + ": " + unusable.getMessage(), unusable);
        }
    }

    /** Whether it listens as {@code wanted} says. */
    boolean is(Spot wanted) {
        return spot.equals(wanted) || new Spot(spot.vendor(), spot.host(), listener.port(), spot.tls()).equals(wanted);
    }

    String url() {
        return spot.url(listener.port());
    }

    void stopAccepting() {
        listener.stopAccepting();
    }

    /** See {@link HttpListener#drain}; who only listens is sent off at once. */
    int drain(Duration most) throws InterruptedException {
        path.endWatches(); // they would go on for as long as they are waited for
        return listener.drain(most);
    }

    Callable<Integer> draining(Duration most) {
        return () -> drain(most);
    }

    @Override
    public void close() {
        listener.close();
        if (tls != null) {
            tls.close();
        }
    }
}
