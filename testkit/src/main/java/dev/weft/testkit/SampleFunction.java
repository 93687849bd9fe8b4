// SPDX-License-Identifier: Apache-2.0
package dev.weft.testkit;

import dev.weft.api.resource.Function;
import dev.weft.api.resource.Metadata;
import dev.weft.api.resource.Quantity;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A function as a document would make it, with the few values a test cares about. */
public record SampleFunction(
        String name,
        Function.Contract contract,
        @Nullable String runtime,
        @Nullable String handler,
        List<String> command,
        Duration timeout,
        int concurrency,
        int minInstances,
        int maxInstances,
        Duration idleTimeout,
        String memory) {
    /** One that is started by {@code command} and serves HTTP. */
    public static SampleFunction http(String name, String... command) {
        return new SampleFunction(
                name,
                Function.Contract.HTTP,
                null,
                null,
                List.of(command),
                Duration.ofSeconds(10),
                80,
                0,
                10,
                Duration.ofMinutes(5),
                "256Mi");
    }

    /** One whose vendor's runtime calls a handler. */
    public static SampleFunction handler(
            String name, Function.Contract contract, @Nullable String runtime, @Nullable String handler) {
        return new SampleFunction(
                name,
                contract,
                runtime,
                handler,
                List.of(),
                Duration.ofSeconds(10),
                1,
                0,
                10,
                Duration.ofMinutes(5),
                "256Mi");
    }

    /** With another timeout. */
    public SampleFunction timeout(Duration other) {
        return new SampleFunction(
                name,
                contract,
                runtime,
                handler,
                command,
                other,
                concurrency,
                minInstances,
                maxInstances,
                idleTimeout,
                memory);
    }

    /** With other numbers of calls and instances. */
    public SampleFunction scale(int callsAtOnce, int least, int most) {
        return new SampleFunction(
                name, contract, runtime, handler, command, timeout, callsAtOnce, least, most, idleTimeout, memory);
    }

    /** With another time until an unused instance ends. */
    public SampleFunction idle(Duration other) {
        return new SampleFunction(
                name,
                contract,
                runtime,
                handler,
                command,
                timeout,
                concurrency,
                minInstances,
                maxInstances,
                other,
                memory);
    }

    /** With another memory limit, as a document writes it. */
    public SampleFunction memory(String other) {
        return new SampleFunction(
                name,
                contract,
                runtime,
                handler,
                command,
                timeout,
                concurrency,
                minInstances,
                maxInstances,
                idleTimeout,
                other);
    }

    /** The document. */
    public Function function() {
        return new Function(
                new Metadata(name, "default", Map.of(), Map.of()),
                new Function.Spec(
                        contract,
                        runtime,
                        new Function.Code(".", null, null, null),
                        handler,
                        command,
                        Quantity.parse(memory),
                        timeout,
                        Map.of(),
                        concurrency,
                        minInstances,
                        maxInstances,
                        idleTimeout,
                        false,
                        Function.Payload.MAPPED,
                        Function.AppProtocol.HTTP,
                        new Function.Placement(
                                Function.Strategy.FAILOVER,
                                List.of(new Function.Placement.Choice("here", 1)),
                                Map.of()),
                        List.of(),
                        Function.Architecture.AMD64,
                        false,
                        null,
                        null,
                        Function.Spec.Unsaid.HOPS));
    }
}
