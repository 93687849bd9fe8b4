// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.six;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.app.WeftInTest;
import dev.weft.app.six.WeftCommand.Running;
import dev.weft.app.six.WeftCommand.Said;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** examples/six-clouds on clouds that are played, by the real command line: a process for each command, as a user has it. */
@Tag("system")
@Timeout(600)
class SixCloudsIT {
    private static final String SECRET = "tariff-key-that-nobody-may-ever-see";
    private static final Duration SLOW = Duration.ofMillis(400);
    private static PlayedClouds clouds;

    @TempDir
    private Path scratch;

    private WeftCommand weft;
    private ExampleCopy example;
    private Set<String> before;

    @BeforeAll
    static void start() throws Exception {
        clouds = new PlayedClouds();
    }

    @AfterAll
    static void stop() throws Exception {
        if (clouds != null) {
            clouds.close();
        }
    }

    @BeforeEach
    void fresh() throws Exception {
        Map<String, String> environment = new HashMap<>(clouds.environment(WeftCommand.home(scratch)));
        environment.put(ExampleCopy.SECRET_VARIABLE, SECRET);
        weft = new WeftCommand(scratch, environment);
        example = new ExampleCopy(scratch, clouds);
        before = clouds.there();
    }

    /** Whatever happened, all of it can be removed, others' functions stay, and no secret was ever said. */
    @AfterEach
    void nothingIsLeft() throws Exception {
        clouds.delay(Duration.ZERO);
        weft("destroy", "--yes").is(0);
        assertThat(clouds.there()).containsAll(before).noneMatch(each -> functions()
                .contains(each));
        Stores.areEmpty(clouds);
        String everything = weft.everything();
        assertThat(Stream.concat(Stream.of(SECRET, Stores.RENEWED), clouds.secrets().stream()))
                .allSatisfy(secret -> assertThat(everything).doesNotContain(secret));
    }

    /** The example's functions, as cloud/name. */
    private static Set<String> functions() {
        return Set.of(
                "aws/van",
                "azure/parcels-ship",
                "google/plane",
                "openwhisk/courier",
                "code-engine/bicycle",
                "fn/drone",
                "oci/train",
                "knative/pigeon",
                "alibaba/barge");
    }

    private Said weft(String verb, String... more) throws Exception {
        return weft(Map.of(), verb, more);
    }

    private Said weft(Map<String, String> environment, String verb, String... more) throws Exception {
        return weft.run(environment, line(verb, more));
    }

    private String[] line(String verb, String... more) {
        List<String> line = new ArrayList<>(List.of(verb));
        line.addAll(example.documents());
        line.addAll(List.of(more));
        return line.toArray(String[]::new);
    }

    private JsonNode json(Said said) {
        return JsonMapper.shared().readTree(said.out());
    }

    /** What a plan would do, as action:function. */
    private Set<String> planned(int exit) throws Exception {
        Set<String> planned = new TreeSet<>();
        json(weft("plan", "-o", "json").is(exit)).path("steps").forEach(step -> {
            if (!step.path("action").asString().equals("keep")) {
                planned.add(step.path("action").asString()
                        + ':'
                        + step.path("function").asString()
                        + ':'
                        + step.path("differences")
                                .valueStream()
                                .map(each -> each.path("setting").asString())
                                .toList()
                        + (step.path("code").asBoolean() ? "code" : ""));
            }
        });
        return planned;
    }

    @Test
    void documentsAreValidAndAccountsAreExamined() throws Exception {
        assertThat(weft.run(
                                "validate",
                                example.folder().toString(),
                                example.folder().resolve("images").toString())
                        .is(0)
                        .out())
                .contains("valid: 9 clouds, 9 functions");
        Said well = weft("doctor").is(0);
        for (String cloud : clouds.names()) {
            assertThat(well.out()).contains("cloud " + cloud);
            assertThat(weft("permissions", cloud).is(0).out()).isNotBlank();
        }
    }

