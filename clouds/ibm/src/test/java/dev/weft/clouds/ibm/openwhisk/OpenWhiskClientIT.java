// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.ibm.openwhisk;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.Body;
import dev.weft.api.Call;
import dev.weft.api.CallContext;
import dev.weft.api.Trace;
import dev.weft.api.account.Artifact;
import dev.weft.api.account.CloudAccount;
import dev.weft.api.account.CloudVendor;
import dev.weft.api.account.Packing;
import dev.weft.api.account.Progress;
import dev.weft.api.account.Seen;
import dev.weft.api.account.Wanted;
import dev.weft.api.resource.Cloud;
import dev.weft.api.resource.Function;
import dev.weft.api.rest.JdkTransport;
import dev.weft.api.spi.InvokeDialect;
import dev.weft.clouds.ibm.Commands;
import dev.weft.clouds.ibm.JavaClasses;
import dev.weft.clouds.ibm.RecordingServer.Asked;
import dev.weft.clouds.ibm.TestFunctions;
import dev.weft.clouds.ibm.account.IbmVendor;
import dev.weft.testkit.Archives;
import dev.weft.testkit.SampleFunction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;

/**
 * OpenWhisk's own client for Node.js does the same as the account and the dialect, against the same server: both ask the same,
 * in method, path, query, body and authorization.
 */
@Tag("system")
class OpenWhiskClientIT {
    private static final String CLIENT = "openwhisk@3.21.9";
    private static final String CODE = "exports.main = () => ({hello: 'ada'})\n";
    private static final JsonMapper JSON = JsonMapper.shared();

    /** A buffer is sent in base64 and a text as it is, as with the account; null stands for no code. */
    private static final String SCRIPT = """
            const openwhisk = require('openwhisk')
            const ow = openwhisk({api: process.argv[2] + '/api/v1/', api_key: process.argv[3]})
            const steps = JSON.parse(process.argv[4])
            const run = async () => {
              const limits = steps.limits, annotations = steps.annotations
              await ow.actions.create({name: 'one', action: steps.code, kind: 'nodejs:20', exec: {main: 'main', binary: false},
                version: '0.0.1', limits, annotations: annotations[0]})
              await ow.actions.get({name: 'one', code: false})
              await ow.actions.update({name: 'one', version: '0.0.2', limits: steps.changed, annotations: annotations[1]})
              await ow.actions.list({limit: 200, skip: 0})
              await ow.actions.invoke({name: 'one', blocking: true, params: {who: 'ada'}})
              await ow.actions.invoke({name: 'one', params: {who: 'ada'}})
              await ow.activations.list({name: 'one', limit: 200, skip: 0, since: 0, docs: true})
              await ow.actions.delete('one')
              await ow.packages.create({name: 'shop'})
              await ow.packages.get('shop')
              await ow.actions.create({name: 'java', action: Buffer.from(steps.jar, 'base64'), kind: 'java:8',
                exec: {main: 'shop.Hello', binary: true}, version: '0.0.1', limits, annotations: annotations[2]})
            }
            run().catch(failed => { console.error(failed); process.exit(1) })
            """;

    @TempDir
    private Path scratch;

    @Test
    @Timeout(300)
    void asksTheSame() throws Exception {
        Files.writeString(scratch.resolve("package.json"), "{\"private\": true}");
        Commands.run(scratch, "npm", "install", "--no-audit", "--no-fund", CLIENT);
        Files.writeString(scratch.resolve("client.js"), SCRIPT);
        try (PlayedOpenWhisk cloud = new PlayedOpenWhisk()) {
            List<Asked> ours = ours(cloud);
            cloud.actions.clear();
            cloud.packages.clear();
            cloud.server.forget();

            Commands.run(
                    scratch,
                    "node",
                    "client.js",
                    cloud.server.uri().toString(),
                    PlayedOpenWhisk.KEY,
                    steps(ours).toString());
            List<Asked> theirs = cloud.server.asked();

            for (Asked their : theirs) {
                assertThat(ours).describedAs(their.line()).anySatisfy(our -> {
                    assertThat(our.line()).isEqualTo(their.line());
                    assertThat(body(our)).isEqualTo(body(their));
                    assertThat(our.headers().get("authorization"))
                            .isEqualTo(their.headers().get("authorization"));
                    if (!their.body().isEmpty()) {
                        assertThat(our.headers().get("content-type")).startsWith("application/json");
                    }
                });
            }
            assertThat(theirs).hasSize(11);
        }
    }

    /** What the client has no word for: parameters marked init. A body without fields is one that is missing. */
    private static JsonNode body(Asked asked) {
        JsonNode body = asked.body().isEmpty() ? JSON.createObjectNode() : JSON.readTree(asked.body());
        if (body.path("parameters").isEmpty() && body instanceof tools.jackson.databind.node.ObjectNode object) {
            object.remove("parameters");
        }
        return body;
    }

