// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.contracts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.adapters.Adapters;
import dev.weft.adapters.Target;
import dev.weft.api.Call;
import dev.weft.api.Headers;
import dev.weft.api.LogLine;
import dev.weft.api.Outcome;
import dev.weft.api.account.CloudAccount.Packed;
import dev.weft.api.account.Packing;
import dev.weft.api.resource.Function;
import dev.weft.api.spi.FunctionCloud;
import dev.weft.api.spi.Place;
import dev.weft.testkit.Caller;
import dev.weft.testkit.SampleFunction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Every pair of code and cloud: packaged as for the cloud, run on its contract host, held to what the code does on its own. */
class AdaptersIT {
    private static final byte[] ADA = "{\"who\":\"ada\"}".getBytes(StandardCharsets.UTF_8);
    private static final byte[] FAIL = "{\"who\":\"bob\",\"fail\":true}".getBytes(StandardCharsets.UTF_8);
    private static final byte[] BYTES = new byte[100_000];

    static {
        for (int i = 0; i < BYTES.length; i++) {
            BYTES[i] = (byte) (i * 31 + i / 256);
        }
    }

    private static final Set<Adapters.Pair> PASSED = ConcurrentHashMap.newKeySet();

    @TempDir
    Path folder;

    @AfterAll
    static void write() {
        if (Boolean.getBoolean(ContractsPage.REGENERATE)) {
            AdaptersPage.write(PASSED);
        }
    }

    static List<Adapters.Pair> pairs() {
        String only = System.getProperty("weft.adapters.only", ".*");
        return Adapters.pairs().stream()
                .filter(each -> each.toString().matches(only))
                .toList();
    }

    /** All of Node.js and of Lambda handlers; of other code in Python and Java what differs: that code's half on Lambda and Knative. */
    private static boolean everyDay(Adapters.Pair pair) {
        boolean lambda = pair.contract() == Function.Contract.AWS_LAMBDA;
        return switch (pair.language()) {
            case "Node.js" -> true;
            case "Python" ->
                lambda
                        || pair.target() == Target.AWS
                        || pair.target() == Target.KNATIVE
                        || (pair.target() == Target.GOOGLE && pair.contract() == Function.Contract.HTTP);
            default ->
                lambda
                        || (pair.target() == Target.AWS && pair.contract() == Function.Contract.HTTP)
                        || (pair.target() == Target.KNATIVE
                                && Set.of(
                                                Function.Contract.FN,
                                                Function.Contract.GOOGLE_FUNCTIONS,
                                                Function.Contract.OPENWHISK)
                                        .contains(pair.contract()));
        };
    }

    static List<Adapters.Pair> everyDays() {
        return pairs().stream().filter(AdaptersIT::everyDay).toList();
    }

    static List<Adapters.Pair> others() {
        return pairs().stream().filter(each -> !everyDay(each)).toList();
    }

    @ParameterizedTest
    @MethodSource("everyDays")
    void codeDoesOnTheTargetWhatItDoesOnItsOwn(Adapters.Pair pair) {
        compare(pair);
    }

    @Tag("system")
    @ParameterizedTest
    @MethodSource("others")
    void andSoDoesTheRest(Adapters.Pair pair) {
        compare(pair);
    }

    private void compare(Adapters.Pair pair) {
        try (EngineUnderTest under = new EngineUnderTest(folder)) {
            AdapterSamples samples = new AdapterSamples(under);
            SampleFunction sample = samples.write(pair.contract(), pair.language());
            Path code = samples.code(pair.contract(), pair.language());
            Packing packing = packing(sample.function(), code, pair.target());
            Path packed = AdapterSamples.packed(code, packing, folder.resolve("packed"));

            Place own = place(under, sample, code, Map.of());
            Said wanted = new Said(exchanges(under, own, pair), events(under, own));
            SampleFunction web = AdapterSamples.on(pair.target(), packing, false);
            SampleFunction queue = AdapterSamples.on(pair.target(), packing, true);
            List<Caller.Heard> exchanges = exchanges(under, place(under, web, packed, packing.env()), pair);
            List<Caller.Heard> events = events(under, place(under, queue, packed, packing.env()));

            same(pair, new Said(exchanges, events), wanted);
            printed(under, List.of("out ada", "err ada"));
            if (tellsItsLogOnly(pair)) {
                printed(under, List.of("out of stock"));
            }
            PASSED.add(pair);
        }
    }

    /** Why a function failed: the caller does not hear it. */
    private static boolean tellsItsLogOnly(Adapters.Pair pair) {
        boolean fdk = pair.contract() == Function.Contract.FN && pair.language().equals("Java");
        return fdk || framework(pair) || (pair.target() == Target.FN && pair.contract() != Function.Contract.FN);
    }

    /** Google's for Python answers every error in Flask's words. */
    private static boolean framework(Adapters.Pair pair) {
        return pair.contract() == Function.Contract.GOOGLE_FUNCTIONS
                && pair.language().equals("Python");
    }