    @Test
    void aWrongKeyIsToldInTheVendorsWords() throws Exception {
        Map<String, String> wrong = new HashMap<>();
        for (String cloud : clouds.names()) {
            wrong.putAll(clouds.of(cloud).wrongEnvironment(WeftCommand.home(scratch)));
        }
        Said said = weft(wrong, "doctor").is(1);
        assertThat(said.out())
                .contains(
                        "AADSTS7000215: Invalid client secret provided",
                        "Invalid JWT Signature",
                        "The supplied authentication is invalid",
                        "BXNIM0415E",
                        "The required information to complete authentication was not provided or was incorrect",
                        "Unauthorized",
                        "InvalidAccessKeyId");
        Said planned = weft(wrong, "plan").is(1);
        assertThat(planned.all()).contains("could not be read");
        assertThat(weft(wrong, "apply", "--yes").is(1).all()).contains("nothing was changed");
        assertThat(clouds.there()).isEqualTo(before);
    }

    @Test
    void fromPlanToDestroy() throws Exception {
        for (String cloud : clouds.names()) {
            clouds.of(cloud).foreign("life-of-" + cloud);
        }
        before = clouds.there();
        JsonNode plan = json(weft("plan", "-o", "json").is(2));
        assertThat(plan.path("application").asString()).isEqualTo("six-clouds");
        assertThat(plan.path("steps").valueStream().map(step -> step.path("action")
                        .asString()))
                .hasSize(9)
                .containsOnly("create");
        weft("apply", "--yes").is(0);
        assertThat(clouds.there()).containsAll(functions());
        assertThat(planned(0)).isEmpty();
        assertThat(weft("history").is(0).out()).contains("9 of 9 steps done");
        String discovered = weft("discover").is(0).out();
        assertThat(discovered).contains("six-clouds", "van", "train", "life-of-aws", "life-of-oci");

        example.each("Function", (name, spec) -> spec.put("timeout", "20s"));
        example.function("van", spec -> spec.put("memory", "512Mi"));
        assertThat(planned(2))
                .hasSize(9)
                .contains("change:van:[memory, timeout]", "change:train:[timeout]", "change:ship:[timeout]");
        weft("apply", "--yes").is(0);
        assertThat(planned(0)).isEmpty();

        example.remove("plane");
        assertThat(planned(2)).containsExactly("remove:plane:[]");
        weft("apply", "--yes").is(0);
        assertThat(clouds.there()).doesNotContain("google/plane").contains("google/life-of-google");
        assertThat(planned(0)).isEmpty();
        weft("destroy", "--yes").is(0);
        assertThat(clouds.there()).isEqualTo(before);
        assertThat(weft("destroy", "--yes").is(0).out()).contains("nothing there and nothing wanted");
    }

    @Test
    void whatIsChangedByHandIsDriftAndMendedByApply() throws Exception {
        weft("apply", "--yes").is(0);
        assertThat(weft("drift").is(0).out()).contains("nothing was changed by hand");
        for (String each : functions()) {
            String[] place = each.split("/", -1);
            clouds.of(place[0]).touch(place[1]);
        }
        Said drift = weft("drift").is(2);
        assertThat(drift.out())
                .contains("van on aws", "memory is 1024, the documents say 256", "ship on azure", "plane on google")
                .contains("courier on openwhisk", "bicycle on code-engine", "drone on fn", "train on oci")
                .contains("pigeon on knative", "barge on alibaba");
        assertThat(planned(2)).hasSize(9);
        weft("apply", "--yes").is(0);
        assertThat(weft("drift").is(0).out()).contains("nothing was changed by hand");
        assertThat(planned(0)).isEmpty();
    }

    @Test
    void aSecretIsInTheStoresAndANewOneIsAChangeOfItsNameAlone() throws Exception {
        Map<String, String> renewed = Map.of(ExampleCopy.SECRET_VARIABLE, Stores.RENEWED);
        assertThat(weft("plan").is(2).out()).contains("env.TARIFF_KEY: (secret, in the cloud's store)");
        weft("apply", "--yes").is(0);
        Stores.hold(clouds, SECRET);
        Stores.changeNothingElse(json(weft(renewed, "plan", "-o", "json").is(2)));
        weft(renewed, "apply", "--yes").is(0);
        Stores.hold(clouds, Stores.RENEWED);
        weft(renewed, "plan").is(0);
        assertThat(weft(renewed, "drift").is(0).out()).contains("nothing was changed by hand");
    }

