// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.parity;

import dev.weft.api.Mistake;
import dev.weft.api.account.Packing;
import dev.weft.api.resource.Cloud;
import dev.weft.api.resource.Function;
import dev.weft.api.resource.Function.Contract;
import dev.weft.api.resource.Metadata;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A function as a cloud would run what was uploaded to it, as a document for this machine's engine: by that cloud's own contract,
 * whatever the code's is.
 *
 * @param web what takes exchanges
 * @param queue what takes events; mostly the same
 * @param note what differs from the cloud; empty for nothing
 */
public record HostedHere(Function web, Function queue, String note) {
    private static final Pattern VERSION = Pattern.compile("(3\\.)?([0-9]+)");

    /** Versions of languages that there may be here, the newest first, as vendors write them. */
    private static final Map<String, List<String>> VERSIONS = Map.of(
            "node", List.of("24", "22", "20", "18"),
            "python", List.of("3.14", "3.13", "3.12", "3.11", "3.10", "3.9"),
            "java", List.of("25", "21", "17", "11"));

    /** What the engine says of a document: mistakes. */
    @FunctionalInterface
    public interface Check {
        /** Empty for a function that runs here. */
        List<Mistake> of(Function function, Path files);
    }

    /** Either what runs here or what keeps it from that. */
    public sealed interface Found {
        /** It runs. */
        record Runs(HostedHere hosted) implements Found {}

        /** It does not; why. */
        record Not(String why) implements Found {}
    }

    /** {@code made} of {@code function}, whose uploaded files are in {@code files}, as {@code check} finds that it runs. */
    public static Found of(Function function, CloudArtifact.Made made, Path files, Check check) {
        if (function.spec().code().image() != null) {
            return new Found.Not(
                    "an image is the same on every cloud, so there is nothing to compare on this machine; try it for real");
        }
        Contract contract = contract(function, made);
        Packing packing = made.packing();
        if (contract == function.spec().contract() && packing.adapter().isEmpty()) {
            return checked(function, named(function, made), "", files, check);
        }
        String runtime = packing.runtime().isEmpty() ? null : packing.runtime();
        if (contract == Contract.FN) {
            runtime = "docker"; // what an image's command starts is the whole of it
        } else if (contract == Contract.HTTP) {
            runtime = null;
        }
        List<Mistake> first = List.of();
        for (String each : runtime == null ? List.of("") : candidates(runtime)) {
            Function web = as(function, made, contract, each);
            List<Mistake> mistakes = check.of(web, files);
            if (mistakes.isEmpty()) {
                boolean same = runtime == null || each.equals(runtime);
                Function queue = contract == Contract.HTTP ? as(function, made, Contract.CLOUDEVENTS, each) : web;
                String note = same ? "" : "the cloud runs " + runtime + ", this machine " + each;
                return new Found.Runs(new HostedHere(web, queue, note));
            }
            first = first.isEmpty() ? mistakes : first;
        }
        return new Found.Not("it does not run on this machine: " + first.getFirst());
    }

    private static Found checked(Function function, Function hosted, String note, Path files, Check check) {
        List<Mistake> mistakes = check.of(hosted, files);
        return mistakes.isEmpty()
                ? new Found.Runs(new HostedHere(hosted, hosted, note))
                : new Found.Not(function.name() + " does not run on this machine: " + mistakes.getFirst());
    }

    /** By which contract the cloud calls what was uploaded. */
    private static Contract contract(Function function, CloudArtifact.Made made) {
        Contract own = function.spec().contract();
        Cloud.Type type = made.document().spec().type();
        boolean adapted = !made.packing().adapter().isEmpty();
        return switch (type) {
            case AWS -> adapted ? Contract.AWS_LAMBDA : own;
            case AZURE -> adapted ? Contract.AZURE_FUNCTIONS : own;
            case GOOGLE -> adapted ? Contract.GOOGLE_FUNCTIONS : own;
            case OPENWHISK -> adapted ? Contract.OPENWHISK : own;
            case FN, OCI -> adapted ? Contract.FN : own;
            case KNATIVE, CODE_ENGINE -> adapted ? Contract.HTTP : own;
            // a server on a port is what a custom runtime is
            case ALIBABA -> adapted || own == Contract.HTTP ? Contract.ALIBABA_FC : own;
            case DOCKER, LOCAL, WEFT -> own;
        };
    }

    /** {@code runtime}, then the same language's other versions in the same spelling. */
    private static List<String> candidates(String runtime) {
        List<String> all = new ArrayList<>(List.of(runtime));
        Matcher version = VERSION.matcher(runtime);
        if (version.find()) {
            boolean dotless = version.group(1) == null; // as Google writes python311
            VERSIONS.forEach((language, versions) -> {
                if (runtime.contains(language)) {
                    versions.stream()
                            .map(each -> dotless ? each.replace(".", "") : each)
                            .map(each -> version.replaceFirst(Matcher.quoteReplacement(each)))
                            .filter(each -> !all.contains(each))
                            .forEach(all::add);
                }
            });
        }
        return all;
    }

    private static Function named(Function function, CloudArtifact.Made made) {
        Metadata own = function.metadata();
        return new Function(
                new Metadata(made.name(), own.namespace(), own.labels(), own.annotations()), function.spec());
    }

    private static Function as(
            Function function, CloudArtifact.Made made, Contract contract, @Nullable String runtime) {
        Function.Spec own = function.spec();
        Packing packing = made.packing();
        boolean server = contract == Contract.HTTP || contract == Contract.CLOUDEVENTS;
        Function.Spec spec = new Function.Spec(
                contract,
                runtime == null || runtime.isEmpty() ? null : runtime,
                own.code(),
                packing.handler().isEmpty() || contract == Contract.FN ? null : packing.handler(),
                packing.command(),
                own.memory(),
                own.timeout(),
                packing.env(),
                server ? own.concurrency() : 1,
                own.minInstances(),
                own.maxInstances(),
                own.idleTimeout(),
                own.idempotent(),
                Function.Payload.MAPPED,
                Function.AppProtocol.HTTP,
                own.placement(),
                List.of(),
                own.architecture(),
                false,
                null,
                null,
                own.maxHops());
        return named(new Function(function.metadata(), spec), made);
    }
}
