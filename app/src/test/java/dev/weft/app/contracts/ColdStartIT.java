// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.contracts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.weft.api.resource.Function;
import dev.weft.api.spi.FunctionCloud;
import dev.weft.api.spi.Place;
import dev.weft.testkit.Caller;
import dev.weft.testkit.SampleFunction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where the process of a first call comes from, and that it is as shut in, and as free to run, as any other. */
class ColdStartIT {
    private static final Duration AHEAD_MAX = Duration.ofSeconds(30);

    /** Has its code been put into a folder that was there before it; who it is; what it may; how it is ranked. */
    private static final String LOOK = "grep -c '/.spare/.* /var/task ro' /proc/self/mountinfo; id -u;"
            + " grep CapBnd /proc/self/status; nice; sed 's/.*nice //' /proc/self/autogroup; echo $MINE";

    private static final String HANDLER = """
            import { spawnSync } from 'node:child_process';
            const look = spawnSync('/bin/sh', ['-c', process.env.LOOK]).stdout.toString();
            export const handler = async () => look;
            """;

    @TempDir
    Path folder;

    @Test
    void aProcessBootedAheadServesWithTheSameRightsAndRankAsAnyOther() throws Exception {
        try (EngineUnderTest under = new EngineUnderTest(folder)) {
            assumeTrue(under.engine.sandboxed() && isRoot(), "needs bubblewrap, and root to raise what was lowered");
            Place place = deployed(under);
            await(() -> under.engine.spares() > 0);
            assertThat(under.engine.sparesWanted()).isPositive();
            assertSeen(look(under, place));
        }
    }

    @Test
    void withoutMemoryForProcessesABoxStandsAheadAndIsNotOpenToMore() throws Exception {
        try (EngineUnderTest under = new EngineUnderTest(folder, 0)) {
            assumeTrue(under.engine.sandboxed() && isRoot(), "needs bubblewrap, and root for users of their own");
            Place place = deployed(under);
            await(() -> ProcessHandle.current().descendants().anyMatch(ColdStartIT::waits));
            assertThat(under.engine.spares()).isZero();
            assertSeen(look(under, place));
        }
    }

    private static void assertSeen(List<String> said) {
        assertThat(said).hasSizeGreaterThan(4);
        assertThat(said.getFirst())
                .as("its code was put into a folder that it had")
                .isEqualTo("1");
        assertThat(Integer.parseInt(said.get(1))).isGreaterThan(1_000_000);
        assertThat(said.get(2)).endsWith("0000000000000000");
        assertThat(said.subList(3, said.size() - 1)).containsOnly("0");
        assertThat(said.getLast()).isEqualTo("yes");
    }

    private static Place deployed(EngineUnderTest under) {
        Path code = under.code("looking", "index.mjs", HANDLER);
        SampleFunction function =
                SampleFunction.handler("looking", Function.Contract.AWS_LAMBDA, "nodejs20", "index.handler");
        return under.cloud.place(under.cloud
                .deploy(new FunctionCloud.Deployment(function.function(), code, Map.of("MINE", "yes", "LOOK", LOOK)))
                .function());
    }

    private static List<String> look(EngineUnderTest under, Place place) {
        Caller caller = new Caller(under.loop(), Instant.now());
        String text = caller.call(place, caller.event("{}".getBytes(StandardCharsets.UTF_8)))
                .text();
        return Arrays.asList(text.replace("\"", "").split("\\\\n"));
    }

    /** The shell in a box that stands; its first process, bubblewrap, has the same words among its own. */
    private static boolean waits(ProcessHandle process) {
        String command = process.info().commandLine().orElse("");
        return command.contains(" -c read -r line") && !command.contains("--unshare-pid");
    }

    private static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        long until = System.nanoTime() + AHEAD_MAX.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("nothing waits ahead").isLessThan(until);
            Thread.sleep(Duration.ofMillis(20));
        }
    }
}
