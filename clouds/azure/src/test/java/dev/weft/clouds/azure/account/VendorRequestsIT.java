// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.azure.account;

import static org.assertj.core.api.Assertions.assertThat;

import com.azure.core.credential.TokenRequestContext;
import com.azure.core.http.HttpClient;
import com.azure.core.http.HttpPipeline;
import com.azure.identity.ClientSecretCredentialBuilder;
import com.azure.resourcemanager.appservice.AppServiceManager;
import com.azure.resourcemanager.appservice.fluent.WebAppsClient;
import com.azure.resourcemanager.appservice.fluent.models.AppServicePlanInner;
import com.azure.resourcemanager.appservice.fluent.models.SiteConfigInner;
import com.azure.resourcemanager.appservice.fluent.models.SiteConfigResourceInner;
import com.azure.resourcemanager.appservice.fluent.models.SiteInner;
import com.azure.resourcemanager.appservice.fluent.models.StringDictionaryInner;
import com.azure.resourcemanager.appservice.models.NameValuePair;
import com.azure.resourcemanager.appservice.models.SkuDescription;
import com.azure.resourcemanager.appservice.models.SupportedTlsVersions;
import com.azure.resourcemanager.resources.ResourceManager;
import com.azure.resourcemanager.resources.fluent.TagOperationsClient;
import com.azure.resourcemanager.resources.models.Tags;
import com.azure.resourcemanager.resources.models.TagsPatchOperation;
import com.azure.resourcemanager.resources.models.TagsPatchResource;
import com.azure.storage.blob.BlobContainerClient;
import com.azure.storage.blob.BlobContainerClientBuilder;
import com.azure.storage.blob.models.ListBlobsOptions;
import com.azure.storage.common.StorageSharedKeyCredential;
import dev.weft.api.account.CloudAccount;
import dev.weft.api.account.CloudVendor;
import dev.weft.api.account.Progress;
import dev.weft.api.account.Seen;
import dev.weft.api.rest.JdkTransport;
import dev.weft.clouds.azure.AzureVendor;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * The vendor's own Java libraries do against the fake what Weft does: their requests and ours must be the same in method, path,
 * query and body. They may differ in the API's version where the library's is newer, and where the fields below say so.
 */
class VendorRequestsIT {
    private static final String APP = "one";

    @TempDir
    private Path scratch;

    private FakeAzure azure;

    @BeforeEach
    void start() throws IOException {
        azure = new FakeAzure();
    }

    @AfterEach
    void stop() {
        azure.close();
    }

    /** What two requests are compared by; of a query the names, but for the API's version. */
    private record Line(String method, String path, TreeSet<String> query) {
        static Line of(FakeAzure.Came came) {
            TreeSet<String> query = new TreeSet<>(List.of(decoded(came.query()).split("&", -1)));
            query.removeIf(each -> each.startsWith("api-version=") || each.isEmpty());
            return new Line(came.method(), decoded(came.path()).toLowerCase(Locale.ROOT), query);
        }

        /** A slash within a name may be encoded or not; the service takes both. */
        private static String decoded(String text) {
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        }
    }

    private List<FakeAzure.Came> ours(String part) {
        return azure.came.stream().filter(each -> each.path().startsWith(part)).toList();
    }

    /** Deploys, changes and deletes an app as Weft does; the requests stay in the fake. */
    private void weave() throws IOException {
        CloudVendor.Around around =
                new CloudVendor.Around(new JdkTransport(), azure.environment(), scratch, InstantSource.system());
        try (AzureAccount account =
                (AzureAccount) new AzureVendor().open(SampleApps.cloud(azure.uri(), Map.of()), around)) {
            SampleApps.Wish usual = SampleApps.Wish.USUAL.label("team", "blue");
            Seen one = apply(account, usual, "first", null);
            Seen two = apply(account, usual.instances(0, 20).timeout(20), "second", one);
            Seen three = apply(account, SampleApps.Wish.USUAL, "second", two);
            account.grant(Objects.requireNonNull(three.target()));
            account.list();
            account.versions(three);
            azure.siteOf(APP).withObject("properties").put("state", "Stopped");
            apply(account, SampleApps.Wish.USUAL, "second", account.find(APP));
            account.delete(three, Progress.NONE);
        }
    }

