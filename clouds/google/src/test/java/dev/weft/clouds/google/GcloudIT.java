// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.google;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.account.CloudAccount;
import dev.weft.api.account.CloudVendor;
import dev.weft.api.account.Packing;
import dev.weft.api.account.Progress;
import dev.weft.api.account.Seen;
import dev.weft.api.account.Wanted;
import dev.weft.api.resource.Function;
import dev.weft.api.rest.JdkTransport;
import dev.weft.clouds.google.FakeGoogle.Request;
import dev.weft.testkit.Archives;
import dev.weft.testkit.VendorCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Google's own command line deploys, updates and reads logs against the fake; ours must have asked for the same. */
@Tag("system")
class GcloudIT {
    private static final int SECONDS_MAX = 120;
    private static final String SINCE = "2026-11-29T10:00:00Z";

    @TempDir
    private Path scratch;

    private final FakeGoogle google = Samples.fake();

    @AfterEach
    void stop() {
        google.close();
    }

    private void gcloud(String... arguments) throws IOException, InterruptedException {
        VendorCommand.needed("gcloud");
        List<String> command = new ArrayList<>(List.of("gcloud"));
        command.addAll(List.of(arguments));
        command.addAll(List.of("--project=" + FakeGoogle.PROJECT, "--region=" + FakeGoogle.REGION, "--quiet"));
        Path output = scratch.resolve("gcloud.log");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
        Map<String, String> env = builder.environment();
        env.keySet().removeIf(name -> name.startsWith("CLOUDSDK_") || name.startsWith("GOOGLE_"));
        for (String api : List.of(
                "CLOUDFUNCTIONS",
                "RUN",
                "SERVICEUSAGE",
                "IAM",
                "CLOUDBUILD",
                "CLOUDRESOURCEMANAGER",
                "ARTIFACTREGISTRY",
                "LOGGING")) {
            env.put("CLOUDSDK_API_ENDPOINT_OVERRIDES_" + api, google.uri() + "/");
        }
        env.put(
                "CLOUDSDK_CONFIG",
                Files.createDirectories(scratch.resolve("gcloud")).toString());
        env.put(
                "CLOUDSDK_AUTH_ACCESS_TOKEN_FILE",
                Files.writeString(scratch.resolve("token"), FakeGoogle.TOKEN).toString());
        env.put("CLOUDSDK_CORE_DISABLE_USAGE_REPORTING", "true");
        env.put("CLOUDSDK_COMPONENT_MANAGER_DISABLE_UPDATE_CHECK", "true");
        Process process = builder.start();
        try {
            assertThat(process.waitFor(SECONDS_MAX, TimeUnit.SECONDS)).isTrue();
        } finally {
            process.destroyForcibly();
        }
        assertThat(process.exitValue())
                .describedAs(Files.readString(output) + "\n" + google.requests())
                .isZero();
    }

    private CloudAccount account(String open) {
        return new GoogleVendor(time -> {})
                .open(
                        Samples.cloud(google, Map.of("public", open)),
                        new CloudVendor.Around(
                                new JdkTransport(),
                                Map.of("CLOUDSDK_AUTH_ACCESS_TOKEN", FakeGoogle.TOKEN),
                                scratch,
                                InstantSource.system()));
    }

    private static Request only(List<Request> requests, String method, String end) {
        return requests.stream()
                .filter(each -> each.method().equals(method) && each.path().endsWith(end))
                .findFirst()
                .orElseThrow(() -> new AssertionError(method + " …" + end + " is not among " + requests));
    }

    private static void same(List<Request> ours, List<Request> theirs, String method, String end) {
        Request our = only(ours, method, end);
        Request their = only(theirs, method, end);
        assertThat(our.path()).isEqualTo(their.path());
        assertThat(query(our)).isEqualTo(query(their));
    }

    private static Map<String, String> query(Request request) {
        Map<String, String> query = new TreeMap<>(request.query());
        query.remove("alt");
        return query;
    }

    /** Without the labels, which name the tool, and what only ours says. */
    private static JsonNode comparable(JsonNode body) {
        ObjectNode copy = (ObjectNode) body.deepCopy();
        copy.remove("labels");
        FakeFunctions.object(copy, "serviceConfig").remove("allTrafficOnLatestRevision");
        JsonNode source = copy.path("buildConfig").path("source").path("storageSource");
        if (source instanceof ObjectNode place) {
            place.put("object", "some.zip");
        }
        if (copy.path("buildConfig").path("environmentVariables").isEmpty()) {
            FakeFunctions.object(copy, "buildConfig").remove("environmentVariables");
        }
        return copy;
    }

    private List<Request> recorded() {
        List<Request> all = google.requests();
        google.forget();
        return all;
    }

    /** What gcloud asked for, one list for each thing that it was told to do. */
    private record Theirs(List<Request> deployment, List<Request> update, List<Request> logs) {}

    private Theirs byGcloud(Path folder) throws IOException, InterruptedException {
        gcloud(
                "functions",
                "deploy",
                "one",
                "--gen2",
                "--runtime=nodejs20",
                "--entry-point=hello",
                "--trigger-http",
                "--allow-unauthenticated",
                "--source=" + folder,
                "--memory=256Mi",
                "--cpu=1",
                "--timeout=10s",
                "--concurrency=80",
                "--max-instances=10",
                "--set-env-vars=SECRET=" + Samples.SECRET);
        List<Request> deployment = recorded();
        gcloud(
                "functions",
                "deploy",
                "one",
                "--gen2",
                "--source=" + folder,
                "--serve-all-traffic-latest-revision",
                "--memory=512Mi");
        List<Request> update = recorded();
        gcloud("functions", "logs", "read", "one", "--gen2", "--start-time=" + SINCE);
        return new Theirs(deployment, update, recorded());
    }

