// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.ibm.codeengine;

import static org.assertj.core.api.Assertions.assertThat;

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
import dev.weft.clouds.ibm.Commands;
import dev.weft.clouds.ibm.RecordingServer.Asked;
import dev.weft.clouds.ibm.TestFunctions;
import dev.weft.clouds.ibm.account.IbmVendor;
import dev.weft.testkit.Archives;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** IBM's own client for Python does the same as the account, against the same server: both ask the same. */
@Tag("system")
class CodeEngineClientIT {
    private static final String CLIENT = "ibm-code-engine-sdk==6.0.6";
    private static final JsonMapper JSON = JsonMapper.shared();

    /** The client's arguments are the fields of our bodies, so a field that it does not know is an error. */
    private static final String SCRIPT = """
            import json, sys
            from ibm_code_engine_sdk.code_engine_v2 import CodeEngineV2, FunctionPatch, AppPatch
            from ibm_cloud_sdk_core.authenticators import IAMAuthenticator
            server, key, project, version = sys.argv[1:5]
            bodies = json.load(open(sys.argv[5]))
            ce = CodeEngineV2(version=version, authenticator=IAMAuthenticator(key, url=server))
            ce.set_service_url(server + '/v2')
            ce.get_project(id=project)
            for secret in bodies['secrets']:
                ce.create_secret(project_id=project, **secret)
                assert ce.get_secret(project_id=project, name=secret['name']).get_result()['data'] == secret['data']
            ce.list_secrets(project_id=project, limit=100)
            ce.create_function(project_id=project, **bodies['functions'][0])
            tag = ce.get_function(project_id=project, name='one').get_result()['entity_tag']
            patch = FunctionPatch.from_dict(bodies['functions'][1]).to_dict()
            assert patch == bodies['functions'][1], (patch, bodies['functions'][1])
            ce.update_function(project_id=project, name='one', if_match=tag, function=patch)
            ce.list_functions(project_id=project, limit=100)
            ce.delete_function(project_id=project, name='one')
            ce.create_app(project_id=project, **bodies['apps'][0])
            tag = ce.get_app(project_id=project, name='one').get_result()['entity_tag']
            patch = AppPatch.from_dict(bodies['apps'][1]).to_dict()
            assert patch == bodies['apps'][1], (patch, bodies['apps'][1])
            ce.update_app(project_id=project, name='one', if_match=tag, app=patch)
            ce.list_apps(project_id=project, limit=100)
            ce.delete_app(project_id=project, name='one')
            for secret in bodies['secrets']:
                ce.delete_secret(project_id=project, name=secret['name'])
            """;

    @TempDir
    private Path scratch;

    @Test
    @Timeout(300)
    void asksTheSame() throws Exception {
        Path packages = scratch.resolve("packages");
        Commands.run(scratch, "python3", "-m", "pip", "install", "--quiet", "--target", packages.toString(), CLIENT);
        Files.writeString(
                scratch.resolve("client.py"), "import sys; sys.path.insert(0, '" + packages + "')\n" + SCRIPT);
        try (PlayedCodeEngine cloud = new PlayedCodeEngine()) {
            ours(cloud, "functions");
            ours(cloud, "apps");
            List<Asked> ours = cloud.server.asked();
            cloud.entities.clear();
            cloud.server.forget();

            Files.writeString(scratch.resolve("bodies.json"), bodies(ours).toString());
            Commands.run(
                    scratch,
                    "python3",
                    "client.py",
                    cloud.server.uri().toString(),
                    PlayedCodeEngine.KEY,
                    PlayedCodeEngine.PROJECT,
                    CodeEngineSetup.API_VERSION,
                    "bodies.json");
            List<Asked> theirs = cloud.server.asked();

            for (Asked their : theirs) {
                assertThat(ours).describedAs(their.line()).anySatisfy(our -> {
                    assertThat(our.line()).isEqualTo(their.line());
                    assertThat(our.headers().get("content-type"))
                            .isEqualTo(their.headers().get("content-type"));
                    assertThat(our.headers().get("authorization"))
                            .isEqualTo(
                                    their.path().equals("/identity/token")
                                            ? null
                                            : their.headers().get("authorization"));
                    assertThat(our.headers().containsKey("if-match"))
                            .isEqualTo(their.headers().containsKey("if-match"));
                    assertThat(same(our)).isEqualTo(same(their));
                });
            }
            assertThat(theirs).hasSizeGreaterThanOrEqualTo(25);
        }
    }

    private static Object same(Asked asked) {
        return asked.path().equals("/identity/token")
                ? java.util.Set.of(asked.body().split("&"))
                : asked.body().isEmpty() ? "" : JSON.readTree(asked.body());
    }

    private void ours(PlayedCodeEngine cloud, String runs) throws Exception {
        boolean apps = runs.equals("apps");
        Path folder = Files.createDirectories(scratch.resolve(runs));
        Files.writeString(folder.resolve("index.js"), "exports.main = () => ({body: 'hello'})\n");
        try (CloudAccount account = new IbmVendor()
                .open(
                        TestFunctions.cloud(
                                Cloud.Type.CODE_ENGINE,
                                cloud.server.uri(),
                                "eu-de",
                                Map.of("project", PlayedCodeEngine.PROJECT, "runs", runs)),
                        new CloudVendor.Around(
                                new JdkTransport(),
                                Map.of(
                                        "IBMCLOUD_API_KEY",
                                        PlayedCodeEngine.KEY,
                                        "IAM_ENDPOINT",
                                        cloud.server.uri().toString()),
                                scratch,
                                InstantSource.system()))) {
            account.examine("shop");
            Function function = function(apps, "1G");
            Packing packing = ((CloudAccount.Packed.As) account.pack(function, folder)).packing();
            Artifact artifact = apps
                    ? new Artifact.Image("icr.io/shop/one@sha256:7", "7")
                    : Archives.pack(folder, packing, scratch.resolve("artifact"));
            Seen one = account.apply(
                    new Wanted(
                            "shop",
                            function,
                            "one",
                            artifact,
                            function.spec().env(),
                            function.spec().env().keySet()),
                    packing,
                    null,
                    Progress.NONE);
            Function larger = function(apps, "2G");
            account.apply(
                    new Wanted("shop", larger, "one", artifact, Map.of("CURRENCY", "another"), Set.of("CURRENCY")),
                    packing,
                    one,
                    Progress.NONE);
            account.list();
            account.delete(Objects.requireNonNull(account.find("one")), Progress.NONE);
        }
    }

    private static Function function(boolean apps, String memory) {
        TestFunctions.Asked asked = TestFunctions.Asked.usual().sized(memory, Duration.ofSeconds(10));
        return apps
                ? TestFunctions.of("one", Function.Contract.HTTP, null, asked.in("icr.io/shop/one"))
                : TestFunctions.of("one", Function.Contract.OPENWHISK, "nodejs:20", asked);
    }

    private static JsonNode bodies(List<Asked> ours) {
        ObjectNode bodies = JSON.createObjectNode();
        for (String kind : List.of("functions", "apps", "secrets")) {
            ArrayNode both = bodies.putArray(kind);
            ours.stream()
                    .filter(each -> each.path().contains("/" + kind)
                            && (each.method().equals("POST") || each.method().equals("PATCH")))
                    .forEach(each -> both.add(JSON.readTree(each.body())));
        }
        return bodies;
    }
}
