// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.azure.account;

import dev.weft.api.CloudException;
import dev.weft.api.CloudException.Kind;
import dev.weft.api.account.Packing;
import dev.weft.api.account.Progress;
import dev.weft.api.account.Wanted;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What is particular about an app on a Flex plan: a plan and a container of its own, its configuration in the site, its code by One Deploy. */
final class FlexHosting {
    private final Apps apps;
    private final AzureOptions options;
    private final OneDeploy deploy;

    FlexHosting(Apps apps, AzureOptions options, OneDeploy deploy) {
        this.apps = apps;
        this.options = options;
        this.deploy = deploy;
    }

    /** Makes the app as wanted, and its code run there. */
    void create(Deployment.Aim aim, Progress progress) {
        Wanted wanted = aim.wanted();
        aim.releases().create(wanted.name());
        boolean made = apps.flexPlan(wanted.name());
        try {
            apps.create(wanted.name(), created(aim));
        } catch (CloudException refused) {
            if (made && refused.kind() == Kind.INVALID) {
                apps.deletePlan(wanted.name());
            }
            throw refused;
        }
        progress.did("created app " + wanted.name() + " on a Flex Consumption plan of its own");
        publish(apps.find(wanted.name()), aim, progress);
    }

    private ObjectNode created(Deployment.Aim aim) {
        Wanted wanted = aim.wanted();
        ObjectNode body = JsonMapper.shared()
                .createObjectNode()
                .put("kind", "functionapp,linux")
                .put("location", options.region());
        ObjectNode tags = body.putObject("tags");
        AppTags.written(Deployment.tags(wanted, aim.packing())).forEach(tags::put);
        ObjectNode properties = body.putObject("properties")
                .put("serverFarmId", apps.farm(wanted.name()))
                .put("httpsOnly", true);
        properties.set("functionAppConfig", config(aim, FlexConfig.HTTP));
        ObjectNode config = properties.putObject("siteConfig").put("minTlsVersion", "1.2");
        ArrayNode list = config.putArray("appSettings");
        new TreeMap<>(settings(new AppSettings(Map.of()), aim).values())
                .forEach((name, value) -> list.addObject().put("name", name).put("value", value));
        return body;
    }

    private static ObjectNode config(Deployment.Aim aim, String group) {
        String app = aim.wanted().name();
        return FlexConfig.wanted(aim.wanted(), aim.packing(), aim.releases().address(app), group);
    }

    /** Language, version of the host and package are the site's own here: their settings would be refused. */
    private static AppSettings settings(AppSettings now, Deployment.Aim aim) {
        Wanted wanted = aim.wanted();
        Packing packing = aim.packing();
        Map<String, String> wefts = new TreeMap<>(Deployment.wefts(wanted, aim.storage()));
        wefts.put(FlexConfig.CONNECTION, aim.storage().connection());
        return now.with(wefts, AppWords.env(wanted, packing));
    }

    /** Changes what differs, and nothing else. */
    void change(Snapshot now, Deployment.Aim aim, Progress progress) {
        String name = aim.wanted().name();
        AppSettings settings = settings(now.settings(), aim);
        if (!settings.equals(now.settings())) {
            apps.settings(name, settings);
            progress.did("changed the settings of " + name);
        }
        JsonNode site = now.site();
        String container = aim.releases().address(name).toString();
        boolean moved = !FlexConfig.storage(site).path("value").asString("").equals(container);
        boolean code = moved || !aim.wanted().artifact().hash().equals(now.version());
        if (code) {
            aim.releases().create(name);
        }
        configure(site, aim, now.group(), progress);
        if (site.path("properties").path("state").asString("").equals("Stopped")) {
            apps.start(name);
            progress.did("started " + name);
        }
        if (code) {
            publish(now, aim, progress);
        }
    }

    private boolean configure(JsonNode site, Deployment.Aim aim, String group, Progress progress) {
        ObjectNode config = config(aim, group);
        if (FlexConfig.same(site, config)) {
            return false;
        }
        String name = aim.wanted().name();
        apps.create(name, FlexConfig.with(site, config));
        progress.did("changed the configuration of " + name);
        return true;
    }

    private void publish(@Nullable Snapshot app, Deployment.Aim aim, Progress progress) {
        String name = aim.wanted().name();
        if (app == null) {
            throw new CloudException(Kind.UNKNOWN, "app %s was made and is not there".formatted(name), null);
        }
        deploy.publish(app, aim.packages().get(name, aim.wanted().artifact().hash()));
        progress.did("published the code of " + name);
    }

    /** Which instances are kept ready hangs on the function's trigger, which its host knows once it has the code. */
    Snapshot settle(Snapshot after, Deployment.Aim aim, Progress progress) {
        boolean changed = configure(after.site(), aim, after.group(), progress);
        Snapshot now = changed ? apps.find(after.name()) : after;
        if (now == null) {
            throw new CloudException(Kind.ABSENT, "app %s is gone".formatted(after.name()), null);
        }
        return now;
    }
}
