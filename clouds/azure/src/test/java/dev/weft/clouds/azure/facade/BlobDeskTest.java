// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.azure.facade;

import static dev.weft.clouds.azure.facade.FacadeSamples.DEPLOY;
import static dev.weft.clouds.azure.facade.FacadeSamples.HOST;
import static dev.weft.clouds.azure.facade.FacadeSamples.INVOKE;
import static dev.weft.clouds.azure.facade.FacadeSamples.NOW;
import static dev.weft.clouds.azure.facade.FacadeSamples.SITES;
import static dev.weft.clouds.azure.facade.FacadeSamples.request;
import static org.assertj.core.api.Assertions.assertThat;

import com.azure.storage.blob.BlobClient;
import com.azure.storage.blob.BlobClientBuilder;
import com.azure.storage.blob.sas.BlobSasPermission;
import com.azure.storage.blob.sas.BlobServiceSasSignatureValues;
import com.azure.storage.common.StorageSharedKeyCredential;
import dev.weft.api.RequestLine;
import dev.weft.api.facade.Changed;
import dev.weft.api.facade.Draft;
import dev.weft.api.facade.FacadeAnswer;
import dev.weft.api.facade.FacadeRequest;
import dev.weft.api.facade.Key;
import dev.weft.api.facade.Wish;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Packages in a storage account, by requests and addresses that Azure's own library has signed, and apps that are pointed to them. */
class BlobDeskTest {
    private static final String ACCOUNT = "weftstore";
    private static final String CONTAINER = "weft-releases";
    private static final String NAME = "paint-one/0123456789abcdef0123456789abcdef01234567.zip";
    private static final String PAINT = SITES + "Paint-One";
    private static final DateTimeFormatter DATE = DateTimeFormatter.RFC_1123_DATE_TIME.withZone(ZoneOffset.UTC);

    private final KeptFunctions functions = new KeptFunctions();

    /** The library reads it once, and other tests of this process want Weft's own version. */
    @BeforeAll
    static void version() {
        System.setProperty("AZURE_STORAGE_SAS_SERVICE_VERSION", "2022-11-02");
    }

    private FacadeAnswer answer(FacadeRequest request) {
        return answer(request, FacadeSamples.KEYS);
    }

    private FacadeAnswer answer(FacadeRequest request, Map<String, Key> keys) {
        Wish wish = new AzureFacade().read(request, keys::get, NOW);
        try {
            return switch (wish) {
                case Wish.Control control -> control.work().run(functions);
                case Wish.Refused refused -> refused.answer();
                default -> throw new AssertionError(wish);
            };
        } catch (InterruptedException stopped) {
            throw new AssertionError(stopped);
        }
    }

    /** What the resource manager says of the account: its key, and where its blobs are. */
    private StorageSharedKeyCredential credential() {
        String path = SITES.replace("Microsoft.Web/sites/", "Microsoft.Storage/storageAccounts/" + ACCOUNT);
        JsonNode keys = json(answer(request(DEPLOY, "POST", path + "/listKeys", "")));
        String key = keys.path("keys").path(0).path("value").asString();
        assertThat(key).doesNotContain(DEPLOY.secret());
        JsonNode account = json(answer(request(DEPLOY, "GET", path, "")));
        assertThat(account.at("/properties/primaryEndpoints/blob").asString()).isEqualTo("https://" + HOST + root());
        return new StorageSharedKeyCredential(ACCOUNT, key);
    }

    private static String root() {
        return "/storage/" + DEPLOY.id() + '/' + ACCOUNT + '/';
    }

    private static JsonNode json(FacadeAnswer answer) {
        return JsonMapper.shared().readTree(answer.body());
    }

    private static String text(FacadeAnswer answer) {
        return new String(answer.body(), StandardCharsets.UTF_8);
    }

    private FacadeRequest signed(String method, String target, byte[] body, String... more) {
        return signed(NOW, method, target, body, more);
    }

    private FacadeRequest signed(Instant when, String method, String target, byte[] body, String... more) {
        try {
            Map<String, String> headers = new LinkedHashMap<>();
            headers.put("x-ms-date", DATE.format(when));
            headers.put("x-ms-version", "2022-11-02");
            headers.put("content-length", Integer.toString(body.length));
            for (int i = 0; i < more.length; i += 2) {
                headers.put(more[i], more[i + 1]);
            }
            String signature = credential()
                    .generateAuthorizationHeader(
                            URI.create("https://" + HOST + target).toURL(), method, headers);
            headers.put("authorization", signature);
            List<String> all = new ArrayList<>();
            headers.forEach((name, value) -> all.addAll(List.of(name, value)));
            return FacadeSamples.at(HOST, method, target, body, all.toArray(String[]::new));
        } catch (java.net.MalformedURLException impossible) {
            throw new AssertionError(impossible);
        }
    }

