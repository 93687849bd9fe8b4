// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.azure.account;

import dev.weft.api.CloudException;
import dev.weft.api.account.CloudAccount.Finding;
import dev.weft.api.account.CloudVendor;
import dev.weft.api.account.Findings;
import dev.weft.api.rest.RestClient;
import dev.weft.clouds.azure.credentials.AzureCredentials;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Tries, one after another, what deploying needs, and says what was found. Changes nothing. */
final class Examination {
    private final AzureOptions options;
    private final Arm arm;
    private final AzureCredentials credentials;
    private final CloudVendor.Around around;
    private final RestClient.Pause pause;
    private final Findings findings = new Findings(Examination::advice);

    Examination(
            AzureOptions options,
            Arm arm,
            AzureCredentials credentials,
            CloudVendor.Around around,
            RestClient.Pause pause) {
        this.options = options;
        this.arm = arm;
        this.credentials = credentials;
        this.around = around;
        this.pause = pause;
    }

    List<Finding> examine() {
        boolean in = findings.look("credentials", () -> {
            String words = credentials.words();
            var _ = credentials.token(
                    options.arm().getScheme() + "://" + options.arm().getRawAuthority());
            return words;
        });
        if (!in) {
            return findings.all();
        }
        boolean group = findings.look("resource group", () -> {
            JsonNode said = arm.get("ResourceGroups_Get", options.group(), Arm.TAGS);
            return "%s in %s"
                    .formatted(options.resourceGroup(), said.path("location").asString("?"));
        });
        if (!group) {
            return findings.all();
        }
        findings.look(
                "list function apps",
                () -> arm
                                .list(
                                        "WebApps_ListByResourceGroup",
                                        options.group() + "/providers/Microsoft.Web/sites",
                                        Arm.WEB)
                                .stream()
                                .filter(Snapshot::functionApp)
                                .count()
                        + " there");
        findings.look("plan", this::plan);
        findings.look("storage account", () -> {
            Storage storage = Storage.read(arm, options);
            var _ = storage.packages(around, pause).list("weft");
            return options.storageAccount() + ", its keys and blobs";
        });
        return findings.all();
    }

    private String plan() {
        if (options.flex()) {
            return "Flex Consumption, one plan a function, is made with it";
        }
        JsonNode plan = arm.find("AppServicePlans_Get", arm.plan(options.planName()), Arm.WEB);
        if (plan != null) {
            return options.planName() + ", " + plan.path("sku").path("name").asString("?");
        }
        if (options.plan() != null) {
            throw new CloudException(
                    CloudException.Kind.INVALID,
                    "there is no plan " + options.plan() + ": see spec.account.plan",
                    null);
        }
        return options.planName()
                + ", by consumption, is made with the first app; Azure gives such plans no new languages and ends them on 2028-09-30, and spec.account.plan: flex takes their place";
    }

    private static @Nullable String advice(CloudException failed) {
        return switch (failed.kind()) {
            case DENIED -> "weft permissions prints the role that is needed";
            case UNREACHABLE -> "see whether this machine reaches Azure, and spec.endpoint";
            default -> null;
        };
    }
}
