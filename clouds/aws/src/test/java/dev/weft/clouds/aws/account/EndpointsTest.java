// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.aws.account;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EndpointsTest {
    @ParameterizedTest
    @CsvSource({
        "lambda, AWS_ENDPOINT_URL_LAMBDA",
        "sts, AWS_ENDPOINT_URL_STS",
        "iam, AWS_ENDPOINT_URL_IAM",
        "logs, AWS_ENDPOINT_URL_CLOUDWATCH_LOGS",
    })
    void aServicesOwnVariableIsBeforeTheOneForAll(String service, String variable) {
        Map<String, String> environment =
                Map.of("AWS_ENDPOINT_URL", "http://all.example", variable, "http://one.example");
        Endpoints endpoints = new Endpoints(null, environment, "eu-west-1");
        assertThat(endpoints.of(service)).isEqualTo(URI.create("http://one.example"));
        assertThat(endpoints.of("other")).isEqualTo(URI.create("http://all.example"));
        assertThat(new Endpoints(URI.create("http://own.example"), environment, "eu-west-1").of(service))
                .isEqualTo(URI.create("http://own.example"));
    }

    @ParameterizedTest
    @CsvSource({
        "eu-west-1, https://lambda.eu-west-1.amazonaws.com, https://iam.amazonaws.com, us-east-1",
        "cn-north-1, https://lambda.cn-north-1.amazonaws.com.cn, https://iam.amazonaws.com.cn, cn-north-1",
        "us-gov-east-1, https://lambda.us-gov-east-1.amazonaws.com, https://iam.us-gov.amazonaws.com, us-gov-west-1",
    })
    void regionsHaveTheirDomains(String region, URI lambda, URI iam, String signed) {
        Endpoints endpoints = new Endpoints(null, Map.of(), region);
        assertThat(endpoints.of("lambda")).isEqualTo(lambda);
        assertThat(endpoints.global("iam")).isEqualTo(iam);
        assertThat(endpoints.globalRegion()).isEqualTo(signed);
    }

    @Test
    void anEmptyVariableSaysNothing() {
        assertThat(new Endpoints(null, Map.of("AWS_ENDPOINT_URL", " "), "eu-west-1").of("lambda"))
                .isEqualTo(URI.create("https://lambda.eu-west-1.amazonaws.com"));
    }
}
