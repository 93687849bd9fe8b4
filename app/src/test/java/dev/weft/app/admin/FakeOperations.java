// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.admin;

import dev.weft.api.LogLine;
import dev.weft.api.event.Taken;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** A Weft with one function {@code greet} on the stand-ins {@code east} and {@code west}, without running anything. */
public final class FakeOperations implements Operations {
    private static final Instant NOON = Instant.parse("2026-11-23T12:00:00Z");
    private static final Ran RAN = new Ran("0-1-2", "east", Duration.ofMillis(7));

    public final List<String> faults = new CopyOnWriteArrayList<>();
    public final List<Consumer<LogLine>> followers = new CopyOnWriteArrayList<>();
    public volatile boolean ready = true;
    /** What {@code greet} does: result, failure, or refused. */
    public volatile String mood = "result";

    public volatile String lastPayload = "";
    public volatile Map<String, String> lastAttributes = Map.of();

    public static LogLine line(String text) {
        return new LogLine(NOON, "greet", "east", "i-1", null, text);
    }

    @Override
    public boolean ready() {
        return ready;
    }

    @Override
    public StatusView status() {
        return new StatusView("0", 1, NOON, "http://localhost:8080", "none", ready, 1, 2, 1);
    }

    @Override
    public List<FunctionView> functions() {
        return List.of(new FunctionView(
                "greet",
                "http",
                null,
                "failover",
                List.of(new PlacedView("east", 1, "healthy"), new PlacedView("west", 1, "out")),
                1,
                List.of("http://localhost:8080/greet")));
    }

    @Override
    public List<CloudView> clouds() {
        return List.of(
                new CloudView("east", "local", "eu-east-1", "stand-in", "healthy", List.of("greet"), 1),
                new CloudView("west", "local", null, "stand-in", "healthy", List.of("greet"), 0));
    }

    @Override
    public List<RouteView> routes() {
        return List.of(new RouteView("all", "*", "/greet/*", List.of("greet"), List.of()));
    }

    @Override
    public List<CostView> costs() {
        return List.of(new CostView("greet", "east", 3, 0.25, 0.0000012, "aws list price of 2026-11-22"));
    }

    @Override
    public List<InstanceView> instances() {
        return List.of(new InstanceView("i-1", "greet", "east", "ready", 4711, 0, 3));
    }

    @Override
    public @Nullable PlacementView placement(String function) {
        if (!function.equals("greet")) {
            return null;
        }
        return new PlacementView(
                "greet",
                "failover",
                List.of(
                        new PlacementView.CloudView(
                                "east", "healthy", true, null, 1, 0.25, 0.25, 0.4, "spec.price", 7.5, 2, false),
                        new PlacementView.CloudView(
                                "west", "out", false, "lacks zone: eu", 1, 0, 1, null, "nobody", null, 0, false)),
                List.of("east"),
                "Calls go to east, the first in the file's order that works.");
    }

    @Override
    public boolean fault(String cloud, FaultWish wish) {
        if (clouds().stream().noneMatch(each -> each.name().equals(cloud))) {
            return false;
        }
        faults.add(cloud + " " + wish);
        return true;
    }

    @Override
    public @Nullable Invoked invoke(
            String function, byte[] payload, @Nullable String contentType, Map<String, String> attributes) {
        if (!function.equals("greet")) {
            return null;
        }
        lastPayload = contentType + " " + new String(payload, StandardCharsets.UTF_8);
        lastAttributes = attributes;
        return switch (mood) {
            case "failure" ->
                new Invoked.Failed(
                        RAN, "error", "TypeError", "x is null", "{\"e\":1}".getBytes(StandardCharsets.UTF_8), "tail");
            case "refused" -> new Invoked.Refused("0-1-2", "busy", "every place is taken");
            default -> new Invoked.Result(RAN, "text/plain", "hello".getBytes(StandardCharsets.UTF_8));
        };
    }

    @Override
    public @Nullable Taken take(
            String function, byte[] payload, @Nullable String contentType, Map<String, String> attributes) {
        if (!function.equals("greet")) {
            return null;
        }
        lastPayload = contentType + " " + new String(payload, StandardCharsets.UTF_8);
        lastAttributes = attributes;
        return switch (mood) {
            case "full" -> new Taken.Refused(Taken.Why.FULL, "as many events wait as may");
            case "large" -> new Taken.Refused(Taken.Why.TOO_LARGE, "the event has too many bytes");
            default -> new Taken.Kept("0-1-2-3");
        };
    }

    @Override
    public @Nullable List<LogLine> logs(String function, int linesMax) {
        return function.equals("greet") ? new ArrayList<>(List.of(line("one"), line("two"))) : null;
    }

    @Override
    public Following follow(String function, Consumer<LogLine> listener) {
        followers.add(listener);
        return () -> followers.remove(listener);
    }

    @Override
    public @Nullable Following record(String function, Requests listener) {
        return mood.equals("recorded") ? null : () -> {};
    }

    @Override
    public String metrics(String mediaType) {
        return "weft_instances 1.0\n";
    }
}
