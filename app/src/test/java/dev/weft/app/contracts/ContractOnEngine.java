// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.contracts;

import dev.weft.api.spi.FunctionCloud;
import dev.weft.api.spi.Loop;
import dev.weft.api.spi.Place;
import dev.weft.app.WeftInTest;
import dev.weft.testkit.ContractHostContract;
import dev.weft.testkit.SampleFunction;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * The contract on a real engine; a subclass is one row of the contracts table, docs/reference/contracts.md: one contract
 * in one language.
 */
@ExtendWith(ContractsRowWatcher.class)
abstract class ContractOnEngine extends ContractHostContract {
    private static final List<Behaviour> SEEN = List.of(
            Behaviour.HELLO,
            Behaviour.FAILING,
            Behaviour.SLOW,
            Behaviour.BROKEN,
            Behaviour.PRINTING,
            Behaviour.ECHO,
            Behaviour.LARGE,
            Behaviour.COUNTING,
            Behaviour.CRASHING);

    @TempDir
    Path folder;

    EngineUnderTest under;

    /** What the test deployed last. */
    @Nullable
    SampleFunction row;

    @BeforeEach
    void open() {
        under = new EngineUnderTest(folder);
    }

    @AfterEach
    void close() {
        under.close();
    }

    @Override
    protected final FunctionCloud cloud() {
        return under.cloud;
    }

    @Override
    protected final Loop loop() {
        return under.loop();
    }

    @Override
    protected final Instant now() {
        return InstantSource.system().instant();
    }

    /** The function of that behaviour, its code written by {@code under.code("greeter", …)}. */
    protected abstract SampleFunction function(Behaviour behaviour);

    @Override
    protected final Fixture fixture(Behaviour behaviour) {
        SampleFunction function = function(behaviour);
        SampleFunction limited =
                switch (behaviour) {
                    case SLOW -> function.timeout(SLOW_TIMEOUT);
                    case COUNTING -> function.scale(function.concurrency(), 0, 1);
                    case GREEDY -> function.memory("128Mi");
                    case HELLO, FAILING, CRASHING, BROKEN, LARGE, ECHO, PRINTING, SHELL -> function;
                };
        row = limited;
        return new Fixture(
                limited, under.code("greeter", ".weft-row", getClass().getSimpleName()));
    }

    /** The same as people see it: a file of documents, {@code weft up}, the gateway, {@code weft invoke}. */
    @Test
    void throughTheGatewayAndByWeftInvoke() throws Exception {
        RowDocuments documents = new RowDocuments(folder.resolve("app"));
        for (Behaviour each : SEEN) {
            Fixture fixture = fixture(each);
            documents.add(each.name().toLowerCase(Locale.ROOT), fixture.function(), fixture.code());
        }
        documents.add("stuck", function(Behaviour.SLOW), under.code("greeter", ".weft-row", ""));
        try (WeftInTest weft = WeftInTest.up(EngineUnderTest.LIBRARIES, documents.write())) {
            new RowOnWeft(weft, row(), this::exchange, folder).tryAll();
        }
    }

    @Test
    @Tag("system")
    void tenThousandCallsThroughTheGatewayLeaveMemorySteady() throws Exception {
        RowDocuments documents = new RowDocuments(folder.resolve("app"));
        Fixture fixture = fixture(Behaviour.HELLO);
        documents.add("hello", fixture.function(), fixture.code());
        try (WeftInTest weft = WeftInTest.up(EngineUnderTest.LIBRARIES, documents.write())) {
            new RowOnWeft(weft, row(), this::exchange, folder).tryLong();
        }
    }

    private RowOnWeft.Row row() {
        return new RowOnWeft.Row(failingStatus(), bodyBytesMax(), binaryBytesMax(), answersStream(), failureSaysWhy());
    }

    /** What the gateway answers where a handler fails: 502, or the function's own status where that is the contract. */
    int failingStatus() {
        return 502;
    }

    /** The row's language, as the table names it: mostly the vendor's own word for the runtime. */
    String language(SampleFunction function) {
        String runtime = function.runtime();
        return runtime == null ? function.command().getFirst() : runtime;
    }

    /** Deploys {@code function}, whose code is there, for a test of the row's own. */
    final Place place(SampleFunction function) {
        row = function;
        Path code = under.code("greeter", ".weft-row", getClass().getSimpleName());
        under.cloud.deploy(new FunctionCloud.Deployment(function.function(), code, Map.of()));
        return under.cloud.place(function.name());
    }

    final int binaryBytes() {
        return binaryBytesMax();
    }

    @Override
    protected final Path secret() {
        try {
            Path other = Files.createDirectories(folder.resolve("home/other"));
            return Files.writeString(other.resolve("token"), "hidden");
        } catch (IOException unwritable) {
            throw new UncheckedIOException(unwritable);
        }
    }

    @Override
    protected OptionalLong bodyBytesMax() {
        return OptionalLong.empty();
    }

    @Override
    protected boolean oneCallAtATime() {
        return true;
    }

    /** Bytes that a process and all below it occupy. */
    static long residentOfTree(long pid) {
        return resident(pid)
                + ProcessHandle.of(pid).stream()
                        .flatMap(ProcessHandle::descendants)
                        .mapToLong(below -> resident(below.pid()))
                        .sum();
    }

    private static long resident(long pid) {
        try {
            return Files.readAllLines(Path.of("/proc/" + pid + "/status")).stream()
                    .filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")) << 10)
                    .sum();
        } catch (IOException gone) {
            throw new UncheckedIOException(gone);
        }
    }
}
