// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.six;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.app.SharedHome;
import dev.weft.app.WeftInTest;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code weft up examples/six-clouds}: every carrier makes its offer on this machine. */
class SixCloudsUpIT {
    private static final Path HOME = SharedHome.FOLDER;

    private static WeftInTest weft;

    @BeforeAll
    static void start() throws Exception {
        weft = WeftInTest.up(HOME, Path.of("../examples/six-clouds"));
    }

    @AfterAll
    static void stop() {
        weft.close();
    }

    @ParameterizedTest
    @CsvSource({"van,6", "ship,3", "plane,27", "courier,15", "bicycle,9", "barge,12"})
    void aCarrierMakesItsOffer(String carrier, int price) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<String> offer = client.send(
                    HttpRequest.newBuilder(URI.create(weft.gateway() + "/" + carrier + "?kilograms=3"))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(offer.statusCode()).as(offer.body()).isEqualTo(200);
            assertThat(offer.body().replace(" ", ""))
                    .contains("\"carrier\":\"" + carrier + '"')
                    .contains("\"price\":" + price)
                    .contains("\"currency\":\"EUR\"");
        }
    }
}
