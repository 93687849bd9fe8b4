// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.azure.account;

import static org.assertj.core.api.Assertions.assertThat;

import com.azure.core.http.HttpClient;
import com.azure.resourcemanager.appservice.AppServiceManager;
import com.azure.resourcemanager.appservice.fluent.WebAppsClient;
import com.azure.resourcemanager.appservice.fluent.models.AppServicePlanInner;
import com.azure.resourcemanager.appservice.fluent.models.SiteConfigInner;
import com.azure.resourcemanager.appservice.fluent.models.SiteInner;
import com.azure.resourcemanager.appservice.fluent.models.StringDictionaryInner;
import com.azure.resourcemanager.appservice.models.AuthenticationType;
import com.azure.resourcemanager.appservice.models.DeployType;
import com.azure.resourcemanager.appservice.models.FunctionAppConfig;
import com.azure.resourcemanager.appservice.models.FunctionsAlwaysReadyConfig;
import com.azure.resourcemanager.appservice.models.FunctionsDeployment;
import com.azure.resourcemanager.appservice.models.FunctionsDeploymentStorage;
import com.azure.resourcemanager.appservice.models.FunctionsDeploymentStorageAuthentication;
import com.azure.resourcemanager.appservice.models.FunctionsDeploymentStorageType;
import com.azure.resourcemanager.appservice.models.FunctionsRuntime;
import com.azure.resourcemanager.appservice.models.FunctionsScaleAndConcurrency;
import com.azure.resourcemanager.appservice.models.FunctionsScaleAndConcurrencyTriggers;
import com.azure.resourcemanager.appservice.models.FunctionsScaleAndConcurrencyTriggersHttp;
import com.azure.resourcemanager.appservice.models.NameValuePair;
import com.azure.resourcemanager.appservice.models.RuntimeName;
import com.azure.resourcemanager.appservice.models.SkuDescription;
import com.azure.resourcemanager.appservice.models.SupportedTlsVersions;
import com.azure.resourcemanager.resources.fluentcore.utils.ResourceManagerUtils;
import com.azure.storage.blob.BlobContainerClient;
import com.azure.storage.blob.BlobContainerClientBuilder;
import com.azure.storage.common.StorageSharedKeyCredential;
import dev.weft.api.account.CloudAccount;
import dev.weft.api.account.CloudVendor;
import dev.weft.api.account.Progress;
import dev.weft.api.account.Seen;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.MalformedURLException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * As {@link VendorRequestsIT}, for apps on Flex plans: the vendor's own Java libraries make, change, deploy and delete one
 * against the fake, from the same values that Weft had.
 */
class FlexRequestsIT {
    private static final String APP = "one";

    @TempDir
    private Path scratch;

    private FakeAzure azure;
    private List<FakeAzure.Came> ours = List.of();

    @BeforeEach
    void weave() throws IOException {
        azure = new FakeAzure();
        CloudVendor.Around around = new CloudVendor.Around(
                FlexVendor.transport(azure), azure.environment(), scratch, InstantSource.system());
        try (CloudAccount account =
                new FlexVendor().open(SampleApps.cloud(azure.uri(), Map.of("plan", "flex")), around)) {
            Seen one = apply(account, SampleApps.Wish.USUAL.instances(2, 60), "first", null);
            Seen two = apply(
                    account,
                    SampleApps.Wish.USUAL.instances(1, 70).memory(4_096).timeout(20),
                    "second",
                    one);
            account.delete(two, Progress.NONE);
        }
        ours = List.copyOf(azure.came);
        azure.clear();
    }

    /** The vendor's library asks every half minute. */
    @BeforeAll
    static void hurry() {
        ResourceManagerUtils.InternalRuntimeContext.setDelayProvider(time -> Duration.ofMillis(20));
    }

    @AfterAll
    static void hurryNoMore() {
        ResourceManagerUtils.InternalRuntimeContext.setDelayProvider(time -> time);
    }

    @AfterEach
    void stop() {
        azure.close();
    }

    private Seen apply(CloudAccount account, SampleApps.Wish wish, String answer, @Nullable Seen before)
            throws IOException {
        return SampleApps.apply(account, scratch, wish, answer, before);
    }

