// SPDX-License-Identifier: Apache-2.0
package dev.weft.control.account;

import dev.weft.api.Mistake;
import dev.weft.api.account.CloudAccount;
import dev.weft.api.account.CloudAccount.Packed;
import dev.weft.api.account.CloudVendor;
import dev.weft.api.account.CloudVendor.Option;
import dev.weft.api.account.Packing;
import dev.weft.api.account.SideBySide;
import dev.weft.api.account.Wanted;
import dev.weft.api.resource.Cloud;
import dev.weft.api.resource.Function;
import dev.weft.api.resource.Function.Placement.Choice;
import dev.weft.api.resource.Open;
import dev.weft.api.resource.Spelling;
import dev.weft.control.Application;
import dev.weft.control.DocumentReader.FunctionCheck;
import dev.weft.control.Nearest;
import dev.weft.control.pack.Packager;
import dev.weft.control.pack.PackagingException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/** What clouds would refuse, found before any of them is asked: while documents are read a second time, so that each mistake stands at its line. */
public final class AccountChecks implements FunctionCheck {
    private final Application documents;
    private final Map<String, Cloud> clouds = new LinkedHashMap<>();
    private final Map<String, CloudAccount> accounts;
    private final Packager packager;
    private final String application;
    /** What was found ahead, by the documents themselves: one that was changed since is another. */
    private final IdentityHashMap<Function, List<Mistake>> found = new IdentityHashMap<>();

    /** For {@code documents}, as they were read before, on {@code accounts} by the names of their clouds. */
    public AccountChecks(
            String application, Application documents, Map<String, CloudAccount> accounts, Packager packager) {
        this.application = application;
        this.documents = documents;
        this.accounts = accounts;
        this.packager = packager;
        documents.clouds().forEach(each -> clouds.put(each.name(), each));
    }

    @Override
    public boolean needsNoCode(Function function) {
        return function.spec().existing();
    }

    @Override
    public List<Mistake> check(Function function, Path code) {
        List<Mistake> known = found.get(function);
        return known != null && code.equals(documents.code().get(function.name())) ? known : mistakes(function, code);
    }

    /** Packages and checks every function that was read, side by side; {@link #check} then knows, and asks only of what has changed. */
    public void ahead() {
        List<Function> all = documents.functions().stream()
                .filter(each -> documents.code().containsKey(each.name()))
                .toList();
        List<List<Mistake>> mistakes = SideBySide.map(
                all,
                each -> mistakes(each, Objects.requireNonNull(documents.code().get(each.name()))));
        for (int i = 0; i < all.size(); i++) {
            found.put(all.get(i), mistakes.get(i));
        }
    }

    private List<Mistake> mistakes(Function function, Path code) {
        if (function.spec().existing()) {
            return List.of();
        }
        List<Mistake> mistakes = new ArrayList<>();
        for (Choice choice : function.spec().placement().clouds()) {
            CloudAccount account = accounts.get(choice.name());
            if (account != null) {
                on(account, function, code, choice)
                        .forEach(each -> mistakes.add(Mistake.at(
                                each.field(), each.value(), "cloud " + choice.name() + ": " + each.message())));
            }
        }
        return mistakes;
    }

    private List<Mistake> on(CloudAccount account, Function function, Path code, Choice choice) {
        return switch (account.pack(function, code)) {
            case Packed.Not(List<Mistake> why) -> why;
            case Packed.As(Packing packing) -> {
                try {
                    Wanted wanted = new Wanted(
                            application,
                            function,
                            choice.nameOf(function.metadata().name()),
                            packager.pack(function, code, packing, Objects.requireNonNull(clouds.get(choice.name()))),
                            documents.env().getOrDefault(function.name(), Map.of()),
                            documents.secrets().getOrDefault(function.name(), Set.of()));
                    List<Mistake> open = open(account, wanted, packing);
                    yield open.isEmpty() ? account.check(wanted, packing) : open;
                } catch (PackagingException unpacked) {
                    yield List.of(Mistake.at(unpacked.field(), null, String.valueOf(unpacked.getMessage())));
                }
            }
        };
    }

    /** What is wrong with {@code cloud} for an account of {@code vendor}; null where no vendor has the type. */
    public static List<Mistake> check(Cloud cloud, @org.jspecify.annotations.Nullable CloudVendor vendor) {
        if (vendor == null) {
            return List.of(Mistake.at(
                    "spec.type",
                    Spelling.Words.of(cloud.spec().type()),
                    "is no cloud that functions can be deployed to"));
        }
        List<Mistake> mistakes = new ArrayList<>();
        Map<String, Option> options = new LinkedHashMap<>();
        vendor.options(cloud.spec().type()).forEach(each -> options.put(each.name(), each));
        Set<String> names = new TreeSet<>(options.keySet());
        cloud.spec().account().forEach((name, value) -> {
            Option option = options.get(name);
            String field = "spec.account." + name;
            if (option == null) {
                mistakes.add(Mistake.at(field, value, "is no option of this type; " + Nearest.choice(name, names)));
            } else if (!value.matches(option.pattern())) {
                mistakes.add(Mistake.at(field, value, "must be " + option.patternSays()));
            }
        });
        options.values().stream()
                .filter(each -> each.required() && !cloud.spec().account().containsKey(each.name()))
                .forEach(each -> mistakes.add(Mistake.at(
                        "spec.account", null, "lacks " + each.name() + ", which is required here: " + each.doc())));
        mistakes.addAll(vendor.check(cloud));
        return mistakes;
    }

    /** What is left to a cloud that neither lets it be left open nor decides it itself. */
    private static List<Mistake> open(CloudAccount account, Wanted wanted, Packing packing) {
        Function function = wanted.function();
        Set<Open> left = function.spec().open();
        if (account instanceof CloudAccount.WithOpen decides) {
            left.removeAll(decides.open());
        }
        Wanted bounded =
                wanted.with(new Function(function.metadata(), function.spec().bounded()));
        return left.stream()
                .filter(each -> !WithoutEffect.on(each, account, bounded, packing))
                .map(each -> Mistake.at(
                        "spec." + each.field(), "0", "can't be left to the cloud here; say how much, or leave it out"))
                .toList();
    }
}
