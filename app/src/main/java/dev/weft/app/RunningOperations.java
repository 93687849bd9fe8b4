// SPDX-License-Identifier: Apache-2.0
package dev.weft.app;

import dev.weft.api.Call;
import dev.weft.api.CloudException;
import dev.weft.api.LogLine;
import dev.weft.api.Outcome;
import dev.weft.api.event.Event;
import dev.weft.api.event.Taken;
import dev.weft.api.resource.Cloud;
import dev.weft.api.resource.Function;
import dev.weft.api.resource.Spelling;
import dev.weft.app.admin.Operations;
import dev.weft.app.admin.PlacementView;
import dev.weft.app.recording.RecordedRequest;
import dev.weft.control.Application;
import dev.weft.gateway.Gateway;
import dev.weft.gateway.placement.Explanation;
import dev.weft.gateway.service.Services;
import dev.weft.gateway.tap.Taps;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A running Weft as its admin API shows it. */
record RunningOperations(Weft weft) implements Operations {
    @Override
    public boolean ready() {
        return weft.ready();
    }

    @Override
    public StatusView status() {
        Application application = weft.application();
        return new StatusView(
                VersionCommand.version(),
                ProcessHandle.current().pid(),
                weft.started(),
                weft.gatewayUrl(),
                weft.clouds().words().isolation(),
                weft.ready(),
                application.functions().size(),
                application.clouds().size(),
                instances().size());
    }

    @Override
    public List<FunctionView> functions() {
        Map<String, List<Gateway.PlaceView>> places =
                weft.gateway().places().stream().collect(Collectors.groupingBy(Gateway.PlaceView::function));
        Map<String, Set<String>> urls = Welcome.urls(weft.application(), weft.gatewayUrl());
        List<InstanceView> instances = instances();
        List<FunctionView> views = new ArrayList<>();
        for (Function function : weft.application().functions()) {
            Function.Spec its = function.spec();
            views.add(new FunctionView(
                    function.name(),
                    Spelling.Words.of(its.contract()),
                    its.runtime(),
                    Spelling.Words.of(its.placement().strategy()),
                    places.getOrDefault(function.name(), List.of()).stream()
                            .map(each -> new PlacedView(each.cloud(), each.weight(), each.standing()))
                            .toList(),
                    count(instances, each -> each.function().equals(function.name())),
                    List.copyOf(urls.getOrDefault(function.name(), Set.of()))));
        }
        views.sort(Comparator.comparing(FunctionView::name));
        return views;
    }

    private static int count(List<InstanceView> instances, java.util.function.Predicate<InstanceView> which) {
        return (int) instances.stream().filter(which).count();
    }

    @Override
    public List<CloudView> clouds() {
        List<InstanceView> instances = instances();
        List<CloudView> views = new ArrayList<>();
        for (Cloud cloud : weft.application().clouds()) {
            List<String> placed = weft.application().functions().stream()
                    .filter(function -> places(function, cloud.name()))
                    .map(Function::name)
                    .sorted()
                    .toList();
            views.add(new CloudView(
                    cloud.name(),
                    Spelling.Words.of(cloud.spec().type()),
                    cloud.spec().region(),
                    weft.clouds().words().runsAs(),
                    weft.clouds().condition(cloud.name()),
                    placed,
                    count(instances, each -> each.cloud().equals(cloud.name()))));
        }
        views.sort(Comparator.comparing(CloudView::name));
        return views;
    }

    private static boolean places(Function function, String cloud) {
        return function.spec().placement().clouds().stream()
                .anyMatch(choice -> choice.name().equals(cloud));
    }

    @Override
    public List<RouteView> routes() {
        return weft.gateway().routes().stream()
                .map(each -> new RouteView(
                        each.route(),
                        each.hostnames().isEmpty() ? "*" : String.join(", ", each.hostnames()),
                        each.match(),
                        each.backends().size() == 1
                                ? List.copyOf(each.backends().keySet())
                                : each.backends().entrySet().stream()
                                        .map(backend -> backend.getKey() + " (" + backend.getValue() + ')')
                                        .toList(),
                        each.filters()))
                .toList();
    }