    /** What a request is known by: the method and the path, without what only one client says. */
    private static String line(FakeAzure.Came came) {
        return came.method() + ' ' + came.path().toLowerCase(Locale.ROOT);
    }

    private List<FakeAzure.Came> ours(String method, String end) {
        return ours.stream()
                .filter(each -> each.method().equals(method) && each.path().endsWith(end))
                .toList();
    }

    private FakeAzure.Came theirs(String method, String end) {
        return azure.came.stream()
                .filter(each -> each.method().equals(method) && each.path().endsWith(end))
                .reduce((first, second) -> second)
                .orElseThrow(() -> new AssertionError(method + ' ' + end + " is not among theirs"));
    }

    private AppServiceManager manager() {
        HttpClient here = HttpClient.createDefault();
        HttpClient led = request -> {
            try {
                request.setUrl(FlexVendor.led(URI.create(request.getUrl().toString()), azure)
                        .toURL());
            } catch (MalformedURLException impossible) {
                throw new IllegalStateException(impossible);
            }
            return here.send(request);
        };
        return AppServiceManager.authenticate(VendorClients.bearer(led), VendorClients.profile(azure));
    }

    private void plan(AppServiceManager manager) {
        AppServicePlanInner plan = new AppServicePlanInner()
                .withSku(new SkuDescription().withName("FC1").withTier("FlexConsumption"))
                .withKind("functionapp")
                .withReserved(true);
        plan.withLocation("westeurope");
        plan.withTags(Map.of("weft.dev:cloud", "azure-eu"));
        manager.serviceClient().getAppServicePlans().createOrUpdate(FakeAzure.GROUP, APP, plan);
    }

    /** The same values by the library's own types; a name that they don't know would be lost here and found missing. */
    private static FunctionAppConfig config(JsonNode ours) {
        JsonNode storage = ours.path("deployment").path("storage");
        JsonNode scale = ours.path("scaleAndConcurrency");
        List<FunctionsAlwaysReadyConfig> ready = new ArrayList<>();
        scale.path("alwaysReady")
                .forEach(each -> ready.add(new FunctionsAlwaysReadyConfig()
                        .withName(each.path("name").asString())
                        .withInstanceCount(each.path("instanceCount").asInt())));
        return new FunctionAppConfig()
                .withDeployment(new FunctionsDeployment()
                        .withStorage(new FunctionsDeploymentStorage()
                                .withType(FunctionsDeploymentStorageType.BLOB_CONTAINER)
                                .withValue(storage.path("value").asString())
                                .withAuthentication(new FunctionsDeploymentStorageAuthentication()
                                        .withType(AuthenticationType.STORAGE_ACCOUNT_CONNECTION_STRING)
                                        .withStorageAccountConnectionStringName(FlexConfig.CONNECTION))))
                .withRuntime(new FunctionsRuntime()
                        .withName(RuntimeName.CUSTOM)
                        .withVersion(ours.path("runtime").path("version").asString()))
                .withScaleAndConcurrency(new FunctionsScaleAndConcurrency()
                        .withAlwaysReady(ready)
                        .withMaximumInstanceCount(
                                scale.path("maximumInstanceCount").asInt())
                        .withInstanceMemoryMB(scale.path("instanceMemoryMB").asInt())
                        .withTriggers(new FunctionsScaleAndConcurrencyTriggers()
                                .withHttp(new FunctionsScaleAndConcurrencyTriggersHttp()
                                        .withPerInstanceConcurrency(scale.path("triggers")
                                                .path("http")
                                                .path("perInstanceConcurrency")
                                                .asInt()))));
    }

