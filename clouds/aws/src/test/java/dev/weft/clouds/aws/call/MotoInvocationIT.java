// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.aws.call;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.weft.api.CloudException;
import dev.weft.api.Outcome;
import dev.weft.api.spi.InvokeDialect;
import dev.weft.clouds.aws.account.Boto3;
import dev.weft.clouds.aws.account.Moto;
import dev.weft.clouds.aws.credentials.AwsCredentials;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Calls over the wire to moto, whose gate checks each signature. moto runs no code: it gives back what it got, or what it is told. */
@Tag("system")
@Timeout(120)
class MotoInvocationIT {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static Moto moto;

    @BeforeAll
    static void start() throws Exception {
        moto = Moto.start();
        Boto3.run(moto.endpoint(), """
                import io, zipfile
                code = io.BytesIO()
                with zipfile.ZipFile(code, 'w') as z:
                    z.writestr('index.mjs', 'export const handler = () => 1')
                aws('lambda').create_function(FunctionName='pay', Role='%s', Runtime='nodejs20.x', Handler='index.handler',
                    Code={'ZipFile': code.getvalue()}, Publish=True)
                aws('lambda').create_alias(FunctionName='pay', Name='weft', FunctionVersion='1')
                """.formatted(Moto.ROLE));
    }

    @AfterAll
    static void stop() throws Exception {
        moto.close();
    }

    private static InvokeDialect.Target target() {
        return new InvokeDialect.Target(moto.endpoint(), "pay", "eu-west-1", Map.of("qualifier", "weft"));
    }

    private static Map<String, String> key(String secret) {
        return new AwsCredentials(Moto.KEY, secret, null, null, "a test").parts();
    }

    @Test
    void anEventsAnswerComesBack() throws Exception {
        Outcome outcome = Wire.call(Wire.event("{\"n\":\"ü\"}", Map.of("type", "order")), target(), key(Moto.SECRET));
        assertThat(outcome).isInstanceOfSatisfying(Outcome.Result.class, result -> assertThat(
                        JSON.readTree(Wire.bytes(result.body())))
                .isEqualTo(JSON.readTree("{\"n\":\"ü\"}")));
    }

    @Test
    void anExchangeIsAnEventOfFormat2() throws Exception {
        Outcome outcome = Wire.call(Wire.exchange("{\"n\":1}"), target(), key(Moto.SECRET));
        assertThat(outcome).isInstanceOfSatisfying(Outcome.Response.class, response -> {
            // what it got is no answer of format 2.0, so Lambda's rule makes all of it the body
            JsonNode got = JSON.readTree(Wire.bytes(response.body()));
            assertThat(response.status()).isEqualTo(200);
            assertThat(got.path("version").asString()).isEqualTo("2.0");
            assertThat(got.path("rawPath").asString()).isEqualTo("/pay%20now");
            assertThat(got.path("headers").path("idempotency-key").asString()).isEqualTo("once-7");
        });
    }

    @Test
    void anAnswerOfFormat2IsAResponse() throws Exception {
        moto.answers("eu-west-1", "{\"statusCode\":201,\"headers\":{\"x-made\":\"yes\"},\"body\":\"made\"}");
        Outcome outcome = Wire.call(Wire.exchange("{}"), target(), key(Moto.SECRET));
        assertThat(outcome).isInstanceOfSatisfying(Outcome.Response.class, response -> {
            assertThat(response.status()).isEqualTo(201);
            assertThat(response.headers().first("x-made")).isEqualTo("yes");
            assertThat(Wire.text(response.body())).isEqualTo("made");
        });
    }

    @Test
    void anAsynchronousEventIsAccepted() throws Exception {
        assertThat(Wire.call(Wire.event("{}", Map.of(LambdaDialect.ASYNC, "true")), target(), key(Moto.SECRET)))
                .isInstanceOf(Outcome.Accepted.class);
    }

    @Test
    void aForgedCallIsDenied() {
        assertThatThrownBy(() -> Wire.call(Wire.event("{}", Map.of()), target(), key("another-secret")))
                .isInstanceOfSatisfying(CloudException.class, failed -> assertThat(failed.kind())
                        .isEqualTo(CloudException.Kind.DENIED))
                .hasMessageContaining("InvalidSignatureException")
                .hasMessageNotContaining("another-secret");
    }
}
