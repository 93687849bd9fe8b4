// SPDX-License-Identifier: Apache-2.0
package dev.weft.control.account;

import dev.weft.api.account.Artifact;
import dev.weft.api.account.CloudAccount;
import dev.weft.api.account.CloudAccount.Packed;
import dev.weft.api.account.Seen;
import dev.weft.api.account.SideBySide;
import dev.weft.api.account.Wanted;
import dev.weft.api.resource.Cloud;
import dev.weft.api.resource.Function;
import dev.weft.api.resource.Function.Placement.Choice;
import dev.weft.control.Application;
import dev.weft.control.account.AccountDecider.Goal;
import dev.weft.control.account.AccountPlan.Ready;
import dev.weft.control.account.AccountPlan.Spot;
import dev.weft.control.pack.Packager;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Makes accounts match an application: read what is there, decide, act, record. There is no state file: a plan compares the
 * documents with the accounts, so a crash, a drift or another's change is just a difference. Blocking; for one use at a time.
 */
public final class AccountPath {
    private final String application;
    private final Map<String, CloudAccount> accounts;
    private final Packager packager;
    private final StepListener record;

    /** Hears what a walk does, as it does it; from several threads, never two at once. */
    public interface StepListener {
        /** A step is about to be done. */
        void begun(AccountStep step);

        /** A step did something; see {@link dev.weft.api.account.Progress}. */
        void did(AccountStep step, String words);

        /** A step is over. */
        void ended(AccountResult result);
    }

    /** A path for {@code application} over {@code accounts} by the names of their clouds. */
    public AccountPath(String application, Map<String, CloudAccount> accounts, Packager packager, StepListener record) {
        this.application = application;
        this.accounts = Map.copyOf(accounts);
        this.packager = packager;
        this.record = record;
    }

    /** What {@link #apply} would do now. Functions must have passed {@link AccountChecks}. */
    public AccountPlan plan(Application documents) {
        Map<String, Cloud> clouds = byName(documents.clouds());
        Map<Spot, Ready> ready = new ConcurrentHashMap<>();
        List<Goal> goals = SideBySide.map(documents.functions(), each -> goals(each, documents, clouds, ready)).stream()
                .flatMap(List::stream)
                .toList();
        return plan(goals, ready, documents.clouds().stream().map(Cloud::name).toList());
    }

    /** What the documents want on {@code cloud}, packaged. Asks no cloud. */
    public List<Ready> wanted(Application documents, String cloud) {
        Map<String, Cloud> clouds = byName(documents.clouds());
        Map<Spot, Ready> ready = new ConcurrentHashMap<>();
        documents.functions().forEach(each -> goals(each, documents, clouds, ready));
        return ready.entrySet().stream()
                .filter(each -> each.getKey().cloud().equals(cloud))
                .sorted(Map.Entry.comparingByKey(BY_TEXT))
                .map(Map.Entry::getValue)
                .toList();
    }

    /** What removes everything of the application from {@code clouds}. */
    public AccountPlan planRemoval(List<String> clouds) {
        return plan(List.of(), Map.of(), clouds);
    }

    private AccountPlan plan(List<Goal> goals, Map<Spot, Ready> ready, List<String> clouds) {
        Map<String, List<Seen>> seen = new ConcurrentHashMap<>();
        Map<String, RuntimeException> unread = new ConcurrentHashMap<>();
        SideBySide.map(clouds, cloud -> {
            try {
                seen.put(cloud, Objects.requireNonNull(accounts.get(cloud)).list());
            } catch (RuntimeException failed) { // whatever one cloud does, the others are planned
                unread.put(cloud, failed);
            }
            return cloud;
        });
        Map<Spot, Seen> there = new HashMap<>();
        seen.forEach((cloud, all) -> all.forEach(each -> there.put(new Spot(cloud, each.name()), each)));
        Map<Spot, List<String>> notes = new HashMap<>();
        ready.forEach((spot, each) -> notes.put(
                spot,
                WithoutEffect.told(Objects.requireNonNull(accounts.get(spot.cloud())), each.wanted(), each.packing())));
        return new AccountPlan(
                application, AccountDecider.decide(application, goals, seen), unread, ready, there, notes);
    }

    private static final Comparator<Spot> BY_TEXT =
            Comparator.comparing(Spot::cloud).thenComparing(Spot::name);

    private static Map<String, Cloud> byName(List<Cloud> clouds) {
        return clouds.stream().collect(Collectors.toMap(Cloud::name, each -> each));
    }

