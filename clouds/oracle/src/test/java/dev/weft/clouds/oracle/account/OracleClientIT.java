// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.oracle.account;

import static org.assertj.core.api.Assertions.assertThat;

import com.oracle.bmc.functions.model.ConstantProvisionedConcurrencyConfig;
import com.oracle.bmc.functions.model.UpdateFunctionDetails;
import dev.weft.api.Body;
import dev.weft.api.Call;
import dev.weft.api.CallContext;
import dev.weft.api.Headers;
import dev.weft.api.RequestLine;
import dev.weft.api.Trace;
import dev.weft.api.account.CloudVendor;
import dev.weft.api.account.Progress;
import dev.weft.api.account.Seen;
import dev.weft.api.account.Wanted;
import dev.weft.api.resource.Cloud;
import dev.weft.api.rest.JdkTransport;
import dev.weft.api.spi.InvokeDialect;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The same done by Weft and by Oracle's own client, and what each sent: method, path, query, fields and body must be the same. */
class OracleClientIT {
    private static final FakeOci OCI = new FakeOci();

    /** Fields that say something to OCI; the others are of the HTTP client, or of one moment. */
    private static final Set<String> THAT_MATTER = Set.of("content-type", "if-match");

    @TempDir
    private Path home;

    @AfterAll
    static void stop() {
        OCI.close();
    }

    @BeforeEach
    void begin() throws Exception {
        OCI.clear();
        OciUser.write(home);
    }

    @AfterEach
    void everySignatureOfBothWasRight() {
        assertThat(OCI.unsigned()).isEmpty();
    }

    /** A request as far as it must be the same; ids are numbered by their first use. */
    private record Sent(
            String method, String path, Map<String, String> query, Map<String, String> fields, JsonNode body) {}

    private static List<Sent> sent() {
        List<Sent> all = new ArrayList<>();
        Map<String, String> ids = new TreeMap<>();
        for (FakeServer.Asked each : OCI.asked()) {
            Map<String, String> fields = new TreeMap<>(each.headers());
            fields.keySet().retainAll(THAT_MATTER);
            fields.computeIfPresent("if-match", (name, etag) -> "etag");
            Map<String, String> query = each.query();
            query.replaceAll((name, value) -> numbered(value, ids));
            all.add(new Sent(each.method(), numbered(each.path(), ids), query, fields, body(each, ids)));
        }
        return all;
    }

    private static JsonNode body(FakeServer.Asked asked, Map<String, String> ids) {
        return asked.body().length == 0
                ? FakeServer.JSON.createObjectNode()
                : FakeServer.JSON.readTree(numbered(new String(asked.body(), StandardCharsets.UTF_8), ids));
    }

    private static String numbered(String text, Map<String, String> ids) {
        String numbered = text;
        java.util.regex.Matcher id = java.util.regex.Pattern.compile("ocid1\\.fn(app|func)\\.oc1\\.\\.[af][0-9]+")
                .matcher(text);
        while (id.find()) {
            String name = ids.computeIfAbsent(id.group(), any -> id.group(1) + ids.size());
            numbered = numbered.replace(id.group(), name);
        }
        return numbered;
    }

    /** Without repeated reads: how often each client looks is its own affair. */
    private static List<Sent> once(List<Sent> all) {
        List<Sent> once = new ArrayList<>();
        for (Sent each : all) {
            if (!each.method().equals("GET") || !once.contains(each)) {
                once.add(each);
            }
        }
        return once;
    }

    private OciAccount account() {
        Cloud cloud = Samples.cloud(
                Cloud.Type.OCI,
                "eu-frankfurt-1",
                OCI.uri(),
                Map.of("compartment", OciUser.COMPARTMENT, "subnets", OciUser.SUBNET));
        return new OciAccount(
                cloud, new CloudVendor.Around(new JdkTransport(), Map.of(), home, InstantSource.system()), time -> {});
    }

    @Test
    void aFunctionsWholeLifeIsToldAsOraclesClientTellsIt() {
        Wanted first = Samples.wanted(Samples.function("one", parts -> parts));
        Wanted second = new Wanted(
                first.application(),
                Samples.function("one", parts -> parts.memory(512).minInstances(2)),
                "one",
                Samples.image("fra.ocir.io/ns/one", "other code"),
                Map.of("A", "b"));
        try (OciAccount account = account()) {
            Seen seen = account.apply(first, Samples.IMAGE, null, Progress.NONE);
            seen = account.apply(second, Samples.IMAGE, seen, Progress.NONE);
            account.delete(seen, Progress.NONE);
        }
        List<Sent> ours = once(sent());
        List<Sent> changes = changes(ours);
        OCI.clear();
        try (OracleClient client = new OracleClient(OCI.uri())) {
            byOraclesClient(client, first, second, account());
        }
        List<Sent> theirs = once(sent());
        assertThat(changes)
                .extracting(each -> each.method() + ' ' + each.path())
                .containsExactly(
                        "POST /20181201/applications",
                        "POST /20181201/functions",
                        "PUT /20181201/functions/func1",
                        "DELETE /20181201/functions/func1",
                        "DELETE /20181201/applications/app0");
        assertThat(changes).isEqualTo(changes(theirs));
        // and every read of ours is one of theirs, but for the last one, which looks for what else is in the
        // application
        assertThat(theirs)
                .containsAll(ours.stream()
                        .filter(each -> each.query().containsKey("displayName")
                                || each.query().isEmpty())
                        .toList());
    }

