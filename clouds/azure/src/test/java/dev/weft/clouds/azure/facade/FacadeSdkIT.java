// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.azure.facade;

import static dev.weft.clouds.azure.facade.FacadeSamples.DEPLOY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.azure.core.http.HttpClient;
import com.azure.core.http.HttpHeaderName;
import com.azure.core.http.HttpPipeline;
import com.azure.core.http.HttpPipelineBuilder;
import com.azure.core.http.policy.HttpPipelinePolicy;
import com.azure.core.management.AzureEnvironment;
import com.azure.core.management.exception.ManagementException;
import com.azure.core.management.profile.AzureProfile;
import com.azure.resourcemanager.appservice.AppServiceManager;
import com.azure.resourcemanager.appservice.fluent.WebAppsClient;
import com.azure.resourcemanager.appservice.fluent.models.SiteConfigInner;
import com.azure.resourcemanager.appservice.fluent.models.SiteInner;
import com.azure.resourcemanager.appservice.fluent.models.StringDictionaryInner;
import com.azure.resourcemanager.appservice.models.FunctionApp;
import com.azure.resourcemanager.appservice.models.NameValuePair;
import dev.weft.testkit.FacadeServer;
import java.io.File;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Azure's own library for Java against the façade alone. It wants TLS for tokens, so it is given a pipeline that has the token in every
 * request; and where it asks for a host name of an app, the pipeline does what a resolver would.
 */
class FacadeSdkIT {
    private static final String GROUP = "shop";

    @TempDir
    private Path scratch;

    private final KeptFunctions functions = new KeptFunctions();
    private FacadeServer server;
    private AppServiceManager manager;