    private List<Goal> goals(
            Function function, Application documents, Map<String, Cloud> clouds, Map<Spot, Ready> ready) {
        List<Goal> goals = new ArrayList<>();
        for (Choice choice : function.spec().placement().clouds()) {
            String name = choice.nameOf(function.metadata().name());
            if (function.spec().existing()) {
                goals.add(new Goal(function.name(), choice.name(), name, "", Map.of(), true));
                continue;
            }
            CloudAccount account = Objects.requireNonNull(accounts.get(choice.name()));
            Path code = Objects.requireNonNull(documents.code().get(function.name()));
            if (!(account.pack(function, code) instanceof Packed.As packed)) {
                throw new IllegalArgumentException(function.name() + " can't run on " + choice.name());
            }
            Wanted wanted = new Wanted(
                    application,
                    function,
                    name,
                    packager.pack(function, code, packed.packing(), Objects.requireNonNull(clouds.get(choice.name()))),
                    documents.env().getOrDefault(function.name(), Map.of()),
                    documents.secrets().getOrDefault(function.name(), Set.of()));
            ready.put(new Spot(choice.name(), name), new Ready(wanted, packed.packing()));
            goals.add(new Goal(
                    function.name(),
                    choice.name(),
                    name,
                    wanted.artifact().hash(),
                    account.settings(wanted, packed.packing()),
                    false));
        }
        return goals;
    }

    /**
     * Does it: creations and changes side by side, then removals, but none of a function that could not be put where it is
     * wanted. One failing step keeps no other from being done. Once {@code goOn} says no, steps in hand are finished and the
     * others skipped.
     */
    public List<AccountResult> apply(AccountPlan plan, BooleanSupplier goOn) {
        if (!plan.blocked().isEmpty()) {
            throw new IllegalArgumentException("a plan with steps in the way can't be applied");
        }
        List<AccountStep> puts = plan.steps().stream()
                .filter(each -> each instanceof AccountStep.Create || each instanceof AccountStep.Change)
                .toList();
        List<AccountResult> results = new ArrayList<>(SideBySide.map(puts, step -> done(step, plan, goOn, Set.of())));
        Set<String> failed = new HashSet<>();
        results.stream()
                .filter(each -> !each.done())
                .forEach(each -> failed.add(each.step().function()));
        List<AccountStep> removals = plan.steps().stream()
                .filter(AccountStep.Remove.class::isInstance)
                .toList();
        results.addAll(SideBySide.map(removals, step -> done(step, plan, goOn, failed)));
        return results;
    }

    private AccountResult done(AccountStep step, AccountPlan plan, BooleanSupplier goOn, Set<String> failed) {
        if (!goOn.getAsBoolean()) {
            return over(new AccountResult(step, null, "stopped before it was begun", Duration.ZERO));
        }
        if (failed.contains(step.function())) {
            return over(new AccountResult(
                    step, null, "kept, because the function could not be put where it is wanted", Duration.ZERO));
        }
        long began = System.nanoTime();
        RuntimeException failure = null;
        begun(step);
        try {
            act(step, plan);
        } catch (RuntimeException why) { // whatever one step does, the others are done, and this one is told
            failure = why;
        }
        return over(new AccountResult(step, failure, null, Duration.ofNanos(System.nanoTime() - began)));
    }

    private void act(AccountStep step, AccountPlan plan) {
        CloudAccount account = Objects.requireNonNull(accounts.get(step.cloud()));
        Spot spot = new Spot(step.cloud(), step.name());
        @Nullable Seen before = plan.seen().get(spot);
        switch (step) {
            case AccountStep.Create _, AccountStep.Change _ -> {
                Ready ready = Objects.requireNonNull(plan.ready().get(spot));
                // a push that fails leaves what is there as it is
                Artifact artifact = packager.publish(ready.wanted().artifact(), words -> did(step, words));
                account.apply(ready.wanted().with(artifact), ready.packing(), before, words -> did(step, words));
            }
            case AccountStep.Remove _ -> account.delete(Objects.requireNonNull(before), words -> did(step, words));
            case AccountStep.Keep _, AccountStep.Use _, AccountStep.Blocked _ -> {}
        }
    }

    private synchronized void begun(AccountStep step) {
        record.begun(step);
    }

    private synchronized void did(AccountStep step, String words) {
        record.did(step, words);
    }

    private synchronized AccountResult over(AccountResult result) {
        record.ended(result);
        return result;
    }

    /** What of the application is other than Weft left it, by what its tags say. */
    public Map<Spot, Seen> touched(AccountPlan plan) {
        Map<Spot, Seen> touched = new TreeMap<>(BY_TEXT);
        plan.seen().forEach((spot, seen) -> {
            if (seen.ownedBy(application) && AccountDecider.touched(seen)) {
                touched.put(spot, seen);
            }
        });
        return touched;
    }
}
