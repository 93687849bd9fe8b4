// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.alibaba.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.api.CloudException;
import dev.weft.api.resource.Cloud;
import dev.weft.api.resource.Metadata;
import dev.weft.api.rest.RestClient;
import dev.weft.api.rest.RestResponse;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Map;
import java.util.zip.DeflaterOutputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SlsApiTest {
    private static Cloud cloud(@Nullable String endpoint, Map<String, String> account) {
        URI address = endpoint == null ? null : URI.create(endpoint);
        return new Cloud(
                new Metadata("there", "default", Map.of(), Map.of()),
                new Cloud.Spec(Cloud.Type.ALIBABA, "eu-central-1", address, Map.of(), null, account, null, null));
    }

    private static SlsApi.Found asked(Cloud cloud, RestResponse answer) {
        RestClient client =
                new RestClient(request -> answer, (request, at) -> request, new SlsErrors(), InstantSource.system());
        return new SlsApi(cloud, client)
                .logs(new SlsApi.Logstore("shop-logs", "functions"), new SlsApi.Query("", 0, 1, 0, 1, false));
    }

    private static RestResponse answer(Map<String, String> headers, byte[] body) {
        return new RestResponse(200, headers, body);
    }

    @Test
    void anAnswerThatIsNotPackedIsRead() {
        byte[] plain = "{\"meta\":{\"progress\":\"Complete\"},\"data\":[{}]}".getBytes(StandardCharsets.UTF_8);
        SlsApi.Found found = asked(cloud(null, Map.of()), answer(Map.of(), plain));
        assertThat(found.whole()).isTrue();
        assertThat(found.entries()).hasSize(1);
    }

    @Test
    void anAnswerThatUnpacksToMoreThanTheLimitIsRefused() throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (OutputStream out = new DeflaterOutputStream(packed)) {
            byte[] spaces = new byte[1 << 20];
            java.util.Arrays.fill(spaces, (byte) ' ');
            for (int i = 0; i < SlsApi.ANSWER_BYTES_MAX / spaces.length; i++) {
                out.write(spaces);
            }
            out.write("{}".getBytes(StandardCharsets.UTF_8));
        }
        assertThatThrownBy(() -> asked(
                        cloud(null, Map.of()), answer(Map.of("x-log-compresstype", "deflate"), packed.toByteArray())))
                .isInstanceOf(CloudException.class)
                .hasMessageContaining("more than " + SlsApi.ANSWER_BYTES_MAX + " bytes");
    }

    @Test
    void anAnswerThatCantBeReadIsToldSo() {
        for (RestResponse each : new RestResponse[] {
            answer(Map.of("x-log-compresstype", "lz4"), new byte[] {1, 2, 3}),
            answer(Map.of("x-log-compresstype", "deflate"), new byte[] {1, 2, 3}),
            answer(Map.of(), "<html>".getBytes(StandardCharsets.UTF_8))
        }) {
            assertThatThrownBy(() -> asked(cloud(null, Map.of()), each))
                    .isInstanceOfSatisfying(CloudException.class, failed -> assertThat(failed.kind())
                            .isEqualTo(CloudException.Kind.UNKNOWN))
                    .hasMessageContaining("GetLogs");
        }
    }

    @Test
    void itsAddressIsTheRegionsUnlessTheDocumentSaysOtherwise() {
        URI regions = URI.create("https://eu-central-1.log.aliyuncs.com");
        assertThat(SlsApi.base(cloud(null, Map.of()))).isEqualTo(regions);
        assertThat(SlsApi.base(cloud("https://1.eu-central-1-internal.fc.aliyuncs.com", Map.of())))
                .isEqualTo(regions);
        assertThat(SlsApi.base(cloud("http://127.0.0.1:1", Map.of("logsEndpoint", "http://logs.example:2"))))
                .isEqualTo(URI.create("http://logs.example:2"));
        assertThatThrownBy(() -> asked(cloud("http://127.0.0.1:1", Map.of()), answer(Map.of(), new byte[0])))
                .isInstanceOf(CloudException.class)
                .hasMessageContaining("need spec.account.logsEndpoint");
    }
}
