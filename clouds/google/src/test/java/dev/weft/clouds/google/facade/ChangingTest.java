// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.google.facade;

import static dev.weft.clouds.google.facade.FacadeSamples.DEPLOY;
import static dev.weft.clouds.google.facade.FacadeSamples.INVOKE;
import static dev.weft.clouds.google.facade.FacadeSamples.NOW;
import static dev.weft.clouds.google.facade.FacadeSamples.PARENT;
import static dev.weft.clouds.google.facade.FacadeSamples.bearer;
import static dev.weft.clouds.google.facade.FacadeSamples.request;
import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.api.facade.Changed;
import dev.weft.api.facade.Draft;
import dev.weft.api.facade.FacadeAnswer;
import dev.weft.api.facade.FacadeRequest;
import dev.weft.api.facade.Wish;
import dev.weft.api.resource.Cloud;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What clients' wishes to change functions become. */
class ChangingTest {
    static final String OBJECT = "01234567-89ab-cdef-0123-456789abcdef.zip";

    static final String FIRST = """
            {"name":"projects/default/locations/europe-west1/functions/new","runtime":"nodejs20","entryPoint":"hello",
            "sourceUploadUrl":"http://x/upload/%s?a=b","httpsTrigger":{},"timeout":"30s","availableMemoryMb":128}
            """.formatted(OBJECT);
    static final String SECOND = """
            {"labels":{"team":"shop"},"buildConfig":{"runtime":"nodejs20","entryPoint":"hello",
            "source":{"storageSource":{"bucket":"weft-uploads","object":"%s"}}},
            "serviceConfig":{"availableMemory":"512M","timeoutSeconds":5,"environmentVariables":{"A":"1"}}}
            """.formatted(OBJECT);

    private final KeptFunctions functions = new KeptFunctions();

    static String uploadUrl(boolean first) {
        FacadeAnswer answer = Uploading.url(DEPLOY, "", first, NOW);
        return JsonMapper.shared().readTree(answer.body()).path("uploadUrl").asString("");
    }

    private FacadeAnswer send(String method, String target, String body) throws InterruptedException {
        return send(request(method, target, bearer(DEPLOY), body), NOW);
    }

    private FacadeAnswer send(FacadeRequest request, Instant now) throws InterruptedException {
        return switch (new GoogleFacade().read(request, FacadeSamples.KEYS::get, now)) {
            case Wish.Control control -> control.work().run(functions);
            case Wish.Refused refused -> refused.answer();
            case Wish other -> throw new AssertionError(other);
        };
    }

    private Draft draft(String name) {
        return Objects.requireNonNull(functions.drafts.get(name));
    }

    private static JsonNode json(FacadeAnswer answer) {
        return JsonMapper.shared().readTree(answer.body());
    }

    private static String message(FacadeAnswer answer) {
        return json(answer).path("error").path("message").asString("");
    }

