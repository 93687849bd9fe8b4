// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.ibm.codeengine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.Mistake;
import dev.weft.api.account.Artifact;
import dev.weft.api.account.Packing;
import dev.weft.api.account.Wanted;
import dev.weft.api.resource.Function;
import dev.weft.clouds.ibm.TestFunctions;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SecretLimitsTest {
    private static List<Mistake> check(Map<String, String> env) {
        Function function = TestFunctions.of(
                "one",
                Function.Contract.OPENWHISK,
                "nodejs:20",
                TestFunctions.Asked.usual().with(env));
        Artifact artifact = new Artifact.Archive(Packing.Form.ZIP, Path.of("code.zip"), "0".repeat(40), 10, 10);
        return new CodeEngineLimits(false)
                .check(
                        new Wanted("shop", function, "one", artifact, env, env.keySet()),
                        Packing.own(Packing.Form.ZIP, "main", "nodejs:20"));
    }

    @Test
    void oneSecretHoldsAsMuchAsKubernetesLetsIt() {
        int most = (int) CodeEngineLimits.SECRET_BYTES_MAX - 1;
        assertThat(check(Map.of("A", "x".repeat(most)))).isEmpty();
        assertThat(check(Map.of("A", "x".repeat(most + 1)))).singleElement().satisfies(mistake -> assertThat(
                        mistake.toString())
                .contains("spec.env", "1048577 bytes of secrets", "at most 1048576")
                .doesNotContain("xxx"));
    }

    @Test
    void aKeyHasALength() {
        assertThat(check(Map.of("A".repeat(CodeEngineLimits.SECRET_KEY_MAX), "x")))
                .isEmpty();
        assertThat(check(Map.of("A".repeat(CodeEngineLimits.SECRET_KEY_MAX + 1), "x")))
                .singleElement()
                .satisfies(mistake -> assertThat(mistake.message()).contains("253 characters"));
    }
}
