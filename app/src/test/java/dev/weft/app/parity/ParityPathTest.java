// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.parity;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.Body;
import dev.weft.api.Call;
import dev.weft.api.CloudException;
import dev.weft.api.Headers;
import dev.weft.api.Outcome;
import dev.weft.api.RequestLine;
import dev.weft.api.spi.Loop;
import dev.weft.api.spi.Place;
import dev.weft.app.parity.Report.Verdict;
import dev.weft.app.parity.cases.CaseFile.Ignore;
import dev.weft.app.parity.cases.Cases;
import dev.weft.app.parity.cases.ParityCase;
import dev.weft.net.Loops;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.IntFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ParityPathTest {
    private final Loops loops = Loops.start(1);

    @AfterEach
    void close() {
        loops.close();
    }

    /** Answers its n-th call as told, or fails as a cloud. */
    private record Scripted(String cloud, IntFunction<Outcome> answer, List<Call> calls) implements Place {
        @Override
        public Attempt call(Call call, Loop loop, Answers answers) {
            calls.add(call);
            try {
                answers.outcome(answer.apply(calls.size()));
            } catch (CloudException why) {
                answers.failed(why);
            }
            return () -> {};
        }
    }

    private static Scripted place(String cloud, IntFunction<Outcome> answer) {
        return new Scripted(cloud, answer, new ArrayList<>());
    }

    private static Outcome answer(int status, String body) {
        return new Outcome.Response(status, Headers.none(), Body.of(body.getBytes(StandardCharsets.UTF_8)));
    }

    private static ParityCase asked(String method, int repeat) {
        return new ParityCase(
                "one", new RequestLine(method, "/", null), List.of(), null, new byte[0], repeat, Ignore.NOTHING);
    }

    private Report run(ParityCase asked, Scripted... places) throws Exception {
        List<Trial> trials = new ArrayList<>();
        for (Scripted each : places) {
            trials.add(new Trial.Ready(each.cloud(), each, each, "", List.of(), List.of()));
        }
        TrialCaller caller = new TrialCaller(loops.next(), InstantSource.system(), Duration.ofSeconds(2));
        return new ParityPath(caller).run("shop", trials, new Cases(List.of(asked), null));
    }

    private static Verdict verdict(Report report) {
        return Objects.requireNonNull(report.cases().getFirst().others().get("b"));
    }

    @Test
    void theFirstCloudIsAskedTwiceAndTheOthersAsOftenAsTheCaseSays() throws Exception {
        Scripted first = place("a", call -> answer(200, "x"));
        Scripted other = place("b", call -> answer(200, "x"));
        assertThat(run(asked("GET", 1), first, other).allEqual()).isTrue();
        assertThat(first.calls()).hasSize(2);
        assertThat(other.calls()).hasSize(1);
        assertThat(run(asked("GET", 4), first, other).allEqual()).isTrue();
        assertThat(first.calls()).hasSize(6);
        assertThat(other.calls()).hasSize(5);
    }

    @Test
    void aDifferenceInOneOfSeveralAnswersIsEnough() throws Exception {
        Scripted first = place("a", call -> answer(200, "x"));
        Scripted other = place("b", call -> answer(200, call == 3 ? "y" : "x"));
        assertThat(verdict(run(asked("GET", 3), first, other))).isInstanceOf(Verdict.Different.class);
    }

    @Test
    void whatIsUnstableIsLeftOutButAnUnstableStatusProvesNothing() throws Exception {
        Scripted same = place("b", call -> answer(200, "{\"id\":7,\"a\":1}"));
        Report random = run(asked("GET", 1), place("a", call -> answer(200, "{\"id\":" + call + ",\"a\":1}")), same);
        assertThat(verdict(random)).isEqualTo(new Verdict.Equal());
        assertThat(random.cases().getFirst().unstable()).containsExactly("json /id");

        Report flaky = run(asked("GET", 1), place("a", call -> answer(call == 1 ? 200 : 503, "{}")), same);
        assertThat(verdict(flaky)).isInstanceOfSatisfying(Verdict.NotTried.class, each -> assertThat(each.why())
                .contains("status"));
        assertThat(flaky.allEqual()).isFalse();
    }

    @Test
    void aCloudThatIsAwayIsNotTriedAndNeverEqual() throws Exception {
        IntFunction<Outcome> away = call -> {
            throw new CloudException(CloudException.Kind.UNREACHABLE, "no connection", null);
        };
        Scripted there = place("a", call -> answer(200, "x"));
        assertThat(verdict(run(asked("GET", 1), there, place("b", away))))
                .isEqualTo(new Verdict.NotTried("no connection"));
        assertThat(verdict(run(asked("GET", 1), place("a", away), place("b", call -> answer(200, "x")))))
                .isEqualTo(new Verdict.NotTried("no connection"));
        Report both = run(asked("GET", 1), place("a", away), place("b", away));
        assertThat(both.allEqual()).isFalse();
    }

    @Test
    void aBodyThatReachesNobodyIsNotCompared() throws Exception {
        Scripted first = place("a", call -> answer(200, ""));
        Scripted other = place("b", call -> answer(200, "x"));
        assertThat(run(asked("HEAD", 1), first, other).allEqual()).isTrue();
        assertThat(run(asked("GET", 1), first, other).allEqual()).isFalse();
    }

    @Test
    void withoutACloudThatCanBeTriedNothingIsEqual() throws Exception {
        TrialCaller caller = new TrialCaller(loops.next(), InstantSource.system(), Duration.ofSeconds(2));
        Report none = new ParityPath(caller)
                .run("shop", List.of(new Trial.Not("a", "no image here")), new Cases(List.of(asked("GET", 1)), null));
        assertThat(none.allEqual()).isFalse();
        assertThat(none.cases()).isEmpty();
        assertThat(none.equal("a")).isFalse();
    }
}
