// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.aws.account;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.Body;
import dev.weft.api.BodyGatherer;
import dev.weft.api.Call;
import dev.weft.api.CallContext;
import dev.weft.api.Headers;
import dev.weft.api.RequestLine;
import dev.weft.api.Trace;
import dev.weft.api.account.CloudVendor;
import dev.weft.api.rest.RestResponse;
import dev.weft.api.spi.InvokeDialect;
import dev.weft.clouds.aws.call.LambdaDialect;
import dev.weft.clouds.aws.credentials.AwsCredentials;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/** Whatever is sent is signed as botocore, AWS's own library, signs it. */
@Tag("system")
class SignaturesIT {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final URI ENDPOINT = URI.create("https://lambda.eu-west-1.amazonaws.com");
    private static final String SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
    private static final String TOKEN = "FwoGZXIvYXdzEXAMPLE//////////token+/==";

    /** Signs each request anew, with the fields that were signed, and prints whether the signatures are the same. */
    private static final String VERIFY = """
            import base64, json, os, re, sys
            try:
                from botocore.auth import SigV4Auth
                from botocore.awsrequest import AWSRequest
                from botocore.credentials import Credentials
            except ImportError as missing:
                sys.exit('%s: this test needs botocore; pip install botocore, or let WEFT_PYTHON name a Python that has it' % missing)
            for each in json.load(open(os.environ['REQUESTS'])):
                sent = {name.lower(): value for name, value in each['headers'].items()}
                said = re.fullmatch('AWS4-HMAC-SHA256 Credential=([^/]+)/([0-9]{8})/([^/]+)/([^/]+)/aws4_request, '
                                    'SignedHeaders=([^,]+), Signature=([0-9a-f]{64})', sent['authorization'])
                key, day, region, service, signed, signature = said.groups()
                request = AWSRequest(method=each['method'], url=each['url'], data=base64.b64decode(each['body']),
                                     headers={name: sent[name] for name in signed.split(';')})
                request.context['timestamp'] = sent['x-amz-date']
                auth = SigV4Auth(Credentials(key, os.environ['SECRET'], sent.get('x-amz-security-token')), service, region)
                right = auth.signature(auth.string_to_sign(request, auth.canonical_request(request)), request)
                print(each['name'], 'good' if right == signature else 'bad', service, signed)
            """;

    /** A request as it is on the wire. */
    private record Sent(String name, String method, String url, Map<String, String> headers, byte[] body) {}

    @Test
    void everyRequestsSignatureIsTheOneThatBotocoreMakes() throws Exception {
        List<Sent> all = new ArrayList<>();
        all.addAll(management());
        all.add(invoke("invoke", event("order of 5 € and more"), "checkout", Map.of("qualifier", "weft")));
        all.add(invoke("async", async(), "arn:aws:lambda:eu-west-1:123456789012:function:x:$LATEST", Map.of()));
        all.add(invoke("exchange", exchange(), "checkout", Map.of("qualifier", "$LATEST")));
        assertThat(all).hasSizeGreaterThan(20);
        List<String> verdicts = verify(all).lines().toList();
        assertThat(verdicts).hasSameSizeAs(all).allMatch(line -> line.contains(" good "));
        assertThat(verdicts)
                .anyMatch(line -> line.startsWith("invoke good lambda host;x-amz-client-context;x-amz-date;"));
    }

    @Test
    void theVerifierSeesAForgery() throws Exception {
        Sent right = invoke("forged", event("1"), "checkout", Map.of());
        Sent forged = new Sent("forged", "POST", right.url(), right.headers(), "2".getBytes(StandardCharsets.UTF_8));
        assertThat(verify(List.of(forged))).contains("forged bad");
    }

