// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.azure.account;

import dev.weft.api.account.CloudVendor.Option;
import dev.weft.api.resource.Cloud;
import java.net.URI;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a Cloud document says of an account.
 *
 * @param cloud the document's name
 * @param arm base of Azure Resource Manager, without a slash at its end
 * @param region Azure's location, lower case without blanks
 * @param plan the user's own plan, or {@link #FLEX}; null where Weft makes one by consumption
 * @param audience what an Entra token for calls is asked for; null where calls need none
 * @param workspace the Log Analytics workspace that the apps' Application Insights writes to; null where none was named
 */
public record AzureOptions(
        String cloud,
        URI arm,
        String region,
        String subscription,
        String resourceGroup,
        String storageAccount,
        @Nullable String plan,
        @Nullable String tenant,
        @Nullable String audience,
        @Nullable String workspace,
        URI logs) {
    /** The word for Flex Consumption, where each app has a plan of its own. */
    static final String FLEX = "flex";

    /** How such a plan is called when apps are compared. */
    static final String FLEX_PLAN = "Flex Consumption";

    private static final URI ARM = URI.create("https://management.azure.com");
    private static final URI LOGS = URI.create("https://api.loganalytics.io");
    private static final String GUID = "[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}";

    /** What {@code spec.account} may hold. */
    public static List<Option> all() {
        return List.of(
                new Option("subscription", "The subscription's id, as az account show says it.", true, GUID, "a GUID"),
                new Option(
                        "resourceGroup",
                        "The resource group that holds the apps; it must be there.",
                        true,
                        "[-\\w.()]{0,89}[-\\w()]",
                        "letters, digits and -_.() , at most 90, not ending with a dot"),
                new Option(
                        "storageAccount",
                        "A storage account of that group: the apps' own state and packages are kept there.",
                        true,
                        "[a-z0-9]{3,24}",
                        "3 to 24 small letters and digits"),
                new Option(
                        "plan",
                        "flex for Flex Consumption, a plan for each app; or an App Service plan of that group, for Linux; left out, Weft makes one by consumption, which gets no new languages and ends on 2028-09-30.",
                        false,
                        "[-\\w]{1,60}",
                        "letters, digits, '-' and '_', at most 60"),
                new Option(
                        "tenant",
                        "The Entra tenant, where AZURE_TENANT_ID is another's.",
                        false,
                        "[-0-9A-Za-z.]{1,253}",
                        "a GUID or a domain"),
                Option.of(
                        "audience",
                        "For apps behind Entra authentication: what tokens for calls are asked for.",
                        false),
                new Option(
                        "workspace",
                        "The id of the Log Analytics workspace behind the apps' Application Insights, for logs.",
                        false,
                        GUID,
                        "a GUID"),
                new Option(
                        "logsEndpoint",
                        "Base URL of the Log Analytics API where it is not the public cloud's.",
                        false,
                        "https?://[^\\s/?#]+",
                        "a URL without a path"));
    }

    /** Of a document that was checked. */
    public static AzureOptions of(Cloud cloud) {
        Map<String, String> account = cloud.spec().account();
        URI endpoint = cloud.spec().endpoint();
        String logs = account.get("logsEndpoint");
        return new AzureOptions(
                cloud.metadata().name(),
                endpoint == null ? ARM : URI.create(endpoint.toString().replaceAll("/+$", "")),
                String.valueOf(cloud.spec().region()),
                required(account, "subscription"),
                required(account, "resourceGroup"),
                required(account, "storageAccount"),
                account.get("plan"),
                account.get("tenant"),
                account.get("audience"),
                account.get("workspace"),
                logs == null ? LOGS : URI.create(logs));
    }

    private static String required(Map<String, String> account, String name) {
        String value = account.get(name);
        if (value == null) {
            throw new IllegalArgumentException("spec.account." + name + " is missing, which was to be checked before");
        }
        return value;
    }

    /** Whether apps are on Flex Consumption. */
    public boolean flex() {
        return FLEX.equalsIgnoreCase(plan);
    }

    /** Whether Weft makes the plans, and takes them away. */
    boolean ownPlans() {
        return plan == null || flex();
    }

    /** The plan's name: the user's or Weft's; not of a Flex plan, where each app has its own. */
    String planName() {
        return plan == null ? "weft-" + region : plan;
    }

    /** What is said of the plan when apps are compared; a plan of the user's that is called flex is something else. */
    String planWord() {
        return flex() ? FLEX_PLAN : planName().toLowerCase(Locale.ROOT);
    }

    /** The resource group's path. */
    String group() {
        return "/subscriptions/" + subscription + "/resourceGroups/" + resourceGroup;
    }
}
