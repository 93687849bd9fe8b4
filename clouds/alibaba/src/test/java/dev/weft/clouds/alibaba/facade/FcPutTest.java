// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.alibaba.facade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.api.facade.Draft;
import dev.weft.api.resource.Cloud;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FcPutTest {
    private static FcPut put(String json) throws FcPut.Wrong {
        return FcPut.of(json.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void aFunctionBecomesWhatItsClientSays() throws Exception {
        Draft draft = put("""
                        {"functionName":"Made_Here","runtime":"custom.debian12","handler":"index.handler","timeout":9,"memorySize":256,
                         "instanceConcurrency":20,"customRuntimeConfig":{"command":["node"],"args":["server.js"],"port":9000},
                         "environmentVariables":{"A":"${env:B}"},"tags":[{"key":"team","value":"shop"}],"cpu":0.5,"role":"r",
                         "layers":[],"vpcConfig":null}
                        """).draft("Made_Here");
        assertThat(draft.spec())
                .isEqualTo(Map.of(
                        "contract", "alibaba-fc",
                        "runtime", "custom.debian12",
                        "command", List.of("node", "server.js"),
                        "timeout", "9s",
                        "memory", "256Mi",
                        "concurrency", 20));
        assertThat(draft.name()).isEqualTo("made-here");
        assertThat(draft.home()).isEqualTo(Cloud.Type.ALIBABA);
        assertThat(draft.labels()).isEqualTo(Map.of("team", "shop"));
        assertThat(draft.annotations())
                .isEqualTo(Map.of(Draft.NAME, "Made_Here", FcPut.KEPT + "cpu", "0.5", FcPut.KEPT + "role", "\"r\""));
        assertThat(draft.env()).isEqualTo(Map.of("A", "${env:B}"));
        Draft changed = put("{\"timeout\":1}").changed(draft);
        assertThat(changed.spec()).containsEntry("timeout", "1s").containsEntry("memory", "256Mi");
        assertThat(changed.env()).isEqualTo(draft.env());
        assertThat(put("{}").zip()).isNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[] | 400 InvalidArgument | one JSON object",
                "{ | 400 InvalidArgument | one JSON object",
                "{\"layers\":[\"a\"]} | 501 NotImplemented | layers is not done",
                "{\"nonsense\":1} | 501 NotImplemented | nonsense is not done",
                "{\"timeout\":0} | 400 InvalidArgument | timeout must be from 1 to 3600, got 0",
                "{\"memorySize\":\"1\"} | 400 InvalidArgument | memorySize must be from 128",
                "{\"instanceConcurrency\":201} | 400 InvalidArgument | instanceConcurrency must be from 1 to 200",
                "{\"environmentVariables\":{\"A\":1}} | 400 InvalidArgument | environmentVariables.A must be a string",
                "{\"tags\":[{}]} | 400 InvalidArgument | tags must be a list",
                "{\"runtime\":7} | 400 InvalidArgument | runtime must be a string",
                "{\"customRuntimeConfig\":{\"port\":80}} | 400 InvalidArgument | port must be 9000",
                "{\"customRuntimeConfig\":{\"command\":[1]}} | 400 InvalidArgument | customRuntimeConfig.command must be",
                "{\"code\":{\"ossBucketName\":\"b\"}} | 400 InvalidArgument | code.zipFile is required",
                "{\"code\":{\"zipFile\":\"%\"}} | 400 InvalidArgument | must be base64"
            })
    void whatIsWrongIsTold(String json, String error, String message) {
        assertThatThrownBy(() -> {
                    FcPut put = put(json.strip());
                    Object _ = put.zip();
                    Object _ = put.draft("hello");
                })
                .isInstanceOfSatisfying(FcPut.Wrong.class, wrong -> {
                    assertThat(wrong.error().status() + " " + wrong.error().code())
                            .isEqualTo(error.strip());
                    assertThat(wrong.error().message()).contains(message.strip());
                });
    }

    @Test
    void hooksAreRefusedUnlessTheyHaveNoHandler() throws Exception {
        String none =
                "{\"instanceLifecycleConfig\":{\"initializer\":{\"handler\":\"\",\"timeout\":60},\"preStop\":{}}}";
        assertThat(put(none).draft("one").spec()).containsEntry("contract", "alibaba-fc");
        assertThatThrownBy(() -> put("{\"instanceLifecycleConfig\":{\"preStop\":{\"handler\":\"index.stop\"}}}"))
                .hasMessageContaining("instanceLifecycleConfig.preStop is not done");
    }

    @Test
    void aZipFileHasALimit() throws Exception {
        String zip = Base64.getEncoder().encodeToString(new byte[FcPut.ZIP_BYTES_MAX + 1]);
        String json = "{\"code\":{\"zipFile\":\"" + zip + "\"}}";
        assertThat(json.length()).isLessThan(AlibabaFacade.PUT_BYTES_MAX);
        assertThatThrownBy(() -> put(json).zip()).isInstanceOfSatisfying(FcPut.Wrong.class, wrong -> assertThat(
                        wrong.error().status())
                .isEqualTo(413));
    }
}
