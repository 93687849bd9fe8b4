// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.Outcome;
import dev.weft.api.spi.FunctionCloud;
import dev.weft.api.spi.Place;
import dev.weft.clouds.aws.LambdaHost;
import dev.weft.testkit.Caller;
import dev.weft.testkit.SampleFunction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.OptionalLong;

/** A row of contract aws-lambda, and what its own tests share. */
abstract class LambdaOnEngine extends ContractOnEngine {
    @Override
    protected final OptionalLong bodyBytesMax() {
        return OptionalLong.of(LambdaHost.PAYLOAD_BYTES_MAX);
    }

    @Override
    protected final int binaryBytesMax() {
        return 4_000_000; // base64 makes a third more of it
    }

    final Place deployed(SampleFunction function, Path code) {
        return under.cloud.place(under.cloud
                .deploy(new FunctionCloud.Deployment(function.function(), code, Map.of("MINE", "yes")))
                .function());
    }

    final Caller.Heard event(Place place, String payload) {
        Caller caller = new Caller(loop(), now());
        return caller.call(place, caller.event(payload.getBytes(StandardCharsets.UTF_8)));
    }

    final Caller.Heard exchange(Place place, String payload) {
        Caller caller = new Caller(loop(), now());
        return caller.call(place, caller.exchange("/", payload.getBytes(StandardCharsets.UTF_8)));
    }

    static Outcome.Failure failure(Caller.Heard heard) {
        assertThat(heard.outcome()).as("%s", heard).isInstanceOf(Outcome.Failure.class);
        if (heard.outcome() instanceof Outcome.Failure failure) {
            return failure;
        }
        throw new AssertionError("not a failure: " + heard);
    }
}
