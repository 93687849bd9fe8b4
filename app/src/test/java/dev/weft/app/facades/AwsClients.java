// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.facades;

import dev.weft.api.facade.Key;
import dev.weft.clouds.aws.account.Boto3;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.lambda.LambdaClient;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * AWS's clients, unmodified but for endpoint and key.
 *
 * @param scratch where nothing is that they could read
 */
record AwsClients(Path scratch, URI endpoint, Key key) {
    private Map<String, String> environment() {
        return Map.of(
                "ENDPOINT",
                endpoint.toString(),
                "AWS_ACCESS_KEY_ID",
                key.id(),
                "AWS_SECRET_ACCESS_KEY",
                key.secret(),
                "AWS_DEFAULT_REGION",
                "eu-west-1",
                "AWS_CONFIG_FILE",
                scratch.resolve("none").toString());
    }

    String boto3(String script) throws Exception {
        return Boto3.python(
                        "import boto3, base64, json, os\n"
                                + "aws = boto3.client('lambda', endpoint_url=os.environ['ENDPOINT'])\n"
                                + script,
                        environment())
                .strip();
    }

    /** The command line, as its users have it. */
    String cli(String... words) throws Exception {
        StringBuilder line = new StringBuilder("import sys, os\nfrom awscli.clidriver import main\n");
        line.append("sys.argv = ['aws', '--endpoint-url', os.environ['ENDPOINT']");
        for (String each : words) {
            line.append(", ").append(JsonMapper.shared().writeValueAsString(each));
        }
        return Boto3.python(line.append("]\nsys.exit(main())\n").toString(), environment())
                .strip();
    }

    LambdaClient sdk() {
        return LambdaClient.builder()
                .endpointOverride(endpoint)
                .region(Region.EU_WEST_1)
                .credentialsProvider(
                        StaticCredentialsProvider.create(AwsBasicCredentials.create(key.id(), key.secret())))
                .httpClient(UrlConnectionHttpClient.create())
                .build();
    }

    static JsonNode json(String text) {
        return JsonMapper.shared().readTree(text);
    }
}