    @Test
    void codeGoesBackAndForward() throws Exception {
        weft("apply", "--yes").is(0);
        for (String file : List.of("van/index.mjs", "ship/handler.py", "plane/index.js")) {
            Path code = example.folder().resolve(file);
            Files.writeString(code, Files.readString(code).replace("EUROS_A_KILOGRAM = ", "EUROS_A_KILOGRAM = 1"));
        }
        Set<String> change = Set.of("change:van:[]code", "change:ship:[]code", "change:plane:[]code");
        assertThat(planned(2)).isEqualTo(change);
        weft("apply", "--yes").is(0);
        for (String function : List.of("van", "ship", "plane")) {
            assertThat(weft("rollback", function).is(0).out()).contains("calls reach version");
        }
        assertThat(planned(2)).isEqualTo(change);
        weft("apply", "--yes").is(0);
        assertThat(planned(0)).isEmpty();
        assertThat(weft("rollback", "drone").is(1).err()).contains("keeps no versions");
    }

    @Test
    void ofTwoAppliesAtOnceNoneBreaksAnything() throws Exception {
        clouds.delay(Duration.ofMillis(30));
        Running one = weft.start(Map.of(), line("apply", "--yes"));
        Running other = weft.start(Map.of(), line("apply", "--yes"));
        Said first = one.end();
        Said second = other.end();
        // each may lose a race to the other, and all be there nevertheless
        for (Said said : List.of(first, second)) {
            // clouds may say so in words of theirs, such as ResourceConflictException; a stack trace would be ours
            assertThat(said.err()).doesNotContain("\tat ");
            if (said.exit() != 0) {
                assertThat(said.exit()).isEqualTo(1);
                assertThat(said.all()).contains("failed");
            }
        }
        clouds.delay(Duration.ZERO);
        weft("apply", "--yes").is(0);
        assertThat(planned(0)).isEmpty();
    }

    @Test
    void controlCFinishesWhatIsInHand() throws Exception {
        clouds.delay(SLOW);
        Running apply = weft.start(Map.of(), line("apply", "--yes"));
        apply.says("to create");
        somethingIsMade();
        apply.interrupt();
        Said said = apply.end();
        assertThat(said.exit()).isEqualTo(130);
        assertThat(said.out()).contains("stopping after the steps in hand").containsPattern("\\d of 9 steps done");
        clouds.delay(Duration.ZERO);
        assertThat(weft("history").is(0).out()).contains("steps done").doesNotContain("did not end");
        weft("apply", "--yes").is(0);
        assertThat(planned(0)).isEmpty();
    }

    private void somethingIsMade() throws Exception {
        WeftInTest.await(Duration.ofSeconds(60), () -> clouds.madeMoreThan(before));
    }

    @Test
    void afterKillNineTheNextApplyGoesOn() throws Exception {
        clouds.delay(SLOW);
        for (int i = 0; i < 3; i++) {
            Running apply = weft.start(Map.of(), line("apply", "--yes"));
            apply.says("application six-clouds");
            somethingIsMade();
            Thread.sleep(500L * i);
            assertThat(apply.process().destroyForcibly().waitFor()).isEqualTo(137);
        }
        clouds.delay(Duration.ZERO);
        assertThat(weft("history").is(0).out()).contains("did not end, or goes on");
        weft("apply", "--yes").is(0);
        assertThat(planned(0)).isEmpty();
    }

    @Test
    void aServingWeftCallsThemWhereTheyAre() throws Exception {
        weft("apply", "--yes").is(0);
        Running serve = weft.start(Map.of(), line("serve", "--port", "0", "--admin-port", "0"));
        try {
            serve.says("ready in");
            Matcher gateway = Pattern.compile("gateway +(\\S+)").matcher(Files.readString(serve.out()));
            assertThat(gateway.find()).isTrue();
            try (HttpClient client = HttpClient.newHttpClient()) {
                HttpResponse<String> van = client.send(
                        HttpRequest.newBuilder(URI.create(gateway.group(1) + "/van?kilograms=3"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
                // moto answers with what it was called with
                assertThat(van.statusCode()).as(van.body()).isEqualTo(200);
                assertThat(van.body()).contains("\"rawQueryString\":\"kilograms=3\"");
            }
            for (String function : List.of("van", "train")) {
                assertThat(weft.run("invoke", function, "-d", "{\"kilograms\":3}")
                                .is(0)
                                .out())
                        .contains("{\"kilograms\":3}");
            }
            assertThat(weft.run("invoke", "courier", "-d", "{\"kilograms\":3}")
                            .is(0)
                            .out())
                    .contains("hello");
        } finally {
            serve.interrupt();
            serve.end();
        }
    }
}
