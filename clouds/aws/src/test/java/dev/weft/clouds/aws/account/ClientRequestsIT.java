// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.aws.account;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import dev.weft.api.Body;
import dev.weft.api.BodyGatherer;
import dev.weft.api.Call;
import dev.weft.api.CallContext;
import dev.weft.api.Trace;
import dev.weft.api.account.Packing;
import dev.weft.api.account.Progress;
import dev.weft.api.account.Wanted;
import dev.weft.api.resource.Function;
import dev.weft.api.rest.RestClient;
import dev.weft.api.rest.RestRequest;
import dev.weft.api.rest.RestResponse;
import dev.weft.api.spi.InvokeDialect;
import dev.weft.clouds.aws.call.LambdaDialect;
import dev.weft.clouds.aws.credentials.AwsCredentials;
import dev.weft.testkit.Archives;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What Weft sends for an operation is what boto3, AWS's own client, sends for it: boto3 also refuses fields that the operation lacks. */
@Tag("system")
@Timeout(120)
class ClientRequestsIT {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String ARN = "arn:aws:lambda:eu-west-1:123456789012:function:one";
    private static final URI ENDPOINT = URI.create("https://aws.example");

    /** Calls each operation, in order, with its parameters. */
    private static final String SCRIPT = """
            import base64, json
            from botocore import xform_name
            for operation, parameters in json.load(open(os.environ['CALLS'])):
                for holder in (parameters, parameters.get('Code', {})):
                    if 'ZipFile' in holder:
                        holder['ZipFile'] = base64.b64decode(holder['ZipFile'])
                if 'Payload' in parameters:
                    parameters['Payload'] = base64.b64decode(parameters['Payload'])
                service = 'logs' if operation == 'FilterLogEvents' else 'lambda'
                getattr(aws(service), xform_name(operation))(**parameters)
            """;

    @TempDir
    Path scratch;