    private List<Asked> ours(PlayedOpenWhisk cloud) throws Exception {
        Path folder = Files.createDirectory(scratch.resolve("code"));
        Files.writeString(folder.resolve("index.js"), CODE);
        try (CloudAccount account = new IbmVendor()
                        .open(
                                TestFunctions.cloud(Cloud.Type.OPENWHISK, cloud.server.uri(), null, Map.of()),
                                new CloudVendor.Around(
                                        new JdkTransport(),
                                        Map.of("__OW_API_KEY", PlayedOpenWhisk.KEY),
                                        scratch,
                                        InstantSource.system()));
                CloudAccount packed = new IbmVendor()
                        .open(
                                TestFunctions.cloud(
                                        Cloud.Type.OPENWHISK, cloud.server.uri(), null, Map.of("package", "shop")),
                                new CloudVendor.Around(
                                        new JdkTransport(),
                                        Map.of("__OW_API_KEY", PlayedOpenWhisk.KEY),
                                        scratch,
                                        InstantSource.system()))) {
            Function function = function("256Mi");
            Packing packing = ((CloudAccount.Packed.As) account.pack(function, folder)).packing();
            Artifact artifact = Archives.pack(folder, packing, scratch.resolve("artifact"));
            Wanted wanted = new Wanted("shop", function, "one", artifact, Map.of());
            Seen one = account.apply(wanted, packing, null, Progress.NONE);
            account.apply(
                    new Wanted("shop", function("512Mi"), "one", artifact, Map.of()), packing, one, Progress.NONE);
            account.list();
            call(cloud, account, one, Map.of());
            call(cloud, account, one, Map.of("weft-async", "true"));
            ((CloudAccount.WithLogs) account).logs(one, Instant.EPOCH, 10);
            account.delete(Objects.requireNonNull(account.find("one")), Progress.NONE);
            packed.apply(wanted, packing, null, Progress.NONE);
            java(account);
            return List.copyOf(cloud.server.asked());
        }
    }

    private void java(CloudAccount account) throws Exception {
        Path folder = scratch.resolve("java");
        JavaClasses.write(folder, "shop.Hello", JavaClasses.echo("shop.Hello", "main", JavaClasses.ACTION, 8));
        Function function = SampleFunction.handler("java", Function.Contract.OPENWHISK, "java:8", "shop.Hello")
                .function();
        Packing packing = ((CloudAccount.Packed.As) account.pack(function, folder)).packing();
        Artifact artifact = Archives.pack(folder, packing, scratch.resolve("java.jar"));
        Seen ignored =
                account.apply(new Wanted("shop", function, "java", artifact, Map.of()), packing, null, Progress.NONE);
    }

    private static Function function(String memory) {
        return TestFunctions.of(
                "one",
                Function.Contract.OPENWHISK,
                "nodejs:20",
                TestFunctions.Asked.usual()
                        .sized(memory, java.time.Duration.ofSeconds(10))
                        .with(Map.of()));
    }

    private static void call(PlayedOpenWhisk cloud, CloudAccount account, Seen one, Map<String, String> attributes)
            throws Exception {
        Call event = new Call.Event(
                new CallContext("7", Trace.start(), 0, Instant.MAX, CallContext.Caller.WEFT),
                "application/json",
                attributes,
                Body.of("{\"who\":\"ada\"}".getBytes(StandardCharsets.UTF_8)));
        InvokeDialect.Target target = Objects.requireNonNull(one.target());
        InvokeDialect.Target own = new InvokeDialect.Target(target.endpoint(), target.name(), "", Map.of());
        Commands.send(
                cloud.server.uri(),
                account.dialect().encode(event, own, account.grant(own).credentials(), Instant.now()));
    }

    /** The same values for the client's calls. */
    private static JsonNode steps(List<Asked> ours) {
        List<JsonNode> puts = Stream.of("/actions/one", "/actions/java")
                .flatMap(name -> ours.stream()
                        .filter(each ->
                                each.method().equals("PUT") && each.path().endsWith(name)))
                .map(each -> JSON.readTree(each.body()))
                .toList();
        assertThat(puts.getLast().path("exec").path("kind").asString("")).isEqualTo("java:8");
        var steps = JSON.createObjectNode();
        steps.put("code", CODE);
        steps.set("jar", puts.getLast().path("exec").path("code"));
        steps.set("limits", puts.get(0).path("limits"));
        steps.set("changed", puts.get(1).path("limits"));
        ArrayNode annotations = steps.putArray("annotations");
        for (JsonNode put : List.of(puts.get(0), puts.get(1), puts.getLast())) {
            var all = annotations.addObject();
            put.path("annotations").forEach(each -> all.set(each.path("key").asString(""), each.path("value")));
        }
        return steps;
    }
}
