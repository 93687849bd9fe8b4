// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.oracle.facade;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.Headers;
import dev.weft.api.facade.FacadeRequest;
import dev.weft.api.facade.Key;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class OciProofTest {
    private static final String INVOKE = "/20181201/functions/ocid1.fnfunc.oc1..default.alpha/actions/invoke";
    private static final String WRONG =
            "The required information to complete authentication was not provided or was incorrect.";

    private static final List<String> ALL =
            List.of("date", "(request-target)", "host", "content-length", "content-type", "x-content-sha256");

    private static OciProof proof(FacadeRequest request) {
        return proof(request, FnSamples.NOW);
    }

    private static OciProof proof(FacadeRequest request, Instant now) {
        return OciProof.of(request, OciSamples.KEYS::get, now);
    }

    private static String why(FacadeRequest request) {
        return why(request, FnSamples.NOW);
    }

    private static String why(FacadeRequest request, Instant now) {
        OciProof proof = proof(request, now);
        assertThat(proof).isInstanceOf(OciProof.None.class);
        OciRefusal refusal = ((OciProof.None) proof).refusal();
        assertThat(refusal.status()).isEqualTo(401);
        assertThat(refusal.code()).isEqualTo("NotAuthenticated");
        return refusal.message();
    }

    private static FacadeRequest post() {
        return OciSamples.request(OciSamples.DEPLOY, "POST", INVOKE, "{\"a\":1}");
    }

    @Test
    void whoSignsWithHisOwnPairIsWhoHeSays() {
        assertThat(proof(post())).isEqualTo(new OciProof.By(OciSamples.DEPLOY));
        assertThat(proof(OciSamples.request(
                        OciSamples.ELSEWHERE, "GET", "/20181201/functions?applicationId=x&limit=2", "")))
                .isEqualTo(new OciProof.By(OciSamples.ELSEWHERE));
        FacadeRequest otherDate = OciSamples.unsigned("POST", INVOKE, "", "x-date", OciSamples.DATE);
        List<String> names = new ArrayList<>(ALL);
        names.set(0, "x-date");
        assertThat(proof(OciSamples.signed(OciSamples.DEPLOY, otherDate, names, OciSamples.keyId(OciSamples.DEPLOY))))
                .isEqualTo(new OciProof.By(OciSamples.DEPLOY));
    }

    @Test
    void aWrongPairAnUnknownKeyAndOneWithoutAPairAreToldAlike() {
        FacadeRequest post = OciSamples.unsigned("POST", INVOKE, "{}");
        String mine = OciSamples.keyId(OciSamples.DEPLOY);
        Set<String> said = new HashSet<>();
        for (String keyId : List.of(
                mine.replace("weftdeploy", "weftnobody"),
                mine.replace("oc1..default", "oc1..other"),
                mine.substring(0, mine.length() - 2) + "zz",
                mine.replace("weftdeploy", "WEFTDEPLOY"),
                OciSamples.keyId(OciSamples.PLAIN),
                "nonsense",
                "a/b/c")) {
            said.add(why(OciSamples.signed(OciSamples.DEPLOY, post, ALL, keyId)));
        }
        said.add(why(OciSamples.signed(OciSamples.INVOKE, post, ALL, mine)));
        assertThat(said).containsExactly(WRONG);
    }

    @ParameterizedTest
    @CsvSource({"-301, false", "-300, true", "0, true", "300, true", "301, false"})
    void aDateIsGoodForFiveMinutesEitherWay(int seconds, boolean good) {
        Instant now = FnSamples.NOW.plus(Duration.ofSeconds(seconds));
        if (good) {
            assertThat(proof(post(), now)).isInstanceOf(OciProof.By.class);
        } else {
            assertThat(why(post(), now)).contains("more than 5 minutes from the server's clock");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"2026-11-30T09:00:00Z", "yesterday", "", "Mon, 30 Nov +999999999 09:00:00 GMT"})
    void aDateOfAnotherFormIsNone(String date) {
        FacadeRequest request = OciSamples.with(OciSamples.unsigned("GET", "/20181201/functions", ""), "date", date);
        assertThat(why(OciSamples.signed(OciSamples.DEPLOY, request))).contains("the date of the request must be");
    }

    @Test
    void whateverIsSignedCanNotBeChanged() {
        FacadeRequest post = post();
        for (String field : List.of("host", "date", "content-length", "content-type", "x-content-sha256")) {
            assertThat(why(OciSamples.with(post, field, "other"))).as(field).isEqualTo(WRONG);
        }
        FacadeRequest elsewhere = OciSamples.with(
                OciSamples.unsigned("POST", INVOKE.replace("alpha", "beta"), "{\"a\":1}"),
                "authorization",
                String.valueOf(post.headers().first("authorization")));
        assertThat(why(elsewhere)).isEqualTo(WRONG);
        FacadeRequest another = new FacadeRequest(
                post.line(),
                post.headers(),
                "{\"a\":2}".getBytes(StandardCharsets.UTF_8),
                post.scheme(),
                post.authority(),
                post.callerAddress());
        assertThat(why(another)).contains("x-content-sha256 is not the body's SHA-256");
        FacadeRequest longer = new FacadeRequest(
                post.line(), post.headers(), new byte[9], post.scheme(), post.authority(), post.callerAddress());
        assertThat(why(longer)).contains("content-length is not the body's");
    }

    @Test
    void everyFieldThatMustBeSignedIsAskedFor() {
        Key key = OciSamples.DEPLOY;
        for (String name : ALL) {
            List<String> names = new ArrayList<>(ALL);
            names.remove(name);
            assertThat(why(OciSamples.signed(key, post(), names, OciSamples.keyId(key))))
                    .isEqualTo("the signature's headers must name " + name);
        }
        FacadeRequest get = OciSamples.unsigned("GET", "/20181201/functions", "");
        assertThat(why(OciSamples.signed(key, get, List.of("date", "host"), OciSamples.keyId(key))))
                .contains("(request-target)");
        FacadeRequest twice = OciSamples.unsigned("GET", "/20181201/functions", "", "date", OciSamples.DATE);
        assertThat(why(OciSamples.signed(key, twice))).contains("stands there 2 times");
        assertThat(why(OciSamples.signed(
                        key, get, List.of("date", "host", "(request-target)", "x-none"), OciSamples.keyId(key))))
                .contains("stands there 0 times");
        List<String> doubled = List.of("date", "host", "host", "(request-target)");
        assertThat(why(OciSamples.signed(key, get, doubled, OciSamples.keyId(key))))
                .contains("name each field once");
    }

    @Test
    void whatIsNoSignatureIsToldSo() {
        FacadeRequest get = OciSamples.unsigned("GET", "/20181201/functions", "");
        String good = String.valueOf(
                OciSamples.signed(OciSamples.DEPLOY, get).headers().first("authorization"));
        for (String bad : List.of(
                "",
                "Signature",
                "Signature version=\"1\"x",
                "Bearer a.b",
                good + ",keyId=\"again\"",
                good + ',' + "x=\"" + "y".repeat(9000) + '"')) {
            assertThat(why(OciSamples.with(get, "authorization", bad))).contains("weft key create --rsa");
        }
        assertThat(why(get)).contains("weft key create --rsa");
        Headers twice = Headers.builder()
                .addAll(get.headers())
                .add("authorization", good)
                .add("authorization", good)
                .build();
        assertThat(why(new FacadeRequest(get.line(), twice, get.body(), "http", "h", "127.0.0.1")))
                .contains("weft key create --rsa");
        assertThat(why(OciSamples.with(get, "authorization", good.replace("rsa-sha256", "hmac-sha256"))))
                .contains("rsa-sha256");
        assertThat(why(OciSamples.with(get, "authorization", good.replace("version=\"1\"", "version=\"2\""))))
                .contains("must be 1");
        assertThat(why(OciSamples.signed(
                        OciSamples.DEPLOY, get, List.of("date", "host", "(request-target)"), "ST$token")))
                .contains("no session tokens");
        assertThat(why(OciSamples.with(
                        get, "authorization", good.replaceAll("signature=\"[^\"]*\"", "signature=\"!\""))))
                .isEqualTo(WRONG);
    }
}
