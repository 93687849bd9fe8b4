// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.azure.account;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** One app in {@link FakeAzure}: its tags, settings, configuration, and the functions that its host found when it was last told to look. */
final class FakeSite {

    final ObjectNode json;
    final ObjectNode web = JsonMapper.shared().createObjectNode();
    final Map<String, String> settings = new TreeMap<>();
    List<ObjectNode> functions = List.of();
    /** What is being published; null where nothing is. */
    FakeFlex.@Nullable Deployment deployment;

    FakeSite(ObjectNode json) {
        this.json = json;
    }

    FakeAzure.Answer tags(FakeAzure.Came request) {
        ObjectNode tags = json.withObject("tags");
        JsonNode given = request.json().path("properties").path("tags");
        boolean delete = request.json().path("operation").asString("").equals("Delete");
        given.properties().forEach(each -> {
            if (delete) {
                tags.remove(each.getKey());
            } else {
                tags.set(each.getKey(), each.getValue());
            }
        });
        return FakeAzure.Answer.of(200, FakeAzure.json());
    }

    ObjectNode list() {
        ObjectNode all = FakeAzure.json();
        ObjectNode properties = all.putObject("properties");
        settings.forEach(properties::put);
        return all;
    }

    /** What the host would index: each folder with a function.json in the package that the app runs from. */
    void sync(String app, FakeBlobs blobs) {
        index(app, blobs.open(settings.getOrDefault("WEBSITE_RUN_FROM_PACKAGE", "")));
    }

    void index(String app, byte[] zip) {
        List<ObjectNode> found = new ArrayList<>();
        try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(zip))) {
            for (ZipEntry each = in.getNextEntry(); each != null; each = in.getNextEntry()) {
                if (each.getName().endsWith("/function.json")) {
                    String name = each.getName().substring(0, each.getName().indexOf('/'));
                    ObjectNode function = FakeAzure.json().put("name", app + '/' + name);
                    ObjectNode properties = function.putObject("properties").put("name", name);
                    JsonNode config = JsonMapper.shared().readTree(in.readAllBytes());
                    properties.set("config", config);
                    String route = config.path("bindings").path(0).path("route").asString(name);
                    properties.put("invoke_url_template", "https://" + app + ".azurewebsites.net/api/" + route);
                    found.add(function);
                }
            }
        } catch (IOException broken) {
            throw new IllegalStateException(broken);
        }
        functions = found;
    }

    static FakeAzure.Answer token(FakeAzure.Came request) {
        Map<String, String> form = new TreeMap<>();
        for (String each : request.text().split("&", -1)) {
            String[] pair = each.split("=", 2);
            form.put(pair[0], URLDecoder.decode(pair[1], StandardCharsets.UTF_8));
        }
        if (!FakeAzure.CLIENT.equals(form.get("client_id"))
                || (!FakeAzure.SECRET.equals(form.get("client_secret")) && !form.containsKey("client_assertion"))) {
            return FakeAzure.Answer.of(
                    401,
                    FakeAzure.json()
                            .put("error", "invalid_client")
                            .put("error_description", "AADSTS7000215: Invalid client secret provided.\r\nTrace ID: 1"));
        }
        return FakeAzure.Answer.of(
                200,
                FakeAzure.json()
                        .put("token_type", "Bearer")
                        .put("expires_in", 3599)
                        .put("ext_expires_in", 3599)
                        .put("access_token", "token-for-" + form.getOrDefault("scope", "")));
    }

    static FakeAzure.Answer logs() {
        ObjectNode json = FakeAzure.json();
        ObjectNode table = json.putArray("tables").addObject().put("name", "PrimaryResult");
        ArrayNode columns = table.putArray("columns");
        for (String each : List.of("TimeGenerated", "Text", "AppRoleInstance", "Invocation", "Id")) {
            columns.addObject().put("name", each).put("type", "string");
        }
        ArrayNode rows = table.putArray("rows");
        rows.addArray()
                .add("2026-11-29T10:00:02Z")
                .add("second")
                .add("vm1")
                .add("")
                .add("b");
        rows.addArray()
                .add("2026-11-29T10:00:01Z")
                .add("first")
                .add("vm1")
                .add("inv-1")
                .add("a");
        return FakeAzure.Answer.of(200, json);
    }
}
