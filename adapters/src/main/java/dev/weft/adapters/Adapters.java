// SPDX-License-Identifier: Apache-2.0
package dev.weft.adapters;

import dev.weft.api.Mistake;
import dev.weft.api.account.CloudAccount.Packed;
import dev.weft.api.account.Packing;
import dev.weft.api.resource.Function;
import dev.weft.api.resource.Spelling;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Packages code for the cloud of another contract than its own. */
public final class Adapters {
    /** Files that are added lie in this folder, but for those that a cloud wants at the root. */
    static final String FOLDER = "weft_adapter/";

    private Adapters() {}

    /** How {@code function}'s code in {@code code} runs on {@code target}, or what keeps it from that. Pure but for looking into the folder. */
    public static Packed packing(Function function, Path code, Target target) {
        Function.Contract contract = function.spec().contract();
        if (target.owns(contract)) {
            throw new IllegalArgumentException(target + " runs contract " + contract + " itself");
        }
        return switch (SourceReader.read(function, code)) {
            case Source.Read.Not(Mistake mistake) ->
                new Packed.Not(List.of(
                        mistake.message().isEmpty()
                                ? Mistake.at(mistake.field(), mistake.value(), refused(contract, target))
                                : mistake));
            case Source.Read.Is(Source source) -> adapted(function, code, source, target);
        };
    }

    /**
     * One pair that runs.
     *
     * @param language what the code is written in, for people
     */
    public record Pair(Function.Contract contract, String language, Target target) {}

    /** Every pair that runs: all of them are, in tests, on the target's own contract host. */
    public static List<Pair> pairs() {
        return Stream.of(Function.Contract.values())
                .flatMap(contract -> Stream.of(Source.Language.values()).flatMap(language -> Stream.of(Target.values())
                        .filter(target -> !target.owns(contract))
                        .map(target -> new Pair(contract, language.title(), target))))
                .toList();
    }

    private static Packed adapted(Function function, Path code, Source source, Target target) {
        Function.Contract contract = function.spec().contract();
        if (source.language() == Source.Language.JAVA && target == Target.GOOGLE) {
            String beside = JavaCode.builtInstead(code);
            if (beside != null) {
                return new Packed.Not(List.of(Mistake.at(
                        "spec.code.path",
                        beside,
                        "Google's build would take it for the function; put jars into folder lib, and give the folder of"
                                + " the compiled classes")));
            }
        }
        AddedFiles files = new AddedFiles(function, code, source, target);
        Map<String, byte[]> added = files.all();
        Entry entry = Entry.of(source, target);
        String adapter = "%s (%s) behind %s"
                .formatted(Spelling.Words.of(contract), source.language().title(), entry.front());
        return new Packed.As(new Packing(
                target.form(),
                adapter,
                added,
                entry.command(),
                Entry.env(source, target),
                entry.handler(),
                entry.runtime()));
    }

    private static String refused(Function.Contract contract, Target target) {
        String others = Stream.of(Target.values())
                .filter(each -> !each.owns(contract))
                .map(Target::title)
                .collect(Collectors.joining(", "));
        String runs = Stream.of(Source.Language.values())
                .map(each -> "%s runs on %s".formatted(each.title(), others))
                .collect(Collectors.joining("; "));
        return "%s does not run this code of contract %s; besides its own cloud, %s"
                .formatted(target.title(), Spelling.Words.of(contract), runs);
    }
}
