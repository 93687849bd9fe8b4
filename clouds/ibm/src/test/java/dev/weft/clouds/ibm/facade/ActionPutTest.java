// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.ibm.facade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.api.facade.Draft;
import dev.weft.api.resource.Cloud;
import dev.weft.clouds.ibm.BoundParameters;
import dev.weft.clouds.ibm.facade.kept.Refusal;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ActionPutTest {
    private static final String CODE = "\"exec\":{\"kind\":\"nodejs:20\",\"code\":\"function main() {}\"}";

    private static ActionPut put(String fields) {
        return ActionPut.of("Made One", ("{" + fields + "}").getBytes(StandardCharsets.UTF_8));
    }

    private static String file(byte[] zip) throws IOException {
        try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(zip))) {
            ZipEntry entry = Objects.requireNonNull(in.getNextEntry());
            return entry.getName() + ' ' + new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private static String exec(String kind, String code, String more) {
        return "\"exec\":{\"kind\":\"" + kind + "\",\"code\":\"" + code + "\"" + more + "}";
    }

    @Test
    void anActionBecomesWhatItsClientSays() {
        Draft draft = put(CODE
                        + ",\"limits\":{\"timeout\":5000,\"memory\":128,\"instances\":3,\"concurrency\":1,\"logs\":10}"
                        + ",\"annotations\":[{\"key\":\"team\",\"value\":\"till\"},{\"key\":\"final\",\"value\":true}]"
                        + ",\"parameters\":[{\"key\":\"a\",\"value\":1},{\"key\":\"W\",\"value\":\"${env:H}\",\"init\":true},"
                        + "{\"key\":\"N\",\"value\":7,\"init\":true}]")
                .draft(null);
        assertThat(draft)
                .isEqualTo(new Draft(
                        "made-one",
                        Map.of("team", "till"),
                        Map.of(
                                Draft.NAME,
                                "Made One",
                                ActionPut.VERSION,
                                "1",
                                ActionPut.ANNOTATIONS,
                                "{\"final\":true}",
                                BoundParameters.ANNOTATION,
                                "{\"a\":1}"),
                        Map.of(
                                "contract", "openwhisk",
                                "runtime", "nodejs:20",
                                "timeout", "5000ms",
                                "memory", "128Mi",
                                "maxInstances", 3),
                        Map.of("W", "${env:H}", "N", "7"),
                        Cloud.Type.OPENWHISK));
        Draft changed = put("\"limits\":{\"timeout\":100}").draft(draft);
        assertThat(changed.spec()).containsEntry("timeout", "100ms").containsEntry("memory", "128Mi");
        assertThat(changed.annotations()).containsEntry(ActionPut.VERSION, "2");
        assertThat(changed.env()).isEqualTo(draft.env());
        assertThat(put("\"parameters\":[],\"annotations\":[]").draft(changed))
                .extracting(Draft::env, Draft::labels)
                .containsExactly(Map.of(), Map.of());
    }

    @Test
    void codeIsOneFileOrAZipFile() throws IOException {
        assertThat(file(Objects.requireNonNull(put(CODE).zip()))).isEqualTo("index.js function main() {}");
        assertThat(file(Objects.requireNonNull(
                        put(exec("python:3", "def main(p): return p", "")).zip())))
                .isEqualTo("__main__.py def main(p): return p");
        String jar = Base64.getEncoder().encodeToString("PK jar ".getBytes(StandardCharsets.UTF_8));
        assertThat(file(Objects.requireNonNull(put(exec("java:8", jar, "")).zip())))
                .isEqualTo("action.jar PK jar ");
        assertThat(put(exec("nodejs:20", jar, "")).zip())
                .asString(StandardCharsets.UTF_8)
                .isEqualTo("PK jar ");
        assertThat(put(exec("nodejs:20", "UEsD", ",\"binary\":true")).zip()).hasSize(3);
        assertThat(put("\"limits\":{}").zip()).isNull();
        assertThat(put(CODE).zip()).isEqualTo(put(CODE).zip());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"exec\":{\"kind\":\"blackbox\",\"image\":\"a\"} | exec.kind 'blackbox' is not done",
                "\"exec\":{\"kind\":\"nodejs:20\"} | exec.code is required",
                "\"limits\":{\"timeout\":99} | requirement failed: duration 99 milliseconds below allowed threshold of 100 milliseconds",
                "\"limits\":{\"concurrency\":2} | requirement failed: concurrency 2 exceeds allowed threshold of 1",
                "\"limits\":{\"timeout\":300001} | duration 300001 milliseconds exceeds allowed threshold of 300000 milliseconds",
                "\"limits\":{\"memory\":127} | memory 127 MB below allowed threshold of 128 MB",
                "\"limits\":{\"memory\":2049} | memory 2049 MB exceeds allowed threshold of 2048 MB",
                "\"limits\":{\"logs\":11} | log size 11 MB exceeds allowed threshold of 10 MB",
                "\"limits\":{\"logs\":0} | log size 0 MB below allowed threshold of 1 MB",
                "\"limits\":{\"memory\":\"256\"} | limits.memory must be a whole number from 128 to 2048",
                "\"limits\":7 | limits must be an object",
                "\"limits\":{\"speed\":2} | limits.speed is no limit",
                "\"annotations\":{} | annotations must be a list",
                "\"parameters\":[{\"key\":1,\"value\":1}] | parameters must be a list",
                "\"parameters\":7 | parameters must be a list",
                "\"nonsense\":7 | nonsense' is no field"
            })
    void whatIsWrongIsTold(String fields, String message) {
        String exec = fields.contains("exec") ? fields.strip() : CODE + "," + fields.strip();
        assertThatThrownBy(() -> {
                    ActionPut put = put(exec);
                    Object _ = put.zip();
                    Object _ = put.draft(null);
                })
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(message.strip());
    }

    @Test
    void whatIsNoObjectOrTooLongIsTold() {
        assertThatThrownBy(() -> ActionPut.of("a", "[".getBytes(StandardCharsets.UTF_8)))
                .hasMessageContaining("Object expected");
        String long48 = Base64.getEncoder().encodeToString(new byte[ActionPut.CODE_BYTES_MAX + 1]);
        assertThatThrownBy(() -> put(exec("nodejs:20", long48, "")).zip())
                .isInstanceOfSatisfying(
                        Refusal.class, refusal -> assertThat(refusal.status()).isEqualTo(413))
                .hasMessageContaining("at most " + ActionPut.CODE_BYTES_MAX);
        assertThat(long48.length()).isLessThan(OpenWhiskFacade.PUT_BYTES_MAX);
    }
}
