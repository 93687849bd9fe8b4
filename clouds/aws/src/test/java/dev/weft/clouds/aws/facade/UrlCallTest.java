// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.aws.facade;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.Headers;
import dev.weft.api.RequestLine;
import dev.weft.api.facade.FacadeRequest;
import dev.weft.api.facade.Wish;
import dev.weft.api.resource.Function;
import dev.weft.api.resource.Metadata;
import dev.weft.testkit.FacadeFuzz;
import dev.weft.testkit.SampleFunction;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UrlCallTest {
    private static final String ID = "abcdefghijklmnopqrstuvwxyz234567";
    private static final String URL = "/function-url/default/Shop/" + ID + "/a%2Fb";
    private static final Function PLAIN = SampleFunction.http("shop", "node").function();

    private static FacadeRequest request(String path) {
        RequestLine line = new RequestLine("GET", path, "q=1");
        return new FacadeRequest(line, Headers.none(), new byte[0], "http", "localhost:8091", "127.0.0.1");
    }

    private static Wish read(String path) {
        return new AwsFacade().read(request(path), Signed.KEYS, Signed.NOW);
    }

    private static Wish called(String path, Function function) {
        return ((Wish.Look) read(path)).then().of(function);
    }

    /** One with a URL; {@code open} where its policy lets everybody. */
    private static Function function(String auth, String mode, boolean open) {
        FunctionUrl url = new FunctionUrl("", ID, auth, mode, Instant.EPOCH, Instant.EPOCH);
        Map<String, String> annotations = new HashMap<>();
        annotations.put(Settings.annotation(FunctionUrl.setting("")), url.kept());
        if (open) {
            annotations.put(
                    Settings.annotation("policy"),
                    "{\"all\":{\"Action\":\"lambda:InvokeFunctionUrl\",\"Principal\":\"*\"}}");
        }
        return new Function(new Metadata("shop", "default", Map.of(), annotations), PLAIN.spec());
    }

    @Test
    void whoKnowsTheIdOfAnOpenFunctionCallsIt() {
        Wish.Look look = (Wish.Look) read(URL);
        assertThat(look.function()).isEqualTo("shop");
        assertThat(look.key().namespace()).isEqualTo("default");
        assertThat(called(URL, function("NONE", "BUFFERED", true)))
                .isInstanceOfSatisfying(Wish.Exchange.class, call -> {
                    assertThat(call.line()).isEqualTo(new RequestLine("GET", "/a%2Fb", "q=1"));
                    assertThat(call.function()).isEqualTo("shop");
                });
        assertThat(called(URL, function("NONE", "RESPONSE_STREAM", true))).isInstanceOf(Wish.Passed.class);
    }

    @Test
    void withoutAPolicyOrASignatureNobodyDoes() {
        assertThat(((Wish.Refused) called(URL, function("NONE", "BUFFERED", false))).proved())
                .isTrue();
        assertThat(((Wish.Refused) called(URL, function("AWS_IAM", "BUFFERED", true))).proved())
                .isFalse();
        assertThat(((Wish.Look) read(URL)).then().of(null)).isInstanceOf(Wish.Refused.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/function-url/default/shop/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa/",
                "/function-url/default/shop:live/" + ID + "/",
            })
    void whoGuessesHearsTheSameAsWhoAsksForNothing(String path) {
        Wish.Refused guessed = (Wish.Refused) called(path, function("NONE", "BUFFERED", true));
        Wish.Refused nothing = (Wish.Refused) called(path, PLAIN);
        assertThat(guessed.answer().status()).isEqualTo(403);
        assertThat(guessed.answer().body()).isEqualTo(nothing.answer().body());
        assertThat(guessed.proved()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/function-url/", "/function-url/default/shop/short/", "/function-url/A/shop/" + ID + "/"})
    void whatIsNoUrlIsForbidden(String path) {
        Wish.Refused refused = (Wish.Refused) read(path);
        assertThat(refused.answer().status()).isEqualTo(403);
    }

    @Test
    void noiseIsRefused() throws Exception {
        int refused = new FacadeFuzz(new AwsFacade(), Signed.KEYS, Signed.NOW)
                .run(List.of(request(URL)), UnaryOperator.identity(), 5000, 78);
        assertThat(refused).isPositive();
    }
}
