// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.ibm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.BodyGatherer;
import dev.weft.api.Outcome;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class WebAnswerTest {
    private static final WebAnswer.Activation ACTIVATION = new WebAnswer.Activation("a1", "t1");

    @Test
    void aTextWithoutATypeIsHtml() {
        Outcome.Response answer = answer("{\"body\":\"<p>hé</p>\"}");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.headers().first("content-type")).isEqualTo("text/html; charset=UTF-8");
        assertThat(answer.headers().first("x-openwhisk-activation-id")).isEqualTo("a1");
        assertThat(text(answer)).isEqualTo("<p>hé</p>");
    }

    @Test
    void statusAndHeadersAreTheActionsOwn() {
        Outcome.Response answer = answer("""
                {"statusCode": "302", "headers": {"location": "/x", "Set-Cookie": ["a=1", "b=2"], "x-n": 7, "x-b": true,
                 "content-length": "99"}}""");

        assertThat(answer.status()).isEqualTo(302);
        assertThat(answer.headers().first("location")).isEqualTo("/x");
        assertThat(answer.headers().all("set-cookie")).containsExactly("a=1", "b=2");
        assertThat(answer.headers().first("x-n")).isEqualTo("7");
        assertThat(answer.headers().first("x-b")).isEqualTo("true");
        assertThat(answer.headers().has("content-length")).isFalse();
        assertThat(text(answer)).isEmpty();
    }

    @Test
    void aResultWithoutABodyIsNoContent() {
        assertThat(answer("{}").status()).isEqualTo(204);
        assertThat(answer("{\"body\":null}").status()).isEqualTo(204);
        assertThat(answer("{\"body\":\"\",\"headers\":{\"content-type\":\"text/plain\"}}")
                        .headers()
                        .has("content-type"))
                .isFalse();
        assertThat(answer("{\"payload\":\"hello\"}").status()).isEqualTo(204);
        assertThat(answer("{\"body\":\"\",\"statusCode\":201}").status()).isEqualTo(201);
    }

    @Test
    void aBodyThatIsNoTextIsJson() {
        Outcome.Response answer = answer("{\"body\":{\"a\":[1,true]}}");

        assertThat(answer.headers().first("content-type")).isEqualTo("application/json");
        assertThat(text(answer)).isEqualTo("{\"a\":[1,true]}");
        assertThat(text(answer("{\"body\":7,\"headers\":{\"Content-Type\":\"application/x+json\"}}")))
                .isEqualTo("7");
        refused("{\"body\":{},\"headers\":{\"content-type\":\"text/plain\"}}", "did not match");
    }

    @Test
    void aBinaryTypesBodyIsBase64() {
        Outcome.Response answer = answer("{\"body\":\"aGk=\",\"headers\":{\"content-type\":\"image/png\"}}");

        assertThat(answer.headers().first("content-type")).isEqualTo("image/png");
        assertThat(text(answer)).isEqualTo("hi");
        refused("{\"body\":\"é\",\"headers\":{\"content-type\":\"image/png\"}}", "did not match");
    }

    @Test
    void aTextualTypesBodyIsText() {
        assertThat(text(answer("{\"body\":\"aGk=\",\"headers\":{\"content-type\":\"text/css\"}}")))
                .isEqualTo("aGk=");
        assertThat(answer("{\"body\":\"x\",\"headers\":{\"content-type\":\"text/plain; charset=ascii\"}}")
                        .headers()
                        .first("content-type"))
                .isEqualTo("text/plain; charset=ascii");
    }

    @Test
    void jsonAsATextIsTakenAsItIsOrAsBase64() {
        assertThat(text(answer("{\"body\":\"{\\\"a\\\":1}\",\"headers\":{\"content-type\":\"application/json\"}}")))
                .isEqualTo("{\"a\":1}");
        assertThat(text(answer("{\"body\":\"eyJhIjoxfQ==\",\"headers\":{\"content-type\":\"application/json\"}}")))
                .isEqualTo("{\"a\":1}");
    }

    @Test
    void whatIsNoAnswerIsRefusedAsTheControllerDoes() {
        refused("[1]", "message/http");
        refused("\"out of stock\"", "message/http");
        refused("{\"statusCode\":99,\"body\":\"x\"}", "message/http");
        refused("{\"statusCode\":200.5}", "message/http");
        refused("{\"statusCode\":\"ok\"}", "message/http");
        refused("{\"headers\":[]}", "message/http");
        refused("{\"headers\":{\"x\":{}}}", "message/http");
        refused("{\"headers\":{\"x\":\"a\\r\\nb: c\"},\"body\":\"x\"}", "message/http");
        refused("{\"headers\":{\"a b\":\"c\"},\"body\":\"x\"}", "message/http");
        refused("{\"headers\":{\"content-type\":\"text\"},\"body\":\"x\"}", "known content-type");
    }

    private static void refused(String result, String says) {
        Outcome.Response answer = answer(result);
        assertThat(answer.status()).as(result).isEqualTo(400);
        assertThat(text(answer)).contains(says).contains("\"code\":\"t1\"");
    }

    private static Outcome.Response answer(String result) {
        return WebAnswer.of(JsonMapper.shared().readTree(result), ACTIVATION);
    }

    private static String text(Outcome.Response response) {
        StringBuilder text = new StringBuilder();
        BodyGatherer.gather(
                response.body(), 1 << 20, bytes -> text.append(new String(bytes, StandardCharsets.UTF_8)), broken -> {
                    throw new AssertionError(broken);
                });
        return text.toString();
    }
}
