// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.azure.account;

import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** The least rights that Weft needs, as a custom role for {@code az role definition create --role-definition}. Pure. */
final class AppRole {
    private static final List<String> ACTIONS = List.of(
            "Microsoft.Resources/subscriptions/resourceGroups/read",
            "Microsoft.Resources/tags/read",
            "Microsoft.Resources/tags/write",
            "Microsoft.Storage/storageAccounts/listKeys/action",
            "Microsoft.Storage/storageAccounts/read",
            "Microsoft.Web/serverfarms/join/action",
            "Microsoft.Web/serverfarms/read",
            "Microsoft.Web/sites/config/list/action",
            "Microsoft.Web/sites/config/read",
            "Microsoft.Web/sites/config/write",
            "Microsoft.Web/sites/delete",
            "Microsoft.Web/sites/functions/listkeys/action",
            "Microsoft.Web/sites/functions/read",
            "Microsoft.Web/sites/host/listkeys/action",
            "Microsoft.Web/sites/publish/action",
            "Microsoft.Web/sites/read",
            "Microsoft.Web/sites/start/action",
            "Microsoft.Web/sites/syncfunctiontriggers/action",
            "Microsoft.Web/sites/write");

    private AppRole() {}

    static String role(AzureOptions options) {
        List<String> actions = new ArrayList<>(ACTIONS);
        if (options.ownPlans()) {
            actions.add("Microsoft.Web/serverfarms/delete");
            actions.add("Microsoft.Web/serverfarms/write");
        }
        if (options.workspace() != null) {
            actions.add("Microsoft.OperationalInsights/workspaces/query/read");
        }
        ObjectNode role = JsonMapper.shared()
                .createObjectNode()
                .put("Name", "Weft " + options.resourceGroup())
                .put("IsCustom", true)
                .put("Description", "What Weft needs to deploy and call function apps of one resource group");
        ArrayNode list = role.putArray("Actions");
        actions.stream().sorted().forEach(list::add);
        role.putArray("NotActions");
        role.putArray("AssignableScopes").add(options.group());
        return role.toPrettyString();
    }
}
