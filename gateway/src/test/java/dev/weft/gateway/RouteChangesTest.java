// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.Headers;
import dev.weft.api.RequestLine;
import dev.weft.api.resource.HttpRoute;
import dev.weft.api.resource.Metadata;
import dev.weft.gateway.route.RouteRule;
import dev.weft.gateway.route.RouteTable;
import dev.weft.gateway.service.Services;
import dev.weft.net.Loops;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** How much of a processor's time a change of routes and a lookup take, and that it hardly grows with their number. */
class RouteChangesTest {
    private static final int ROUNDS = 15;

    /** Of this thread: what other work the machine has is not measured. */
    private static long cpuNanos() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private static HttpRoute route(int number, String path) {
        HttpRoute.Match match = new HttpRoute.Match(
                new HttpRoute.PathMatch(HttpRoute.PathType.PATH_PREFIX, path), List.of(), List.of(), null);
        HttpRoute.BackendRef backend =
                new HttpRoute.BackendRef("weft.dev", "Function", "f" + number, null, null, 1, List.of());
        return new HttpRoute(
                new Metadata("route-" + number, "default", Map.of(), Map.of()),
                new HttpRoute.Spec(
                        List.of(),
                        List.of("host-" + number + ".example"),
                        List.of(new HttpRoute.Rule(
                                null, List.of(match), List.of(), List.of(backend), null, null, null))));
    }

    /** Read anew, as after every save: equal, not the same objects. */
    private static List<HttpRoute> routes(int count, String lastPath) {
        List<HttpRoute> routes = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            routes.add(route(i, i == count - 1 ? lastPath : "/api/v1"));
        }
        return routes;
    }

    @Test
    void aChangeAmongThreeThousandRoutesAndTenThousandFunctionsIsLiveAtOnce() {
        List<dev.weft.api.resource.Function> functions = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            functions.add(Services.function("f" + i));
        }
        try (Loops loops = Loops.start(1);
                Gateway gateway = Gateway.open(
                        new Gateway.Config("127.0.0.1", 0, InstantSource.system()),
                        loops,
                        (function, cloud) -> new NoPlace(cloud),
                        event -> {},
                        new SimpleMeterRegistry())) {
            long[] nanos = new long[ROUNDS];
            for (int i = 0; i < ROUNDS; i++) {
                List<HttpRoute> routes = routes(3_000, "/changed-" + i);
                long began = cpuNanos();
                gateway.serve(functions, List.of(), routes);
                nanos[i] = cpuNanos() - began;
            }
            Arrays.sort(nanos, 1, ROUNDS);
            // how long it takes is bench/run gateway's to say; this only finds work that grows with the square
            assertThat(Duration.ofNanos(nanos[ROUNDS / 2])).isLessThan(Duration.ofMillis(500));
        }
    }

    private record NoPlace(String cloud) implements dev.weft.api.spi.Place {
        @Override
        public Attempt call(dev.weft.api.Call call, dev.weft.api.spi.Loop loop, Answers answers) {
            throw new IllegalStateException("nobody calls here");
        }
    }

    @Test
    void aLookupAmongFiveThousandRoutesTakesWhatOneAmongTenTakes() {
        RouteTable few = new RouteTable(routes(10, "/api/v1"));
        RouteTable many = new RouteTable(routes(5_000, "/api/v1"));
        double[] ratios = new double[ROUNDS];
        for (int i = 0; i < ROUNDS; i++) {
            ratios[i] = lookups(many) / lookups(few);
        }
        Arrays.sort(ratios);
        assertThat(ratios[ROUNDS / 2]).isLessThan(1.5);
    }

    private static double lookups(RouteTable table) {
        int times = 300_000;
        RequestLine line = new RequestLine("GET", "/api/v1/orders/7", null);
        String[] hosts = new String[10];
        for (int i = 0; i < hosts.length; i++) {
            hosts[i] = "host-" + i + ".example:8080";
        }
        int found = 0;
        long began = cpuNanos();
        for (int i = 0; i < times; i++) {
            RouteRule rule = table.match(hosts[i % hosts.length], line, Headers.none());
            found += rule == null ? 0 : 1;
        }
        double nanos = (double) (cpuNanos() - began) / times;
        assertThat(found).isEqualTo(times);
        return nanos;
    }
}
