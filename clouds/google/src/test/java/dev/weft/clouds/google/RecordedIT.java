// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.google;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.api.gax.core.NoCredentialsProvider;
import com.google.api.gax.rpc.FixedHeaderProvider;
import com.google.cloud.functions.v2.BuildConfig;
import com.google.cloud.functions.v2.CreateFunctionRequest;
import com.google.cloud.functions.v2.DeleteFunctionRequest;
import com.google.cloud.functions.v2.FunctionServiceClient;
import com.google.cloud.functions.v2.FunctionServiceSettings;
import com.google.cloud.functions.v2.GenerateDownloadUrlRequest;
import com.google.cloud.functions.v2.GenerateUploadUrlRequest;
import com.google.cloud.functions.v2.GenerateUploadUrlResponse;
import com.google.cloud.functions.v2.GetFunctionRequest;
import com.google.cloud.functions.v2.ListFunctionsRequest;
import com.google.cloud.functions.v2.ServiceConfig;
import com.google.cloud.functions.v2.Source;
import com.google.cloud.functions.v2.UpdateFunctionRequest;
import com.google.cloud.run.v2.RevisionsClient;
import com.google.cloud.run.v2.RevisionsSettings;
import com.google.cloud.run.v2.Service;
import com.google.cloud.run.v2.ServicesClient;
import com.google.cloud.run.v2.ServicesSettings;
import com.google.cloud.run.v2.TrafficTarget;
import com.google.cloud.run.v2.TrafficTargetAllocationType;
import com.google.cloud.run.v2.UpdateServiceRequest;
import com.google.protobuf.FieldMask;
import dev.weft.api.account.Artifact;
import dev.weft.api.account.CloudAccount;
import dev.weft.api.account.CloudAccount.WithCode.Found;
import dev.weft.api.account.CloudVendor;
import dev.weft.api.account.Ownership;
import dev.weft.api.account.Packing;
import dev.weft.api.account.Progress;
import dev.weft.api.account.Seen;
import dev.weft.api.account.Wanted;
import dev.weft.api.resource.Function;
import dev.weft.api.rest.JdkTransport;
import dev.weft.clouds.google.FakeGoogle.Request;
import dev.weft.testkit.Archives;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * What Google's own clients for Java send for the same operations is what ours sends: method, path, query and body. Theirs
 * puts {@code $alt} in every query, and enumerations in bodies as numbers.
 */
class RecordedIT {
    private static final String PARENT = "projects/" + FakeGoogle.PROJECT + "/locations/" + FakeGoogle.REGION;
    private static final String NAME = PARENT + "/functions/one";
    private static final Map<String, String> BEARER = Map.of("authorization", "Bearer " + FakeGoogle.TOKEN);

    @TempDir
    private Path scratch;

    private final FakeGoogle google = Samples.fake();

    @AfterEach
    void stop() {
        google.close();
    }

    private CloudAccount account() {
        return new GoogleVendor(time -> {})
                .open(
                        Samples.cloud(google, Map.of()),
                        new CloudVendor.Around(
                                new JdkTransport(),
                                Map.of("CLOUDSDK_AUTH_ACCESS_TOKEN", FakeGoogle.TOKEN),
                                scratch,
                                InstantSource.system()));
    }

    private Wanted wanted(String answer, long mebibytes) throws IOException {
        Path folder = Files.createTempDirectory(scratch, "code");
        Function function = Samples.sized(Samples.function("one", folder, answer), mebibytes, 10);
        Artifact artifact = Archives.pack(folder, packing(), Files.createTempFile(scratch, "artifact", ".zip"));
        return new Wanted("shop", function, "one", artifact, function.spec().env());
    }

    private static Packing packing() {
        return Packing.own(Packing.Form.ZIP, "hello", "nodejs20");
    }

    private FunctionServiceClient functions() throws IOException {
        return FunctionServiceClient.create(FunctionServiceSettings.newHttpJsonBuilder()
                .setEndpoint(google.uri().toString())
                .setCredentialsProvider(NoCredentialsProvider.create())
                .setHeaderProvider(FixedHeaderProvider.create(BEARER))
                .build());
    }

    private List<Request> recorded() {
        List<Request> all = google.requests();
        google.forget();
        return all;
    }

