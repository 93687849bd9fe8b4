// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.aws.account;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** moto, an emulator of AWS that nobody here wrote, as a process of its own on a free port. What is missing fails the test. */
public final class Moto implements AutoCloseable {
    /** The account it plays. */
    static final String ACCOUNT = "123456789012";

    /** A role that is there. */
    public static final String ROLE = "arn:aws:iam::" + ACCOUNT + ":role/functions";

    /** The key of the account under test. */
    public static final String KEY = "AKIDEXAMPLE12345";

    /** Its secret half. */
    public static final String SECRET = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

    /** The keys whose signatures are checked: the account's under test, and the other client's, which shows that the check is right. */
    private static final String KEYS =
            "{\"%s\":\"%s\",\"AKIDEXAMPLE0000\":\"secret-of-the-test-client\"}".formatted(KEY, SECRET);

    private static final Duration START_MAX = Duration.ofSeconds(60);
    private static final Duration STOP_MAX = Duration.ofSeconds(10);

    /**
     * moto behind a gate: what comes with a key that is known here must be signed as botocore, AWS's own library, signs it. moto's
     * own check finds fault with boto3's requests too.
     */
    private static final String SERVER = """
            import base64, http.client, io, json, os, re, sys
            try:
                from botocore.auth import SigV4Auth
                from botocore.awsrequest import AWSRequest
                from botocore.credentials import Credentials
                from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
                from werkzeug.serving import run_simple
            except ImportError as missing:
                sys.exit(str(missing))
            KEYS = json.loads(os.environ['KEYS'])
            SAID = re.compile('AWS4-HMAC-SHA256 Credential=([^/]+)/([0-9]{8})/([^/]+)/([^/]+)/aws4_request, ?'
                              'SignedHeaders=([^,]+), ?Signature=([0-9a-f]{64})')
            class Gate:
                def __init__(self, inner):
                    self.inner = inner
                def __call__(self, environ, start):
                    said = SAID.fullmatch(environ.get('HTTP_AUTHORIZATION', ''))
                    if said and said.group(1) in KEYS and not self.right(environ, *said.groups()):
                        words = b'{"message":"The request signature we calculated does not match"}'
                        start('403 Forbidden', [('x-amzn-ErrorType', 'InvalidSignatureException'),
                                                ('Content-Type', 'application/json'), ('Content-Length', str(len(words)))])
                        return [words]
                    if os.environ['STREAMS'] and environ['PATH_INFO'].endswith('/response-streaming-invocations'):
                        return self.stream(environ, start)
                    return self.inner(environ, start)
                def stream(self, environ, start):
                    function = http.client.HTTPConnection(os.environ['STREAMS'])
                    function.request('POST', '/', environ['wsgi.input'].read(int(environ.get('CONTENT_LENGTH') or 0)))
                    answer = function.getresponse()
                    start('200 OK', [(name, value) for name, value in answer.getheaders()
                                     if name.lower() in ('content-type', 'x-amz-executed-version')])
                    return iter(lambda: answer.read1(65536), b'')
                def right(self, environ, key, day, region, service, signed, signature):
                    body = environ['wsgi.input'].read(int(environ.get('CONTENT_LENGTH') or 0))
                    environ['wsgi.input'] = io.BytesIO(body)
                    def field(name):
                        own = name.upper().replace('-', '_')
                        return environ.get(own if own in ('CONTENT_TYPE', 'CONTENT_LENGTH') else 'HTTP_' + own, '')
                    url = 'http://' + environ['HTTP_HOST'] + environ['RAW_URI']
                    request = AWSRequest(method=environ['REQUEST_METHOD'], url=url, data=body,
                                         headers={name: field(name) for name in signed.split(';')})
                    request.context['timestamp'] = field('x-amz-date')
                    token = environ.get('HTTP_X_AMZ_SECURITY_TOKEN')
                    auth = SigV4Auth(Credentials(key, KEYS[key], token), service, region)
                    right = auth.signature(auth.string_to_sign(request, auth.canonical_request(request)), request)
                    return right == signature
            run_simple('127.0.0.1', int(os.environ['MOTO_PORT']), Gate(DomainDispatcherApplication(create_backend_app)), threaded=True)
            """;