    @Override
    public List<CostView> costs() {
        return weft.gateway().costs().stream()
                .filter(each -> !each.cloud().equals(Services.CLOUD))
                .map(each -> new CostView(
                        each.function(),
                        each.cloud(),
                        each.calls(),
                        each.time().toNanos() / 1e9,
                        each.dollars(),
                        each.priceFrom()))
                .toList();
    }

    @Override
    public List<InstanceView> instances() {
        List<InstanceView> views = new ArrayList<>(weft.clouds().instances());
        views.sort(Comparator.comparing(InstanceView::function)
                .thenComparing(InstanceView::cloud)
                .thenComparing(InstanceView::id));
        return views;
    }

    @Override
    public @Nullable PlacementView placement(String function) {
        Explanation why = weft.gateway().explain(function);
        return why == null ? null : Placements.view(why);
    }

    @Override
    public boolean fault(String cloud, FaultWish wish) {
        return weft.application().clouds().stream().anyMatch(each -> each.name().equals(cloud))
                && weft.clouds().fault(cloud, wish);
    }

    @Override
    public @Nullable Invoked invoke(
            String function, byte[] payload, @Nullable String contentType, Map<String, String> attributes)
            throws InterruptedException {
        if (weft.application().function(function) == null) {
            return null;
        }
        dev.weft.gateway.event.Invoked done;
        try {
            done = weft.gateway().invoke(function, payload, contentType, attributes);
        } catch (CloudException refused) {
            String reason = refused.kind().name().toLowerCase(Locale.ROOT);
            return new Invoked.Refused("", reason, String.valueOf(refused.getMessage()));
        }
        Ran ran = new Ran(done.id(), done.cloud(), done.took());
        return switch (done.outcome()) {
            case Outcome.Result result -> new Invoked.Result(ran, result.contentType(), done.body());
            case Outcome.Response response ->
                new Invoked.Result(ran, response.headers().first("content-type"), done.body());
            case Outcome.Upgraded upgraded -> // asked for by exchanges only, and this was an event
                throw new IllegalStateException("an event was answered by a tunnel");
            case Outcome.Accepted accepted ->
                new Invoked.Result(ran, "text/plain", accepted.id().getBytes(java.nio.charset.StandardCharsets.UTF_8));
            case Outcome.Failure failure ->
                new Invoked.Failed(
                        ran,
                        failure.reason().name().toLowerCase(Locale.ROOT),
                        failure.type(),
                        failure.message(),
                        failure.payload(),
                        failure.logTail());
        };
    }

    @Override
    public @Nullable Taken take(
            String function, byte[] payload, @Nullable String contentType, Map<String, String> attributes) {
        Function found = weft.application().function(function);
        return found == null
                ? null
                : weft.events()
                        .take(new Event(
                                Event.newId(),
                                found.metadata().namespace(),
                                found.metadata().name(),
                                Event.BY_WEFT,
                                "",
                                contentType,
                                attributes,
                                payload,
                                Event.Origin.OUTSIDE));
    }

    @Override
    public @Nullable List<LogLine> logs(String function, int linesMax) {
        Function found = weft.application().function(function);
        if (found == null) {
            return null;
        }
        List<LogLine> lines = new ArrayList<>(weft.clouds().logs(found, linesMax));
        lines.sort(Comparator.comparing(LogLine::time));
        return lines.subList(Math.max(0, lines.size() - linesMax), lines.size());
    }

    @Override
    public Following follow(String function, Consumer<LogLine> listener) {
        Function found = weft.application().function(function);
        return found == null ? () -> {} : weft.clouds().follow(found, listener);
    }

    @Override
    public @Nullable Following record(String function, Requests listener) {
        AutoCloseable tap = weft.gateway().taps().open(function, new Taps.Listener() {
            @Override
            public void heard(Call call, byte[] body) {
                listener.heard(RecordedRequest.of(call, body));
            }

            @Override
            public void left(String why) {
                listener.left(why);
            }
        });
        return tap == null ? null : () -> Weft.closeRoom(tap);
    }

    @Override
    public String metrics(String mediaType) {
        return weft.meters().scrape(mediaType);
    }
}