    private Seen apply(CloudAccount account, SampleApps.Wish wish, String answer, @Nullable Seen before)
            throws IOException {
        return SampleApps.apply(account, scratch, wish, answer, before);
    }

    @Test
    void managementRequestsAreTheVendorsOwn() throws IOException {
        weave();
        List<FakeAzure.Came> ours = List.copyOf(azure.came).stream()
                .filter(each -> each.path().startsWith("/subscriptions/"))
                .toList();
        azure.clear();
        vendor(ours);
        List<FakeAzure.Came> theirs = List.copyOf(azure.came);
        TreeMap<String, Line> known = new TreeMap<>();
        theirs.forEach(each -> known.put(Line.of(each).toString(), Line.of(each)));
        assertThat(ours).isNotEmpty().allSatisfy(each -> {
            Line line = Line.of(each);
            assertThat(known.values())
                    .describedAs(each.method() + ' ' + each.path())
                    .contains(line);
        });
        for (FakeAzure.Came each : ours) {
            boolean body = each.body().length > 0;
            if (body) {
                assertThat(theirs)
                        .filteredOn(one -> Line.of(one).equals(Line.of(each)))
                        .describedAs(each.text())
                        .anySatisfy(one -> assertThat(sorted(one.json())).isEqualTo(sorted(each.json())));
                assertThat(each.headers().get("content-type")).startsWith("application/json");
            }
        }
    }

    /** Arrays of app settings are sets by name. */
    private static String sorted(JsonNode json) {
        if (json.isObject()) {
            TreeMap<String, String> fields = new TreeMap<>();
            json.properties().forEach(each -> fields.put(each.getKey(), sorted(each.getValue())));
            return fields.toString();
        }
        if (json.isArray()) {
            List<String> parts = new ArrayList<>();
            json.forEach(each -> parts.add(sorted(each)));
            parts.sort(null);
            return parts.toString();
        }
        return json.toString();
    }

    /** The same changes by the vendor's library, from the values that ours had. */
    private void vendor(List<FakeAzure.Came> ours) {
        HttpPipeline pipeline = VendorClients.bearer(HttpClient.createDefault());
        AppServiceManager manager = AppServiceManager.authenticate(pipeline, VendorClients.profile(azure));
        WebAppsClient apps = manager.serviceClient().getWebApps();
        String group = FakeAzure.GROUP;
        manager.storageManager().serviceClient().getStorageAccounts().getByResourceGroup(group, FakeAzure.STORAGE);
        manager.storageManager().serviceClient().getStorageAccounts().listKeys(group, FakeAzure.STORAGE);
        for (FakeAzure.Came each : ours) {
            if (each.method().equals("PUT") && each.path().contains("/serverfarms/")) {
                plan(manager, each);
            }
        }
        for (FakeAzure.Came each : ours) {
            if (each.method().equals("PUT") && each.path().endsWith("/sites/" + APP)) {
                create(apps, each.json());
            } else if (each.path().endsWith("/config/appsettings")) {
                Map<String, String> values = new TreeMap<>();
                each.json()
                        .path("properties")
                        .properties()
                        .forEach(one -> values.put(one.getKey(), one.getValue().asString("")));
                apps.updateApplicationSettings(group, APP, new StringDictionaryInner().withProperties(values));
            } else if (each.method().equals("PATCH") && each.path().endsWith("/config/web")) {
                JsonNode config = each.json().path("properties");
                apps.updateConfiguration(
                        group,
                        APP,
                        new SiteConfigResourceInner()
                                .withLinuxFxVersion(
                                        config.path("linuxFxVersion").asString())
                                .withFunctionAppScaleLimit(
                                        config.path("functionAppScaleLimit").asInt())
                                .withMinTlsVersion(SupportedTlsVersions.ONE_TWO));
            } else if (each.path().contains("/Microsoft.Resources/tags/")) {
                tags(each.json());
            }
        }
        apps.getByResourceGroup(group, APP);
        apps.getConfiguration(group, APP);
        apps.listApplicationSettings(group, APP);
        apps.syncFunctionTriggers(group, APP);
        assertThat(apps.listFunctions(group, APP)).isNotNull().hasSizeGreaterThanOrEqualTo(0);
        assertThat(apps.listByResourceGroup(group)).hasSize(1);
        apps.listFunctionKeys(group, APP, "hello");
        apps.listHostKeys(group, APP);
        apps.start(group, APP);
        apps.deleteWithResponse(group, APP, null, true, com.azure.core.util.Context.NONE);
    }