    @BeforeEach
    void start() throws Exception {
        server = new FacadeServer(new AzureFacade());
        FacadeSamples.KEYS.values().forEach(server::with);
        functions.declared.put("lambda", FacadeSamples.function("default", "lambda", Map.of()));
        functions.declared.put("theirs", FacadeSamples.function("other", "theirs", Map.of()));
        server.with(functions);
        manager = manager("default");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private AppServiceManager manager(String subscription) {
        Map<String, String> endpoints = new HashMap<>(AzureEnvironment.AZURE.getEndpoints());
        endpoints.put("resourceManagerEndpointUrl", "http://localhost:" + port() + '/');
        AzureProfile profile = new AzureProfile("weft", subscription, new AzureEnvironment(endpoints));
        return AppServiceManager.authenticate(pipeline(), profile);
    }

    private int port() {
        return server.uri().getPort();
    }

    private HttpPipeline pipeline() {
        HttpPipelinePolicy token = (context, next) -> {
            context.getHttpRequest().setHeader(HttpHeaderName.AUTHORIZATION, "Bearer " + FacadeSamples.said(DEPLOY));
            return next.process();
        };
        HttpPipelinePolicy resolver = (context, next) -> {
            URI asked = URI.create(context.getHttpRequest().getUrl().toString());
            String host = asked.getHost();
            if (host.endsWith(".localhost")) {
                String app = host.substring(0, host.indexOf('.'));
                String below = host.equals(app + ".localhost") ? "/apps/" : "/scm/";
                context.getHttpRequest()
                        .setUrl("http://localhost:" + port() + below + app + asked.getRawPath()
                                + (asked.getRawQuery() == null ? "" : '?' + asked.getRawQuery()));
            }
            return next.process();
        };
        return new HttpPipelineBuilder()
                .httpClient(HttpClient.createDefault())
                .policies(resolver, token)
                .build();
    }

    private SiteInner wanted(String stack, String colour) {
        return new SiteInner()
                .withKind("functionapp,linux")
                .withLocation("westeurope")
                .withTags(Map.of("team", "blue"))
                .withReserved(true)
                .withSiteConfig(new SiteConfigInner()
                        .withLinuxFxVersion(stack)
                        .withAppSettings(
                                List.of(new NameValuePair().withName("COLOUR").withValue(colour))));
    }

    @Test
    void anAppGoesThroughItsLife() throws Exception {
        WebAppsClient apps = manager.serviceClient().getWebApps();
        SiteInner made = apps.createOrUpdate(GROUP, "Paint", wanted("Node|20", "blue"));
        assertThat(made.name()).isEqualTo("Paint");
        assertThat(made.tags()).isEqualTo(Map.of("team", "blue"));

        FunctionApp app = manager.functionApps().getByResourceGroup(GROUP, "Paint");
        assertThat(app.state()).isEqualTo("Running");
        File zip = scratch.resolve("app.zip").toFile();
        Files.write(zip.toPath(), FacadeSamples.node("hello"));
        app.zipDeploy(zip);
        assertThat(functions.zips.get("paint")).isEqualTo(Files.readAllBytes(zip.toPath()));

        assertThat(app.listFunctions()).singleElement().satisfies(each -> assertThat(
                        each.innerModel().invokeUrlTemplate())
                .isEqualTo("http://localhost:" + port() + "/apps/Paint/api/hello"));
        assertThat(apps.listHostKeys(GROUP, "Paint").masterKey()).isEqualTo(AppKey.MASTER.of(DEPLOY, "paint"));

        StringDictionaryInner settings = apps.listApplicationSettings(GROUP, "Paint");
        assertThat(settings.properties()).containsEntry("COLOUR", "blue");
        settings.properties().put("COLOUR", "red");
        assertThat(apps.updateApplicationSettings(GROUP, "Paint", settings).properties())
                .containsEntry("COLOUR", "red");
        assertThat(functions.drafts.get("paint")).isNotNull().satisfies(each -> assertThat(each.env())
                .containsEntry("COLOUR", "red"));

        app.syncTriggers();
        manager.functionApps().deleteByResourceGroup(GROUP, "Paint");
        assertThat(functions.drafts).isEmpty();
        assertThatThrownBy(() -> apps.getByResourceGroup(GROUP, "Paint"))
                .isInstanceOfSatisfying(
                        ManagementException.class,
                        thrown -> assertThat(thrown.getValue().getCode()).isEqualTo("ResourceNotFound"));
    }

    @Test
    void whatOtherClientsMadeIsAnAppToo() {
        assertThat(manager.functionApps().list()).singleElement().satisfies(each -> assertThat(each.name())
                .isEqualTo("lambda"));
        FunctionApp lambda = manager.functionApps().getByResourceGroup("weft", "lambda");
        assertThat(lambda.tags()).isEqualTo(Map.of("team", "shop"));
        assertThat(lambda.listFunctions()).hasSize(1);
        assertThat(lambda.getMasterKey()).isEqualTo(AppKey.MASTER.of(DEPLOY, "lambda"));
        assertThat(lambda.listFunctionKeys("lambda")).containsEntry("default", AppKey.FUNCTION.of(DEPLOY, "lambda"));
        assertThat(manager("nobodys").functionApps().list())
                .satisfies(all -> assertThatThrownBy(() -> all.iterator().hasNext())
                        .isInstanceOf(ManagementException.class)
                        .hasMessageContaining("could not be found"));
    }

    @Test
    void refusalsAreTheLibrarysExceptions() {
        WebAppsClient apps = manager.serviceClient().getWebApps();
        assertThatThrownBy(() -> apps.createOrUpdate(GROUP, "snake", wanted("Python|3.11", "")))
                .isInstanceOf(ManagementException.class)
                .hasMessageContaining("Weft runs Node|20");
        assertThatThrownBy(() -> apps.restart("weft", "lambda"))
                .isInstanceOfSatisfying(ManagementException.class, thrown -> {
                    assertThat(thrown.getResponse().getStatusCode()).isEqualTo(501);
                    assertThat(thrown.getMessage()).contains("Microsoft.Web/sites/restart/action is not done");
                });
        assertThatThrownBy(() -> apps.createOrUpdateSlot("weft", "lambda", "blue", wanted("Node|20", "")))
                .isInstanceOf(ManagementException.class);
    }
}
