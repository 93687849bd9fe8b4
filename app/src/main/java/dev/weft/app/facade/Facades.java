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
import dev.weft.gateway.EventPath;
import dev.weft.gateway.facade.FacadeRooms;
import dev.weft.net.HttpListener;
import dev.weft.net.ListenerHandover.Adopted;
import dev.weft.net.Loops;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The façades that listen, each on a port of its own, so that no user's route collides with a vendor's path. Which there are may
 * change while Weft runs. Safe for use by many threads.
 */
public final class Facades implements AutoCloseable {
    /** Of a listener's name, before that of its façade. */
    static final String PREFIX = "facade-";

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

    private static final Map<String, Facade> BY_NAME =
            ALL.stream().collect(Collectors.toUnmodifiableMap(Facade::vendor, Function.identity()));

    private final Around around;
    private final Map<String, OpenFacade> open = new TreeMap<>();
    private final Set<OpenFacade> leaving = ConcurrentHashMap.newKeySet();

    /** None listens yet. */
    public Facades(Around around) {
        this.around = around;
    }

    /**
     * What they are opened with.
     *
     * @param events where calls go
     * @param rooms asked for once the first façade listens
     * @param say what a person should know
     * @param drainMax how long calls of one that goes may finish
     */
    public record Around(
            Loops loops,
            EventPath events,
            Supplier<FacadeRooms> rooms,
            InstantSource clock,
            Consumer<String> say,
            Duration drainMax) {}

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

    /** Where the façade of that name listens if nobody says otherwise. */
    static int port(String vendor) {
        return Objects.requireNonNull(BY_NAME.get(vendor)).port();
    }

    /**
     * All of {@code spots} listen; a port that is taken is an {@link IllegalArgumentException} that names it, and a file of TLS
     * that can't be used one that names the file: then none does.
     *
     * @param adopted sockets of a Weft before, by their listener's name, that listen already; accepted from after {@link #begin}
     */
    public synchronized void open(List<Spot> spots, Map<String, Adopted> adopted) {
        Set<String> wanted = spots.stream().map(each -> PREFIX + each.vendor()).collect(Collectors.toSet());
        adopted.forEach((name, socket) -> {
            if (!wanted.contains(name)) {
                socket.close();
            }
        });
        try {
            for (Spot each : spots) {
                open.put(each.vendor(), opened(each, adopted.get(PREFIX + each.vendor())));
            }
        } catch (RuntimeException taken) {
            close();
            throw taken;
        }
    }

    private OpenFacade opened(Spot spot, @Nullable Adopted adopted) {
        return OpenFacade.open(spot, Objects.requireNonNull(BY_NAME.get(spot.vendor())), around, adopted);
    }

    /** Accepts from now on where sockets were adopted. */
    public synchronized void begin() {
        open.values().forEach(each -> each.listener().begin());
    }

    /**
     * From those that listen to {@code wanted}: each as a whole or not at all, and what does not work is told. Calls of those that
     * go may finish.
     */
    public synchronized void change(List<Spot> wanted) {
        Set<String> names = wanted.stream().map(Spot::vendor).collect(Collectors.toSet());
        for (String each : List.copyOf(open.keySet())) {
            if (!names.contains(each)) {
                leave(Objects.requireNonNull(open.remove(each)));
                around.say().accept("façade " + each + " does not listen any more");
            }
        }
        for (Spot each : wanted) {
            OpenFacade now = open.get(each.vendor());
            if (now == null || !now.is(each)) {
                replace(now, each);
            }
        }
    }

    private void replace(@Nullable OpenFacade now, Spot wanted) {
        String name = "façade " + wanted.vendor();
        if (now != null && wanted.port() == now.listener().port()) {
            around.say()
                    .accept(name + " goes on as it is: another address or TLS on the same port needs a restart of Weft"
                            + " (or another port)");
            return;
        }
        try {
            OpenFacade next = opened(wanted, null);
            open.put(wanted.vendor(), next);
            if (now != null) {
                leave(now);
            }
            around.say().accept(name + "  " + next.url());
        } catch (IllegalArgumentException unusable) {
            around.say()
                    .accept(name + " can't listen as the documents say: " + unusable.getMessage()
                            + (now == null ? "" : "; it goes on as it is"));
        }
    }

    private void leave(OpenFacade gone) {
        gone.stopAccepting();
        leaving.add(gone);
        Thread.ofVirtual().name("facade-leaves").start(() -> {
            try {
                int ignored = gone.drain(around.drainMax());
            } catch (InterruptedException stopping) {
                Thread.currentThread().interrupt();
            }
            gone.close();
            leaving.remove(gone);
        });
    }

    /** The URL of each, by its name. */
    public synchronized Map<String, String> urls() {
        Map<String, String> urls = new LinkedHashMap<>();
        open.forEach((name, each) -> urls.put(name, each.url()));
        return urls;
    }

    /** For a Weft that takes this one's place. */
    public synchronized List<HttpListener> listeners() {
        return open.values().stream().map(OpenFacade::listener).toList();
    }

    /** Accepts no more connections; those that are open go on. */
    public synchronized void stopAccepting() {
        open.values().forEach(OpenFacade::stopAccepting);
    }

    /** Stops accepting and waits at most {@code most} for the calls of all; how many were cut. Blocking. */
    public int drain(Duration most) throws InterruptedException {
        List<OpenFacade> all;
        synchronized (this) {
            all = List.copyOf(open.values());
        }
        int cut = 0;
        try (ExecutorService each = Executors.newVirtualThreadPerTaskExecutor()) {
            for (Future<Integer> one :
                    each.invokeAll(all.stream().map(one -> one.draining(most)).toList())) {
                cut += one.get();
            }
        } catch (ExecutionException broken) {
            throw new IllegalStateException("a façade could not be drained", broken.getCause());
        }
        return cut;
    }

    @Override
    public synchronized void close() {
        open.values().forEach(OpenFacade::close);
        leaving.forEach(OpenFacade::close);
    }
}
