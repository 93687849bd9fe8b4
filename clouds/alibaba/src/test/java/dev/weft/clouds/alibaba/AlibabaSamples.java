// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.alibaba;

import com.aliyun.fc20230330.Client;
import com.aliyun.teaopenapi.models.Config;
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

/** Documents and clients that several tests use. */
final class AlibabaSamples {
    static final Map<String, String> ENVIRONMENT =
            Map.of("ALIBABA_CLOUD_ACCESS_KEY_ID", FakeFc.KEY, "ALIBABA_CLOUD_ACCESS_KEY_SECRET", FakeFc.SECRET);

    private AlibabaSamples() {}

    static Cloud cloud(@Nullable URI endpoint) {
        return cloud(endpoint, Map.of("account", "1234567890123456"));
    }

    static Cloud cloud(@Nullable URI endpoint, Map<String, String> account) {
        return new Cloud(
                new Metadata("hangzhou", "default", Map.of(), Map.of()),
                new Cloud.Spec(Cloud.Type.ALIBABA, "eu-central-1", endpoint, Map.of(), null, account, null, null));
    }

    static Client client(FakeFc fake) throws Exception {
        return new Client(new Config()
                .setAccessKeyId(FakeFc.KEY)
                .setAccessKeySecret(FakeFc.SECRET)
                .setEndpoint(fake.authority())
                .setProtocol("http"));
    }

    /** {@code base} with what else a document may say. */
    static Function with(
            Function base, Map<String, String> labels, Map<String, String> annotations, Map<String, String> env) {
        Function.Spec spec = base.spec();
        return new Function(
                new Metadata(base.name(), "default", labels, annotations),
                copy(spec, spec.code(), spec.memory(), spec.timeout(), env));
    }

    /** {@code base} with other code. */
    static Function with(Function base, Function.Code code) {
        Function.Spec spec = base.spec();
        return new Function(base.metadata(), copy(spec, code, spec.memory(), spec.timeout(), spec.env()));
    }

    static Function larger(Function base) {
        Function.Spec spec = base.spec();
        return new Function(
                base.metadata(), copy(spec, spec.code(), Quantity.parse("512Mi"), Duration.ofSeconds(20), spec.env()));
    }

    private static Function.Spec copy(
            Function.Spec spec, Function.Code code, Quantity memory, Duration timeout, Map<String, String> env) {
        return new Function.Spec(
                spec.contract(),
                spec.runtime(),
                code,
                spec.handler(),
                spec.command(),
                memory,
                timeout,
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
                Function.Spec.Unsaid.HOPS);
    }

    static Function node(String name) {
        return SampleFunction.handler(name, Function.Contract.ALIBABA_FC, "nodejs20", "index.handler")
                .function();
    }
}
