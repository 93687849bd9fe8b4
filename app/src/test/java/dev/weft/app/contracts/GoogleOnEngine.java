// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.Body;
import dev.weft.api.BodyException;
import dev.weft.api.Call;
import dev.weft.api.CloudException;
import dev.weft.api.LogLine;
import dev.weft.api.Outcome;
import dev.weft.api.resource.Function;
import dev.weft.api.spi.FunctionCloud;
import dev.weft.api.spi.Place;
import dev.weft.clouds.google.GoogleHost;
import dev.weft.testkit.Caller;
import dev.weft.testkit.Copy;
import dev.weft.testkit.SampleFunction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What Google's contract promises in every language. */
abstract class GoogleOnEngine extends ContractOnEngine {
    static final byte[] ADA = "{\"who\":\"ada\"}".getBytes(StandardCharsets.UTF_8);

    private static final Duration LOG_MAX = Duration.ofSeconds(5);

    /** The function {@code greeter} with that target. */
    protected abstract SampleFunction sample(String target);

    /** Code with the targets {@code context}, {@code event}, {@code background}, {@code throwing}, {@code streaming}. */
    protected abstract Path ownCode();

    static SampleFunction google(String runtime, String target) {
        return SampleFunction.handler("greeter", Function.Contract.GOOGLE_FUNCTIONS, runtime, target);
    }

    @Override
    protected OptionalLong bodyBytesMax() {
        return OptionalLong.of(GoogleHost.REQUEST_BYTES_MAX);
    }

    /** The functions framework's own answer. */
    @Override
    int failingStatus() {
        return 500;
    }

    @Test
    void theEnvironmentIsGoogles() {
        JsonNode env = context(Map.of()).path("env");

        assertThat(env.path("K_SERVICE").asString("")).isEqualTo("greeter");
        assertThat(env.path("K_CONFIGURATION").asString("")).isEqualTo("greeter");
        assertThat(env.path("K_REVISION").asString("")).matches("greeter-00001-[a-z]{3}");
        assertThat(env.path("FUNCTION_TARGET").asString(""))
                .isEqualTo(sample("context").handler());
        assertThat(env.path("PORT").asInt(0)).isPositive();
        assertThat(env.path("CLOUD_RUN_TIMEOUT_SECONDS").asString("")).isEqualTo("10");
        assertThat(env.path("GOOGLE_CLOUD_PROJECT").isMissingNode()).isTrue();
    }

    @Test
    void whatGoogleReservesAFunctionCanNotSet() {
        JsonNode env = context(Map.of("K_SERVICE", "mine", "COLOUR", "blue")).path("env");

        assertThat(env.path("K_SERVICE").asString("")).isEqualTo("greeter");
        assertThat(env.path("COLOUR").asString("")).isEqualTo("blue");
    }

    @Test
    void aRequestComesWithGooglesFields() {
        JsonNode headers = context(Map.of()).path("headers");

        String trace = headers.path("traceparent").asString("");
        String older = headers.path("x-cloud-trace-context").asString("");
        assertThat(older)
                .isEqualTo(trace.substring(3, 35) + '/'
                        + Long.toUnsignedString(Long.parseUnsignedLong(trace.substring(36, 52), 16)) + ";o=1");
        assertThat(headers.path("function-execution-id").asString("")).isNotEmpty();
        assertThat(headers.path("forwarded").asString("")).isEqualTo("for=\"127.0.0.1\";proto=http");
        assertThat(headers.path("host").asString("")).isEqualTo("shop.example");
    }

    @Test
    void anHttpFunctionGetsAnEventAsARequestToItsRoot() {
        Place place = deployed("context", ownCode(), Map.of());

        JsonNode seen = JsonMapper.shared()
                .readTree(
                        caller().call(place, event(Map.of("type", "shop.sold"))).text());

        assertThat(seen.path("method").asString("")).isEqualTo("POST");
        assertThat(seen.path("url").asString("")).endsWith("/");
        assertThat(seen.path("headers").path("content-type").asString("")).isEqualTo("application/json");
        assertThat(seen.path("headers").path("ce-type").asString("")).isEqualTo("shop.sold");
    }

    @Test
    void anEventsAttributesBecomeTheCloudEvents() {
        Place place = deployed("event", ownCode(), Map.of("FUNCTION_SIGNATURE_TYPE", "cloudevent"));
        Call.Event event = event(Map.of("type", "shop.sold", "source", "//shop/till", "subject", "orders/7"));

        Caller.Heard heard = caller().call(place, event);

        assertThat(heard.outcome()).as("%s", heard).isInstanceOf(Outcome.Result.class);
        assertThat(logged("event "))
                .contains(
                        "shop.sold", "//shop/till", "orders/7", event.context().id())
                .contains("ada");
    }

    @Test
    void aStructuredCloudEventPassesAsItIs() {
        Place place = deployed("event", ownCode(), Map.of("FUNCTION_SIGNATURE_TYPE", "cloudevent"));
        String whole = "{\"specversion\":\"1.0\",\"id\":\"e-1\",\"type\":\"shop.sold\",\"source\":\"//shop/till\","
                + "\"datacontenttype\":\"application/json\",\"data\":{\"who\":\"ada\"}}";
        Call.Event event = new Call.Event(
                caller().context(Duration.ofSeconds(20)),
                "application/cloudevents+json",
                Map.of(),
                Body.of(whole.getBytes(StandardCharsets.UTF_8)));

        Caller.Heard heard = caller().call(place, event);

        assertThat(heard.outcome()).as("%s", heard).isInstanceOf(Outcome.Result.class);
        assertThat(logged("event ")).contains("e-1", "shop.sold", "//shop/till", "ada");
    }

