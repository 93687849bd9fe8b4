// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.six;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.app.six.WeftCommand.Running;
import dev.weft.clouds.aws.StreamingLambda;
import dev.weft.clouds.aws.account.Boto3;
import dev.weft.clouds.aws.account.Moto;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** From weft apply to a caller's socket: a function on AWS whose answer streams. moto keeps it, the engine's host runs it. */
@Tag("system")
@Timeout(180)
class StreamedAnswersIT {
    private static final int MEBIBYTE = 1 << 20;
    private static final String CODE = """
            const fs = require('fs');
            exports.handler = awslambda.streamifyResponse(async (event, stream) => {
              if (event.rawQueryString === 'throw') throw new RangeError('not today');
              const out = awslambda.HttpResponseStream.from(stream,
                  { statusCode: 206, headers: { 'content-type': 'text/x-story' }, cookies: ['a=1', 'b=2'] });
              if (event.rawQueryString === 'large') {
                for (let i = 0; i < 64; i++) {
                  if (!out.write(Buffer.alloc(1 << 20, i))) await new Promise((go) => out.once('drain', go));
                }
                return out.end();
              }
              out.write('once ');
              while (!fs.existsSync('%s')) await new Promise((go) => setTimeout(go, 10));
              if (event.rawQueryString === 'break') throw new RangeError('midway');
              out.write('upon');
              out.end();
            });
            """;

    @TempDir
    private Path scratch;

    private StreamingLambda lambda;
    private Moto moto;
    private Running serve;
    private URI gateway;
    private final HttpClient client = HttpClient.newHttpClient();

    @BeforeEach
    void serve() throws Exception {
        lambda = new StreamingLambda(
                Files.createDirectories(scratch.resolve("lambda")), CODE.formatted(scratch.resolve("heard")));
        moto = Moto.start(lambda.uri());
        Path documents = documents();
        WeftCommand weft =
                new WeftCommand(scratch, Map.of("AWS_ACCESS_KEY_ID", Moto.KEY, "AWS_SECRET_ACCESS_KEY", Moto.SECRET));
        weft.run("apply", "-f", documents.toString(), "--yes").is(0);
        assertThat(weft.run("plan", "-f", documents.toString()).is(0).out()).contains("1 as wanted, 1 only routed to");
        serve = weft.start(Map.of(), "serve", "-f", documents.toString(), "--port", "0", "--admin-port", "0");
        serve.says("ready in");
        Matcher said = Pattern.compile("gateway +(\\S+)").matcher(Files.readString(serve.out()));
        assertThat(said.find()).isTrue();
        gateway = URI.create(said.group(1));
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        if (serve != null) {
            serve.interrupt();
            serve.end();
        }
        moto.close();
        lambda.close();
    }

    /** A function that is ours, and one that is there already. */
    private Path documents() throws Exception {
        Path story = Files.createDirectories(scratch.resolve("documents/story"));
        Files.writeString(story.resolve("index.js"), CODE.formatted("heard"));
        Path documents =
                Files.writeString(scratch.resolve("documents/weft.yaml"), """
                apiVersion: weft.dev/v1alpha1
                kind: Cloud
                metadata: {name: aws}
                spec:
                  type: aws
                  region: eu-west-1
                  endpoint: %s
                  account: {role: "%s"}
                ---
                apiVersion: weft.dev/v1alpha1
                kind: Function
                metadata: {name: story}
                spec:
                  contract: aws-lambda
                  runtime: nodejs20
                  handler: index.handler
                  payload: streamed
                  code: {path: story}
                  placement: {clouds: [{name: aws}]}
                ---
                apiVersion: weft.dev/v1alpha1
                kind: Function
                metadata: {name: theirs}
                spec:
                  contract: aws-lambda
                  existing: true
                  payload: streamed
                  placement: {clouds: [{name: aws}]}
                ---
                apiVersion: gateway.networking.k8s.io/v1
                kind: HTTPRoute
                metadata: {name: all}
                spec:
                  rules:
                  - matches: [{path: {value: /story}}]
                    backendRefs: [{group: weft.dev, kind: Function, name: story}]
                  - matches: [{path: {value: /theirs}}]
                    backendRefs: [{group: weft.dev, kind: Function, name: theirs}]
                """.formatted(moto.endpoint(), Moto.ROLE));
        String ignored = Boto3.run(moto.endpoint(), """
                import io, zipfile
                code = io.BytesIO()
                with zipfile.ZipFile(code, 'w') as z:
                    z.writestr('index.mjs', 'export const handler = () => 1')
                aws('lambda').create_function(FunctionName='theirs', Role='%s', Runtime='nodejs20.x', Handler='index.handler',
                    Code={'ZipFile': code.getvalue()})
                """.formatted(Moto.ROLE));
        return documents;
    }

    private HttpResponse<InputStream> get(String query) throws Exception {
        return get("story", query);
    }

    private HttpResponse<InputStream> get(String function, String query) throws Exception {
        return client.send(
                HttpRequest.newBuilder(URI.create(gateway + "/" + function + "?" + query))
                        .build(),
                HttpResponse.BodyHandlers.ofInputStream());
    }

    @Test
    void theCallerHearsTheHeadAndEachChunkWhileTheFunctionStillRuns() throws Exception {
        HttpResponse<InputStream> answer = get("tell");
        assertThat(answer.statusCode()).isEqualTo(206);
        assertThat(answer.headers().firstValue("content-type")).hasValue("text/x-story");
        assertThat(answer.headers().allValues("set-cookie")).containsExactly("a=1", "b=2");
        assertThat(new String(answer.body().readNBytes(5), StandardCharsets.UTF_8))
                .isEqualTo("once ");
        Files.writeString(scratch.resolve("heard"), "");
        assertThat(new String(answer.body().readAllBytes(), StandardCharsets.UTF_8))
                .isEqualTo("upon");
    }

    @Test
    void ofSomebodyElsesFunctionTheDocumentSaysThatItStreams() throws Exception {
        Files.writeString(scratch.resolve("heard"), "");
        HttpResponse<InputStream> answer = get("theirs", "tell");
        assertThat(answer.statusCode()).isEqualTo(206);
        assertThat(new String(answer.body().readAllBytes(), StandardCharsets.UTF_8))
                .isEqualTo("once upon");
    }

    @Test
    void aFailureMidwayIsNeverTakenForTheEndAndOneBeforeIsAFailure() throws Exception {
        assertThat(get("throw").statusCode()).isEqualTo(502);
        HttpResponse<InputStream> answer = get("break");
        assertThat(new String(answer.body().readNBytes(5), StandardCharsets.UTF_8))
                .isEqualTo("once ");
        Files.writeString(scratch.resolve("heard"), "");
        org.assertj.core.api.Assertions.assertThatThrownBy(() -> answer.body().readAllBytes())
                .isInstanceOf(IOException.class);
    }

    @Test
    void aSlowCallerHoldsTheFunctionBack() throws Exception {
        HttpResponse<InputStream> answer = get("large");
        answer.body().readNBytes(MEBIBYTE);
        long before = -1;
        while (lambda.sent() != before) {
            before = lambda.sent();
            Thread.sleep(1_000);
        }
        // sockets and windows on the way hold some, but by far not all
        assertThat(before).isLessThan(48L * MEBIBYTE);
        long rest = 0;
        byte[] piece = new byte[MEBIBYTE];
        for (int n = answer.body().read(piece); n >= 0; n = answer.body().read(piece)) {
            rest += n;
        }
        assertThat(rest).isEqualTo(63L * MEBIBYTE);
    }
}
