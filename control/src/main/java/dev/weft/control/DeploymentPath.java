// SPDX-License-Identifier: Apache-2.0
package dev.weft.control;

import dev.weft.api.resource.Function;
import dev.weft.api.resource.Function.Placement.Choice;
import dev.weft.api.spi.FunctionCloud;
import dev.weft.control.DeploymentDecider.Spot;
import dev.weft.control.code.ContentHash;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * Makes clouds match an application: read what is there, decide, act, record. Blocking; safe for use by many threads,
 * one application at a time. What failed is tried again by the next {@link #apply}.
 */
public final class DeploymentPath {
    private static final int FUNCTIONS_AT_ONCE_MAX = 16;
    /** Stands for the hash of code that cannot be read; never counts as applied. */
    private static final String UNREADABLE = "unreadable";

    private final Map<String, FunctionCloud> clouds;
    private final Consumer<Step.Result> record;
    private final Map<Spot, String> applied = new ConcurrentHashMap<>();
    private final ReentrantLock oneAtATime = new ReentrantLock();

    /**
     * A path over {@code clouds} by name, looked at afresh each time: its owner may add and remove some (concurrent map).
     *
     * @param record hears each step's result as it comes, also failures; from several threads, never two at once
     */
    public DeploymentPath(Map<String, FunctionCloud> clouds, Consumer<Step.Result> record) {
        this.clouds = clouds;
        this.record = record;
    }

    /** What {@link #apply} would do now. */
    public Plan plan(Application application) {
        return read(application).plan();
    }

    /** Does it. One failing step keeps no other function from being deployed. */
    public Done apply(Application application) throws InterruptedException {
        oneAtATime.lockInterruptibly();
        try {
            Look look = read(application);
            List<Step.Result> results = act(look);
            return new Done(results, look.plan().unread());
        } finally {
            oneAtATime.unlock();
        }
    }

    /** Documents and clouds, as they were at one moment, and what follows. */
    private record Look(
            Map<String, FunctionCloud> clouds,
            Map<String, FunctionCloud.Deployment> deployments,
            Map<Spot, String> hashes,
            Plan plan) {}

    private Look read(Application application) {
        Map<String, FunctionCloud> now = Map.copyOf(clouds);
        Map<String, FunctionCloud.Deployment> deployments = new HashMap<>();
        Map<Spot, String> hashes = new LinkedHashMap<>();
        for (Function function : application.functions()) {
            FunctionCloud.Deployment deployment = new FunctionCloud.Deployment(
                    function,
                    Objects.requireNonNull(application.code().get(function.name())),
                    application.env().getOrDefault(function.name(), Map.of()));
            deployments.put(function.name(), deployment);
            String hash = hash(deployment);
            for (Choice choice : function.spec().placement().clouds()) {
                hashes.put(new Spot(function.name(), choice.name()), hash);
            }
        }
        Map<String, Set<String>> seen = new HashMap<>();
        Map<String, RuntimeException> unread = new HashMap<>();
        Set<String> named = hashes.keySet().stream().map(Spot::cloud).collect(Collectors.toSet());
        named.addAll(now.keySet());
        named.forEach(cloud -> look(cloud, now, seen, unread));
        return new Look(now, deployments, hashes, new Plan(DeploymentDecider.decide(hashes, seen, applied), unread));
    }

    /** An unreadable folder is told by the step that needs it, not by the whole plan. */
    private static String hash(FunctionCloud.Deployment deployment) {
        try {
            return ContentHash.of(deployment.function(), deployment.code(), deployment.env());
        } catch (UncheckedIOException unreadable) {
            return UNREADABLE;
        }
    }

    private static void look(
            String name,
            Map<String, FunctionCloud> now,
            Map<String, Set<String>> seen,
            Map<String, RuntimeException> unread) {
        FunctionCloud cloud = now.get(name);
        if (cloud == null) {
            unread.put(name, new IllegalArgumentException("there is no cloud " + name + " here"));
            return;
        }
        try {
            seen.put(
                    name,
                    cloud.list().stream().map(FunctionCloud.Deployed::function).collect(Collectors.toSet()));
        } catch (RuntimeException failed) { // whatever one cloud does, the others are deployed
            unread.put(name, failed);
        }
    }

    /** Each function's steps one after another, functions side by side. */
    private List<Step.Result> act(Look look) throws InterruptedException {
        if (look.plan().steps().stream().allMatch(Step.Keep.class::isInstance)) { // as most saves of routes are
            return look.plan().steps().stream()
                    .map(step -> recorded(new Step.Result(step, null)))
                    .toList();
        }
        Map<String, List<Step>> byFunction = look.plan().steps().stream()
                .collect(Collectors.groupingBy(Step::function, LinkedHashMap::new, Collectors.toList()));
        List<Callable<List<Step.Result>>> tasks = new ArrayList<>();
        byFunction
                .values()
                .forEach(steps -> tasks.add(() -> {
                    List<Step.Result> results = new ArrayList<>();
                    for (Step step : steps) {
                        results.add(recorded(result(step, look)));
                    }
                    return results;
                }));
        List<Step.Result> results = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(
                FUNCTIONS_AT_ONCE_MAX, Thread.ofVirtual().name("deploy-", 0).factory())) {
            for (Future<List<Step.Result>> done : threads.invokeAll(tasks)) {
                results.addAll(done.get());
            }
        } catch (ExecutionException broken) {
            throw new IllegalStateException("a step's result could not be recorded", broken.getCause());
        }
        return results;
    }

    private Step.Result result(Step step, Look look) {
        try {
            act(step, look);
            return new Step.Result(step, null);
        } catch (RuntimeException failed) { // whatever one step does, the others are done, and this one is told
            return new Step.Result(step, failed);
        }
    }

    private void act(Step step, Look look) {
        Spot spot = new Spot(step.function(), step.cloud());
        FunctionCloud cloud = Objects.requireNonNull(look.clouds().get(step.cloud()));
        switch (step) {
            case Step.Create _, Step.Update _ -> {
                applied.remove(spot);
                cloud.deploy(Objects.requireNonNull(look.deployments().get(step.function())));
                String hash = Objects.requireNonNull(look.hashes().get(spot));
                if (!hash.equals(UNREADABLE)) {
                    applied.put(spot, hash);
                }
            }
            case Step.Delete _ -> {
                cloud.delete(step.function());
                applied.remove(spot);
            }
            case Step.Keep _ -> {}
        }
    }

    private synchronized Step.Result recorded(Step.Result result) {
        record.accept(result);
        return result;
    }
}