    private static void same(List<Request> ours, List<Request> theirs, String method, String end) {
        Request our = only(ours, method, end);
        Request their = only(theirs, method, end);
        assertThat(our.path()).isEqualTo(their.path());
        assertThat(query(our)).isEqualTo(query(their));
        assertThat(our.json()).isEqualTo(their.json());
        if (their.body().length > 0) {
            assertThat(our.headers().get("content-type")).startsWith("application/json");
        }
        assertThat(our.headers().get("authorization")).isEqualTo(their.headers().get("authorization"));
    }

    private static Request only(List<Request> requests, String method, String end) {
        return requests.stream()
                .filter(each -> each.method().equals(method) && each.path().endsWith(end))
                .findFirst()
                .orElseThrow(() -> new AssertionError(method + " …" + end + " is not among " + requests));
    }

    private static Map<String, String> query(Request request) {
        Map<String, String> query = new TreeMap<>(request.query());
        query.remove("$alt");
        // what is so anyway
        query.values().removeIf("false"::equals);
        return query;
    }

    private com.google.cloud.functions.v2.Function theirs(Wanted wanted, Source source) {
        Map<String, String> settings = account().settings(wanted, packing());
        return com.google.cloud.functions.v2.Function.newBuilder()
                .setName(NAME)
                .setBuildConfig(BuildConfig.newBuilder()
                        .setRuntime("nodejs20")
                        .setEntryPoint("hello")
                        .setSource(source))
                .setServiceConfig(ServiceConfig.newBuilder()
                        .setAvailableMemory("256Mi")
                        .setAvailableCpu("1")
                        .setTimeoutSeconds(10)
                        .setMaxInstanceRequestConcurrency(80)
                        .setMaxInstanceCount(10)
                        .putEnvironmentVariables("SECRET", Samples.SECRET)
                        .setAllTrafficOnLatestRevision(true))
                .putLabels("team", "checkout")
                .putLabels("deployment-tool", "weft")
                .putLabels("weft-dev_application", "shop")
                .putLabels("weft-dev_function", "one")
                .putLabels("weft-dev_code", wanted.artifact().hash())
                .putLabels("weft-dev_settings", Ownership.hash(settings))
                .build();
    }

    private Source upload(FunctionServiceClient client) {
        GenerateUploadUrlResponse place = client.generateUploadUrl(
                GenerateUploadUrlRequest.newBuilder().setParent(PARENT).build());
        google.functions.bucket.put(place.getStorageSource().getObject(), new byte[] {'P', 'K'});
        return Source.newBuilder().setStorageSource(place.getStorageSource()).build();
    }

    @Test
    void creatingReadingListingAndDeleting() throws Exception {
        Wanted wanted = wanted("first", 256);
        try (CloudAccount account = account()) {
            Seen seen = account.apply(wanted, packing(), null, Progress.NONE);
            account.list();
            ((CloudAccount.WithCode) account).download(seen, Files.createDirectory(scratch.resolve("back")));
            account.delete(seen, Progress.NONE);
        }
        List<Request> ours = recorded();
        google.functions.bucket.clear();
        try (FunctionServiceClient client = functions()) {
            client.createFunctionCallable()
                    .call(CreateFunctionRequest.newBuilder()
                            .setParent(PARENT)
                            .setFunctionId("one")
                            .setFunction(theirs(wanted, upload(client)))
                            .build());
            client.getFunction(GetFunctionRequest.newBuilder().setName(NAME).build());
            client.getFunction(GetFunctionRequest.newBuilder().setName(NAME).build());
            int found = client.listFunctions(ListFunctionsRequest.newBuilder()
                            .setParent(PARENT)
                            .setPageSize(200)
                            .build())
                    .getPage()
                    .getPageElementCount();
            assertThat(found).isEqualTo(1);
            client.generateDownloadUrl(
                    GenerateDownloadUrlRequest.newBuilder().setName(NAME).build());
            client.deleteFunctionCallable()
                    .call(DeleteFunctionRequest.newBuilder().setName(NAME).build());
        }
        List<Request> theirs = recorded();
        same(ours, theirs, "POST", "/functions:generateUploadUrl");
        same(ours, theirs, "POST", "/functions");
        same(ours, theirs, "GET", "/functions/one");
        same(ours, theirs, "GET", "/functions");
        same(ours, theirs, "POST", ":generateDownloadUrl");
        same(ours, theirs, "DELETE", "/functions/one");
        Request operation = only(ours, "GET", "/operations/gcf-1");
        assertThat(operation.path()).isEqualTo("/v2/" + PARENT + "/operations/gcf-1");
    }

