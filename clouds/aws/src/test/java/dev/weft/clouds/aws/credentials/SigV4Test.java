// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.aws.credentials;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class SigV4Test {
    private static final Instant NOW = Instant.parse("2015-08-30T12:36:00Z");
    private static final AwsCredentials KEY =
            new AwsCredentials("AKIDEXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", null, null, "a test");

    /** The request "get-vanilla" of AWS's own published test suite. */
    @Test
    void awssOwnExampleIsSignedAsAwsSays() {
        SigV4.Message message = new SigV4.Message("GET", "example.amazonaws.com", "/", null, Map.of(), new byte[0]);
        assertThat(new SigV4("service", "us-east-1").fields(message, KEY, NOW))
                .containsEntry("x-amz-date", "20150830T123600Z")
                .containsEntry(
                        "authorization",
                        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request,"
                                + " SignedHeaders=host;x-amz-date,"
                                + " Signature=5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31");
    }

    /** The request "get-vanilla-query-order-key-case" of the same suite. */
    @Test
    void parametersAreSortedByName() {
        SigV4.Message message = new SigV4.Message(
                "GET", "example.amazonaws.com", "/", "Param2=value2&Param1=value1", Map.of(), new byte[0]);
        assertThat(new SigV4("service", "us-east-1").fields(message, KEY, NOW).get("authorization"))
                .endsWith("Signature=b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500");
    }

    @Test
    void anotherBodyHasAnotherSignature() {
        assertThat(signature("one")).isNotEqualTo(signature("two"));
    }

    private static String signature(String body) {
        SigV4.Message message = new SigV4.Message(
                "POST", "example.amazonaws.com", "/", null, Map.of(), body.getBytes(StandardCharsets.UTF_8));
        return String.valueOf(
                new SigV4("service", "us-east-1").fields(message, KEY, NOW).get("authorization"));
    }

    @Test
    void aSessionsTokenIsPartOfTheSignature() {
        AwsCredentials session = new AwsCredentials("AKIDEXAMPLE", "secret", "the-token", null, "a test");
        SigV4.Message message = new SigV4.Message("GET", "example.amazonaws.com", "/", null, Map.of(), new byte[0]);
        assertThat(new SigV4("service", "us-east-1").fields(message, session, NOW))
                .containsEntry("x-amz-security-token", "the-token")
                .hasEntrySatisfying("authorization", value -> assertThat(value)
                        .contains("SignedHeaders=host;x-amz-date;x-amz-security-token"));
    }

    /** Keys are kept: none may stand in for another. */
    @Test
    void aKeyIsGoodForOneSecretDayRegionAndService() {
        AwsCredentials other = new AwsCredentials("AKIDEXAMPLE", "another-secret", null, null, "a test");
        SigV4 usual = new SigV4("service", "us-east-1");
        assertThat(List.of(
                        signature(usual, KEY, NOW),
                        signature(usual, other, NOW),
                        signature(usual, KEY, NOW.plus(Duration.ofDays(1))),
                        signature(new SigV4("service", "us-west-1"), KEY, NOW),
                        signature(new SigV4("other", "us-east-1"), KEY, NOW)))
                .doesNotHaveDuplicates();
        assertThat(signature(usual, KEY, NOW)).isEqualTo(signature(usual, KEY, NOW));
    }

    private static String signature(SigV4 signer, AwsCredentials credentials, Instant now) {
        SigV4.Message message = new SigV4.Message("GET", "example.amazonaws.com", "/", null, Map.of(), new byte[0]);
        String field = String.valueOf(signer.fields(message, credentials, now).get("authorization"));
        return field.substring(field.indexOf("Signature="));
    }

    @Test
    void moreSecretsThanAreKeptAreSignedWithAllTheSame() {
        SigV4 usual = new SigV4("service", "us-east-1");
        String first = signature(usual, KEY, NOW);
        for (int i = 0; i <= SigningKeys.KEPT_MAX; i++) {
            String ignored =
                    signature(usual, new AwsCredentials("AKIDEXAMPLE", "secret" + i, null, null, "a test"), NOW);
        }
        assertThat(signature(usual, KEY, NOW)).isEqualTo(first);
    }

    @Test
    void whatIsNoLetterIsEncoded() {
        assertThat(SigV4.encoded("a-b_c.d~e")).isEqualTo("a-b_c.d~e");
        assertThat(SigV4.encoded("$LATEST/ä")).isEqualTo("%24LATEST%2F%C3%A4");
    }

    @Test
    void aSchemesUsualPortIsNotPartOfTheHost() {
        assertThat(SigV4.host(URI.create("https://lambda.example:443/x"))).isEqualTo("lambda.example");
        assertThat(SigV4.host(URI.create("http://lambda.example:80/x"))).isEqualTo("lambda.example");
        assertThat(SigV4.host(URI.create("https://lambda.example:8443"))).isEqualTo("lambda.example:8443");
        assertThat(SigV4.host(URI.create("http://[::1]:5000/"))).isEqualTo("[::1]:5000");
    }

    @Test
    void textsShowNoSecret() {
        AwsCredentials session = new AwsCredentials("AKIDEXAMPLE", "the-secret", "the-token", null, "a test");
        assertThat(session.toString())
                .doesNotContain("the-secret")
                .doesNotContain("the-token")
                .doesNotContain("AKIDEXAMPLE");
    }
}
