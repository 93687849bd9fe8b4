// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.knative.facade;

import dev.weft.api.facade.FacadeAnswer;
import dev.weft.api.facade.Functions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * What there is, shown and listed.
 *
 * @param accept what the client takes; empty where it says nothing
 * @param namespace of the key, which is all that it sees
 */
record Reading(Asked asked, String accept, String namespace, Domain domain, Ledger ledger, Instant now) {
    private static final JsonMapper JSON = JsonMapper.shared();

    /** One document of the kind that is asked for. */
    ObjectNode document(Ledger.Entry entry) {
        return ServiceView.of(entry, domain).document(asked.resource());
    }

    Tables tables() {
        return new Tables(asked.resource(), asked.query().getOrDefault("includeObject", "Metadata"));
    }

    FacadeAnswer get(Functions functions) {
        Ledger.Listed listed = ledger.look(namespace, functions, now);
        for (Ledger.Entry each : listed.entries()) {
            ObjectNode document = named(each);
            if (document != null) {
                return KubeStatus.answer(
                        200,
                        Tables.wanted(accept)
                                ? tables().table(
                                                List.of(document),
                                                document.path("metadata")
                                                        .path("resourceVersion")
                                                        .asString(""))
                                : document);
            }
        }
        return KubeStatus.notFound(asked.resource(), asked.name()).answer();
    }

    private @Nullable ObjectNode named(Ledger.Entry entry) {
        boolean revision = asked.resource() == Resource.REVISIONS;
        String name = revision ? ServiceView.of(entry, domain).revision() : entry.name();
        return name.equals(asked.name()) ? document(entry) : null;
    }

    FacadeAnswer list(Functions functions) {
        try {
            if (!asked.query().getOrDefault("continue", "").isEmpty()) {
                throw new Wrong(KubeStatus.expired("lists are whole here: the continue parameter is none of Weft's"));
            }
            if (asked.query().getOrDefault("resourceVersionMatch", "").equals("Exact")) {
                throw Wrong.request("resourceVersionMatch: Exact is not done by Weft's façade of Knative");
            }
            Selectors selectors = Selectors.of(asked.query());
            Ledger.Listed listed = ledger.look(namespace, functions, now);
            List<ObjectNode> documents = new ArrayList<>();
            for (Ledger.Entry each : listed.entries()) {
                ObjectNode document = document(each);
                if (selectors.matches(document)) {
                    documents.add(document);
                }
            }
            String version = Long.toString(listed.version());
            if (Tables.wanted(accept)) {
                return KubeStatus.answer(200, tables().table(documents, version));
            }
            ObjectNode list = JSON.createObjectNode()
                    .put("apiVersion", Resource.VERSION)
                    .put("kind", asked.resource().kind() + "List");
            list.putObject("metadata").put("resourceVersion", version);
            documents.forEach(list.putArray("items")::add);
            return KubeStatus.answer(200, list);
        } catch (Wrong wrong) {
            return wrong.status().answer();
        }
    }
}
