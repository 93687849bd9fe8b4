// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.Body;
import dev.weft.api.Call;
import dev.weft.api.CallContext;
import dev.weft.api.Headers;
import dev.weft.api.LogLine;
import dev.weft.api.Outcome;
import dev.weft.api.RequestLine;
import dev.weft.api.resource.Function;
import dev.weft.api.resource.Metadata;
import dev.weft.api.spi.FunctionCloud;
import dev.weft.api.spi.Place;
import dev.weft.clouds.alibaba.FcLimits;
import dev.weft.testkit.Caller;
import dev.weft.testkit.SampleFunction;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What the rows of contract {@code alibaba-fc} have in common. */
abstract class AlibabaOnEngine extends ContractOnEngine {
    private static final Duration LOG_MAX = Duration.ofSeconds(10);

    @Override
    protected OptionalLong bodyBytesMax() {
        return OptionalLong.of(FcLimits.PAYLOAD_BYTES_MAX);
    }

    /** The code folder that {@link #function} writes to as well. */
    void write(String file, String text) {
        under.code("greeter", file, text);
    }

    Place deploy(SampleFunction sample, Map<String, String> annotations) {
        Function plain = sample.function();
        Function function = new Function(new Metadata(plain.name(), "default", Map.of(), annotations), plain.spec());
        FunctionCloud.Deployed deployed = under.cloud.deploy(
                new FunctionCloud.Deployment(function, under.code(plain.name(), ".weft-row", ""), Map.of()));
        return under.cloud.place(deployed.function());
    }

    Place deploy(SampleFunction sample) {
        return deploy(sample, Map.of());
    }

    Caller.Heard send(Place place, String text) {
        return caller().call(place, caller().event(text.getBytes(StandardCharsets.UTF_8)));
    }

    Caller.Heard get(Place place, String path, @Nullable String query, Headers headers) {
        return exchange(place, new RequestLine("GET", path, query), headers, "");
    }

    Caller.Heard exchange(Place place, RequestLine line, Headers headers, String body) {
        CallContext context = caller().context(Duration.ofSeconds(25));
        return caller().call(
                        place,
                        new Call.Exchange(context, line, headers, Body.of(body.getBytes(StandardCharsets.UTF_8))));
    }

    static JsonNode json(Caller.Heard heard) {
        assertThat(heard.outcome()).as("%s", heard).isNotNull().isNotInstanceOf(Outcome.Failure.class);
        return JsonMapper.shared().readTree(heard.body());
    }

    static Outcome.Failure failure(Caller.Heard heard) {
        assertThat(heard.outcome()).as("%s", heard).isInstanceOf(Outcome.Failure.class);
        if (heard.outcome() instanceof Outcome.Failure failure) {
            return failure;
        }
        throw new AssertionError("not a failure: " + heard);
    }

    static JsonNode payload(Outcome.Failure failure) {
        return JsonMapper.shared().readTree(failure.payload());
    }

    /** Waits until the log has a line that contains {@code text}; the whole log. */
    List<String> logged(String text) throws InterruptedException {
        long until = System.nanoTime() + LOG_MAX.toNanos();
        while (true) {
            List<String> lines = under.cloud.logs("greeter", 1000).stream()
                    .map(LogLine::text)
                    .toList();
            if (lines.stream().anyMatch(line -> line.contains(text))) {
                return lines;
            }
            assertThat(System.nanoTime()).as("found only %s", lines).isLessThan(until);
            TimeUnit.MILLISECONDS.sleep(20);
        }
    }
}
