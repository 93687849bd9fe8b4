// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.facades;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.facade.Key;
import dev.weft.app.keys.KeysInTest;
import dev.weft.app.six.WeftCommand;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Façades of a real {@code weft serve}, named in its file: functions are seen, and not changed, with a sentence that helps. */
@Timeout(120)
class ServedFacadesIT {
    private static final String SENTENCE = "this Weft (weft serve) calls functions on their clouds and changes none";

    @TempDir
    private static Path scratch;

    private static WeftCommand.Running running;
    private static Key key;
    private static int aws;
    private static int openwhisk;

    @BeforeAll
    static void start() throws Exception {
        aws = Ports.free();
        openwhisk = Ports.free();
        Path document = Files.writeString(
                scratch.resolve("weft.yaml"),
                """
                    apiVersion: weft.dev/v1alpha1
                    kind: Cloud
                    metadata: {name: away}
                    spec: {type: fn, endpoint: "http://127.0.0.1:1", account: {app: shop}}
                    ---
                    apiVersion: weft.dev/v1alpha1
                    kind: Function
                    metadata: {name: hello}
                    spec:
                      contract: fn
                      existing: true
                      placement: {clouds: [{name: away}]}
                    """ + FnCalls.facade("aws", ", port: " + aws) + FnCalls.facade("openwhisk", ", port: " + openwhisk));
        WeftCommand weft = new WeftCommand(scratch.resolve("own"), Map.of());
        key = KeysInTest.create(scratch.resolve("own/weft"), "ci", Key.Role.DEPLOY, "default");
        running = weft.start(Map.of(), "serve", "-f", document.toString(), "--port", "0", "--admin-port", "0");
        running.says("ready in");
    }

    @AfterAll
    static void stop() throws Exception {
        running.process().destroy();
        assertThat(running.process().waitFor(30, TimeUnit.SECONDS)).isTrue();
    }

    private static HttpResponse<String> action(String method, String name, String body) throws Exception {
        String proof =
                Base64.getEncoder().encodeToString((key.id() + ':' + key.secret()).getBytes(StandardCharsets.UTF_8));
        HttpRequest request = HttpRequest.newBuilder(
                        URI.create("http://localhost:" + openwhisk + "/api/v1/namespaces/_/actions/" + name))
                .header("Authorization", "Basic " + proof)
                .header("Content-Type", "application/json")
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build();
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(request, HttpResponse.BodyHandlers.ofString());
        }
    }

    @Test
    void openWhisksClientsAreToldWhatToDoInstead() throws Exception {
        assertThat(action("GET", "hello", "").statusCode()).isEqualTo(200);
        String code = "{\"exec\": {\"kind\": \"nodejs:20\", \"code\": \"exports.main = () => ({});\"}}";
        HttpResponse<String> made = action("PUT", "made", code);
        assertThat(made.statusCode()).isEqualTo(501);
        assertThat(made.body()).contains("\"error\"", SENTENCE, "weft apply");
        assertThat(action("DELETE", "hello", "").statusCode()).isEqualTo(501);
        assertThat(action("GET", "made", "").statusCode()).isEqualTo(404);
        assertThat(scratch.resolve("own/weft/uploads")).doesNotExist();
    }

    @Test
    @Tag("system")
    void soAreAwss() throws Exception {
        AwsClients clients = new AwsClients(scratch, URI.create("http://localhost:" + aws), key);
        assertThat(clients.boto3("""
            import io, zipfile
            code = io.BytesIO()
            with zipfile.ZipFile(code, 'w') as z:
                z.writestr('index.js', 'exports.handler = async () => 1;')
            print([f['FunctionName'] for f in aws.list_functions()['Functions']])
            try:
                aws.create_function(FunctionName='made', Runtime='nodejs20.x', Handler='index.handler',
                    Role='arn:aws:iam::000000000000:role/any', Code={'ZipFile': code.getvalue()})
            except Exception as refused:
                print(refused.response['Error']['Code'], refused.response['ResponseMetadata']['HTTPStatusCode'], refused)
            """)).contains("['hello']", "NotImplementedException 501", SENTENCE);
    }
}
