// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.azure.account;

import dev.weft.api.account.CloudAccount;
import dev.weft.api.account.Packing;
import dev.weft.api.account.Progress;
import dev.weft.api.account.Seen;
import dev.weft.api.account.Wanted;
import dev.weft.api.resource.Cloud;
import dev.weft.api.resource.Function;
import dev.weft.api.resource.Metadata;
import dev.weft.api.resource.Quantity;
import dev.weft.api.rest.RestRequest;
import dev.weft.testkit.Archives;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Functions and clouds for tests. */
final class SampleApps {
    static final String VALUE = "a-value-that-nobody-may-ever-see";

    private SampleApps() {}

    /** What is particular about a function. */
    record Wish(
            Function.Contract contract,
            @Nullable String runtime,
            @Nullable String handler,
            long memoryBytes,
            Duration time,
            Map<String, String> env,
            Map<String, String> labels,
            int minInstances,
            int maxInstances,
            Function.Architecture architecture) {
        static final Wish USUAL = new Wish(
                Function.Contract.AZURE_FUNCTIONS,
                "custom",
                null,
                256L << 20,
                Duration.ofSeconds(10),
                Map.of("GREETING", VALUE),
                Map.of(),
                0,
                10,
                Function.Architecture.AMD64);

        Wish timeout(long seconds) {
            return time(Duration.ofSeconds(seconds));
        }

        Wish time(Duration other) {
            return new Wish(
                    contract,
                    runtime,
                    handler,
                    memoryBytes,
                    other,
                    env,
                    labels,
                    minInstances,
                    maxInstances,
                    architecture);
        }

        Wish runtime(String other) {
            return new Wish(
                    contract, other, handler, memoryBytes, time, env, labels, minInstances, maxInstances, architecture);
        }

        Wish contract(Function.Contract other) {
            return new Wish(
                    other, runtime, handler, memoryBytes, time, env, labels, minInstances, maxInstances, architecture);
        }

        Wish memory(long mebibytes) {
            return new Wish(
                    contract,
                    runtime,
                    handler,
                    mebibytes << 20,
                    time,
                    env,
                    labels,
                    minInstances,
                    maxInstances,
                    architecture);
        }

        Wish instances(int min, int max) {
            return new Wish(contract, runtime, handler, memoryBytes, time, env, labels, min, max, architecture);
        }

        Wish arm() {
            return new Wish(
                    contract,
                    runtime,
                    handler,
                    memoryBytes,
                    time,
                    env,
                    labels,
                    minInstances,
                    maxInstances,
                    Function.Architecture.ARM64);
        }

        Wish env(String name, String value) {
            Map<String, String> more = new HashMap<>(env);
            more.put(name, value);
            return new Wish(
                    contract,
                    runtime,
                    handler,
                    memoryBytes,
                    time,
                    more,
                    labels,
                    minInstances,
                    maxInstances,
                    architecture);
        }

        Wish label(String name, String value) {
            Map<String, String> more = new HashMap<>(labels);
            more.put(name, value);
            return new Wish(
                    contract, runtime, handler, memoryBytes, time, env, more, minInstances, maxInstances, architecture);
        }
    }

    static Function function(String name, Wish wish) {
        return new Function(
                new Metadata(name, "default", wish.labels(), Map.of()),
                new Function.Spec(
                        wish.contract(),
                        wish.runtime(),
                        new Function.Code("app", null, null, null),
                        wish.handler(),
                        List.of(),
                        new Quantity(wish.memoryBytes()),
                        wish.time(),
                        wish.env(),
                        80,
                        wish.minInstances(),
                        wish.maxInstances(),
                        Duration.ofMinutes(5),
                        false,
                        Function.Payload.MAPPED,
                        Function.AppProtocol.HTTP,
                        new Function.Placement(
                                Function.Strategy.FAILOVER,
                                List.of(new Function.Placement.Choice("azure-eu", 1)),
                                Map.of()),
                        List.of(),
                        wish.architecture(),
                        false,
                        null,
                        null,
                        Function.Spec.Unsaid.HOPS));
    }

    static Cloud cloud(URI endpoint, Map<String, String> more) {
        Map<String, String> account = new HashMap<>(Map.of(
                "subscription", FakeAzure.SUBSCRIPTION,
                "resourceGroup", FakeAzure.GROUP,
                "storageAccount", FakeAzure.STORAGE));
        account.putAll(more);
        return new Cloud(
                new Metadata("azure-eu", "default", Map.of(), Map.of()),
                new Cloud.Spec(Cloud.Type.AZURE, "westeurope", endpoint, Map.of(), null, account, null, null));
    }

    /** A custom handler with one HTTP function, and enough bytes that no other request has as many. */
    static void write(Path folder, String answer) throws IOException {
        Files.createDirectories(folder.resolve("hello"));
        Files.writeString(
                folder.resolve("host.json"),
                "{\"version\": \"2.0\", \"customHandler\": {\"description\": {\"defaultExecutablePath\": \"handler\"}}}");
        Files.writeString(
                folder.resolve("hello/function.json"),
                "{\"bindings\": [{\"type\": \"httpTrigger\", \"direction\": \"in\", \"name\": \"req\"},"
                        + " {\"type\": \"http\", \"direction\": \"out\", \"name\": \"res\"}]}");
        Path handler = folder.resolve("handler");
        Files.writeString(handler, "#!/bin/sh\n");
        Files.writeString(folder.resolve("answer.txt"), answer);
        byte[] noise = new byte[30_000];
        new Random(1).nextBytes(noise);
        Files.write(folder.resolve("noise.bin"), noise);
    }

    /** Deploys app {@code one} of application shop as {@code wish} says, upon {@code before}. */
    static Seen apply(CloudAccount account, Path scratch, Wish wish, String answer, @Nullable Seen before)
            throws IOException {
        Path folder = Files.createTempDirectory(scratch, "one");
        write(folder, answer);
        Function function = function("one", wish);
        Packing packing = ((CloudAccount.Packed.As) account.pack(function, folder)).packing();
        Wanted wanted = new Wanted(
                "shop",
                function,
                "one",
                Archives.pack(folder, packing, Files.createTempFile(scratch, "artifact", ".zip")),
                function.spec().env());
        return account.apply(wanted, packing, before, Progress.NONE);
    }

    /** Azure reads settings and keys by POST, and so are tokens asked for. */
    static boolean reads(RestRequest request) {
        String path = request.uri().getPath().toLowerCase(Locale.ROOT);
        return path.endsWith("/list") || path.endsWith("/listkeys") || path.endsWith("/token");
    }
}