    private final Process process;
    private final Path script;
    private final Path log;
    private final HttpClient client = HttpClient.newHttpClient();
    private final URI endpoint;

    private Moto(Process process, Path script, Path log, int port) {
        this.process = process;
        this.script = script;
        this.log = log;
        this.endpoint = URI.create("http://127.0.0.1:" + port);
    }

    /** Starts it and waits until it answers; a role and a simple way to invoke are there then. */
    public static Moto start() throws Exception {
        return start(null);
    }

    /** The same; calls that ask for a stream go to {@code streams} once they are found signed well, for moto has none. */
    public static Moto start(@Nullable URI streams) throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        Path log = Files.createTempFile("moto", ".log");
        Path script = Files.writeString(Files.createTempFile("moto", ".py"), SERVER);
        ProcessBuilder builder = new ProcessBuilder(Boto3.interpreter(), script.toString())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile());
        builder.environment().putAll(Map.of("MOTO_PORT", "" + port, "KEYS", KEYS));
        builder.environment().put("STREAMS", streams == null ? "" : streams.getAuthority());
        Moto moto = new Moto(builder.start(), script, log, port);
        Process process = moto.process;
        long end = System.nanoTime() + START_MAX.toNanos();
        while (!moto.answers()) {
            if (!process.isAlive() || System.nanoTime() > end) {
                String said = Files.readString(log);
                moto.close();
                throw new AssertionError(
                        "moto does not run: '%s' needs moto[server] and boto3 (pip install; WEFT_PYTHON names the interpreter). It said:%n%s"
                                .formatted(Boto3.interpreter(), said));
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
        moto.prepare();
        return moto;
    }

    public URI endpoint() {
        return endpoint;
    }

    /** Forgets everything but the role. */
    public void reset() throws IOException, InterruptedException {
        String ignored = post("/moto-api/reset", "", "application/json");
        prepare();
    }

    private void prepare() throws IOException, InterruptedException {
        String ignored = post("/moto-api/config", "{\"lambda\":{\"use_docker\":false}}", "application/json");
        ignored = post(
                "/",
                "Action=CreateRole&Version=2010-05-08&RoleName=functions&AssumeRolePolicyDocument=%7B%7D",
                "application/x-www-form-urlencoded");
    }

    /** What the next invocations answer, in order. */
    public void answers(String region, String... results) throws IOException, InterruptedException {
        String all = String.join(
                ",", java.util.Arrays.stream(results).map(each -> quoted(each)).toList());
        String ignored = post(
                "/moto-api/static/lambda-simple/response",
                "{\"results\":[%s],\"region\":\"%s\"}".formatted(all, region),
                "application/json");
    }

    private static String quoted(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }

    private boolean answers() {
        try {
            HttpRequest request = HttpRequest.newBuilder(endpoint.resolve("/moto-api/config"))
                    .timeout(Duration.ofSeconds(5))
                    .build();
            return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() / 100 == 2;
        } catch (IOException notYet) {
            return false;
        } catch (InterruptedException stopped) {
            throw new AssertionError(stopped);
        }
    }

    private String post(String path, String body, String type) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(endpoint.resolve(path))
                .header("content-type", type)
                .header(
                        "authorization",
                        "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/iam/aws4_request, SignedHeaders=host, Signature=0")
                .POST(HttpRequest.BodyPublishers.ofString(body, StandardCharsets.UTF_8))
                .build();
        HttpResponse<String> answer = client.send(request, HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() / 100 != 2) {
            throw new AssertionError("moto answered " + answer.statusCode() + ": " + answer.body());
        }
        return answer.body();
    }

    @Override
    public void close() {
        client.close();
        script.toFile().delete();
        log.toFile().delete();
        process.descendants().forEach(ProcessHandle::destroy);
        process.destroy();
        try {
            if (process.waitFor(STOP_MAX.toMillis(), TimeUnit.MILLISECONDS)) {
                return;
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
        process.destroyForcibly();
    }
}
