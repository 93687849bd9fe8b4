// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.aws.account;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.api.CloudException;
import dev.weft.api.rest.RestResponse;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CodeDownloadTest {
    @TempDir
    Path folder;

    @Test
    void anAnswerThatIsNoPackageIsToldWithoutItsAddress() {
        URI signed = URI.create("https://bucket.example/key?X-Amz-Signature=secret-signature");
        assertThatThrownBy(() -> CodeDownload.fetch(
                        request -> new RestResponse(403, Map.of(), new byte[0]), "one", signed, folder))
                .isInstanceOf(CloudException.class)
                .hasMessageContaining("403")
                .hasMessageNotContaining("secret-signature");
        assertThatThrownBy(() -> CodeDownload.fetch(
                        request -> {
                            throw new IOException("reset");
                        },
                        "one",
                        signed,
                        folder))
                .isInstanceOf(CloudException.class)
                .hasMessageContaining("reset")
                .hasMessageNotContaining("secret-signature");
    }
}