    private FacadeRequest put(byte[] zip) {
        return signed(
                "PUT",
                root() + CONTAINER + '/' + NAME,
                zip,
                "x-ms-blob-type",
                "BlockBlob",
                "content-type",
                "application/zip");
    }

    private String address() {
        BlobClient blob = new BlobClientBuilder()
                .endpoint("https://weftstore.blob.core.windows.net")
                .containerName(CONTAINER)
                .blobName(NAME)
                .credential(credential())
                .buildClient();
        String query = blob.generateSas(new BlobServiceSasSignatureValues(
                OffsetDateTime.ofInstant(NOW.plus(Duration.ofDays(3650)), ZoneOffset.UTC),
                new BlobSasPermission().setReadPermission(true)));
        return "https://" + HOST + root() + CONTAINER + '/' + NAME + '?' + query;
    }

    private static String settings(String address) {
        return "{\"properties\":{\"WEBSITE_RUN_FROM_PACKAGE\":\"" + address + "\"}}";
    }

    private FacadeAnswer made(String address) {
        String more = ",\"appSettings\":[{\"name\":\"WEBSITE_RUN_FROM_PACKAGE\",\"value\":\"" + address + "\"}]";
        return answer(request(DEPLOY, "PUT", PAINT, FacadeSamples.site("Node|20", more)));
    }

    private Draft draft() {
        return Objects.requireNonNull(functions.drafts.get("paint-one"));
    }

    @Test
    void anAppRunsThePackageThatItIsPointedTo() {
        assertThat(answer(signed("PUT", root() + CONTAINER + "?restype=container", new byte[0]))
                        .status())
                .isEqualTo(201);
        FacadeRequest look = signed("HEAD", root() + CONTAINER + '/' + NAME, new byte[0]);
        assertThat(answer(look).status()).isEqualTo(404);
        byte[] zip = FacadeSamples.node("hello");
        assertThat(answer(put(zip)).status()).isEqualTo(201);
        assertThat(answer(look).status()).isEqualTo(200);
        FacadeAnswer made = made(address());
        assertThat(made.status()).as(text(made)).isEqualTo(200);
        assertThat(functions.zips.get("paint-one")).isEqualTo(zip);
        assertThat(functions.staged).isEmpty();
        assertThat(draft().spec()).containsEntry("contract", "azure-functions").containsEntry("handler", "hello");
        // what an app runs is there still
        assertThat(answer(look).status()).isEqualTo(200);
        assertThat(answer(signed("GET", root() + CONTAINER + '/' + NAME, new byte[0]))
                        .body())
                .isEqualTo(zip);
        String address = address();
        int query = address.indexOf('?');
        RequestLine open = new RequestLine(
                "GET", address.substring(("https://" + HOST).length(), query), address.substring(query + 1));
        FacadeRequest plain = request("GET", open.path() + '?' + open.query(), "");
        assertThat(answer(plain).body()).isEqualTo(zip);
        FacadeAnswer list = answer(
                signed("GET", root() + CONTAINER + "?comp=list&prefix=paint-one%2F&restype=container", new byte[0]));
        assertThat(text(list)).contains("<Name>" + NAME + "</Name>");
        FacadeRequest gone = signed("DELETE", root() + CONTAINER + '/' + NAME, new byte[0]);
        assertThat(answer(gone).status()).isEqualTo(409);
        // the same address with other settings is the same code
        FacadeAnswer same = answer(request(DEPLOY, "PUT", PAINT + "/config/appsettings", settings(address)));
        assertThat(same.status()).as(text(same)).isEqualTo(200);
        assertThat(draft().spec()).containsEntry("handler", "hello");
    }

    @Test
    void anAddressThatIsNotSignedOrLeadsToNothingChangesNothing() {
        String address = address();
        FacadeAnswer nothing = made(address);
        assertThat(nothing.status()).isEqualTo(400);
        assertThat(text(nothing)).contains("put it there again");
        assertThat(answer(put(FacadeSamples.node("hello"))).status()).isEqualTo(201);
        for (String wrong : List.of(
                address.replace("sig=", "sig=A"),
                address.replace(HOST, "elsewhere.example"),
                address.replace(DEPLOY.id(), FacadeSamples.ELSEWHERE.id()),
                address.replace("paint-one", "other"),
                "https://" + HOST + root() + CONTAINER + '/' + NAME)) {
            FacadeAnswer refused = made(wrong);
            assertThat(refused.status()).as(wrong).isEqualTo(400);
            assertThat(text(refused))
                    .contains("WEBSITE_RUN_FROM_PACKAGE must be")
                    .doesNotContain("sig=");
        }
        assertThat(functions.drafts).isEmpty();
        assertThat(answer(put(FacadeSamples.node("one", "two"))).status()).isEqualTo(201);
        assertThat(text(made(address))).contains("WEFT_FUNCTION");
    }

