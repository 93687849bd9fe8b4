// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.alibaba.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.api.CloudException;
import dev.weft.api.rest.RestRequest;
import dev.weft.api.rest.RestResponse;
import dev.weft.api.rest.Transport;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AcsKeyChainTest {
    @TempDir
    Path home;

    private final List<RestRequest> asked = new ArrayList<>();
    private Instant now = Instant.parse("2026-11-29T12:00:00Z");

    private final Transport metadata = request -> {
        asked.add(request);
        String text = request.uri().getPath().endsWith("/api/token")
                ? "session"
                : request.uri().getPath().endsWith("/")
                        ? "shop"
                        : "{\"AccessKeyId\":\"STS.id\",\"AccessKeySecret\":\"sts-secret\",\"SecurityToken\":\"sts-token\","
                                + "\"Expiration\":\"2026-11-29T13:00:00Z\"}";
        return new RestResponse(200, Map.of(), text.getBytes(StandardCharsets.UTF_8));
    };

    private AcsKeyChain chain(Map<String, String> environment) {
        InstantSource clock = () -> now;
        return new AcsKeyChain(environment, home, metadata, clock);
    }

    private void file(String name, String text) throws IOException {
        Path file = home.resolve(name);
        Path folder = file.getParent();
        Files.createDirectories(folder == null ? home : folder);
        Files.writeString(file, text);
    }

    @Test
    void theEnvironmentComesFirst() throws IOException {
        file(".alibabacloud/credentials", "[default]\ntype=access_key\naccess_key_id=x\naccess_key_secret=y\n");
        AcsKeys keys = chain(Map.of(
                        "ALIBABA_CLOUD_ACCESS_KEY_ID", "LTAIabcdefgh",
                        "ALIBABA_CLOUD_ACCESS_KEY_SECRET", "the-secret",
                        "ALIBABA_CLOUD_SECURITY_TOKEN", "the-token"))
                .keys();
        assertThat(keys.id()).isEqualTo("LTAIabcdefgh");
        assertThat(keys.token()).isEqualTo("the-token");
        assertThat(keys.toString()).contains("the environment").doesNotContain("the-secret", "the-token");
    }

    @Test
    void theProfilesOfBothFilesAreRead() throws IOException {
        file(
                ".alibabacloud/credentials",
                "# mine\n[default]\nenable = true\ntype = access_key\naccess_key_id = a\naccess_key_secret = b\n"
                        + "[shop]\ntype = sts\naccess_key_id = c\naccess_key_secret = d\nsecurity_token = t\n");
        assertThat(chain(Map.of()).keys().id()).isEqualTo("a");
        assertThat(chain(Map.of("ALIBABA_CLOUD_PROFILE", "shop")).keys().token())
                .isEqualTo("t");
        Files.delete(home.resolve(".alibabacloud/credentials"));
        file(
                ".aliyun/config.json",
                "{\"current\":\"x\",\"profiles\":[{\"name\":\"x\",\"mode\":\"AK\",\"access_key_id\":\"e\","
                        + "\"access_key_secret\":\"f\"},{\"name\":\"s\",\"mode\":\"StsToken\",\"access_key_id\":\"g\","
                        + "\"access_key_secret\":\"h\",\"sts_token\":\"u\"}]}");
        assertThat(chain(Map.of()).keys().id()).isEqualTo("e");
        assertThat(chain(Map.of("ALIBABA_CLOUD_PROFILE", "s")).keys().token()).isEqualTo("u");
    }

    @Test
    void aServersRoleIsAskedForAndRenewedBeforeItExpires() {
        AcsKeyChain chain = chain(Map.of("ALIBABA_CLOUD_ECS_METADATA", "shop"));
        assertThat(chain.keys().token()).isEqualTo("sts-token");
        int before = asked.size();
        assertThat(chain.keys().expires()).isEqualTo(Instant.parse("2026-11-29T13:00:00Z"));
        assertThat(asked).hasSize(before);
        now = now.plusSeconds(3600 - 299);
        assertThat(chain.keys().id()).isEqualTo("STS.id");
        assertThat(asked).hasSize(2 * before);
        assertThat(asked.getLast().headers()).containsEntry("x-aliyun-ecs-metadata-token", "session");
    }

    @ParameterizedTest
    @CsvSource({
        "'[default]\ntype=ram_role_arn', ram_role_arn",
        "'[default]\ntype=oidc_role_arn', oidc_role_arn",
        "'[default]\ntype=access_key\naccess_key_id=a', access_key_secret"
    })
    void whatCannotBeUsedIsSaidSo(String text, String words) throws IOException {
        file(".alibabacloud/credentials", text);
        denied(Map.of(), words);
    }

    @Test
    void nothingAndHalfAreSaidSo() throws IOException {
        denied(Map.of(), "aliyun configure");
        denied(Map.of("ALIBABA_CLOUD_ACCESS_KEY_ID", "x"), "only one is set");
        file(".aliyun/config.json", "{\"current\":\"x\",\"profiles\":[{\"name\":\"x\",\"mode\":\"CloudSSO\"}]}");
        denied(Map.of(), "CloudSSO");
        file(".aliyun/config.json", "{");
        denied(Map.of(), "no JSON");
    }

    private void denied(Map<String, String> environment, String words) {
        assertThatThrownBy(() -> chain(environment).keys()).isInstanceOfSatisfying(CloudException.class, failed -> {
            assertThat(failed.kind()).isEqualTo(CloudException.Kind.DENIED);
            assertThat(failed).hasMessageContaining(words);
        });
    }
}
