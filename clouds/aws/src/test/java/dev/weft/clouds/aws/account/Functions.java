// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.aws.account;

import dev.weft.api.resource.Cloud;
import dev.weft.api.resource.Function;
import dev.weft.api.resource.Metadata;
import dev.weft.api.resource.Quantity;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Documents that tests use. */
final class Functions {
    static final String REGION = "eu-west-1";

    static final Map<String, String> ENVIRONMENT = Map.of(
            "AWS_ACCESS_KEY_ID", Moto.KEY,
            "AWS_SECRET_ACCESS_KEY", Moto.SECRET,
            "AWS_EC2_METADATA_DISABLED", "true");

    private Functions() {}

    static Cloud cloud(@Nullable URI endpoint, Map<String, String> account) {
        Map<String, String> all = new HashMap<>(account);
        all.putIfAbsent("role", Moto.ROLE);
        return new Cloud(
                new Metadata("aws-eu", "default", Map.of(), Map.of()),
                new Cloud.Spec(Cloud.Type.AWS, REGION, endpoint, Map.of(), null, all, null, null));
    }

    static Function node(String name, Path folder, String answer) throws IOException {
        Files.writeString(folder.resolve("index.mjs"), "export const handler = async () => '%s';\n".formatted(answer));
        return with(
                new Function(new Metadata(name, "default", Map.of("team", "shop"), Map.of()), new Spec().made()),
                spec -> {});
    }

    /** The same function with some of its fields changed. */
    static Function with(Function function, Consumer<Spec> change) {
        Spec spec = Spec.of(function.spec());
        change.accept(spec);
        return new Function(function.metadata(), spec.made());
    }

    static Function labelled(Function function, Map<String, String> labels) {
        return new Function(new Metadata(function.name(), "default", labels, Map.of()), function.spec());
    }

    /** The fields that tests change. */
    static final class Spec {
        Function.Contract contract = Function.Contract.AWS_LAMBDA;

        @Nullable
        String runtime = "nodejs20";

        Function.Code code = new Function.Code(".", null, null, null);

        @Nullable
        String handler = "index.handler";

        long memory = 256L << 20;
        Duration timeout = Duration.ofSeconds(10);
        Map<String, String> env = Map.of("CURRENCY", "currency-that-nobody-may-see");
        int minInstances;
        int maxInstances = 10;
        Function.Payload payload = Function.Payload.MAPPED;
        Function.Architecture architecture = Function.Architecture.AMD64;

        static Spec of(Function.Spec from) {
            Spec spec = new Spec();
            spec.contract = from.contract();
            spec.runtime = from.runtime();
            spec.code = from.code();
            spec.handler = from.handler();
            spec.memory = from.memory().bytes();
            spec.timeout = from.timeout();
            spec.env = from.env();
            spec.minInstances = from.minInstances();
            spec.maxInstances = from.maxInstances();
            spec.payload = from.payload();
            spec.architecture = from.architecture();
            return spec;
        }

        Function.Spec made() {
            return new Function.Spec(
                    contract,
                    runtime,
                    code,
                    handler,
                    List.of(),
                    new Quantity(memory),
                    timeout,
                    env,
                    80,
                    minInstances,
                    maxInstances,
                    Duration.ofMinutes(5),
                    false,
                    payload,
                    Function.AppProtocol.HTTP,
                    new Function.Placement(
                            Function.Strategy.FAILOVER, List.of(new Function.Placement.Choice("aws-eu", 1)), Map.of()),
                    List.of(),
                    architecture,
                    false,
                    null,
                    null,
                    Function.Spec.Unsaid.HOPS);
        }
    }
}