    private static List<Sent> management() {
        List<Sent> sent = new ArrayList<>();
        CloudVendor.Around around = new CloudVendor.Around(
                request -> {
                    sent.add(new Sent(
                            request.tried(),
                            request.method(),
                            request.uri().toString(),
                            request.headers(),
                            request.body()));
                    return new RestResponse(
                            200,
                            Map.of(),
                            "{\"Configuration\":{\"FunctionName\":\"x\"}}".getBytes(StandardCharsets.UTF_8));
                },
                Map.of("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY", SECRET, "AWS_SESSION_TOKEN", TOKEN),
                Path.of("/nowhere"),
                InstantSource.fixed(Instant.parse("2026-11-29T12:00:00Z")));
        try (AwsAccount account = new AwsAccount(Functions.cloud(null, Map.of()), around)) {
            LambdaApi api = account.api();
            api.names();
            api.some();
            api.function("a_b-c");
            api.function("arn:aws:lambda:eu-west-1:123456789012:function:x");
            api.configuration("x", "$LATEST");
            api.configuration("x", null);
            api.create(Map.of("FunctionName", "x", "Environment", Map.of("A", "ü")));
            api.updateCode("x", Map.of("ZipFile", new byte[] {1, 2, 3}));
            api.updateConfiguration("x", Map.of("Timeout", 3));
            api.publish("x", Map.of());
            api.versions("x");
            api.createAlias("x", Map.of("Name", "weft"));
            api.updateAlias("x", "weft", Map.of());
            api.concurrency("x", 3);
            api.shareConcurrency("x");
            api.tag("arn:aws:lambda:eu-west-1:123456789012:function:x", Map.of("weft.dev/application", "shop"));
            api.untag("arn:aws:lambda:eu-west-1:123456789012:function:x", List.of("weft.dev/b", "a b+c"));
            api.delete("x");
            account.examine("shop");
            account.logs(
                    new dev.weft.api.account.Seen("x", null, Map.of(), false, null, null, "ready", null),
                    Instant.EPOCH,
                    10);
        }
        return sent;
    }

    private static CallContext context() {
        return new CallContext(
                "6f5b4a3c-0000-4000-8000-000000000001",
                Trace.start(),
                0,
                Instant.parse("2026-11-29T12:00:30Z"),
                CallContext.Caller.WEFT);
    }

    private static Call event(String text) {
        return new Call.Event(
                context(), "text/plain", Map.of("type", "t"), Body.of(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static Call async() {
        return new Call.Event(context(), null, Map.of("weft-async", "true"), Body.empty());
    }

    private static Call exchange() {
        return new Call.Exchange(
                context(), new RequestLine("GET", "/a%20b", "q=1&q=2"), Headers.of("accept", "*/*"), Body.empty());
    }

    private static Sent invoke(String name, Call call, String function, Map<String, String> parts) {
        InvokeDialect.Credentials credentials =
                new InvokeDialect.Credentials(new AwsCredentials("AKIDEXAMPLE", SECRET, TOKEN, null, "a test").parts());
        InvokeDialect.WireRequest request = LambdaDialect.INSTANCE.encode(
                call,
                new InvokeDialect.Target(ENDPOINT, function, "eu-west-1", parts),
                credentials,
                Instant.parse("2026-11-29T12:00:00Z"));
        Map<String, String> headers = new HashMap<>();
        request.headers().forEach(headers::put);
        byte[][] body = new byte[1][];
        BodyGatherer.gather(request.body(), 1 << 20, all -> body[0] = all, broken -> {});
        return new Sent(name, request.method(), ENDPOINT + request.target(), headers, body[0]);
    }

    private static String verify(List<Sent> all) throws Exception {
        List<Map<String, Object>> requests = new ArrayList<>();
        for (Sent each : all) {
            requests.add(Map.of(
                    "name", each.name(),
                    "method", each.method(),
                    "url", each.url(),
                    "headers", each.headers(),
                    "body", Base64.getEncoder().encodeToString(each.body())));
        }
        Path file = java.nio.file.Files.createTempFile("requests", ".json");
        try {
            java.nio.file.Files.write(file, JSON.writeValueAsBytes(requests));
            return Boto3.python(VERIFY, Map.of("REQUESTS", file.toString(), "SECRET", SECRET));
        } finally {
            java.nio.file.Files.delete(file);
        }
    }
}