    /** What came back of exchanges and of events. */
    private record Said(List<Caller.Heard> exchanges, List<Caller.Heard> events) {}

    private static void same(Adapters.Pair pair, Said is, Said wanted) {
        Caller.Heard greeted = is.exchanges.getFirst();
        Caller.Heard hello = wanted.exchanges.getFirst();
        assertThat(hello.status()).as("itself: %s", hello).isEqualTo(201);
        assertThat(greeted.status()).as("%s", greeted).isEqualTo(201);
        assertThat(greeted.text()).isEqualTo(hello.text()).isEqualTo("hello ada by POST /greet");
        assertThat(fields(greeted).first("content-type")).startsWith("text/plain");
        assertThat(fields(greeted).first("x-mine")).isEqualTo("yes");
        assertThat(fields(greeted).all("set-cookie")).containsExactly("a=b", "c=d");

        Caller.Heard echoed = is.exchanges.get(1);
        assertThat(echoed.status()).as("%s", echoed).isEqualTo(200);
        assertThat(fields(echoed).first("content-type")).isEqualTo("application/octet-stream");
        assertThat(Arrays.equals(echoed.body(), BYTES)).isTrue();

        if (!tellsItsLogOnly(pair)) {
            assertThat(words(is.exchanges.get(2))).as("%s", is.exchanges.get(2)).contains("out of stock");
        }
        assertThat(failed(is.exchanges.get(2))).isTrue();

        assertThat(json(wanted.events.getFirst())).as("itself").isEqualTo("{\"hello\":\"ada\"}");
        assertThat(json(is.events.getFirst())).as("%s", is.events.getFirst()).isEqualTo("{\"hello\":\"ada\"}");
        assertThat(failed(is.events.get(1))).as("%s", is.events.get(1)).isTrue();
        // which tell the log why
        if (pair.contract() != Function.Contract.FN && pair.target() != Target.FN && !framework(pair)) {
            assertThat(words(is.events.get(1))).as("%s", is.events.get(1)).contains("out of stock");
        }
    }

    private static Packing packing(Function function, Path code, Target target) {
        Packed packed = Adapters.packing(function, code, target);
        assertThat(packed).isInstanceOf(Packed.As.class);
        return ((Packed.As) packed).packing();
    }

    private static Place place(EngineUnderTest under, SampleFunction sample, Path code, Map<String, String> env) {
        Function function = GoogleOnEngine.with(sample.function(), env);
        under.cloud.deploy(new FunctionCloud.Deployment(function, code, env));
        return under.cloud.place("greeter");
    }

    private static Caller caller(EngineUnderTest under) {
        return new Caller(under.loop(), InstantSource.system().instant());
    }

    private static List<Caller.Heard> exchanges(EngineUnderTest under, Place place, Adapters.Pair pair) {
        return List.of(
                call(under, place, pair, caller(under).exchange("/greet", ADA)),
                call(under, place, pair, caller(under).exchange("/echo", BYTES, "application/octet-stream")),
                call(under, place, pair, caller(under).exchange("/greet", FAIL)));
    }

    private static Caller.Heard call(EngineUnderTest under, Place place, Adapters.Pair pair, Call.Exchange plain) {
        if (pair.contract() != Function.Contract.CLOUDEVENTS) {
            return caller(under).call(place, plain);
        }
        Call.Exchange event = CloudEventsContractIT.binary(plain);
        Headers marked =
                Headers.builder().addAll(event.headers()).add("x-web", "yes").build();
        return caller(under).call(place, new Call.Exchange(event.context(), event.line(), marked, event.body()));
    }

    private static List<Caller.Heard> events(EngineUnderTest under, Place place) {
        return List.of(
                caller(under).call(place, caller(under).event(ADA)),
                caller(under).call(place, caller(under).event(FAIL)));
    }

    private static Headers fields(Caller.Heard heard) {
        return heard.outcome() instanceof Outcome.Response response ? response.headers() : Headers.none();
    }

    private static boolean failed(Caller.Heard heard) {
        return heard.outcome() instanceof Outcome.Failure || heard.status() >= 500;
    }

    private static String words(Caller.Heard heard) {
        return heard.outcome() instanceof Outcome.Failure failure
                ? failure.message() + new String(failure.payload(), StandardCharsets.UTF_8) + failure.logTail()
                : heard.text();
    }

    private static String json(Caller.Heard heard) {
        try {
            JsonNode read = JsonMapper.shared().readTree(heard.body());
            return read.toString();
        } catch (JacksonException notJson) {
            return heard.text();
        }
    }

    private static void printed(EngineUnderTest under, List<String> wanted) {
        long until = System.nanoTime() + Duration.ofSeconds(5).toNanos();
        while (true) {
            List<String> lines = under.cloud.logs("greeter", 1000).stream()
                    .map(LogLine::text)
                    .toList();
            if (wanted.stream().allMatch(word -> lines.stream().anyMatch(each -> each.contains(word)))) {
                return;
            }
            assertThat(System.nanoTime()).as("found only %s", lines).isLessThan(until);
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20));
        }
    }
}
