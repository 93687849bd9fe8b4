// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.ibm;

import dev.weft.api.resource.Cloud;
import dev.weft.api.resource.Function;
import dev.weft.api.resource.Metadata;
import dev.weft.api.resource.Quantity;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Documents for tests. */
public final class TestFunctions {
    private TestFunctions() {}

    /** A function with one variable. */
    public static Function of(String name, Function.Contract contract, @Nullable String runtime, Asked asked) {
        return new Function(
                new Metadata(name, "default", asked.labels(), Map.of()),
                new Function.Spec(
                        contract,
                        runtime,
                        new Function.Code(asked.image() == null ? "." : null, null, null, asked.image()),
                        null,
                        List.of(),
                        Quantity.parse(asked.memory()),
                        asked.timeout(),
                        asked.env(),
                        asked.concurrency(),
                        asked.least(),
                        10,
                        Duration.ofMinutes(5),
                        false,
                        Function.Payload.MAPPED,
                        Function.AppProtocol.HTTP,
                        new Function.Placement(
                                Function.Strategy.FAILOVER, List.of(new Function.Placement.Choice("ibm", 1)), Map.of()),
                        List.of(),
                        asked.architecture(),
                        false,
                        null,
                        null,
                        Function.Spec.Unsaid.HOPS));
    }

    /** What varies. */
    public record Asked(
            String memory,
            Duration timeout,
            Map<String, String> env,
            Map<String, String> labels,
            @Nullable String image,
            int concurrency,
            int least,
            Function.Architecture architecture) {
        /** What mostly is asked for. */
        public static Asked usual() {
            return new Asked(
                    "256Mi",
                    Duration.ofSeconds(10),
                    Map.of("CURRENCY", "a-secret-currency"),
                    Map.of(),
                    null,
                    80,
                    0,
                    Function.Architecture.AMD64);
        }

        /** Other sizes. */
        public Asked sized(String otherMemory, Duration otherTimeout) {
            return new Asked(otherMemory, otherTimeout, env, labels, image, concurrency, least, architecture);
        }

        /** Other variables. */
        public Asked with(Map<String, String> variables) {
            return new Asked(memory, timeout, variables, labels, image, concurrency, least, architecture);
        }

        /** Labels. */
        public Asked labelled(Map<String, String> others) {
            return new Asked(memory, timeout, env, others, image, concurrency, least, architecture);
        }

        /** In an image. */
        public Asked in(String otherImage) {
            return new Asked(memory, timeout, env, labels, otherImage, concurrency, least, architecture);
        }

        /** What no cloud of IBM's has. */
        public Asked odd() {
            return new Asked(memory, timeout, env, labels, image, concurrency, 1, Function.Architecture.ARM64);
        }
    }

    /** A cloud document. */
    public static Cloud cloud(
            Cloud.Type type, @Nullable URI endpoint, @Nullable String region, Map<String, String> account) {
        return new Cloud(
                new Metadata("ibm", "default", Map.of(), Map.of()),
                new Cloud.Spec(type, region, endpoint, Map.of(), null, account, null, null));
    }
}