    @Test
    void onlyAKeyThatIsGoodNowOpensAnAccountAndOnlyForAWhile() {
        FacadeRequest put = put(FacadeSamples.node("hello"));
        Map<String, Key> rotated =
                Map.of(DEPLOY.id(), new Key(DEPLOY.id(), "x".repeat(40), "ci", Key.Role.DEPLOY, "default"));
        assertThat(answer(put, rotated).status()).isEqualTo(403);
        assertThat(answer(put, Map.of()).status()).isEqualTo(403);
        FacadeRequest late =
                signed(NOW.minus(Duration.ofMinutes(16)), "HEAD", root() + CONTAINER + '/' + NAME, new byte[0]);
        assertThat(answer(late).headers().first("x-ms-error-code")).isEqualTo("AuthenticationFailed");
        FacadeRequest other = FacadeSamples.at(
                HOST, "PUT", put.line().path().replace("paint-one", "other"), put.body(), "authorization", "x");
        assertThat(answer(other).status()).isEqualTo(403);
        Map<String, Key> calls =
                Map.of(DEPLOY.id(), new Key(DEPLOY.id(), DEPLOY.secret(), "ci", INVOKE.role(), "default"));
        assertThat(answer(put, calls).headers().first("x-ms-error-code")).isEqualTo("AuthorizationFailure");
    }

    @ParameterizedTest
    @CsvSource({
        "GET, weft-releases?restype=container, 501",
        "DELETE, weft-releases?restype=container, 501",
        "PUT, weft-releases/notes.txt, 501",
        "PUT, weft-releases/a.zip?comp=block, 501",
        "POST, weft-releases/a.zip, 501",
        "GET, ?comp=list, 501",
        "GET, weft-releases/a.zip, 404",
        "DELETE, weft-releases/a.zip, 404",
        "PUT, weft-releases/a.zip, 400"
    })
    void nothingButPackagesIsKept(String method, String rest, int status) {
        FacadeAnswer answer = answer(signed(method, root() + rest, new byte[0]));
        assertThat(answer.status()).isEqualTo(status);
        assertThat(text(answer)).startsWith("<?xml");
    }

    @Test
    void whatIsNoZipFileOrHasNoRoomIsRefused() {
        assertThat(answer(put("text".getBytes(StandardCharsets.UTF_8))).status())
                .isEqualTo(400);
        functions.refusing = Changed.Reason.FULL;
        FacadeAnswer full = answer(put(FacadeSamples.node("hello")));
        assertThat(full.status()).isEqualTo(503);
        assertThat(full.headers().first("x-ms-error-code")).isEqualTo("ServerBusy");
    }

    @Test
    void tagsAreMergedReplacedAndTakenOff() {
        assertThat(made("1").status()).isEqualTo(200);
        String tags = PAINT + "/providers/Microsoft.Resources/tags/default";
        JsonNode merged = json(answer(request(
                DEPLOY,
                "PATCH",
                tags,
                "{\"operation\":\"Merge\",\"properties\":{\"tags\":{\"weft.dev:application\":\"shop\"}}}")));
        assertThat(merged.at("/properties/tags")).hasSize(2);
        assertThat(draft().labels())
                .containsEntry("weft.dev/application", "shop")
                .containsEntry("team", "blue");
        assertThat(json(answer(request(DEPLOY, "GET", PAINT, "")))
                        .path("tags")
                        .path("weft.dev:application")
                        .asString())
                .isEqualTo("shop");
        answer(request(
                DEPLOY, "PATCH", tags, "{\"operation\":\"Delete\",\"properties\":{\"tags\":{\"team\":\"blue\"}}}"));
        assertThat(draft().labels()).doesNotContainKey("team");
        answer(request(DEPLOY, "PATCH", tags, "{\"operation\":\"Replace\",\"properties\":{\"tags\":{\"a\":\"b\"}}}"));
        assertThat(draft().labels()).isEqualTo(Map.of("a", "b"));
        FacadeAnswer wrong = answer(request(DEPLOY, "PATCH", tags, "{\"operation\":\"Set\"}"));
        assertThat(wrong.status()).isEqualTo(400);
    }
}