    private static void plan(AppServiceManager manager, FakeAzure.Came ours) {
        var plans = manager.serviceClient().getAppServicePlans();
        String name = ours.path().substring(ours.path().lastIndexOf('/') + 1);
        AppServicePlanInner plan = new AppServicePlanInner()
                .withSku(new SkuDescription().withName("Y1").withTier("Dynamic"))
                .withKind("functionapp")
                .withReserved(true);
        plan.withLocation("westeurope");
        plan.withTags(Map.of("weft.dev:cloud", "azure-eu"));
        plans.createOrUpdate(FakeAzure.GROUP, name, plan);
        plans.getByResourceGroup(FakeAzure.GROUP, name);
    }

    private static void create(WebAppsClient apps, JsonNode ours) {
        JsonNode properties = ours.path("properties");
        JsonNode config = properties.path("siteConfig");
        List<NameValuePair> settings = new ArrayList<>();
        config.path("appSettings")
                .forEach(each -> settings.add(new NameValuePair()
                        .withName(each.path("name").asString())
                        .withValue(each.path("value").asString())));
        Map<String, String> tags = new TreeMap<>();
        ours.path("tags")
                .properties()
                .forEach(each -> tags.put(each.getKey(), each.getValue().asString()));
        SiteInner site = new SiteInner()
                .withKind("functionapp,linux")
                .withServerFarmId(properties.path("serverFarmId").asString())
                .withReserved(true)
                .withHttpsOnly(true)
                .withSiteConfig(new SiteConfigInner()
                        .withLinuxFxVersion(config.path("linuxFxVersion").asString())
                        .withFunctionAppScaleLimit(
                                config.path("functionAppScaleLimit").asInt())
                        .withMinTlsVersion(SupportedTlsVersions.ONE_TWO)
                        .withAppSettings(settings));
        site.withLocation("westeurope");
        site.withTags(tags);
        apps.createOrUpdate(FakeAzure.GROUP, APP, site);
    }

    private void tags(JsonNode ours) {
        TagOperationsClient tags = ResourceManager.authenticate(
                        VendorClients.bearer(HttpClient.createDefault()), VendorClients.profile(azure))
                .withSubscription(FakeAzure.SUBSCRIPTION)
                .serviceClient()
                .getTagOperations();
        Map<String, String> values = new TreeMap<>();
        ours.path("properties")
                .path("tags")
                .properties()
                .forEach(each -> values.put(each.getKey(), each.getValue().asString()));
        tags.updateAtScope(
                azure.group().substring(1) + "/providers/Microsoft.Web/sites/" + APP,
                new TagsPatchResource()
                        .withOperation(TagsPatchOperation.fromString(
                                ours.path("operation").asString()))
                        .withProperties(new Tags().withTags(values)));
    }

