// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.Headers;
import dev.weft.api.RequestLine;
import dev.weft.api.resource.HttpRoute;
import dev.weft.api.resource.HttpRoute.Match;
import dev.weft.api.resource.HttpRoute.PathMatch;
import dev.weft.api.resource.HttpRoute.PathType;
import dev.weft.api.resource.HttpRoute.ValueMatch;
import dev.weft.api.resource.HttpRoute.ValueType;
import dev.weft.api.resource.Metadata;
import dev.weft.gateway.route.RouteRule;
import dev.weft.gateway.route.RouteTable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Random routes and requests over a small alphabet, so that much collides; the table's answer against the standard's
 * precedence applied to every match there is, slowly. Seeds and times as for {@code HttpFuzzIT}.
 */
class RouteTableFuzzTest {
    private static final List<String> HOSTS = List.of("a.test", "b.a.test", "c.b.a.test", "other.example");
    private static final List<String> ROUTE_HOSTS =
            List.of("a.test", "b.a.test", "*.test", "*.a.test", "*.b.a.test", "OTHER.example");
    private static final List<String> PIECES = List.of("a", "b", "ab", "%61", "A");

    /** One match of one rule, with all that its rank is made of. */
    private record Candidate(String host, PathMatch path, Match match, String route, int rule, int place) {
        int hostRank() {
            if (host.isEmpty()) {
                return 0;
            }
            return host.startsWith("*") ? host.length() : Integer.MAX_VALUE;
        }

        int pathRank() {
            return switch (path.type()) {
                case EXACT -> Integer.MAX_VALUE;
                case REGULAR_EXPRESSION -> Integer.MAX_VALUE - 1;
                case PATH_PREFIX -> trimmed(path.value()).length();
            };
        }
    }

    private static final Comparator<Candidate> BEST_FIRST = Comparator.comparingInt(
                    (Candidate each) -> -each.hostRank())
            .thenComparingInt(each -> -each.pathRank())
            .thenComparingInt(each -> each.match().method() == null ? 1 : 0)
            .thenComparingInt(each -> -each.match().headers().size())
            .thenComparingInt(each -> -each.match().queryParams().size())
            .thenComparing(Candidate::route)
            .thenComparingInt(Candidate::rule)
            .thenComparingInt(Candidate::place);

    @Test
    void theTableAnswersAsTheStandardsWordsDo() {
        long seed = Long.getLong("weft.fuzz.seed", System.nanoTime());
        long until = System.nanoTime()
                + Duration.ofSeconds(Long.getLong("weft.fuzz.seconds", 2)).toNanos();
        long asked = 0;
        for (long round = 0; System.nanoTime() < until; round++) {
            SplittableRandom random = new SplittableRandom(seed + round);
            List<HttpRoute> routes = routes(random);
            RouteTable table =
                    random.nextBoolean() ? new RouteTable(routes) : new RouteTable(routes(random)).changedTo(routes);
            for (int i = 0; i < 50; i++) {
                String host = pick(random, HOSTS);
                RequestLine line = new RequestLine(
                        random.nextBoolean() ? "GET" : "POST",
                        path(random) + (random.nextInt(4) == 0 ? "/" : ""),
                        random.nextBoolean() ? "x=1" : null);
                Headers headers = random.nextBoolean() ? Headers.of("x-a", "1") : Headers.of("x-b", "2");
                RouteRule found = table.match(host + ":80", line, headers);
                Candidate best = best(routes, host, line, headers);
                assertThat(found == null ? null : List.of(found.route(), found.path(), String.valueOf(found.method())))
                        .as("-Dweft.fuzz.seed=%d finds it: %s %s%s", seed + round, line.method(), host, line.path())
                        .isEqualTo(
                                best == null
                                        ? null
                                        : List.of(
                                                best.route(),
                                                best.path().value(),
                                                String.valueOf(best.match().method())));
                asked++;
            }
        }
        assertThat(asked).isPositive();
    }