    private static List<Sent> changes(List<Sent> all) {
        return all.stream().filter(each -> !each.method().equals("GET")).toList();
    }

    private static void byOraclesClient(OracleClient client, Wanted first, Wanted second, OciAccount account) {
        OciImage image = OciImage.of(Tags.image(first));
        String app = client.application("weft", Map.of(OciPlace.MADE, first.application()));
        client.listFunctions(app, "one");
        String id = client.createFunction(app, "one", image, first.env(), tags(first, account));
        client.function(id);
        client.listFunctions(app, "one");
        OciImage other = OciImage.of(Tags.image(second));
        client.function(id);
        client.update(
                id,
                Objects.requireNonNull(client.function(id).getEtag()),
                UpdateFunctionDetails.builder()
                        .image(other.name())
                        .imageDigest(other.digest())
                        .memoryInMBs(512L)
                        .provisionedConcurrencyConfig(ConstantProvisionedConcurrencyConfig.builder()
                                .count(2)
                                .build())
                        .config(second.env())
                        .freeformTags(tags(second, account))
                        .build());
        client.deleteFunction(id, client.function(id).getEtag());
        client.deleteApplication(app);
    }

    private static Map<String, String> tags(Wanted wanted, OciAccount account) {
        Map<String, String> settings = account.settings(wanted, Samples.IMAGE);
        Map<String, String> tags =
                new TreeMap<>(Tags.FREEFORM.written(Tags.owner(wanted, settings), Tags.image(wanted)));
        tags.putAll(wanted.function().metadata().labels());
        return tags;
    }

    @Test
    void aCallIsSentAsOraclesClientSendsIt() throws Exception {
        byte[] body = "{\"n\":1}".getBytes(StandardCharsets.UTF_8);
        Trace trace = Trace.start();
        CallContext context = new CallContext(
                "id-1",
                trace,
                0,
                Instant.now().plusSeconds(60),
                new CallContext.Caller("10.0.0.1", "https", "shop.example"));
        Call exchange = new Call.Exchange(
                context, new RequestLine("PUT", "/a%20b", "q=1"), Headers.of("x-one", "1"), Body.of(body));
        Call later = new Call.Event(context, null, Map.of("weft-async", "true"), Body.of(body));
        try (OciAccount account = account();
                HttpClient wire = HttpClient.newHttpClient()) {
            Seen seen = account.apply(
                    Samples.wanted(Samples.function("one", parts -> parts)), Samples.IMAGE, null, Progress.NONE);
            InvokeDialect.Target target = Objects.requireNonNull(seen.target());
            OCI.forget();
            for (Call call : List.of(exchange, later)) {
                InvokeDialect.WireRequest request = account.dialect()
                        .encode(call, target, account.grant(target).credentials(), Instant.now());
                assertThat(send(wire, target.endpoint(), request, body).statusCode())
                        .isEqualTo(200);
            }
            List<FakeServer.Asked> ours = OCI.asked();
            OCI.forget();
            try (OracleClient client = new OracleClient(OCI.uri())) {
                String id = Objects.requireNonNull(target.parts().get("function"));
                client.invoke(id, body, false);
                client.invoke(id, body, true);
            }
            List<FakeServer.Asked> theirs = OCI.asked();
            for (int i = 0; i < 2; i++) {
                assertThat(ours.get(i).method()).isEqualTo(theirs.get(i).method());
                assertThat(ours.get(i).path()).isEqualTo(theirs.get(i).path());
                assertThat(ours.get(i).body()).isEqualTo(theirs.get(i).body());
                for (String name : List.of("content-type", "content-length", "x-content-sha256", "fn-invoke-type")) {
                    assertThat(ours.get(i).header(name))
                            .describedAs(name)
                            .isEqualTo(theirs.get(i).header(name));
                }
            }
            assertThat(ours.getFirst().header("fn-intent"))
                    .isEqualTo(theirs.getFirst().header("fn-intent"));
            assertThat(ours.getFirst().header("fn-http-h-traceparent")).isEqualTo(trace.traceparent());
        }
    }

    private static HttpResponse<byte[]> send(
            HttpClient wire, URI endpoint, InvokeDialect.WireRequest request, byte @Nullable [] body) throws Exception {
        HttpRequest.Builder builder = HttpRequest.newBuilder(endpoint.resolve(request.target()))
                .version(HttpClient.Version.HTTP_1_1)
                .method(request.method(), HttpRequest.BodyPublishers.ofByteArray(Objects.requireNonNull(body)));
        request.headers().forEach((name, value) -> {
            if (!name.equalsIgnoreCase("host")) {
                builder.header(name, value);
            }
        });
        return wire.send(builder.build(), HttpResponse.BodyHandlers.ofByteArray());
    }
}