    @Test
    void changing() throws Exception {
        Wanted first = wanted("first", 256);
        Wanted second = wanted("first", 512);
        try (CloudAccount account = account()) {
            Seen seen = account.apply(first, packing(), null, Progress.NONE);
            google.forget();
            account.apply(second, packing(), seen, Progress.NONE);
        }
        List<Request> ours = recorded();
        Request patch = only(ours, "PATCH", "/functions/one");
        Set<String> mask = Set.of(query(patch).getOrDefault("updateMask", "").split(",", -1));
        assertThat(mask)
                .containsExactlyInAnyOrder(
                        "labels", "serviceConfig.allTrafficOnLatestRevision", "serviceConfig.availableMemory");
        try (FunctionServiceClient client = functions()) {
            com.google.cloud.functions.v2.Function changed = theirs(second, Source.getDefaultInstance()).toBuilder()
                    .clearBuildConfig()
                    .setServiceConfig(ServiceConfig.newBuilder()
                            .setAvailableMemory("512Mi")
                            .setAllTrafficOnLatestRevision(true))
                    .build();
            client.updateFunctionCallable()
                    .call(UpdateFunctionRequest.newBuilder()
                            .setFunction(changed)
                            .setUpdateMask(FieldMask.newBuilder()
                                    .addPaths("labels")
                                    .addPaths("service_config.all_traffic_on_latest_revision")
                                    .addPaths("service_config.available_memory"))
                            .build());
        }
        same(ours, recorded(), "PATCH", "/functions/one");
    }

    /** A Python function whose source file is not main.py, and which gets another one. */
    @Test
    void whatTheBuildIsToldOfPythonCode() throws Exception {
        Path folder = Files.createTempDirectory(scratch, "code");
        Files.writeString(folder.resolve("app.py"), "def hello(request): return ''\n");
        Packing packing = Packing.own(Packing.Form.ZIP, "hello", "python312");
        Artifact artifact = Archives.pack(folder, packing, Files.createTempFile(scratch, "artifact", ".zip"));
        Wanted first = python("app.py", artifact);
        Wanted second = python("shop/app.py", artifact);
        try (CloudAccount account = account()) {
            Seen seen = account.apply(first, packing, null, Progress.NONE);
            assertThat(seen.settings())
                    .isEqualTo(account.settings(first, packing))
                    .containsEntry("source", "app.py");
            List<Request> ours = recorded();
            JsonNode made = only(ours, "POST", "/functions").json();
            assertThat(made.path("serviceConfig").path("environmentVariables").propertyNames())
                    .containsExactly("COLOUR");
            account.apply(second, packing, seen, Progress.NONE);
            Found found = ((CloudAccount.WithCode) account)
                    .download(account.list().getFirst(), Files.createDirectory(scratch.resolve("back")));
            assertThat(found.env())
                    .containsExactlyInAnyOrderEntriesOf(Map.of(
                            "COLOUR",
                            "blue",
                            "FUNCTION_SIGNATURE_TYPE",
                            "cloudevent",
                            "GOOGLE_FUNCTION_SOURCE",
                            "shop/app.py"));
            String hash = Ownership.hash(account.settings(second, packing));
            byGoogle(made, second, hash);
        }
    }

    private void byGoogle(JsonNode made, Wanted second, String hash) throws IOException, Exception {
        List<Request> ours = recorded();
        try (FunctionServiceClient client = functions()) {
            BuildConfig.Builder build = BuildConfig.newBuilder()
                    .putEnvironmentVariables("GOOGLE_FUNCTION_SIGNATURE_TYPE", "cloudevent")
                    .putEnvironmentVariables("GOOGLE_FUNCTION_SOURCE", "shop/app.py");
            com.google.cloud.functions.v2.Function changed = com.google.cloud.functions.v2.Function.newBuilder()
                    .setName(NAME)
                    .setBuildConfig(build)
                    .setServiceConfig(ServiceConfig.newBuilder().setAllTrafficOnLatestRevision(true))
                    .putAllLabels(theirs(second, Source.getDefaultInstance()).getLabelsMap())
                    .putLabels("weft-dev_settings", hash)
                    .build();
            client.updateFunctionCallable()
                    .call(UpdateFunctionRequest.newBuilder()
                            .setFunction(changed)
                            .setUpdateMask(FieldMask.newBuilder()
                                    .addPaths("build_config.environment_variables")
                                    .addPaths("labels")
                                    .addPaths("service_config.all_traffic_on_latest_revision"))
                            .build());
        }
        same(ours, recorded(), "PATCH", "/functions/one");
        JsonNode told = made.path("buildConfig").path("environmentVariables");
        assertThat(told.path("GOOGLE_FUNCTION_SOURCE").asString("")).isEqualTo("app.py");
    }