    private static @Nullable Candidate best(List<HttpRoute> routes, String host, RequestLine line, Headers headers) {
        List<Candidate> all = new ArrayList<>();
        for (HttpRoute route : routes) {
            List<String> hosts = route.spec().hostnames().isEmpty()
                    ? List.of("")
                    : route.spec().hostnames();
            for (int r = 0; r < route.spec().rules().size(); r++) {
                List<Match> matches = route.spec().rules().get(r).matches();
                for (int m = 0; m < matches.size(); m++) {
                    for (String named : hosts) {
                        Match match = matches.get(m);
                        PathMatch path = match.path() == null ? new PathMatch(PathType.PATH_PREFIX, "/") : match.path();
                        if (takes(named, host) && takes(path, line.path()) && takes(match, line, headers)) {
                            all.add(new Candidate(named, path, match, route.name(), r, m));
                        }
                    }
                }
            }
        }
        return all.stream().min(BEST_FIRST).orElse(null);
    }

    private static boolean takes(String named, String host) {
        String lower = named.toLowerCase(java.util.Locale.ROOT);
        return named.isEmpty() || lower.equals(host) || (lower.startsWith("*.") && host.endsWith(lower.substring(1)));
    }

    private static boolean takes(PathMatch path, String asked) {
        return switch (path.type()) {
            case EXACT -> path.value().equals(asked);
            case REGULAR_EXPRESSION -> asked.matches(path.value());
            case PATH_PREFIX -> {
                String prefix = trimmed(path.value());
                yield asked.equals(prefix) || asked.startsWith(prefix + "/");
            }
        };
    }

    private static boolean takes(Match match, RequestLine line, Headers headers) {
        return (match.method() == null || match.method().name().equals(line.method()))
                && match.headers().stream().allMatch(each -> each.value().equals(headers.first(each.name())))
                && match.queryParams().stream()
                        .allMatch(each -> (each.name() + "=" + each.value()).equals(line.query()));
    }

    private static String trimmed(String path) {
        return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }

    private static List<HttpRoute> routes(SplittableRandom random) {
        List<HttpRoute> routes = new ArrayList<>();
        int count = 1 + random.nextInt(6);
        for (int i = 0; i < count; i++) {
            List<HttpRoute.Rule> rules = new ArrayList<>();
            int ruleCount = 1 + random.nextInt(3);
            for (int r = 0; r < ruleCount; r++) {
                List<Match> matches = new ArrayList<>();
                int matchCount = 1 + random.nextInt(3);
                for (int m = 0; m < matchCount; m++) {
                    matches.add(match(random));
                }
                rules.add(new HttpRoute.Rule(null, matches, List.of(), List.of(), null, null, null));
            }
            List<String> hosts = random.nextBoolean()
                    ? List.of()
                    : List.of(pick(random, ROUTE_HOSTS), pick(random, ROUTE_HOSTS)).stream()
                            .distinct()
                            .toList();
            routes.add(new HttpRoute(
                    new Metadata("r" + (9 - i), "default", Map.of(), Map.of()),
                    new HttpRoute.Spec(List.of(), hosts, rules)));
        }
        return routes;
    }

    private static Match match(SplittableRandom random) {
        PathMatch path =
                switch (random.nextInt(4)) {
                    case 0 -> null;
                    case 1 -> new PathMatch(PathType.EXACT, path(random));
                    case 2 -> new PathMatch(PathType.PATH_PREFIX, path(random) + (random.nextBoolean() ? "/" : ""));
                    default -> new PathMatch(PathType.PATH_PREFIX, "/" + pick(random, PIECES));
                };
        List<ValueMatch> headers = random.nextInt(3) > 0
                ? List.of()
                : List.of(new ValueMatch(ValueType.EXACT, random.nextBoolean() ? "X-A" : "x-b", "1"));
        List<ValueMatch> params =
                random.nextInt(3) > 0 ? List.of() : List.of(new ValueMatch(ValueType.EXACT, "x", "1"));
        HttpRoute.Method method = random.nextInt(3) > 0 ? null : HttpRoute.Method.GET;
        return new Match(path, headers, params, method);
    }

    private static String path(SplittableRandom random) {
        StringBuilder path = new StringBuilder();
        int pieces = 1 + random.nextInt(3);
        for (int i = 0; i < pieces; i++) {
            path.append('/').append(pick(random, PIECES));
        }
        return path.toString();
    }

    private static String pick(SplittableRandom random, List<String> from) {
        return from.get(random.nextInt(from.size()));
    }
}
