// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.aws.call;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.Outcome;
import dev.weft.api.spi.InvokeDialect;
import dev.weft.clouds.aws.StreamingLambda;
import dev.weft.clouds.aws.account.Boto3;
import dev.weft.clouds.aws.account.Moto;
import dev.weft.clouds.aws.credentials.AwsCredentials;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** One server, a function of the engine's behind the gate that checks signatures: what AWS's own client reads of it, Weft reads. */
@Tag("system")
@Timeout(120)
class StreamedInvocationIT {
    private static final String CODE = """
            exports.handler = awslambda.streamifyResponse(async (event, stream) => {
              const ask = event.rawQueryString ?? event.ask;
              if (ask === 'a=throw') throw new RangeError('not today');
              const out = awslambda.HttpResponseStream.from(stream,
                  { statusCode: 206, headers: { 'x-path': event.rawPath ?? '' }, cookies: ['a=1', 'b=2'] });
              out.write('once ');
              if (ask === 'a=break') {
                await new Promise((go) => setTimeout(go, 300));
                throw new RangeError('midway');
              }
              out.write('upon');
              out.end();
            });
            """;

    @TempDir
    private static Path folder;

    private static StreamingLambda lambda;
    private static Moto moto;

    @BeforeAll
    static void start() throws Exception {
        lambda = new StreamingLambda(folder, CODE);
        moto = Moto.start(lambda.uri());
    }

    @AfterAll
    static void stop() throws Exception {
        moto.close();
        lambda.close();
    }

    private static Outcome call(String query) throws Exception {
        InvokeDialect.Target target = new InvokeDialect.Target(
                moto.endpoint(), "pay", "eu-west-1", Map.of("qualifier", "weft", "payload", "streamed"));
        Map<String, String> key = new AwsCredentials(Moto.KEY, Moto.SECRET, null, null, "a test").parts();
        return Wire.call(Wire.exchange("{}", query), target, key);
    }

    private static String boto3(String ask) throws Exception {
        return Boto3.run(moto.endpoint(), """
                answer = aws('lambda').invoke_with_response_stream(FunctionName='pay', Qualifier='weft',
                    Payload=b'{"ask":"%s"}')
                said, end = b'', None
                for event in answer['EventStream']:
                    said += event.get('PayloadChunk', {}).get('Payload', b'')
                    end = event.get('InvokeComplete', end)
                print(said)
                print(end)
                """.formatted(ask));
    }

    @Test
    void awssClientReadsWhatOursReads() throws Exception {
        assertThat(boto3("a=1"))
                .contains("\"statusCode\":206", "\\x00\\x00\\x00\\x00\\x00\\x00\\x00\\x00once upon'")
                .endsWith("{}\n");
        assertThat(call("a=1")).isInstanceOfSatisfying(Outcome.Response.class, response -> {
            assertThat(response.status()).isEqualTo(206);
            assertThat(response.headers().first("x-path")).isEqualTo("/pay%20now");
            assertThat(response.headers().all("set-cookie")).containsExactly("a=1", "b=2");
            assertThat(Wire.text(response.body())).isEqualTo("once upon");
        });
    }

    @Test
    void aFunctionThatThrowsFirstIsAFailureForBoth() throws Exception {
        assertThat(boto3("a=throw")).contains("'ErrorCode': 'RangeError'", "not today");
        assertThat(call("a=throw")).isInstanceOfSatisfying(Outcome.Failure.class, failure -> {
            assertThat(failure.type()).isEqualTo("RangeError");
            assertThat(failure.message()).isEqualTo("not today");
        });
    }

    @Test
    void aFunctionThatThrowsLaterBreaksOffForBoth() throws Exception {
        assertThat(boto3("a=break")).contains("once '", "'ErrorCode': 'Unhandled'");
        assertThat(call("a=break"))
                .isInstanceOfSatisfying(Outcome.Response.class, response -> assertThat(Wire.broken(response.body()))
                        .isEqualTo("the function failed while it streamed: Unhandled"));
    }

    /** moto has an encoder of its own, for another service of AWS that streams events. */
    @Test
    void whatAnotherEncoderWritesIsRead() throws Exception {
        String said = Boto3.run(moto.endpoint(), """
                from moto.s3.select_object_content import _create_message
                print((_create_message(b'application/octet-stream', b'PayloadChunk', b'\\x00once' * 9000)
                    + _create_message(None, b'InvokeComplete', b'{}')).hex())
                """);
        List<EventStream.Message> messages = new ArrayList<>();
        new EventStream().feed(ByteBuffer.wrap(HexFormat.of().parseHex(said.strip())), messages::add);
        assertThat(messages).hasSize(2);
        assertThat(messages.getFirst().header(":event-type")).isEqualTo("PayloadChunk");
        assertThat(new String(messages.getFirst().payload(), StandardCharsets.UTF_8))
                .isEqualTo("\0once".repeat(9000));
        assertThat(messages.getLast().header(":event-type")).isEqualTo("InvokeComplete");
        assertThat(messages.getLast().payload()).isEqualTo("{}".getBytes(StandardCharsets.UTF_8));
    }
}
