// SPDX-License-Identifier: Apache-2.0
package dev.weft.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** What the command line says of itself. */
class VerbsTest {
    private static String said(String... arguments) {
        PrintStream before = System.out;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        try {
            assertThat(Main.commandLine(arguments).execute(arguments)).isZero();
        } finally {
            System.setOut(before);
        }
        return bytes.toString(StandardCharsets.UTF_8).replaceAll("\\s+", " ");
    }

    @Test
    void keysAndTheTrailAreInTheHelpAndCompleted() {
        assertThat(said("--help")).contains(" key Make, list,").contains(" audit Show who");
        assertThat(said("completion", "bash"))
                .contains("weft_key_create")
                .contains("weft_key_list")
                .contains("weft_key_revoke")
                .contains("weft_audit")
                .contains("invoke", "deploy", "admin");
    }

    @Test
    void theHelpSaysWhereKeysAreAndWhatBecomesOfTheSecretBefore() {
        assertThat(said("key", "--help"))
                .contains("seal.key")
                .contains("WEFT_SEAL_KEY_FILE")
                .contains("WEFT_STORE");
        assertThat(said("key", "create", "--help")).contains("eval \"$(weft key create NAME)\"");
        assertThat(said("key", "rotate", "--help")).contains("the secret before is not good any more");
        assertThat(said("audit", "--help")).contains("not proved");
    }
}
