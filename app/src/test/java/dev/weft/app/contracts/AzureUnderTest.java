// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.Body;
import dev.weft.api.Call;
import dev.weft.api.Headers;
import dev.weft.api.Outcome;
import dev.weft.api.RequestLine;
import dev.weft.api.resource.Function;
import dev.weft.api.spi.FunctionCloud;
import dev.weft.api.spi.Place;
import dev.weft.testkit.Caller;
import dev.weft.testkit.SampleFunction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Azure functions on a real engine, called one after the other. */
final class AzureUnderTest implements AutoCloseable {
    private static final Duration LOG_MAX = Duration.ofSeconds(5);

    final EngineUnderTest under;
    private final String runtime;

    AzureUnderTest(Path folder, String runtime) {
        this.under = new EngineUnderTest(folder);
        this.runtime = runtime;
    }

    /** Adds a file to the app; the app's folder. */
    Path file(String name, String text) {
        return under.code("app", name, text);
    }

    /** The function that {@code handler} names, running. */
    Place deployed(@Nullable String handler) {
        return deployed(handler, 1);
    }

    /** The same, serving several calls at once in one instance. */
    Place deployed(@Nullable String handler, int concurrency) {
        Function function = SampleFunction.handler("shop", Function.Contract.AZURE_FUNCTIONS, runtime, handler)
                .scale(concurrency, 0, 1)
                .function();
        Path code = file(".keep", "");
        assertThat(under.engine.check(function, code)).isEmpty();
        under.cloud.deploy(new FunctionCloud.Deployment(function, code, Map.of("CURRENCY", "EUR")));
        return under.cloud.place("shop");
    }

    Caller.Heard get(Place place, String path, String... headers) {
        return request(place, "GET", path, "", headers);
    }

    Caller.Heard request(Place place, String method, String target, String body, String... headers) {
        int question = target.indexOf('?');
        RequestLine line = new RequestLine(
                method,
                question < 0 ? target : target.substring(0, question),
                question < 0 ? null : target.substring(question + 1));
        Headers fields = Headers.builder()
                .add("host", "shop.example")
                .addAll(Headers.of(headers))
                .build();
        return caller().call(
                        place,
                        new Call.Exchange(
                                caller().context(Duration.ofSeconds(20)),
                                line,
                                fields,
                                Body.of(body.getBytes(StandardCharsets.UTF_8))));
    }

    Caller.Heard event(Place place, String body, Map<String, String> attributes) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        return caller().call(
                        place,
                        new Call.Event(
                                caller().context(Duration.ofSeconds(20)),
                                "application/json",
                                attributes,
                                Body.of(bytes)));
    }

    Caller caller() {
        return new Caller(under.loop(), InstantSource.system().instant());
    }

    static JsonNode json(Caller.Heard heard) {
        assertThat(heard.body()).as("%s", heard).isNotEmpty();
        return JsonMapper.shared().readTree(heard.body());
    }

    static Outcome.Failure failure(Caller.Heard heard) {
        assertThat(heard.outcome()).as("%s", heard).isInstanceOf(Outcome.Failure.class);
        return (Outcome.Failure) java.util.Objects.requireNonNull(heard.outcome());
    }

    static Headers headers(Caller.Heard heard) {
        assertThat(heard.outcome()).as("%s", heard).isInstanceOf(Outcome.Response.class);
        return ((Outcome.Response) java.util.Objects.requireNonNull(heard.outcome())).headers();
    }

    /** Waits until the function's log has a line with each of {@code texts}. */
    void awaitLogged(String... texts) throws InterruptedException {
        long until = System.nanoTime() + LOG_MAX.toNanos();
        while (true) {
            List<String> lines = under.cloud.logs("shop", 1000).stream()
                    .map(each -> each.text())
                    .toList();
            if (List.of(texts).stream().allMatch(text -> lines.stream().anyMatch(line -> line.contains(text)))) {
                return;
            }
            assertThat(System.nanoTime()).as("found only %s", lines).isLessThan(until);
            java.util.concurrent.TimeUnit.MILLISECONDS.sleep(20);
        }
    }

    @Override
    public void close() {
        under.close();
    }
}
