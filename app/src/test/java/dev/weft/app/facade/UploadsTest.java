// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.facade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.api.Headers;
import dev.weft.api.Mistake;
import dev.weft.api.facade.Changed;
import dev.weft.api.facade.Draft;
import dev.weft.api.facade.FacadeAnswer;
import dev.weft.api.facade.Functions;
import dev.weft.api.facade.Functions.Edited;
import dev.weft.api.resource.Cloud;
import dev.weft.control.Application;
import dev.weft.control.DocumentReader;
import dev.weft.control.Done;
import dev.weft.control.Reading;
import dev.weft.control.Step;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UploadsTest {
    @TempDir
    private Path scratch;

    private Path document;
    private Uploads uploads;
    private ThisMachine machine;

    /** Reads documents as a Weft does and deploys what it is told to. */
    private final class ThisMachine implements Uploads.Running {
        private volatile Application served = application(List.of(document));
        private volatile String unable = "";
        private volatile boolean failing;
        private volatile @Nullable CountDownLatch held;
        private final List<String> turns = new ArrayList<>();

        @Override
        public Application served() {
            return served;
        }

        @Override
        public Uploads.Turned turn() throws InterruptedException {
            CountDownLatch wait = held;
            if (wait != null) {
                wait.await();
            }
            List<Path> all = new ArrayList<>(uploads.documents());
            all.add(document);
            return switch (DocumentReader.read(all, Map.of())) {
                case Reading.Invalid(List<Mistake> mistakes) -> new Uploads.Turned(mistakes, null);
                case Reading.Valid(Application application) -> {
                    List<Step.Result> results = new ArrayList<>();
                    if (failing
                            && application.functions().size()
                                    > served.functions().size()) {
                        results.add(new Step.Result(
                                new Step.Create("hello", "aws-eu"), new IllegalStateException("no room")));
                    }
                    served = application;
                    turns.add(application.functions().stream()
                            .map(each -> each.name())
                            .toList()
                            .toString());
                    yield new Uploads.Turned(List.of(), new Done(results, Map.of()));
                }
            };
        }

        @Override
        public String unable() {
            return unable;
        }
    }

    private static Application application(List<Path> paths) {
        return ((Reading.Valid) DocumentReader.read(paths, Map.of())).application();
    }

    @BeforeEach
    void open() throws Exception {
        Files.createDirectories(scratch.resolve("code"));
        Files.writeString(scratch.resolve("code/index.js"), "exports.handler = () => 1;");
        document = Files.writeString(scratch.resolve("weft.yaml"), """
            apiVersion: weft.dev/v1alpha1
            kind: Cloud
            metadata: {name: cellar}
            spec: {type: openwhisk, endpoint: https://whisk.corp.example}
            ---
            apiVersion: weft.dev/v1alpha1
            kind: Cloud
            metadata: {name: aws-eu}
            spec: {type: aws, region: eu-west-1}
            ---
            apiVersion: weft.dev/v1alpha1
            kind: Function
            metadata: {name: checkout}
            spec:
              contract: aws-lambda
              runtime: nodejs20
              handler: index.handler
              code: {path: ./code}
              placement: {clouds: [{name: aws-eu}]}
            """);
        uploads = new Uploads(scratch.resolve("uploads"), 2, 4000);
        machine = new ThisMachine();
        uploads.begin(machine);
    }

    @AfterEach
    void close() {
        uploads.close();
    }

    private static Draft draft(String name, String timeout, Map<String, String> labels) {
        return new Draft(
                name,
                labels,
                Map.of(),
                Map.of("contract", "aws-lambda", "runtime", "nodejs20", "handler", "index.handler", "timeout", timeout),
                Map.of(),
                Cloud.Type.AWS);
    }

    private Changed put(Draft draft, int bytes) throws InterruptedException {
        return uploads.put(
                "default", draft.name(), before -> new Edited.Put(draft, zip(bytes)), () -> served(draft.name()));
    }

    private static byte[] zip(int bytes) {
        return Zips.of(Map.of("index.js", Zips.noise(bytes)));
    }

    private Functions.@Nullable Served served(String name) {
        return machine.served().function(name) == null
                ? null
                : new Functions.Served(Objects.requireNonNull(machine.served().function(name)), Instant.EPOCH, "", 0);
    }

    private static Changed.Refused refused(Changed changed, Changed.Reason reason) {
        assertThat(changed).isInstanceOf(Changed.Refused.class);
        assertThat(((Changed.Refused) changed).reason()).isEqualTo(reason);
        return (Changed.Refused) changed;
    }

    @Test
    void ofTwoWeftsOnlyOneChangesThemAndTheNextWaitsForIt() throws Exception {
        Draft hello = draft("hello", "3s", Map.of());
        assertThat(put(hello, 10)).isInstanceOf(Changed.Done.class);
        Uploads first = uploads;
        try (Uploads second = new Uploads(scratch.resolve("uploads"), 2, 4000);
                Uploads next = new Uploads(scratch.resolve("uploads"), 2, 4000)) {
            second.begin(machine);
            uploads = second;
            assertThat(refused(put(hello, 11), Changed.Reason.BUSY).message()).contains("another Weft");
            uploads = next;
            machine.turns.clear();
            next.follow(machine);
            FutureTask<Changed> waiting = new FutureTask<>(() -> put(hello, 12));
            Thread.ofVirtual().start(waiting);
            assertThatThrownBy(() -> waiting.get(200, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
            first.handOver();
            first.close();
            assertThat(waiting.get(10, TimeUnit.SECONDS)).isInstanceOf(Changed.Done.class);
            assertThat(machine.turns).hasSize(2); // what the first has left, and the change
        }
    }

    @Test
    void oneThatStopsWaitsForNobody() throws Exception {
        Uploads next = new Uploads(scratch.resolve("uploads"), 2, 4000);
        next.follow(machine);
        long began = System.nanoTime();
        next.close();
        assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(10));
        assertThat(put(draft("hello", "3s", Map.of()), 10)).isInstanceOf(Changed.Done.class);
    }

    @Test
    void aFunctionGoesWhereItsLabelsSayOrToTheClientsOwnCloud() throws Exception {
        assertThat(put(draft("hello", "3s", Map.of()), 10)).isInstanceOf(Changed.Done.class);
        assertThat(clouds("hello")).containsExactly("aws-eu");
        Changed moved =
                put(draft("hello", "3s", Map.of(Draft.CLOUDS, "cellar_aws-eu", Draft.STRATEGY, "weighted")), 10);
        assertThat(moved).isInstanceOf(Changed.Done.class);
        assertThat(clouds("hello")).containsExactly("cellar", "aws-eu");
        assertThat(put(draft("hello", "3s", Map.of()), 10)).isInstanceOf(Changed.Done.class);
        assertThat(clouds("hello")).containsExactly("aws-eu");
        assertThat(refused(put(draft("hello", "3s", Map.of(Draft.CLOUDS, "moon")), 10), Changed.Reason.WRONG)
                        .message())
                .contains("moon", "known are");
    }

    private List<String> clouds(String name) {
        return Objects.requireNonNull(machine.served().function(name)).spec().placement().clouds().stream()
                .map(each -> each.name())
                .toList();
    }

    @Test
    void whatIsWrongChangesNothing() throws Exception {
        assertThat(put(draft("hello", "3s", Map.of()), 10)).isInstanceOf(Changed.Done.class);
        Changed.Refused wrong = refused(put(draft("hello", "3 days", Map.of()), 20), Changed.Reason.WRONG);
        assertThat(wrong.message()).startsWith("spec.timeout: '3 days'").doesNotContain(scratch.toString());
        assertThat(Objects.requireNonNull(uploads.find("hello")).draft().spec()).containsEntry("timeout", "3s");
        assertThat(uploads.documents()).hasSize(1);
        refused(put(draft("Hello", "3s", Map.of()), 20), Changed.Reason.WRONG);
        refused(put(draft("../hello", "3s", Map.of()), 20), Changed.Reason.WRONG);
    }

    @Test
    void whatCantBeDeployedIsTakenBack() throws Exception {
        machine.failing = true;
        assertThat(refused(put(draft("hello", "3s", Map.of()), 10), Changed.Reason.FAILED)
                        .message())
                .contains("aws-eu", "no room");
        assertThat(uploads.documents()).isEmpty();
        assertThat(machine.served().function("hello")).isNull();
    }

    @Test
    void theUsersOwnFunctionsAreHisAndHisMistakesAreNotTheClients() throws Exception {
        refused(put(draft("checkout", "3s", Map.of()), 10), Changed.Reason.DECLARED);
        refused(uploads.delete("default", "checkout", () -> served("checkout")), Changed.Reason.DECLARED);
        refused(uploads.delete("default", "nowhere", () -> served("nowhere")), Changed.Reason.ABSENT);
        String right = Files.readString(document);
        Files.writeString(document, right + "---\nkind: Nonsense\n");
        assertThat(refused(put(draft("hello", "3s", Map.of()), 10), Changed.Reason.FAILED)
                        .message())
                .contains("own documents have mistakes", "Nonsense")
                .doesNotContain(scratch.toString());
        Files.writeString(document, right);
        assertThat(put(draft("hello", "3s", Map.of()), 10)).isInstanceOf(Changed.Done.class);
        assertThat(uploads.delete("default", "hello", () -> served("hello"))).isInstanceOf(Changed.Done.class);
        assertThat(machine.served().function("hello")).isNull();
    }

    @Test
    void eachNamespaceHasItsOwnAndHearsNothingOfOthers() throws Exception {
        assertThat(put(draft("hello", "3s", Map.of()), 10)).isInstanceOf(Changed.Done.class);
        assertThat(putFor("shop", draft("hello", "4s", Map.of()), 20)).isInstanceOf(Changed.Done.class);
        assertThat(machine.served().functions())
                .extracting(each -> each.name())
                .contains("hello", "hello.shop", "checkout");
        assertThat(Objects.requireNonNull(uploads.find("hello")).draft().spec()).containsEntry("timeout", "3s");
        assertThat(Objects.requireNonNull(uploads.find("hello.shop")).draft().spec())
                .containsEntry("timeout", "4s");
        refused(uploads.delete("blue", "hello", () -> served("hello")), Changed.Reason.ABSENT);
        assertThat(uploads.delete("shop", "hello", () -> served("hello.shop"))).isInstanceOf(Changed.Done.class);
        assertThat(uploads.find("hello.shop")).isNull();
        assertThat(uploads.find("hello")).isNotNull();
        // the user's own stands in default, so that its name is free elsewhere
        assertThat(putFor("shop", draft("checkout", "4s", Map.of()), 20)).isInstanceOf(Changed.Done.class);
        Files.writeString(document, Files.readString(document) + "---\nkind: Nonsense\n");
        assertThat(refused(putFor("shop", draft("checkout", "5s", Map.of()), 10), Changed.Reason.FAILED)
                        .message())
                .contains("own documents have mistakes")
                .doesNotContain("Nonsense");
    }

    private Changed putFor(String namespace, Draft draft, int bytes) throws InterruptedException {
        return uploads.put(
                namespace,
                draft.name(),
                before -> new Edited.Put(draft, zip(bytes)),
                () -> served(draft.name() + '.' + namespace));
    }

    @Test
    void functionsAndTheirBytesHaveLimits() throws Exception {
        assertThat(put(draft("one", "3s", Map.of()), 1000)).isInstanceOf(Changed.Done.class);
        assertThat(refused(put(draft("two", "3s", Map.of()), 4000), Changed.Reason.FULL)
                        .message())
                .contains("4000 bytes");
        assertThat(put(draft("two", "3s", Map.of()), 10)).isInstanceOf(Changed.Done.class);
        assertThat(refused(put(draft("three", "3s", Map.of()), 10), Changed.Reason.FULL)
                        .message())
                .contains("2 functions");
        assertThat(put(draft("two", "4s", Map.of()), 20)).isInstanceOf(Changed.Done.class);
    }

    @Test
    void aWeftThatCantKeepThemApartTakesNone() throws Exception {
        machine.unable = "no sandbox here";
        assertThat(refused(put(draft("hello", "3s", Map.of()), 10), Changed.Reason.UNABLE)
                        .message())
                .isEqualTo("no sandbox here");
        assertThat(uploads.documents()).isEmpty();
        try (Uploads never = new Uploads(scratch.resolve("never"))) {
            refused(never.delete("default", "hello", () -> null), Changed.Reason.UNABLE);
        }
    }

    @Test
    void anEditMayLeaveItAsItIs() throws Exception {
        FacadeAnswer answer = new FacadeAnswer(409, Headers.none(), new byte[0]);
        assertThat(uploads.put("default", "hello", before -> new Edited.Leave(answer), () -> null))
                .isEqualTo(new Changed.Left(answer));
    }

    @Test
    void oneChangeAtATimeAndNoMoreThanSomeWait() throws Exception {
        CountDownLatch held = new CountDownLatch(1);
        machine.held = held;
        List<Changed> all = java.util.Collections.synchronizedList(new ArrayList<>());
        List<Thread> callers = new ArrayList<>();
        for (int i = 0; i < Uploads.WAITING_MAX + 5; i++) {
            callers.add(Thread.ofVirtual().start(() -> {
                try {
                    all.add(put(draft("hello", "3s", Map.of()), 10));
                } catch (InterruptedException stopped) {
                    Thread.currentThread().interrupt();
                }
            }));
        }
        while (all.size() < 4) { // one is under way, WAITING_MAX wait
            Thread.onSpinWait();
        }
        callers.getFirst().interrupt(); // who goes away stops nothing
        held.countDown();
        for (Thread each : callers) {
            each.join();
        }
        assertThat(all.stream().filter(Changed.Refused.class::isInstance).toList())
                .hasSize(4)
                .allSatisfy(each -> refused(each, Changed.Reason.BUSY));
        assertThat(machine.served().function("hello")).isNotNull();
    }
}