    private static Wanted python(String source, Artifact artifact) {
        Map<String, String> env =
                Map.of("COLOUR", "blue", "FUNCTION_SIGNATURE_TYPE", "cloudevent", "GOOGLE_FUNCTION_SOURCE", source);
        Function function = Samples.function("one", Function.Contract.GOOGLE_FUNCTIONS, "python312", "hello", env);
        return new Wanted("shop", function, "one", artifact, env);
    }

    @Test
    void goingBack() throws Exception {
        String service = PARENT + "/services/one";
        try (CloudAccount account = account()) {
            Seen first = account.apply(wanted("first", 256), packing(), null, Progress.NONE);
            Seen second = account.apply(wanted("second", 256), packing(), first, Progress.NONE);
            google.forget();
            CloudAccount.WithVersions versions = (CloudAccount.WithVersions) account;
            versions.point(second, versions.versions(second).getLast(), Progress.NONE);
        }
        List<Request> ours = recorded();
        JsonNode sent = only(ours, "PATCH", "/services/one").json();
        google.functions.pinned.clear();
        pointedByGoogle(service);
        List<Request> theirs = recorded();
        same(ours, theirs, "GET", "/services/one");
        same(ours, theirs, "GET", "/revisions");
        same(ours, theirs, "GET", "/revisions/one-00001-abc");
        Request our = only(ours, "PATCH", "/services/one");
        Request their = only(theirs, "PATCH", "/services/one");
        assertThat(our.path()).isEqualTo(their.path());
        assertThat(query(our)).isEqualTo(query(their));
        // the etag moved on with our change; the type is number 2 by name
        JsonNode target = their.json().path("traffic").path(0);
        assertThat(target.path("revision"))
                .isEqualTo(sent.path("traffic").path(0).path("revision"));
        assertThat(target.path("percent"))
                .isEqualTo(sent.path("traffic").path(0).path("percent"));
        assertThat(target.path("type").asString(""))
                .isIn("2", sent.path("traffic").path(0).path("type").asString(""));
        assertThat(their.json().propertyNames()).containsExactlyInAnyOrderElementsOf(sent.propertyNames());
    }

    /** Google's own clients put all traffic on the first revision. */
    private void pointedByGoogle(String service) throws Exception {
        ServicesSettings settings = ServicesSettings.newHttpJsonBuilder()
                .setEndpoint(google.uri().toString())
                .setCredentialsProvider(NoCredentialsProvider.create())
                .setHeaderProvider(FixedHeaderProvider.create(BEARER))
                .build();
        RevisionsSettings revisions = RevisionsSettings.newHttpJsonBuilder()
                .setEndpoint(google.uri().toString())
                .setCredentialsProvider(NoCredentialsProvider.create())
                .setHeaderProvider(FixedHeaderProvider.create(BEARER))
                .build();
        try (ServicesClient client = ServicesClient.create(settings);
                RevisionsClient listing = RevisionsClient.create(revisions)) {
            Service read = client.getService(service);
            listing.listRevisions(com.google.cloud.run.v2.ListRevisionsRequest.newBuilder()
                    .setParent(service)
                    .setPageSize(100)
                    .build());
            listing.getRevision(service + "/revisions/one-00001-abc");
            client.updateServiceCallable()
                    .call(UpdateServiceRequest.newBuilder()
                            .setService(Service.newBuilder()
                                    .setName(service)
                                    .setEtag(read.getEtag())
                                    .addTraffic(TrafficTarget.newBuilder()
                                            .setType(
                                                    TrafficTargetAllocationType.TRAFFIC_TARGET_ALLOCATION_TYPE_REVISION)
                                            .setRevision("one-00001-abc")
                                            .setPercent(100)))
                            .setUpdateMask(FieldMask.newBuilder().addPaths("traffic"))
                            .build());
        }
    }
}