    @Test
    void aDeploymentAnUpdateAndLogsAsGcloudDoesThem() throws Exception {
        Path folder = Files.createDirectory(scratch.resolve("code"));
        Function function = Samples.function("one", folder, "first");
        Theirs theirs = byGcloud(folder);
        google.functions.all.clear();
        google.functions.revisions.clear();
        google.run.forget();

        Packing packing = Packing.own(Packing.Form.ZIP, "hello", "nodejs20");
        Wanted first = new Wanted(
                "shop",
                function,
                "one",
                Archives.pack(folder, packing, scratch.resolve("one.zip")),
                function.spec().env());
        List<Request> ours;
        try (CloudAccount account = account("true")) {
            Seen seen = account.apply(first, packing, null, Progress.NONE);
            ours = recorded();
            ((CloudAccount.WithLogs) account).logs(seen, Instant.parse(SINCE), 20);
        }

        deployed(ours, theirs.deployment());
        logs(
                only(google.requests(), "POST", "/entries:list").json(),
                only(theirs.logs(), "POST", "/entries:list").json());
        // theirs writes the paths of a mask in snake case, which means the same
        assertThat(FakeFunctions.camel(Objects.requireNonNull(
                        only(theirs.update(), "PATCH", "/functions/one").query().get("updateMask"))))
                .isEqualTo("buildConfig.source,serviceConfig.allTrafficOnLatestRevision,serviceConfig.availableMemory");
    }

    /** A variable of the build names the adapter's front; gcloud itself wants a main.py, whatever that is. */
    @Test
    void aLambdaHandlerInPythonIsDeployedAsGcloudWould() throws Exception {
        Path folder = Files.createDirectory(scratch.resolve("code"));
        Files.writeString(folder.resolve("main.py"), "def handler(event, context):\n    return event\n");
        Function function = Samples.function(
                "one", Function.Contract.AWS_LAMBDA, "python3.12", "main.handler", Map.of("COLOUR", "blue"));
        try (CloudAccount account = account("true")) {
            Packing packing = ((CloudAccount.Packed.As) account.pack(function, folder)).packing();
            for (Map.Entry<String, byte[]> each : packing.added().entrySet()) {
                Path file = folder.resolve(each.getKey());
                Files.createDirectories(file.getParent());
                Files.write(file, each.getValue());
            }
            gcloud(
                    "functions",
                    "deploy",
                    "one",
                    "--gen2",
                    "--runtime=python312",
                    "--entry-point=weft",
                    "--trigger-http",
                    "--allow-unauthenticated",
                    "--source=" + folder,
                    "--memory=256Mi",
                    "--cpu=1",
                    "--timeout=10s",
                    "--concurrency=80",
                    "--max-instances=10",
                    "--set-env-vars=COLOUR=blue",
                    "--set-build-env-vars=GOOGLE_FUNCTION_SOURCE=weft_adapter/google_front.py");
            List<Request> theirs = recorded();
            google.functions.all.clear();
            google.functions.revisions.clear();
            google.run.forget();
            Packing own = Packing.own(Packing.Form.ZIP, packing.handler(), packing.runtime());
            Wanted wanted = new Wanted(
                    "shop",
                    function,
                    "one",
                    Archives.pack(folder, own, scratch.resolve("one.zip")),
                    function.spec().env());
            Seen seen = account.apply(wanted, packing, null, Progress.NONE);
            assertThat(seen.settings()).isEqualTo(account.settings(wanted, packing));
            deployed(recorded(), theirs);
        }
    }

    private static void deployed(List<Request> ours, List<Request> theirs) {
        same(ours, theirs, "POST", "/functions:generateUploadUrl");
        same(ours, theirs, "POST", "/functions");
        same(ours, theirs, "GET", "/functions/one");
        same(ours, theirs, "GET", ":getIamPolicy");
        same(ours, theirs, "POST", ":setIamPolicy");
        assertThat(comparable(only(ours, "POST", "/functions").json()))
                .isEqualTo(comparable(only(theirs, "POST", "/functions").json()));
        assertThat(bindings(ours)).isEqualTo(bindings(theirs));
        Request our = upload(ours);
        Request their = upload(theirs);
        assertThat(our.headers().get("content-type")).isEqualTo(their.headers().get("content-type"));
        assertThat(our.headers().containsKey("authorization"))
                .isEqualTo(their.headers().containsKey("authorization"))
                .isFalse();
    }

    private static JsonNode bindings(List<Request> requests) {
        return only(requests, "POST", ":setIamPolicy").json().path("policy").path("bindings");
    }

    private static Request upload(List<Request> requests) {
        return requests.stream()
                .filter(each -> each.method().equals("PUT"))
                .findFirst()
                .orElseThrow();
    }

    private static void logs(JsonNode ours, JsonNode theirs) {
        assertThat(ours.path("resourceNames")).isEqualTo(theirs.path("resourceNames"));
        assertThat(ours.path("orderBy")).isEqualTo(theirs.path("orderBy"));
        String filter = theirs.path("filter").asString("");
        String upToTime = filter.substring(0, filter.indexOf(" timestamp"));
        assertThat(ours.path("filter").asString("")).startsWith(upToTime + " timestamp>=\"2026-11-29T10:00:00");
    }
}