    /** A request without what differs from client to client. */
    private record Sent(
            String tried,
            String method,
            String path,
            Map<String, List<String>> query,
            Map<String, String> headers,
            Object body) {
        static Sent of(String tried, String method, URI uri, Map<String, String> headers, byte[] body) {
            Map<String, List<String>> query = new TreeMap<>();
            for (String pair : Objects.requireNonNullElse(uri.getRawQuery(), "").split("&", -1)) {
                if (!pair.isEmpty()) {
                    String[] parts = (pair + "=").split("=", -1);
                    query.computeIfAbsent(parts[0], name -> new ArrayList<>())
                            .add(URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
                }
            }
            Map<String, String> meaningful = new TreeMap<>();
            headers.forEach((name, value) -> {
                if (name.equals("x-amz-target")
                        || name.equals("x-amz-invocation-type")
                        || name.equals("x-amz-client-context")) {
                    meaningful.put(name, value);
                }
            });
            Object read = body.length == 0
                    ? Map.of()
                    : tried.equals("Invoke") ? new String(body, StandardCharsets.UTF_8) : JSON.readTree(body);
            if (read instanceof JsonNode json && json.isEmpty()) {
                read = Map.of();
            }
            return new Sent(tried, method, uri.getRawPath(), query, meaningful, read);
        }
    }

    private List<Sent> ours = new ArrayList<>();
    private final List<List<Object>> calls = new ArrayList<>();

    private void note(RestRequest request, Map<String, Object> parameters) {
        ours.add(Sent.of(request.tried(), request.method(), request.uri(), request.headers(), request.body()));
        Map<String, Object> all = new LinkedHashMap<>(parameters);
        if (request.body().length > 0) {
            JSON.readTree(request.body()).properties().forEach(each -> all.put(each.getKey(), each.getValue()));
        }
        calls.add(List.of(request.tried(), all));
    }

    /** The parameters of an operation that are not in its body, in AWS's words. */
    private static Map<String, Object> outside(RestRequest request) {
        String query = Objects.requireNonNullElse(request.uri().getRawQuery(), "");
        return switch (request.tried()) {
            case "CreateFunction", "FilterLogEvents" -> Map.of();
            case "ListFunctions" -> Map.of("MaxItems", 50);
            case "ListVersionsByFunction" -> Map.of("FunctionName", "one", "MaxItems", 50);
            case "TagResource" -> Map.of("Resource", ARN);
            case "UntagResource" -> Map.of("Resource", ARN, "TagKeys", List.of("a/b", "c d+e"));
            case "UpdateAlias" -> Map.of("FunctionName", "one", "Name", "weft");
            case "GetFunctionConfiguration" ->
                query.isEmpty()
                        ? Map.of("FunctionName", "one")
                        : Map.of("FunctionName", "one", "Qualifier", query.endsWith("weft") ? "weft" : "$LATEST");
            default -> Map.of("FunctionName", "one");
        };
    }

    private void deployments() throws Exception {
        FakeLambda lambda = new FakeLambda();
        LambdaApi api = new LambdaApi(
                rest(request -> {
                    note(request, outside(request));
                    return lambda.send(request);
                }),
                ENDPOINT);
        String key = "arn:aws:kms:eu-west-1:123456789012:key/1234-abcd";
        Packing packing = Packing.own(Packing.Form.ZIP, "index.handler", "nodejs20.x");
        for (String answer : List.of("first", "second")) {
            Path folder = Files.createTempDirectory(scratch, "code");
            Function function = Functions.with(
                    Functions.node("one", folder, answer),
                    spec -> spec.memory = answer.equals("first") ? 256L << 20 : 512L << 20);
            Wanted wanted = new Wanted(
                    "shop",
                    function,
                    "one",
                    Archives.pack(folder, packing, Files.createTempFile(scratch, "a", ".zip")),
                    function.spec().env());
            JsonNode there = api.function("one");
            Snapshot now = there == null ? null : new Snapshot(there, api.configuration("one", "weft"));
            AccountOptions options =
                    new AccountOptions(Moto.ROLE, answer.equals("first") ? null : key, null, true, null);
            new Deployment(new Deployment.Reach(api, null, time -> {}), options, wanted, packing)
                    .run(now, Progress.NONE);
        }
        api.tag(ARN, Map.of("weft.dev/application", "shop", "a b", "ü"));
        api.delete("one");
    }

    private RestClient rest(dev.weft.api.rest.Transport transport) {
        return new RestClient(
                transport, (request, now) -> request, new AwsErrors(), InstantSource.system(), time -> {});
    }

    private void others() {
        LambdaApi api = new LambdaApi(
                rest(request -> {
                    note(request, outside(request));
                    return new RestResponse(200, Map.of(), new byte[0]);
                }),
                ENDPOINT);
        api.names();
        api.versions("one");
        api.configuration("one", null);
        api.configuration("one", "$LATEST");
        api.shareConcurrency("one");
        api.untag(ARN, List.of("a/b", "c d+e"));
        api.function("one");
        new LambdaLogs(
                        rest(request -> {
                            note(request, Map.of());
                            return new RestResponse(200, Map.of(), "{}".getBytes(StandardCharsets.UTF_8));
                        }),
                        ENDPOINT,
                        "aws-eu",
                        time -> {})
                .newest("one", Instant.ofEpochMilli(1_700_000_000_000L), 10);
    }

    private void invoke(Call call, @Nullable String qualifier) {
        InvokeDialect.WireRequest request = LambdaDialect.INSTANCE.encode(
                call,
                new InvokeDialect.Target(
                        ENDPOINT, "one", "eu-west-1", qualifier == null ? Map.of() : Map.of("qualifier", qualifier)),
                new InvokeDialect.Credentials(
                        new AwsCredentials("AKIDEXAMPLE", "secret", null, null, "a test").parts()),
                Instant.parse("2026-11-29T12:00:00Z"));
        Map<String, String> headers = new HashMap<>();
        request.headers().forEach(headers::put);
        byte[][] body = new byte[1][];
        BodyGatherer.gather(request.body(), 1 << 20, all -> body[0] = all, broken -> {});
        ours.add(Sent.of("Invoke", request.method(), ENDPOINT.resolve(request.target()), headers, body[0]));
        Map<String, Object> parameters = new LinkedHashMap<>();
        parameters.put("FunctionName", "one");
        parameters.put("Payload", body[0]);
        parameters.put("ClientContext", Objects.requireNonNull(headers.get("x-amz-client-context")));
        if (headers.containsKey("x-amz-invocation-type")) {
            parameters.put("InvocationType", "Event");
        }
        if (qualifier != null) {
            parameters.put("Qualifier", qualifier);
        }
        calls.add(List.of("Invoke", parameters));
    }

    private static Call event(Map<String, String> attributes) {
        CallContext context = new CallContext(
                "6f5b4a3c-0000-4000-8000-000000000001",
                Trace.start(),
                0,
                Instant.parse("2026-11-29T12:00:30Z"),
                CallContext.Caller.WEFT);
        return new Call.Event(context, null, attributes, Body.of("{\"n\":\"ü\"}".getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void whatIsSentIsWhatBoto3Sends() throws Exception {
        deployments();
        others();
        invoke(event(Map.of()), "weft");
        invoke(event(Map.of("type", "order")), "$LATEST");
        invoke(event(Map.of("weft-async", "true")), null);
        List<Sent> theirs = new CopyOnWriteArrayList<>();
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            Map<String, String> headers = new HashMap<>();
            exchange.getRequestHeaders()
                    .forEach((name, values) -> headers.put(name.toLowerCase(java.util.Locale.ROOT), values.getFirst()));
            String tried = String.valueOf(
                    calls.get(Math.min(theirs.size(), calls.size() - 1)).getFirst());
            theirs.add(Sent.of(
                    tried,
                    exchange.getRequestMethod(),
                    exchange.getRequestURI(),
                    headers,
                    exchange.getRequestBody().readAllBytes()));
            exchange.sendResponseHeaders(200, 2);
            exchange.getResponseBody().write("{}".getBytes(StandardCharsets.UTF_8));
            exchange.close();
        });
        server.start();
        Path file = Files.write(scratch.resolve("calls.json"), JSON.writeValueAsBytes(calls));
        try {
            URI endpoint = URI.create("http://127.0.0.1:" + server.getAddress().getPort());
            Boto3.run(endpoint, SCRIPT.replace("os.environ['CALLS']", "'" + file + "'"));
        } finally {
            server.stop(0);
        }
        assertThat(theirs).hasSameSizeAs(ours);
        for (int i = 0; i < ours.size(); i++) {
            assertThat(ours.get(i)).isEqualTo(theirs.get(i));
        }
        assertThat(theirs)
                .filteredOn(each -> each.tried().equals("UpdateFunctionConfiguration"))
                .singleElement()
                .satisfies(each -> assertThat(each.body().toString())
                        .contains("\"KMSKeyArn\":\"arn:aws:kms:eu-west-1:123456789012:key/1234-abcd\""));
        assertThat(new TreeSet<>(ours.stream().map(Sent::tried).toList()))
                .containsAll(Arrays.asList(
                        "CreateFunction",
                        "UpdateFunctionCode",
                        "UpdateFunctionConfiguration",
                        "PublishVersion",
                        "CreateAlias",
                        "UpdateAlias",
                        "PutFunctionConcurrency",
                        "DeleteFunctionConcurrency",
                        "TagResource",
                        "UntagResource",
                        "GetFunction",
                        "DeleteFunction",
                        "FilterLogEvents",
                        "Invoke"));
    }
}
