// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.oracle.account;

import dev.weft.api.account.Artifact;
import dev.weft.api.account.Ownership;
import dev.weft.api.account.Packing;
import dev.weft.api.account.Wanted;
import dev.weft.api.resource.Cloud;
import dev.weft.api.resource.Function;
import dev.weft.api.resource.Metadata;
import dev.weft.api.resource.Quantity;
import dev.weft.testkit.Copy;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Documents and artifacts for the tests of both accounts. */
final class Samples {
    static final Packing IMAGE =
            new Packing(Packing.Form.IMAGE, "", Map.of(), List.of("node", "func.js"), Map.of(), "", "");

    private Samples() {}

    /** What tests change of a function. */
    record Parts(
            long mebibytes,
            Duration timeout,
            Duration idle,
            int minInstances,
            Map<String, String> env,
            Map<String, String> labels,
            Function.Contract contract,
            @Nullable String runtime,
            @Nullable String handler) {
        Parts memory(long other) {
            return new Parts(other, timeout, idle, minInstances, env, labels, contract, runtime, handler);
        }

        Parts timeout(Duration other) {
            return new Parts(mebibytes, other, idle, minInstances, env, labels, contract, runtime, handler);
        }

        Parts idle(Duration other) {
            return new Parts(mebibytes, timeout, other, minInstances, env, labels, contract, runtime, handler);
        }

        Parts minInstances(int other) {
            return new Parts(mebibytes, timeout, idle, other, env, labels, contract, runtime, handler);
        }

        Parts env(Map<String, String> other) {
            return new Parts(mebibytes, timeout, idle, minInstances, other, labels, contract, runtime, handler);
        }

        Parts labels(Map<String, String> other) {
            return new Parts(mebibytes, timeout, idle, minInstances, env, other, contract, runtime, handler);
        }

        Parts contract(Function.Contract other) {
            return new Parts(mebibytes, timeout, idle, minInstances, env, labels, other, runtime, handler);
        }

        Parts code(@Nullable String otherRuntime, @Nullable String otherHandler) {
            return new Parts(mebibytes, timeout, idle, minInstances, env, labels, contract, otherRuntime, otherHandler);
        }
    }

    static Function function(String name, UnaryOperator<Parts> change) {
        Parts parts = change.apply(new Parts(
                256,
                Duration.ofSeconds(10),
                Duration.ofMinutes(5),
                0,
                Map.of("CURRENCY", "EUR-and-a-secret"),
                Map.of("team", "shop"),
                Function.Contract.FN,
                "node20",
                null));
        return new Function(
                new Metadata(name, "default", parts.labels(), Map.of()),
                new Function.Spec(
                        parts.contract(),
                        parts.runtime(),
                        new Function.Code("./code", null, null, null),
                        parts.handler(),
                        List.of(),
                        new Quantity(parts.mebibytes() << 20),
                        parts.timeout(),
                        parts.env(),
                        80,
                        parts.minInstances(),
                        10,
                        parts.idle(),
                        false,
                        Function.Payload.MAPPED,
                        Function.AppProtocol.HTTP,
                        new Function.Placement(
                                Function.Strategy.FAILOVER,
                                List.of(new Function.Placement.Choice("there", 1)),
                                Map.of()),
                        List.of(),
                        Function.Architecture.AMD64,
                        false,
                        null,
                        null,
                        Function.Spec.Unsaid.HOPS));
    }

    /** The same for other processors. */
    static Function.Spec arm(Function.Spec spec) {
        return Copy.with(spec, "architecture", Function.Architecture.ARM64);
    }

    static Wanted wanted(Function function) {
        return new Wanted(
                "shop",
                function,
                function.name(),
                image("fra.ocir.io/ns/" + function.name(), "code"),
                function.spec().env());
    }

    /** An image as Weft makes it of a folder, whose tag and digest follow from {@code content}. */
    static Artifact.Image image(String repository, String content) {
        String hash = Ownership.hash(content.getBytes(StandardCharsets.UTF_8));
        return new Artifact.Image(
                repository + ":weft-" + hash + "@sha256:" + hash + "0".repeat(64 - hash.length()), hash);
    }

    /** A folder with a function for Node.js and what stands for its FDK. */
    static void writeNode(Path folder, String answer) throws IOException {
        Files.createDirectories(folder.resolve("node_modules/@fnproject/fdk"));
        Files.writeString(
                folder.resolve("func.js"),
                "const fdk = require('@fnproject/fdk');\nfdk.handle(() => '" + answer + "');\n");
    }

    static Cloud cloud(Cloud.Type type, @Nullable String region, @Nullable URI endpoint, Map<String, String> account) {
        return new Cloud(
                new Metadata("there", "default", Map.of(), Map.of()),
                new Cloud.Spec(type, region, endpoint, Map.of(), null, account, null, null));
    }
}
