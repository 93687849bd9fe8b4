// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.facades;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.facade.Key;
import dev.weft.app.WeftInTest;
import dev.weft.app.event.EventsInTest;
import dev.weft.app.keys.KeysInTest;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Answers that stream, function URLs, permissions and what becomes of events, by boto3 and by plain HTTP. */
@Tag("system")
@Timeout(300)
class AwsUrlsIT {
    private static final String TOOLS = """
            import io, zipfile, time, urllib.request
            from botocore.awsrequest import AWSRequest
            from botocore.auth import SigV4Auth
            from botocore.credentials import Credentials
            CODE = '''
            export const whole = async (event, context) => {
              if (event.fail || event.rawPath === '/fail') throw new Error('no tea');
              return event.rawPath === undefined ? context.functionVersion
                : { statusCode: 201, headers: { 'x-path': event.rawPath, 'x-auth': event.headers.authorization ?? 'none' },
                    body: event.body ?? '' };
            };
            export const parts = awslambda.streamifyResponse(async (event, out) => {
              out.setContentType('text/plain');
              for (const part of ['one', 'two']) { out.write(part); await new Promise((done) => setTimeout(done, 400)); }
              if (event.fail) throw new Error('midway');
              out.end();
            });
            '''
            def packed():
                bytes = io.BytesIO()
                with zipfile.ZipFile(bytes, 'w') as zip:
                    zip.writestr('index.mjs', CODE)
                return bytes.getvalue()
            def made(name, handler):
                aws.create_function(FunctionName=name, Runtime='nodejs20.x', Handler=handler,
                    Role='arn:aws:iam::000000000000:role/any', Code={'ZipFile': packed()})
            def refused(what):
                try:
                    return ['taken', str(what())]
                except Exception as no:
                    return [no.response['Error']['Code'], no.response['Error']['Message']]
            def opened(url, body=None, fields={}):
                try:
                    return urllib.request.urlopen(urllib.request.Request(url, data=body, headers=fields))
                except urllib.error.HTTPError as no:
                    return no
            def http(url, body=None, fields={}):
                with opened(url, body, fields) as answer:
                    return [answer.status, answer.headers.get('x-path'), answer.headers.get('x-auth'), answer.read().decode()]
            def signed(url, id=os.environ['AWS_ACCESS_KEY_ID'], secret=os.environ['AWS_SECRET_ACCESS_KEY']):
                request = AWSRequest(method='GET', url=url)
                SigV4Auth(Credentials(id, secret), 'lambda', 'eu-west-1').add_auth(request)
                return dict(request.headers)
            out = {}
            """;

    private static final String STREAMS = """
            made('Parts', 'index.parts')
            made('Whole', 'index.whole')
            def read(**asked):
                began = time.time()
                answer = aws.invoke_with_response_stream(**asked)
                events = [[event, time.time() - began] for event in answer['EventStream']]
                return {'type': answer['ResponseStreamContentType'], 'version': answer['ExecutedVersion'],
                    'said': [event['PayloadChunk']['Payload'].decode() for event, _ in events if 'PayloadChunk' in event],
                    'end': events[-1][0].get('InvokeComplete'), 'first': events[0][1], 'last': events[-1][1]}
            read(FunctionName='Parts')
            out['parts'] = read(FunctionName='Parts')
            out['broken'] = read(FunctionName='Parts', Payload=b'{"fail": 1}')
            out['whole'] = read(FunctionName='Whole')
            out['failed'] = read(FunctionName='Whole', Payload=b'{"fail": 1}')
            out['refused'] = [refused(lambda: aws.invoke_with_response_stream(FunctionName='nobody'))[0],
                refused(lambda: aws.invoke_with_response_stream(FunctionName='Whole', LogType='Tail'))[0]]
            print(json.dumps(out))
            """;

