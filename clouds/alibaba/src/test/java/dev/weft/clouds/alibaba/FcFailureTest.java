// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.alibaba;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.Outcome;
import dev.weft.api.Outcome.Failure.Reason;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class FcFailureTest {
    private static String said(Outcome.Failure failure) {
        return JsonMapper.shared()
                .readTree(failure.payload())
                .path("errorMessage")
                .asString();
    }

    @Test
    void aTimeoutSaysAfterHowManySeconds() {
        Outcome.Failure whole = FcFailure.ended(Reason.TIMEOUT, "a: no answer within its timeout of 3000 ms", "tail");
        Outcome.Failure part = FcFailure.ended(Reason.TIMEOUT, "a: no answer within its timeout of 500 ms", "");

        assertThat(said(whole)).startsWith("Function timed out after 3 seconds");
        assertThat(said(part)).startsWith("Function timed out after 0.5 seconds");
        assertThat(whole.type()).isEqualTo("FunctionTimeoutError");
        assertThat(whole.logTail()).isEqualTo("tail");
    }

    @Test
    void aCrashSaysThatTheProcessExited() {
        Outcome.Failure crash = FcFailure.ended(Reason.CRASH, "a: its process ended with exit status 7", "");

        assertThat(said(crash))
                .startsWith("Process exited unexpectedly before completing request")
                .contains("7");
        assertThat(crash.type()).isEqualTo("UnhandledInvocationError");
    }

    @Test
    void tooMuchMemoryIsAnErrorOfItsOwn() {
        Outcome.Failure memory = FcFailure.ended(Reason.MEMORY, "a: used more than its 128 MiB", "");

        assertThat(memory.type()).isEqualTo("FunctionOOMError");
        assertThat(memory.message()).contains("128 MiB");
    }

    @Test
    void aPortThatIsTakenIsExplained() {
        Outcome.Failure node =
                FcFailure.ended(Reason.INIT, "a: exit status 1", "Error: listen EADDRINUSE 0.0.0.0:9000");
        Outcome.Failure python = FcFailure.ended(Reason.INIT, "a: exit status 1", "[Errno 98] Address already in use");
        Outcome.Failure other = FcFailure.ended(Reason.INIT, "a: exit status 1", "no such module");

        assertThat(node.message()).contains("FC_SERVER_PORT");
        assertThat(python.message()).contains("FC_SERVER_PORT");
        assertThat(other.message()).isEqualTo("a: exit status 1");
    }

    @Test
    void aReportInAnyFormGoesOnAsItIs() {
        byte[] plain = "short and stout".getBytes(StandardCharsets.UTF_8);

        Outcome.Failure failure = FcFailure.reported(Reason.ERROR, plain, FcFailure.UNHANDLED, "status 418");

        assertThat(failure.payload()).isEqualTo(plain);
        assertThat(failure.message()).isEqualTo("status 418");
        assertThat(failure.type()).isEqualTo("UnhandledInvocationError");
    }
}