    private static SiteInner site(JsonNode ours) {
        JsonNode properties = ours.path("properties");
        List<NameValuePair> settings = new ArrayList<>();
        properties
                .path("siteConfig")
                .path("appSettings")
                .forEach(each -> settings.add(new NameValuePair()
                        .withName(each.path("name").asString())
                        .withValue(each.path("value").asString())));
        SiteInner site = new SiteInner()
                .withKind("functionapp,linux")
                .withServerFarmId(properties.path("serverFarmId").asString())
                .withHttpsOnly(true)
                .withFunctionAppConfig(config(properties.path("functionAppConfig")))
                .withSiteConfig(new SiteConfigInner()
                        .withMinTlsVersion(SupportedTlsVersions.ONE_TWO)
                        .withAppSettings(settings));
        site.withLocation("westeurope");
        Map<String, String> tags = new TreeMap<>();
        ours.path("tags")
                .properties()
                .forEach(each -> tags.put(each.getKey(), each.getValue().asString()));
        site.withTags(tags);
        return site;
    }

    private void containers() {
        for (FakeAzure.Came each : ours) {
            if (each.query().equals("restype=container") && each.method().equals("PUT")) {
                container(each).createIfNotExists();
            }
        }
    }

    private BlobContainerClient container(FakeAzure.Came came) {
        return new BlobContainerClientBuilder()
                .endpoint(azure.uri() + "/" + FakeAzure.STORAGE)
                .containerName(came.path().substring(FakeAzure.STORAGE.length() + 2))
                .credential(new StorageSharedKeyCredential(FakeAzure.STORAGE, FakeAzure.KEY))
                .httpClient(HttpClient.createDefault())
                .buildClient();
    }

    @Test
    void aPlanAndAnAppAreMadeAsTheVendorsLibraryMakesThem() {
        List<FakeAzure.Came> made = ours("PUT", "/sites/" + APP);
        containers();
        AppServiceManager manager = manager();
        plan(manager);
        assertThat(theirs("PUT", "/serverfarms/" + APP).json())
                .isEqualTo(ours("PUT", "/serverfarms/" + APP).getFirst().json());
        manager.serviceClient()
                .getWebApps()
                .createOrUpdate(FakeAzure.GROUP, APP, site(made.getFirst().json()));
        FakeAzure.Came theirs = theirs("PUT", "/sites/" + APP);
        assertThat(line(made.getFirst())).isEqualTo(line(theirs));
        assertThat(sorted(made.getFirst().json())).isEqualTo(sorted(theirs.json()));
    }

    /** Fields in any order. */
    private static String sorted(JsonNode json) {
        if (json.isObject()) {
            TreeMap<String, String> fields = new TreeMap<>();
            json.properties().forEach(each -> fields.put(each.getKey(), sorted(each.getValue())));
            return fields.toString();
        }
        return json.toString();
    }

    /** The library sends back what it read, without what only Azure can say; we leave that in, as the vendor's command line does. */
    @Test
    void aChangeSendsEverythingBackThatTheVendorsLibraryWould() {
        List<FakeAzure.Came> put = ours("PUT", "/sites/" + APP);
        assertThat(put).hasSize(2);
        containers();
        AppServiceManager manager = manager();
        plan(manager);
        WebAppsClient apps = manager.serviceClient().getWebApps();
        apps.createOrUpdate(FakeAzure.GROUP, APP, site(put.getFirst().json()));
        SiteInner read = apps.getByResourceGroup(FakeAzure.GROUP, APP);
        JsonNode ours = put.getLast().json();
        read.withFunctionAppConfig(config(ours.path("properties").path("functionAppConfig")));
        apps.createOrUpdate(FakeAzure.GROUP, APP, read);
        JsonNode theirs = theirs("PUT", "/sites/" + APP).json();
        assertThat(sorted(ours.path("properties").path("functionAppConfig")))
                .isEqualTo(sorted(theirs.path("properties").path("functionAppConfig")));
        theirs.path("properties").properties().forEach(each -> {
            if (!each.getKey().equals("functionAppConfig")) {
                assertThat(ours.path("properties").path(each.getKey()))
                        .as(each.getKey())
                        .isEqualTo(each.getValue());
            }
        });
        assertThat(ours.path("location")).isEqualTo(theirs.path("location"));
        assertThat(ours.path("kind")).isEqualTo(theirs.path("kind"));
        assertThat(ours.path("tags").isObject()).isTrue();
    }