    static byte[] zip(String... namesAndTexts) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (int i = 0; i < namesAndTexts.length; i += 2) {
                zip.putNextEntry(new ZipEntry(namesAndTexts[i]));
                zip.write(namesAndTexts[i + 1].getBytes(StandardCharsets.UTF_8));
            }
        } catch (IOException impossible) {
            throw new AssertionError(impossible);
        }
        return bytes.toByteArray();
    }

    private void upload() {
        functions.staged.put(OBJECT, zip("index.js", "x"));
    }

    @Test
    void theSecondVersionMakesChangesAndDeletes() throws Exception {
        upload();
        JsonNode made = json(send("POST", "/v2" + PARENT + "/functions?functionId=new", SECOND));
        assertThat(made.path("done").asBoolean()).isTrue();
        assertThat(made.path("response").path("name").asString()).isEqualTo(PARENT.substring(1) + "/functions/new");
        Draft draft = draft("new");
        assertThat(draft.spec())
                .containsEntry("contract", "google-functions")
                .containsEntry("runtime", "nodejs20")
                .containsEntry("handler", "hello")
                .containsEntry("memory", "489Mi")
                .containsEntry("timeout", "5s")
                .containsEntry("concurrency", 1)
                .containsEntry("maxInstances", Settings.INSTANCES);
        assertThat(draft.env()).isEqualTo(Map.of("A", "1"));
        assertThat(draft.labels()).isEqualTo(Map.of("team", "shop"));
        assertThat(draft.home()).isEqualTo(Cloud.Type.GOOGLE);
        assertThat(functions.staged).isEmpty();
        assertThat(json(send("GET", "/v2/" + made.path("name").asString(), ""))
                        .path("done")
                        .asBoolean())
                .isTrue();

        String mask = "?updateMask=service_config.available_memory,service_config.timeout_seconds,labels";
        String change = "{\"serviceConfig\":{\"availableMemory\":\"1Gi\",\"environmentVariables\":{}}}";
        assertThat(send("PATCH", "/v2" + PARENT + "/functions/new" + mask, change)
                        .status())
                .isEqualTo(200);
        draft = draft("new");
        assertThat(draft.spec()).containsEntry("memory", "1024Mi").containsEntry("timeout", "60s");
        assertThat(draft.env()).isEqualTo(Map.of("A", "1"));
        assertThat(draft.labels()).isEmpty();

        // without a mask what is there is meant, and what the service says itself nothing
        String whole = json(send("GET", "/v2" + PARENT + "/functions/new", "")).toString();
        assertThat(send("PATCH", "/v2" + PARENT + "/functions/new", whole).status())
                .isEqualTo(200);
        JsonNode gone = json(send("DELETE", "/v2" + PARENT + "/functions/new", ""));
        assertThat(gone.path("response").path("@type").asString()).endsWith("google.protobuf.Empty");
        assertThat(functions.drafts).isEmpty();
        assertThat(json(send("GET", "/v2/" + gone.path("name").asString(), ""))
                        .path("done")
                        .asBoolean())
                .isTrue();
        assertThat(send("GET", "/v2/" + made.path("name").asString(), "").status())
                .isEqualTo(404);
        assertThat(send("DELETE", "/v2" + PARENT + "/functions/new", "").status())
                .isEqualTo(404);
        assertThat(send("PATCH", "/v2" + PARENT + "/functions/new", change).status())
                .isEqualTo(404);
    }

    @Test
    void theFirstVersionDoesTheSame() throws Exception {
        upload();
        JsonNode made = json(send("POST", "/v1" + PARENT + "/functions", FIRST.replace("/new", "/My_New")));
        assertThat(made.path("name").asString()).startsWith("operations/");
        Draft draft = draft("my-new");
        assertThat(draft.annotations()).containsEntry(Draft.NAME, "My_New");
        assertThat(draft.spec()).containsEntry("memory", "128Mi").containsEntry("timeout", "30s");
        assertThat(json(send("GET", "/v1/" + made.path("name").asString(), ""))
                        .path("response")
                        .path("name")
                        .asString())
                .endsWith("/functions/My_New");
        assertThat(send(
                                "PATCH",
                                "/v1" + PARENT + "/functions/My_New?updateMask=timeout,environmentVariables",
                                "{\"timeout\":\"90s\",\"environmentVariables\":{\"B\":\"2\"}}")
                        .status())
                .isEqualTo(200);
        draft = draft("my-new");
        assertThat(draft.spec()).containsEntry("timeout", "90s").containsEntry("memory", "128Mi");
        assertThat(draft.env()).isEqualTo(Map.of("B", "2"));
        upload();
        assertThat(send("POST", "/v1" + PARENT + "/functions", FIRST.replace("/new", "/my-new"))
                        .status())
                .isEqualTo(409);
        assertThat(send("DELETE", "/v1" + PARENT + "/functions/My_New", "").status())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "`\"timeoutSeconds\":5` | `\"timeoutSeconds\":5000` | 400 | serviceConfig.timeoutSeconds must be a number",
                "`\"timeoutSeconds\":5` | `\"timeoutSeconds\":-1` | 400 | serviceConfig.timeoutSeconds must be a number",
                "`\"timeoutSeconds\":5` | `\"timeoutSeconds\":{}` | 400 | serviceConfig.timeoutSeconds must be a number",
                "512M | 0M | 400 | serviceConfig.availableMemory must be a quantity",
                "512M | 64Gi | 400 | serviceConfig.availableMemory must be a quantity",
                "512M | 999999999999999Gi | 400 | serviceConfig.availableMemory must be a quantity",
                "`\"timeoutSeconds\":5` | `\"availableCpu\":1` | 400 | availableCpu",
                "`\"timeoutSeconds\":5` | `\"vpcConnector\":\"v\"` | 501 | serviceConfig.vpcConnector is not done",
                "`\"timeoutSeconds\":5` | `\"ingressSettings\":\"ALLOW_INTERNAL_ONLY\"` | 501 | serviceConfig.ingressSettings other",
                "`\"timeoutSeconds\":5` | `\"secretEnvironmentVariables\":[{}]` | 400 | serviceConfig.secretEnvironmentVariables: each must",
                "`\"timeoutSeconds\":5` | `\"secretVolumes\":[{}]` | 501 | secretVolumes is not done",
                "`\"labels\"` | `\"eventTrigger\":{\"eventType\":\"x\"},\"labels\"` | 501 | eventTrigger is not done",
                "`\"labels\":{\"team\":\"shop\"}` | `\"labels\":{\"team\":1}` | 400 | labels must be an object of strings",
                "`\"labels\":{\"team\":\"shop\"}` | `\"labels\":[1]` | 400 | labels must be an object",
                "`\"runtime\":\"nodejs20\"` | `\"runtime\":1` | 400 | buildConfig.runtime must be a string",
                "`\"bucket\":\"weft-uploads\"` | `\"bucket\":\"mine\"` | 501 | a source that GenerateUploadUrl did not name",
                "`\"labels\"` | `\"kmsKeyName\":\"k\",\"labels\"` | 501 | kmsKeyName is not done",
                "0123456 | 1123456 | 400 | the source was not uploaded",
                "`\"source\"` | `\"sources\"` | 501 | buildConfig.sources is not done"
            })
    void whatIsWrongIsToldAndChangesNothing(String what, String instead, int status, String words) throws Exception {
        upload();
        assertThat(SECOND).contains(what);
        FacadeAnswer answer = send("POST", "/v2" + PARENT + "/functions?functionId=new", SECOND.replace(what, instead));
        assertThat(answer.status()).as("%s", message(answer)).isEqualTo(status);
        assertThat(message(answer)).contains(words);
        assertThat(functions.drafts).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "1a", "a-", "a b", "a/b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
            })
    void aNameIsAsGooglesAre(String name) throws Exception {
        upload();
        String encoded = java.net.URLEncoder.encode(name, StandardCharsets.UTF_8);
        assertThat(send("POST", "/v2" + PARENT + "/functions?functionId=" + encoded, SECOND)
                        .status())
                .isEqualTo(400);
    }

    @ParameterizedTest
    @EnumSource(Changed.Reason.class)
    void aRefusalOfWeftsIsOneOfGoogles(Changed.Reason reason) throws Exception {
        upload();
        functions.refusing = reason;
        FacadeAnswer answer = send("PATCH", "/v2" + PARENT + "/functions/new?updateMask=labels", SECOND);
        assertThat(answer.status())
                .isEqualTo(
                        switch (reason) {
                            case ABSENT -> 404;
                            case DECLARED, WRONG, FAILED -> 400;
                            case FULL, BUSY -> 429;
                            case UNABLE -> 501;
                        });
        assertThat(send("POST", "/v2" + PARENT + "/functions?functionId=new", SECOND)
                        .status())
                .isEqualTo(reason == Changed.Reason.DECLARED ? 409 : answer.status());
        assertThat(functions.staged).as("the client may try again").hasSize(1);
    }

    @Test
    void codeIsUploadedToASignedUrlForAWhile() throws Exception {
        byte[] zip = zip("index.js", "x");
        String url = uploadUrl(false);
        assertThat(send(put(url, zip), NOW.plus(Uploading.GOOD_FOR)).status()).isEqualTo(200);
        assertThat(functions.staged.values()).containsExactly(zip);
        functions.staged.clear();
        FacadeAnswer late = send(put(url, zip), NOW.plus(Uploading.GOOD_FOR).plusSeconds(1));
        assertThat(new String(late.body(), StandardCharsets.UTF_8)).contains("<Code>ExpiredToken</Code>");
        for (String bad : List.of(
                url.replaceFirst("upload/.", "upload/" + (url.charAt(8) == '0' ? '1' : '0')),
                url.replaceFirst("Expires=1", "Expires=2"),
                url.replace(DEPLOY.id(), INVOKE.id()),
                url.replace(DEPLOY.id(), "WEFTNOBODY0000000001"),
                url.substring(0, url.indexOf('?')),
                url + "%zz")) {
            FacadeAnswer refused = send(put(bad, zip), NOW);
            assertThat(refused.status()).as(bad).isEqualTo(403);
            assertThat(new String(refused.body(), StandardCharsets.UTF_8)).contains("SignatureDoesNotMatch");
        }
        assertThat(send(put(url, FacadeSamples.utf8("no zip file")), NOW).status())
                .isEqualTo(400);
        assertThat(send(request("GET", url, null, ""), NOW).status()).isEqualTo(403);
        assertThat(functions.staged).isEmpty();
        assertThat(url).doesNotContain(DEPLOY.secret());
        assertThat(uploadUrl(true)).startsWith("/upload/");
        FacadeRequest byCaller = request("POST", "/v2" + PARENT + "/functions:generateUploadUrl", bearer(INVOKE), "{}");
        assertThat(send(byCaller, NOW).status()).isEqualTo(403);
    }

    private static FacadeRequest put(String url, byte[] body) {
        FacadeRequest asked = request("PUT", url, null, "");
        return new FacadeRequest(
                asked.line(), asked.headers(), body, asked.scheme(), asked.authority(), asked.callerAddress());
    }

    @Test
    void codeWhosePackagesAreMissingIsRefused() throws Exception {
        String manifest = "{\"dependencies\":{\"@google-cloud/functions-framework\":\"^3\",\"left-pad\":\"1\"}}";
        refusedFor("[left-pad]", zip("package.json", manifest));
        taken(zip("package.json", manifest, "node_modules/left-pad/index.js", "x"));
        taken(zip("package.json", manifest.replace(",\"left-pad\":\"1\"", "")));
        String requirements = "# what is needed\nfunctions-framework==3.*\nrequests[socks]>=2 ; python_version>'3'\n";
        refusedFor("[requests]", zip("requirements.txt", requirements));
        taken(zip("requirements.txt", requirements, "requests-2.0.dist-info/METADATA", "x"));
        taken(zip("requirements.txt", "functions-framework\n", "main.py", "x"));
        taken(FacadeSamples.utf8("PK\u0003\u0004 that is broken"));
    }

    @Test
    void codeThatUnpacksToTooMuchIsRefused() throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            zip.putNextEntry(new ZipEntry("bomb"));
            byte[] zeros = new byte[1 << 20];
            for (long left = SourceCheck.UNPACKED_BYTES_MAX; left >= 0; left -= zeros.length) {
                zip.write(zeros);
            }
        }
        refusedFor("bytes unpacked", bytes.toByteArray());
    }

    private void refusedFor(String names, byte[] zip) throws Exception {
        functions.staged.put(OBJECT, zip);
        FacadeAnswer answer = send("POST", "/v2" + PARENT + "/functions?functionId=new", SECOND);
        assertThat(answer.status()).isEqualTo(400);
        assertThat(message(answer)).contains(names);
    }

    private void taken(byte[] zip) throws Exception {
        functions.staged.put(OBJECT, zip);
        assertThat(send("POST", "/v2" + PARENT + "/functions?functionId=new", SECOND)
                        .status())
                .isEqualTo(200);
        functions.drafts.clear();
    }

    @Test
    void whatGcloudAsksBesides() throws Exception {
        assertThat(json(send("GET", "/v1/projects/default", ""))
                        .path("projectNumber")
                        .asString())
                .matches("1[0-9]{11}");
        assertThat(json(send("GET", "/v1/projects/default/services/run.googleapis.com", ""))
                        .path("state")
                        .asString())
                .isEqualTo("ENABLED");
        assertThat(json(send("GET", "/v1/projects/default/services/eventarc.googleapis.com", ""))
                        .path("state")
                        .asString())
                .isEqualTo("DISABLED");
        assertThat(json(send("GET", "/v1" + PARENT + "/defaultServiceAccount", ""))
                        .path("serviceAccountEmail")
                        .asString())
                .endsWith("@cloudbuild.gserviceaccount.com");
        assertThat(json(send(
                                "POST",
                                "/v1/projects/default:testIamPermissions",
                                "{\"permissions\":[\"resourcemanager.projects.setIamPolicy\"]}"))
                        .path("permissions")
                        .isEmpty())
                .isTrue();
        assertThat(send(request("GET", "/v1/projects/default", bearer(INVOKE), ""), NOW)
                        .status())
                .isEqualTo(403);
    }
}
