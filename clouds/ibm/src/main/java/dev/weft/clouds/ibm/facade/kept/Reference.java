// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.ibm.facade.kept;

import dev.weft.api.facade.Key;
import dev.weft.api.facade.Said;
import dev.weft.clouds.ibm.EntityName;
import java.util.ArrayList;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Names of actions and triggers within documents: {@code /NAMESPACE/[PACKAGE/]NAME}, shorter, or as path and name. Pure. */
public final class Reference {
    /** The namespace that is the key's own, whatever its name. */
    public static final String OWN = "_";

    private Reference() {}

    /**
     * The name without the namespace, which has to be the key's own; what is no name is a {@link Refusal}.
     *
     * @param field for the refusal
     */
    public static String name(String field, JsonNode said, Key key) {
        String text = said.isObject()
                ? '/' + said.path("path").asString("") + '/' + said.path("name").asString("")
                : said.asString("");
        List<String> parts = new ArrayList<>(List.of((text.startsWith("/") ? text.substring(1) : text).split("/", -1)));
        boolean whole = text.startsWith("/") || parts.size() == 3;
        boolean own = parts.getFirst().equals(OWN) || parts.getFirst().equals(key.namespace());
        if (whole || (parts.size() == 2 && own)) {
            if (!own && parts.size() > 1) {
                throw new Refusal(403, Says.notAuthorized(Said.value(String.join("/", parts))));
            }
            parts.removeFirst();
        }
        boolean valid = !parts.isEmpty() && parts.size() <= 2 && parts.stream().allMatch(EntityName::valid);
        if (!valid) {
            throw Refusal.content(field + " must be /" + key.namespace() + "/NAME, got '" + Said.value(text) + "'");
        }
        return String.join("/", parts);
    }

    /** As OpenWhisk shows it in rules and triggers. */
    public static ObjectNode shown(String namespace, String name) {
        return JsonMapper.shared()
                .createObjectNode()
                .put("name", dev.weft.clouds.ibm.ActionName.simple(name))
                .put("path", dev.weft.clouds.ibm.ActionName.path(namespace, name));
    }
}
