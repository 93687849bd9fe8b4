// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.knative.facade;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Documents as a table for people, which kubectl asks for: columns are those of Knative's definitions, as far as Weft has what they show. Pure.
 *
 * @param include what of each document goes with its row: {@code Metadata}, {@code Object} or {@code None}
 */
record Tables(Resource resource, String include) {
    private static final Pattern WANTED = Pattern.compile("application/json *;[^,]*as=Table[^,]*");
    private static final JsonMapper JSON = JsonMapper.shared();

    /** @param value where it stands in the document; {@code Ready} is that condition's status, {@code Reason} its reason */
    private record Column(String title, String value) {}

    private static final Map<Resource, List<Column>> COLUMNS = Map.of(
            Resource.SERVICES,
            List.of(
                    new Column("Url", "/status/url"),
                    new Column("LatestCreated", "/status/latestCreatedRevisionName"),
                    new Column("LatestReady", "/status/latestReadyRevisionName"),
                    new Column("Ready", "Ready"),
                    new Column("Reason", "Reason")),
            Resource.CONFIGURATIONS,
            List.of(
                    new Column("LatestCreated", "/status/latestCreatedRevisionName"),
                    new Column("LatestReady", "/status/latestReadyRevisionName"),
                    new Column("Ready", "Ready"),
                    new Column("Reason", "Reason")),
            Resource.ROUTES,
            List.of(new Column("Url", "/status/url"), new Column("Ready", "Ready"), new Column("Reason", "Reason")),
            Resource.REVISIONS,
            List.of(
                    new Column("Config Name", "/metadata/labels/serving.knative.dev~1configuration"),
                    new Column("Generation", "/metadata/labels/serving.knative.dev~1configurationGeneration"),
                    new Column("Ready", "Ready"),
                    new Column("Reason", "Reason")));

    /** Whether a client that takes {@code accept} wants one: if it is what it names first. */
    static boolean wanted(String accept) {
        String first = accept.split(",", 2)[0].trim();
        return WANTED.matcher(first).matches() && first.contains("g=meta.k8s.io");
    }

    /** Of {@code documents}, whose list has that resourceVersion. */
    ObjectNode table(List<ObjectNode> documents, String version) {
        ObjectNode table = JSON.createObjectNode().put("kind", "Table").put("apiVersion", "meta.k8s.io/v1");
        table.putObject("metadata").put("resourceVersion", version);
        ArrayNode columns = table.putArray("columnDefinitions");
        columns.addObject()
                .put("name", "Name")
                .put("type", "string")
                .put("format", "name")
                .put("description", "")
                .put("priority", 0);
        List<Column> wanted = COLUMNS.getOrDefault(resource, List.of());
        wanted.forEach(each -> columns.addObject()
                .put("name", each.title())
                .put("type", "string")
                .put("format", "")
                .put("description", "")
                .put("priority", 0));
        ArrayNode rows = table.putArray("rows");
        for (ObjectNode document : documents) {
            ObjectNode row = rows.addObject();
            ArrayNode cells = row.putArray("cells");
            cells.add(document.path("metadata").path("name").asString(""));
            wanted.forEach(each -> cells.add(cell(document, each.value())));
            if (include.toLowerCase(Locale.ROOT).equals("object")) {
                row.set("object", document);
            } else if (!include.toLowerCase(Locale.ROOT).equals("none")) {
                ObjectNode part = row.putObject("object")
                        .put("kind", "PartialObjectMetadata")
                        .put("apiVersion", "meta.k8s.io/v1");
                part.set("metadata", document.path("metadata"));
            }
        }
        return table;
    }

    private static String cell(JsonNode document, String value) {
        if (value.startsWith("/")) {
            return document.at(value).asString("");
        }
        for (JsonNode each : document.path("status").path("conditions")) {
            if (each.path("type").asString("").equals("Ready")) {
                return each.path(value.equals("Ready") ? "status" : "reason").asString("");
            }
        }
        return "";
    }
}