    /** The fake signs each request of ours again by the vendor's library; here the library sends its own. */
    @Test
    void blobRequestsAreTheVendorsOwn() throws IOException {
        weave();
        List<FakeAzure.Came> ours = ours('/' + FakeAzure.STORAGE + '/');
        azure.clear();
        BlobContainerClient container = new BlobContainerClientBuilder()
                .endpoint(azure.uri() + "/" + FakeAzure.STORAGE)
                .containerName(Packages.CONTAINER)
                .credential(new StorageSharedKeyCredential(FakeAzure.STORAGE, FakeAzure.KEY))
                .httpClient(HttpClient.createDefault())
                .buildClient();
        container.create();
        for (FakeAzure.Came each : ours) {
            if (each.method().equals("PUT") && each.body().length > 0) {
                var blob = container.getBlobClient(
                        each.path().substring(each.path().indexOf(APP + '/')));
                blob.exists();
                blob.getBlockBlobClient().upload(new ByteArrayInputStream(each.body()), each.body().length, true);
                blob.delete();
            }
        }
        assertThat(container.listBlobs(new ListBlobsOptions().setPrefix(APP + '/'), null))
                .isEmpty();
        List<Line> theirs = azure.came.stream().map(Line::of).toList();
        assertThat(ours).isNotEmpty().allSatisfy(each -> assertThat(theirs).contains(Line.of(each)));
        for (FakeAzure.Came each : azure.came) {
            if (each.method().equals("PUT") && each.body().length > 0) {
                assertThat(each.headers()).containsEntry("x-ms-blob-type", "BlockBlob");
            }
        }
    }

    @Test
    void tokensAreAskedForAsTheVendorsLibraryAsks() throws IOException {
        weave();
        FakeAzure.Came ours = ours('/' + FakeAzure.TENANT).getFirst();
        azure.clear();
        HttpClient here = HttpClient.createDefault();
        // the library wants https; what it sends goes to the fake all the same
        HttpClient plain = request -> {
            URI uri = URI.create(request.getUrl().toString());
            try {
                request.setUrl(new java.net.URI(
                                "http", null, "127.0.0.1", azure.uri().getPort(), uri.getPath(), uri.getQuery(), null)
                        .toURL());
            } catch (java.net.URISyntaxException | java.net.MalformedURLException impossible) {
                throw new IllegalStateException(impossible);
            }
            return here.send(request);
        };
        var token = new ClientSecretCredentialBuilder()
                .authorityHost("https://login.microsoftonline.com")
                .tenantId(FakeAzure.TENANT)
                .clientId(FakeAzure.CLIENT)
                .clientSecret(FakeAzure.SECRET)
                .disableInstanceDiscovery()
                .httpClient(plain)
                .build()
                .getTokenSync(new TokenRequestContext().addScopes(azure.uri() + "/.default"));
        assertThat(token.getToken()).startsWith("token-for-");
        FakeAzure.Came theirs = ours('/' + FakeAzure.TENANT).getFirst();
        assertThat(ours.path()).isEqualTo(theirs.path());
        assertThat(ours.method()).isEqualTo(theirs.method());
        assertThat(theirs.headers().get("content-type"))
                .startsWith(ours.headers().get("content-type"));
        Map<String, String> form = form(theirs.text());
        // it tells the service about itself, and asks for claims that only its own cache needs
        form.keySet()
                .removeIf(each -> each.startsWith("x-client") || each.equals("client_info") || each.equals("claims"));
        // scopes of a person's login, which an application gets nothing for
        form.computeIfPresent(
                "scope", (name, scope) -> scope.replaceAll(" ?\\b(openid|profile|offline_access)\\b ?", ""));
        assertThat(form(ours.text())).isEqualTo(form);
    }

    private static Map<String, String> form(String text) {
        TreeMap<String, String> form = new TreeMap<>();
        for (String each : text.split("&", -1)) {
            String[] pair = each.split("=", 2);
            form.put(pair[0], URLDecoder.decode(pair[1], StandardCharsets.UTF_8));
        }
        return form;
    }
}