    @Test
    void codeIsPublishedAsTheVendorsLibraryPublishesIt() throws IOException {
        List<FakeAzure.Came> published = ours("POST", "/api/publish");
        assertThat(published).hasSize(2);
        containers();
        AppServiceManager manager = manager();
        plan(manager);
        JsonNode site = ours("PUT", "/sites/" + APP).getFirst().json();
        manager.serviceClient().getWebApps().createOrUpdate(FakeAzure.GROUP, APP, site(site));
        byte[] zip = published.getFirst().body();
        azure.came.clear();
        manager.functionApps()
                .getByResourceGroup(FakeAzure.GROUP, APP)
                .deploy(DeployType.ZIP, new ByteArrayInputStream(zip), zip.length);
        FakeAzure.Came theirs = theirs("POST", "/api/publish");
        assertThat(published).allSatisfy(each -> {
            assertThat(line(each)).isEqualTo(line(theirs));
            assertThat(each.query().replace("=weft", "=JavaSDK")).isEqualTo(theirs.query());
            assertThat(each.headers().get("content-type"))
                    .isEqualTo(theirs.headers().get("content-type"));
            assertThat(each.headers().get("authorization")).startsWith("Bearer ");
        });
        assertThat(theirs.body()).isEqualTo(zip);
        // it asks after the latest one, we after the one that the host named
        String asked = line(theirs("GET", "/api/deployments/latest"));
        assertThat(ours)
                .filteredOn(each -> each.path().contains("/api/deployments/"))
                .isNotEmpty()
                .allSatisfy(
                        each -> assertThat(line(each).replaceFirst("deployments/[-0-9a-f]{36}$", "deployments/latest"))
                                .isEqualTo(asked));
    }

    @Test
    void settingsDeletionAndContainersAreTheVendorsToo() {
        containers();
        AppServiceManager manager = manager();
        plan(manager);
        WebAppsClient apps = manager.serviceClient().getWebApps();
        apps.createOrUpdate(
                FakeAzure.GROUP,
                APP,
                site(ours("PUT", "/sites/" + APP).getFirst().json()));
        FakeAzure.Came settings = ours("PUT", "/config/appsettings").getFirst();
        Map<String, String> values = new TreeMap<>();
        settings.json()
                .path("properties")
                .properties()
                .forEach(each -> values.put(each.getKey(), each.getValue().asString()));
        apps.updateApplicationSettings(FakeAzure.GROUP, APP, new StringDictionaryInner().withProperties(values));
        assertThat(sorted(theirs("PUT", "/config/appsettings").json())).isEqualTo(sorted(settings.json()));
        apps.deleteWithResponse(FakeAzure.GROUP, APP, null, false, com.azure.core.util.Context.NONE);
        manager.serviceClient().getAppServicePlans().delete(FakeAzure.GROUP, APP);
        for (String each : List.of("/sites/" + APP, "/serverfarms/" + APP)) {
            FakeAzure.Came gone = ours("DELETE", each).getFirst();
            FakeAzure.Came theirs = theirs("DELETE", each);
            assertThat(line(gone)).isEqualTo(line(theirs));
            assertThat(parameters(gone)).isEqualTo(parameters(theirs));
        }
        FakeAzure.Came dropped = ours("DELETE", '/' + Releases.container(APP)).getFirst();
        BlobContainerClient container = container(dropped);
        assertThat(container.listBlobs()).isEmpty();
        container.delete();
        FakeAzure.Came theirs = theirs("DELETE", '/' + Releases.container(APP));
        assertThat(line(dropped) + dropped.query()).isEqualTo(line(theirs) + theirs.query());
        FakeAzure.Came listed = theirs("GET", '/' + Releases.container(APP));
        assertThat(ours("GET", '/' + Releases.container(APP)))
                .isNotEmpty()
                .allSatisfy(each -> assertThat(parameters(each)).isEqualTo(parameters(listed)));
    }

    /** Of a query, but for the API's version. */
    private static List<String> parameters(FakeAzure.Came came) {
        return List.of(came.query().split("&", -1)).stream()
                .filter(each -> !each.startsWith("api-version="))
                .sorted()
                .toList();
    }
}