    private static final String URLS = """
            made('Open', 'index.whole')
            made('Signed', 'index.parts')
            made_url = aws.create_function_url_config(FunctionName='Open', AuthType='NONE')
            url = made_url['FunctionUrl']
            out['made'] = [made_url['AuthType'], made_url['InvokeMode'], made_url['FunctionArn']]
            out['closed'] = http(url)
            say = dict(FunctionName='Open', StatementId='all', Action='lambda:InvokeFunctionUrl', Principal='*', FunctionUrlAuthType='NONE')
            aws.add_permission(**say)
            out['open'] = http(url + 'a%2Fb?q=1', b'tea', {'Authorization': 'Bearer mine', 'Content-Type': 'text/plain'})
            out['failed'] = http(url + 'fail')
            out['guessed'] = http(url[:-33] + 'a' * 32 + '/')[0]
            out['policy'] = json.loads(aws.get_policy(FunctionName='Open')['Policy'])['Statement'][0]['Condition']
            out['twice'] = [refused(lambda: aws.add_permission(**say))[0],
                refused(lambda: aws.create_function_url_config(FunctionName='Open', AuthType='NONE'))[0],
                refused(lambda: aws.remove_permission(FunctionName='Open', StatementId='all', RevisionId='old'))[0]]
            out['refused'] = [refused(lambda: aws.add_permission(**{**say, 'StatementId': 's3', 'Principal': 's3.amazonaws.com'}))[1],
                refused(lambda: aws.create_function_url_config(FunctionName='Open', Qualifier='live', AuthType='NONE'))[0],
                refused(lambda: aws.create_function_url_config(FunctionName='Signed', AuthType='NONE', Cors={'AllowOrigins': ['*']}))[1]]
            by_key = aws.create_function_url_config(FunctionName='Signed', AuthType='AWS_IAM', InvokeMode='RESPONSE_STREAM')['FunctionUrl']
            out['unsigned'] = http(by_key)[0]
            with opened(by_key, None, signed(by_key)) as answer:
                out['parts'] = [answer.read1(100).decode(), answer.read().decode()]
            out['forged'] = http(by_key, None, signed(by_key, secret='x' * 40))[0]
            out['other'] = http(by_key, None, signed(by_key, OTHER_ID, OTHER_SECRET))[0]
            aws.publish_version(FunctionName='Open')
            aws.create_alias(FunctionName='Open', Name='live', FunctionVersion='1')
            live = aws.create_function_url_config(FunctionName='Open', Qualifier='live', AuthType='AWS_IAM')['FunctionUrl']
            out['alias'] = http(live, None, signed(live))[0::2]
            out['urls'] = [u['AuthType'] for u in aws.list_function_url_configs(FunctionName='Open')['FunctionUrlConfigs']]
            aws.update_function_url_config(FunctionName='Open', AuthType='AWS_IAM')
            out['shut'] = [http(url)[0], http(url, None, signed(url))[0]]
            aws.delete_function_url_config(FunctionName='Open')
            out['gone'] = [http(url, None, signed(url))[0], refused(lambda: aws.get_function_url_config(FunctionName='Open'))[0]]
            aws.remove_permission(FunctionName='Open', StatementId='all')
            out['none'] = refused(lambda: aws.get_policy(FunctionName='Open'))[0]
            out['account'] = aws.get_account_settings()['AccountUsage']['FunctionCount'] > 1
            print(json.dumps(out))
            """;

    private static final String EVENTS = """
            made('Taker', 'index.whole')
            made('Asked', 'index.whole')
            out['none'] = refused(lambda: aws.get_function_event_invoke_config(FunctionName='Asked'))[0]
            arn = 'arn:aws:lambda:eu-west-1:000000000000:function:'
            put = aws.put_function_event_invoke_config(FunctionName='Asked', MaximumRetryAttempts=0, MaximumEventAgeInSeconds=60,
                DestinationConfig={'OnFailure': {'Destination': arn + 'Taker'}})
            out['put'] = [put['MaximumRetryAttempts'], put['DestinationConfig']['OnFailure']['Destination'], put['FunctionArn']]
            out['refused'] = [refused(lambda: aws.update_function_event_invoke_config(FunctionName='Asked', **bad))[1] for bad in (
                {'DestinationConfig': {'OnFailure': {'Destination': 'arn:aws:sqs:eu-west-1:000000000000:queue'}}},
                {'DestinationConfig': {'OnFailure': {'Destination': arn + 'nobody'}}},
                {'MaximumRetryAttempts': 3})]
            out['id'] = aws.invoke(FunctionName='Asked', InvocationType='Event', Payload=b'{"fail": 1}')['ResponseMetadata']['RequestId']
            changed = aws.update_function_event_invoke_config(FunctionName='Asked', MaximumEventAgeInSeconds=120)
            out['changed'] = [changed['MaximumRetryAttempts'], changed['MaximumEventAgeInSeconds']]
            out['listed'] = len(aws.list_function_event_invoke_configs(FunctionName='Asked')['FunctionEventInvokeConfigs'])
            print(json.dumps(out))
            """;

    @TempDir
    private static Path scratch;

    private static WeftInTest weft;
    private static Key key;
    private static Key other;

    @BeforeAll
    static void start() throws Exception {
        Path home = scratch.resolve("home");
        key = KeysInTest.create(home, "ci", Key.Role.DEPLOY, "default");
        other = KeysInTest.create(home, "other", Key.Role.DEPLOY, "elsewhere");
        weft = WeftInTest.withFacades(home, List.of("aws"), FacadeDocuments.write(scratch.resolve("app")));
    }

    @AfterAll
    static void stop() {
        if (weft != null) {
            weft.close();
        }
    }

    private static JsonNode said(String script) throws Exception {
        String others = "OTHER_ID, OTHER_SECRET = '%s', '%s'\n".formatted(other.id(), other.secret());
        return AwsClients.json(clients().boto3(TOOLS + others + script));
    }

    private static AwsClients clients() {
        return new AwsClients(scratch, weft.facade("aws"), key);
    }

