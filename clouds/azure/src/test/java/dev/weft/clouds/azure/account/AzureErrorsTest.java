// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.azure.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.azure.storage.blob.BlobClientBuilder;
import com.azure.storage.blob.sas.BlobSasPermission;
import com.azure.storage.blob.sas.BlobServiceSasSignatureValues;
import com.azure.storage.common.StorageSharedKeyCredential;
import dev.weft.api.CloudException;
import dev.weft.api.account.CloudVendor;
import dev.weft.api.rest.RestErrors;
import dev.weft.api.rest.RestRequest;
import dev.weft.api.rest.RestResponse;
import dev.weft.clouds.azure.credentials.AzureCredentials;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;

/** How Azure says that something failed, and signatures against the vendor's own. */
class AzureErrorsTest {
    static {
        // the version that the vendor's library signs for is otherwise its newest
        System.setProperty("AZURE_STORAGE_SAS_SERVICE_VERSION", SharedKey.VERSION);
    }

    private static final RestRequest REQUEST =
            RestRequest.of("WebApps_Get", "GET", URI.create("https://management.azure.com/x"));

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    404 | {"error":{"code":"ResourceNotFound","message":"not found"}} | ABSENT | ResourceNotFound |
                    404 | {"error":{"code":"ResourceGroupNotFound","message":"no group"}} | ABSENT | ResourceGroupNotFound | az group create
                    404 | {"error":{"code":"SubscriptionNotFound","message":"no"}} | INVALID | SubscriptionNotFound | spec.account.subscription
                    403 | {"error":{"code":"AuthorizationFailed","message":"no right"}} | DENIED | AuthorizationFailed | weft permissions
                    401 | {"error":{"code":"ExpiredAuthenticationToken","message":"old"}} | DENIED | ExpiredAuthenticationToken | az login
                    409 | {"error":{"code":"MissingSubscriptionRegistration","message":"no"}} | INVALID | MissingSubscriptionRegistration | az provider register
                    409 | {"Code":"Conflict","Message":"Website with given name x already exists."} | INVALID | Conflict | placement.clouds[].as
                    409 | {"Code":"Conflict","Message":"Cannot modify this site because another operation is in progress."} | BUSY | Conflict |
                    409 | {"error":{"code":"ScopeLocked","message":"locked"}} | INVALID | ScopeLocked | az lock list
                    403 | {"error":{"code":"RequestDisallowedByPolicy","message":"policy"}} | INVALID | RequestDisallowedByPolicy | Azure Policy
                    429 | {"error":{"code":"TooManyRequests","message":"slow"}} | BUSY | TooManyRequests |
                    500 | {"error":{"code":"InternalServerError","message":"oh"}} | UNKNOWN | InternalServerError |
                    502 | <html>Bad gateway</html> | UNKNOWN | '' |
                    403 | <Error><Code>KeyBasedAuthenticationNotPermitted</Code><Message>no keys</Message></Error> | DENIED | KeyBasedAuthenticationNotPermitted | shared keys
                    404 | <Error><Code>BlobNotFound</Code><Message>none</Message></Error> | ABSENT | BlobNotFound |
                    """)
    void anErrorIsToldByKindAndAdvice(int status, String body, CloudException.Kind kind, String code, String advice) {
        Map<String, String> headers = body.startsWith("<Error>")
                ? Map.of("x-ms-error-code", code, "x-ms-request-id", "r1")
                : Map.of("x-ms-correlation-request-id", "r1");
        RestErrors.Said said =
                AzureErrors.read(REQUEST, new RestResponse(status, headers, body.getBytes(StandardCharsets.UTF_8)));
        assertThat(said.kind()).isEqualTo(kind);
        assertThat(said.code()).isEqualTo(code);
        assertThat(said.requestId()).isEqualTo("r1");
        if (advice == null) {
            assertThat(said.advice()).isNull();
        } else {
            assertThat(said.advice()).contains(advice);
        }
        assertThat(said.words().isEmpty()).isEqualTo(body.startsWith("<html>"));
    }

    @Test
    void anAddressIsSignedAsTheVendorsLibrarySignsIt() {
        SharedKey key = new SharedKey(FakeAzure.STORAGE, FakeAzure.KEY);
        Instant end = Instant.parse("2036-11-29T10:00:00Z");
        URI blob = URI.create("https://shopstore.blob.core.windows.net/weft-releases/one/abc.zip");
        String ours = key.readable(blob, "weft-releases", "one/abc.zip", end);
        String theirs = new BlobClientBuilder()
                .endpoint("https://shopstore.blob.core.windows.net")
                .containerName("weft-releases")
                .blobName("one/abc.zip")
                .credential(new StorageSharedKeyCredential(FakeAzure.STORAGE, FakeAzure.KEY))
                .buildClient()
                .generateSas(new BlobServiceSasSignatureValues(
                        OffsetDateTime.ofInstant(end, ZoneOffset.UTC),
                        new BlobSasPermission().setReadPermission(true)));
        assertThat(parts(ours.substring(ours.indexOf('?') + 1))).isEqualTo(parts(theirs));
        assertThat(key.toString()).doesNotContain(FakeAzure.KEY);
    }

    private static Set<String> parts(String query) {
        return Set.of(query.split("&", -1));
    }

    /** A plan and an app that Azure makes in the background, and a token that must not follow an answer elsewhere. */
    @Test
    void longOperationsAreWaitedForAndNoOtherHostGetsTheToken() throws IOException {
        try (FakeAzure azure = new FakeAzure()) {
            CloudVendor.Around around = new CloudVendor.Around(
                    new dev.weft.api.rest.JdkTransport(), azure.environment(), Path.of("/"), InstantSource.system());
            AzureOptions options = AzureOptions.of(SampleApps.cloud(azure.uri(), Map.of()));
            Arm arm = new Arm(options, around, new AzureCredentials(around, null), time -> {});
            azure.slow = true;
            new Apps(arm, options, around, time -> {}).plan();
            assertThat(azure.came)
                    .filteredOn(each -> each.path().equals("/operations/1"))
                    .hasSize(2);
            azure.next = new FakeAzure.Answer(202, "", Map.of("location", "https://elsewhere.example/x"));
            var site = JsonMapper.shared().createObjectNode();
            // the token is there already, so the odd answer is the one to the change
            assertThatThrownBy(() -> new Apps(arm, options, around, time -> {}).create("one", site))
                    .isInstanceOf(CloudException.class)
                    .hasMessageContaining("elsewhere.example");
        }
    }
}