    @Test
    void aBackgroundFunctionGetsDataAndContext() {
        Place place = deployed("background", ownCode(), Map.of("FUNCTION_SIGNATURE_TYPE", "event"));
        Call.Event event = published();

        Caller.Heard heard = caller().call(place, event);

        assertThat(heard.outcome()).as("%s", heard).isInstanceOf(Outcome.Result.class);
        assertThat(logged("event ")).contains("YWRh", event.context().id(), "google.pubsub.topic.publish");
    }

    @Test
    void anExchangeWithAFunctionOfEventsIsRefused() {
        Place place = deployed("event", ownCode(), Map.of("FUNCTION_SIGNATURE_TYPE", "cloudevent"));

        Caller.Heard heard = caller().call(place, caller().exchange("/", ADA));

        assertThat(heard.failure())
                .isNotNull()
                .hasMessage("greeter has the signature cloudevent and takes events, not HTTP exchanges")
                .extracting(CloudException::kind)
                .isEqualTo(CloudException.Kind.INVALID);
    }

    @Test
    void anEventBeyondEventarcsLimitIsRefusedWithTheLimitsNumber() {
        Place place = deployed("event", ownCode(), Map.of("FUNCTION_SIGNATURE_TYPE", "cloudevent"));

        Caller.Heard heard = caller().call(place, caller().event(new byte[(int) GoogleHost.EVENT_BYTES_MAX + 1]));

        assertThat(heard.failure())
                .isNotNull()
                .hasMessageContaining(Long.toString(GoogleHost.EVENT_BYTES_MAX))
                .extracting(CloudException::kind)
                .isEqualTo(CloudException.Kind.TOO_LARGE);
    }

    @Test
    void aRequestThatStreamsBreaksOffAtTheLimit() {
        Call.Exchange whole = caller().exchange("/", new byte[(int) GoogleHost.REQUEST_BYTES_MAX + 1]);

        Caller.Heard heard =
                caller().call(deployed("context", ownCode(), Map.of()), whole.with(new OfUnknownLength(whole.body())));

        assertThat(heard.failure())
                .as("%s", heard)
                .isNotNull()
                .hasMessageContaining(Long.toString(GoogleHost.REQUEST_BYTES_MAX))
                .extracting(CloudException::kind)
                .isEqualTo(CloudException.Kind.TOO_LARGE);
    }

    @Test
    void anAnswerThatStreamsBreaksOffAtItsOwnLimit() {
        Caller.Heard heard = caller().call(deployed("streaming", ownCode(), Map.of()), caller().exchange("/", ADA));

        assertThat(heard.status()).isEqualTo(200);
        assertThat(heard.broken()).as("%s", heard).isNotNull();
        assertThat(heard.broken() == null ? null : heard.broken().reason()).isEqualTo(BodyException.Reason.TOO_LARGE);
    }

    @Test
    void severalCallsShareAnInstanceWhereTheFunctionAllowsIt() {
        Place place = deployed(sample("context").scale(40, 0, 1), ownCode(), Map.of());

        List<java.util.concurrent.CompletableFuture<Caller.Heard>> answers = java.util.stream.IntStream.range(0, 40)
                .mapToObj(_ -> caller().start(place, caller().exchange("/", ADA)))
                .toList();

        assertThat(answers)
                .allSatisfy(each -> assertThat(Caller.await(each).status()).isEqualTo(200));
        assertThat(under.cloud.instances()).hasSize(1);
    }

    private JsonNode context(Map<String, String> env) {
        Place place = deployed("context", ownCode(), env);
        return JsonMapper.shared()
                .readTree(caller().call(place, caller().exchange("/x", ADA)).text());
    }

    final Place deployed(String target, Path code, Map<String, String> env) {
        return deployed(sample(target), code, env);
    }

    private Place deployed(SampleFunction sample, Path code, Map<String, String> env) {
        under.cloud.deploy(new FunctionCloud.Deployment(with(sample.function(), env), code, env));
        return under.cloud.place("greeter");
    }

    /** With variables, which a sample has none of. */
    static Function with(Function function, Map<String, String> env) {
        return Copy.withSpec(function, "env", env);
    }

    final Call.Event event(Map<String, String> attributes) {
        return new Call.Event(caller().context(Duration.ofSeconds(20)), "application/json", attributes, Body.of(ADA));
    }

    /** What Google's Pub/Sub sends: background functions know Google's own types of event only. */
    final Call.Event published() {
        return new Call.Event(
                caller().context(Duration.ofSeconds(20)),
                "application/json",
                Map.of(
                        "type",
                        "google.cloud.pubsub.topic.v1.messagePublished",
                        "source",
                        "//pubsub.googleapis.com/projects/shop/topics/sold"),
                Body.of("{\"message\":{\"data\":\"YWRh\"}}".getBytes(StandardCharsets.UTF_8)));
    }

    /** A body whose sender did not say how long it is. */
    private record OfUnknownLength(Body whole) implements Body {
        @Override
        public long length() {
            return LENGTH_UNKNOWN;
        }

        @Override
        public void read(Body.Sink sink) {
            whole.read(sink);
        }

        @Override
        public void pause() {
            whole.pause();
        }

        @Override
        public void resume() {
            whole.resume();
        }

        @Override
        public void discard() {
            whole.discard();
        }
    }

    /** The first line of log with {@code text} in it, once it is there. */
    final String logged(String text) {
        long until = System.nanoTime() + LOG_MAX.toNanos();
        while (true) {
            List<LogLine> lines = under.cloud.logs("greeter", 1000);
            for (LogLine line : lines) {
                if (line.text().contains(text)) {
                    return line.text();
                }
            }
            assertThat(System.nanoTime()).as("found only %s", lines).isLessThan(until);
            java.util.concurrent.locks.LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }
}