    @Test
    void answersStreamAsTheFunctionGivesThem() throws Exception {
        JsonNode said = said(STREAMS);
        JsonNode parts = said.path("parts");
        assertThat(parts.path("said").toString()).isEqualTo("[\"one\",\"two\"]");
        assertThat(parts.path("type").asString()).isEqualTo("text/plain");
        assertThat(parts.path("version").asString()).isEqualTo("$LATEST");
        // between the first part and the end the function waits for 0.8 s
        assertThat(parts.path("last").asDouble() - parts.path("first").asDouble())
                .isGreaterThan(0.3);
        assertThat(parts.path("end").toString()).isEqualTo("{}");
        assertThat(said.path("broken").path("said").toString()).isEqualTo("[\"one\",\"two\"]");
        assertThat(said.path("broken").path("end").path("ErrorCode").asString()).isEqualTo("Runtime.TruncatedResponse");
        assertThat(said.path("whole").path("said").path(0).asString()).isEqualTo("\"$LATEST\"");
        assertThat(said.path("failed").path("end").path("ErrorCode").asString()).isEqualTo("Error");
        assertThat(said.path("failed").path("end").path("ErrorDetails").asString())
                .contains("no tea");
        assertThat(said.path("refused").toString())
                .isEqualTo("[\"ResourceNotFoundException\",\"InvalidParameterValueException\"]");
    }

    @Test
    void aFunctionsUrlIsOpenOrSignedForAsItIsConfigured() throws Exception {
        JsonNode said = said(URLS);
        assertThat(said.path("made").toString())
                .isEqualTo("[\"NONE\",\"BUFFERED\",\"arn:aws:lambda:eu-west-1:000000000000:function:Open\"]");
        assertThat(said.path("closed").path(0).asInt()).isEqualTo(403);
        assertThat(said.path("closed").path(3).asString()).isEqualTo("{\"Message\":\"Forbidden\"}");
        assertThat(said.path("open").toString()).isEqualTo("[201,\"/a%2Fb\",\"Bearer mine\",\"tea\"]");
        assertThat(said.path("failed").path(0).asInt()).isEqualTo(502);
        assertThat(said.path("guessed").asInt()).isEqualTo(403);
        assertThat(said.path("policy").toString())
                .isEqualTo("{\"StringEquals\":{\"lambda:FunctionUrlAuthType\":\"NONE\"}}");
        assertThat(said.path("twice").toString())
                .isEqualTo(
                        "[\"ResourceConflictException\",\"ResourceConflictException\",\"PreconditionFailedException\"]");
        assertThat(said.path("refused").path(0).asString()).contains("Principal 's3.amazonaws.com' must be *");
        assertThat(said.path("refused").path(1).asString()).isEqualTo("ResourceNotFoundException");
        assertThat(said.path("refused").path(2).asString()).startsWith("Cors is not done");
        assertThat(said.path("unsigned").asInt()).isEqualTo(403);
        assertThat(said.path("parts").toString()).isEqualTo("[\"one\",\"two\"]");
        assertThat(said.path("forged").asInt()).isEqualTo(403);
        assertThat(said.path("other").asInt()).isEqualTo(403);
        assertThat(said.path("alias").toString()).isEqualTo("[201,\"none\"]");
        assertThat(said.path("urls").toString()).isEqualTo("[\"NONE\",\"AWS_IAM\"]");
        assertThat(said.path("shut").toString()).isEqualTo("[403,201]");
        assertThat(said.path("gone").toString()).isEqualTo("[403,\"ResourceNotFoundException\"]");
        assertThat(said.path("none").asString()).isEqualTo("ResourceNotFoundException");
        assertThat(said.path("account").asBoolean()).isTrue();
    }

    @Test
    void whatBecomesOfEventsIsConfigured() throws Exception {
        JsonNode said = said(EVENTS);
        assertThat(said.path("none").asString()).isEqualTo("ResourceNotFoundException");
        assertThat(said.path("put").toString())
                .isEqualTo("[0,\"arn:aws:lambda:eu-west-1:000000000000:function:Taker\","
                        + "\"arn:aws:lambda:eu-west-1:000000000000:function:Asked:$LATEST\"]");
        assertThat(said.path("refused").path(0).asString()).contains("events go to functions only here");
        assertThat(said.path("refused").path(1).asString()).contains("spec.events.onFailure", "'nobody'");
        assertThat(said.path("refused").path(2).asString()).contains("MaximumRetryAttempts must be from 0 to 2");
        assertThat(said.path("changed").toString()).isEqualTo("[0,120]");
        assertThat(said.path("listed").asInt()).isEqualTo(1);
        JsonNode dead =
                EventsInTest.await(scratch.resolve("home"), said.path("id").asString(), "dead");
        assertThat(dead.path("calls").asInt()).isEqualTo(1);
        assertThat(clients().boto3("""
                aws.delete_function_event_invoke_config(FunctionName='Asked')
                try:
                    aws.delete_function_event_invoke_config(FunctionName='Asked')
                except Exception as no:
                    print(no.response['Error']['Code'])
                """)).isEqualTo("ResourceNotFoundException");
    }
}
