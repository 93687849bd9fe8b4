// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.knative;

import dev.weft.api.resource.Cloud;
import dev.weft.api.resource.Function;
import dev.weft.api.resource.Metadata;
import dev.weft.api.resource.Quantity;
import dev.weft.testkit.SampleFunction;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Documents that several tests use. */
final class KnativeSamples {
    private KnativeSamples() {}

    static Cloud cloud(@Nullable URI endpoint, Map<String, String> options) {
        return new Cloud(
                new Metadata("cellar", "default", Map.of(), Map.of()),
                new Cloud.Spec(Cloud.Type.KNATIVE, null, endpoint, Map.of(), null, options, null, null));
    }

    static Function function(String name, String image) {
        return with(
                SampleFunction.http(name).function(),
                image,
                Map.of("team", "shop"),
                Map.of("GREETING", "a value that nobody else may see"));
    }

    static Function with(Function base, String image, Map<String, String> labels, Map<String, String> env) {
        return copy(
                base,
                image,
                labels,
                env,
                new Size(base.spec().memory(), base.spec().timeout()));
    }

    static Function larger(Function base) {
        return copy(
                base,
                base.spec().code().image(),
                Map.of("stage", "test"),
                base.spec().env(),
                new Size(Quantity.parse("1024Mi"), Duration.ofSeconds(20)));
    }

    private record Size(Quantity memory, Duration timeout) {}

    private static Function copy(
            Function base, @Nullable String image, Map<String, String> labels, Map<String, String> env, Size size) {
        Function.Spec spec = base.spec();
        return new Function(
                new Metadata(base.name(), "default", labels, Map.of()),
                new Function.Spec(
                        spec.contract(),
                        spec.runtime(),
                        new Function.Code(null, null, null, image),
                        spec.handler(),
                        spec.command(),
                        size.memory(),
                        size.timeout(),
                        env,
                        spec.concurrency(),
                        spec.minInstances(),
                        spec.maxInstances(),
                        spec.idleTimeout(),
                        spec.idempotent(),
                        spec.payload(),
                        spec.appProtocol(),
                        spec.placement(),
                        List.of(),
                        spec.architecture(),
                        false,
                        null,
                        null,
                        Function.Spec.Unsaid.HOPS));
    }
}
