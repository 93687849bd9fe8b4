// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.six;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.app.six.WeftCommand.Said;
import dev.weft.clouds.aws.account.Boto3;
import dev.weft.clouds.aws.account.Moto;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A cloud that leaves the documents while it still runs something of the application, by the real command line on moto. */
@Tag("system")
@Timeout(180)
class LeftCloudsIT {
    @TempDir
    private Path scratch;

    private Moto moto;
    private WeftCommand weft;
    private Path documents;

    @BeforeEach
    void open() throws Exception {
        moto = Moto.start();
        weft = new WeftCommand(scratch, Map.of("AWS_ACCESS_KEY_ID", Moto.KEY, "AWS_SECRET_ACCESS_KEY", Moto.SECRET));
        documents = Files.createDirectories(scratch.resolve("shop"));
        Files.createDirectories(documents.resolve("pay"));
        Files.writeString(documents.resolve("pay/index.mjs"), "export const handler = async () => 1;\n");
    }

    @AfterEach
    void close() {
        moto.close();
    }

    /** The documents with these clouds, and the function on those of them that it is placed on. */
    private void write(List<String> clouds, List<String> placed) throws Exception {
        StringBuilder all = new StringBuilder();
        for (String each : clouds) {
            all.append(
                    """
                    apiVersion: weft.dev/v1alpha1
                    kind: Cloud
                    metadata: {name: %s}
                    spec: {type: aws, region: %s, endpoint: "%s", account: {role: "%s"}}
                    ---
                    """.formatted(each, each.equals("near") ? "eu-west-1" : "us-east-1", moto.endpoint(), Moto.ROLE));
        }
        all.append("""
                apiVersion: weft.dev/v1alpha1
                kind: Function
                metadata: {name: pay}
                spec:
                  contract: aws-lambda
                  runtime: nodejs20
                  handler: index.handler
                  code: {path: pay}
                  placement: {clouds: [%s]}
                """.formatted(String.join(
                ", ",
                placed.stream()
                        .map(each -> each.equals("far") ? "{name: far, as: pay-there}" : "{name: " + each + "}")
                        .toList())));
        Files.writeString(documents.resolve("weft.yaml"), all.toString());
    }

    private Said weft(String verb, String... more) throws Exception {
        List<String> line = new ArrayList<>(List.of(verb, "-f", documents.toString()));
        line.addAll(List.of(more));
        return weft.run(line.toArray(String[]::new));
    }

    private String far() throws Exception {
        return Boto3.run(moto.endpoint(), """
                import boto3
                client = boto3.client('lambda', endpoint_url=os.environ['ENDPOINT'], region_name='us-east-1',
                    aws_access_key_id='AKIDEXAMPLE0000', aws_secret_access_key='secret-of-the-test-client')
                print([each['FunctionName'] for each in client.list_functions()['Functions']])
                """).strip();
    }

    @Test
    void planTellsAndApplyRefusesUntilItIsPutBackOrAbandoned() throws Exception {
        write(List.of("near", "far"), List.of("near", "far"));
        weft("apply", "--yes").is(0);
        assertThat(weft("plan").is(0).out()).doesNotContain("any more");

        write(List.of("near"), List.of("near"));
        assertThat(weft("plan").is(2).out())
                .contains("1 as wanted")
                .containsPattern(
                        "\\? pay on far \\(there pay-there\\): cloud far is not in the documents any more, and it may still run"
                                + " there since \\d{4}-\\d\\d-\\d\\d");
        JsonNode left = JsonMapper.shared()
                .readTree(weft("plan", "-o", "json").is(2).out())
                .path("left");
        assertThat(left).hasSize(1);
        assertThat(left.path(0).path("function").asString()).isEqualTo("pay");
        assertThat(left.path(0).path("cloud").asString()).isEqualTo("far");
        assertThat(left.path(0).path("name").asString()).isEqualTo("pay-there");

        Files.writeString(documents.resolve("pay/index.mjs"), "export const handler = async () => 2;\n");
        for (String verb : List.of("apply", "destroy")) {
            assertThat(weft(verb, "--yes").is(1).err())
                    .contains("nothing was changed: pay on far (there pay-there) may still run", "--abandon far");
        }
        assertThat(weft("plan").is(2).out()).contains("1 to change");
        assertThat(weft("apply", "--yes", "--abandon", "fax").is(2).err()).contains("did you mean 'far'?");

        // put back, without functions on it: the removal is an ordinary step
        write(List.of("near", "far"), List.of("near"));
        assertThat(weft("apply", "--yes").is(0).out()).contains("pay on far (there pay-there): removed");
        assertThat(far()).isEqualTo("[]");
        write(List.of("near"), List.of("near"));
        assertThat(weft("plan").is(0).out()).doesNotContain("any more");
        assertThat(weft("apply", "--yes", "--abandon", "far").is(2).err()).contains("no cloud left the documents");
        weft("destroy", "--yes").is(0);
    }

    @Test
    void whatIsAbandonedStaysThereAndIsWrittenDown() throws Exception {
        write(List.of("near", "far"), List.of("near", "far"));
        weft("apply", "--yes").is(0);
        write(List.of("near"), List.of("near"));
        assertThat(weft("apply", "--yes", "--abandon", "far").is(0).out())
                .contains("pay on far (there pay-there): forgotten; whatever is there stays there");
        assertThat(far()).isEqualTo("['pay-there']");
        assertThat(weft("plan").is(0).out()).doesNotContain("any more");
        assertThat(weft("history").is(0).out()).contains("abandon by ", "abandon pay on far: done");
        weft("destroy", "--yes").is(0);

        // it comes back: its tags say whose it is
        write(List.of("near", "far"), List.of("near", "far"));
        assertThat(weft("plan").is(2).out()).contains("1 to create, 1 as wanted");
        weft("apply", "--yes").is(0);
        weft("destroy", "--yes").is(0);
        assertThat(far()).isEqualTo("[]");
    }
}
