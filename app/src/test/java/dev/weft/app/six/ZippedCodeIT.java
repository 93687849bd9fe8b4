// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.six;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.app.six.WeftCommand.Running;
import dev.weft.clouds.aws.account.Boto3;
import dev.weft.clouds.aws.account.Moto;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Code in a zip file, on this machine and on a cloud, by the real command line. */
@Tag("system")
@Timeout(180)
class ZippedCodeIT {
    @TempDir
    private Path scratch;

    private Moto moto;
    private WeftCommand weft;
    private Path documents;

    @BeforeEach
    void open() throws Exception {
        moto = Moto.start();
        weft = new WeftCommand(
                scratch,
                Map.of(
                        "AWS_ACCESS_KEY_ID", Moto.KEY,
                        "AWS_SECRET_ACCESS_KEY", Moto.SECRET,
                        "JAVA_TOOL_OPTIONS", "-Djava.io.tmpdir=" + Files.createDirectories(scratch.resolve("tmp"))));
        documents = Files.createDirectories(scratch.resolve("shop"));
        Files.writeString(documents.resolve("weft.yaml"), """
                apiVersion: weft.dev/v1alpha1
                kind: Cloud
                metadata: {name: aws}
                spec: {type: aws, region: eu-west-1, endpoint: "%s", account: {role: "%s"}}
                ---
                apiVersion: weft.dev/v1alpha1
                kind: Function
                metadata: {name: pay}
                spec:
                  contract: aws-lambda
                  runtime: nodejs20
                  handler: src/index.handler
                  code: {zip: build/pay.zip}
                  placement: {clouds: [{name: aws}]}
                ---
                apiVersion: gateway.networking.k8s.io/v1
                kind: HTTPRoute
                metadata: {name: all}
                spec:
                  rules:
                  - matches: [{path: {value: /pay}}]
                    backendRefs: [{group: weft.dev, kind: Function, name: pay}]
                """.formatted(moto.endpoint(), Moto.ROLE));
        zip("first", 1_700_000_000_000L);
    }

    @AfterEach
    void nothingIsLeft() throws Exception {
        moto.close();
        try (var left = Files.list(scratch.resolve("tmp"))) {
            assertThat(left.filter(each -> String.valueOf(each.getFileName()).startsWith("weft-archives")))
                    .isEmpty();
        }
    }

    private void zip(String answer, long time) throws IOException {
        Path file = documents.resolve("build/pay.zip");
        Files.createDirectories(file.getParent());
        Path beside = documents.resolve("build/pay.zip.part");
        try (OutputStream to = Files.newOutputStream(beside);
                ZipOutputStream out = new ZipOutputStream(to)) {
            ZipEntry entry = new ZipEntry("src/index.mjs");
            entry.setTime(time);
            out.putNextEntry(entry);
            out.write("export const handler = async () => ({ statusCode: 200, body: '%s' });\n"
                    .formatted(answer)
                    .getBytes(StandardCharsets.UTF_8));
            out.closeEntry();
        }
        Files.move(beside, file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    }

    @Test
    void onThisMachineItRunsAndASaveReloadsIt() throws Exception {
        Running up = weft.start(Map.of(), "up", documents.toString(), "--port", "0", "--admin-port", "0");
        try (HttpClient client = HttpClient.newHttpClient()) {
            up.says("ready in");
            Matcher said = Pattern.compile("gateway +(\\S+)").matcher(Files.readString(up.out()));
            assertThat(said.find()).as(Files.readString(up.out())).isTrue();
            HttpRequest request =
                    HttpRequest.newBuilder(URI.create(said.group(1) + "/pay")).build();
            assertThat(client.send(request, HttpResponse.BodyHandlers.ofString())
                            .body())
                    .isEqualTo("first");
            zip("second", 1_700_000_000_000L);
            dev.weft.app.WeftInTest.await(
                    Duration.ofSeconds(30), () -> client.send(request, HttpResponse.BodyHandlers.ofString())
                            .body()
                            .equals("second"));
        } finally {
            up.interrupt();
            up.end();
        }
    }

    @Test
    void onACloudIsWhatIsInItAndOnlyThatCounts() throws Exception {
        weft.run("apply", "-f", documents.toString(), "--yes").is(0);
        assertThat(Boto3.run(moto.endpoint(), """
                lambdas = aws('lambda')
                print(lambdas.get_function_configuration(FunctionName='pay', Qualifier='weft')['Handler'])
                print(lambdas.get_function(FunctionName='pay')['Tags']['weft.dev/application'])
                """).lines()).containsExactly("src/index.handler", "shop");
        zip("first", 1_710_000_000_000L);
        assertThat(weft.run("plan", "-f", documents.toString()).is(0).out()).contains("1 as wanted");
        zip("second", 1_710_000_000_000L);
        assertThat(weft.run("plan", "-f", documents.toString()).is(2).out()).contains("change code");
        weft.run("destroy", "-f", documents.toString(), "--yes").is(0);
    }
}
