// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.google.facade;

import dev.weft.api.facade.Shelf;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A secret of Secret Manager as it lies on the shelf, with the values of its versions: what is destroyed is not kept. Its text shows
 * no value. For one thread.
 *
 * @param kept what the text of its item says
 */
record Secret(String id, ObjectNode kept) {
    /** The shelf's word; kinds that end so are sealed at rest. */
    static final String KIND = "google/secret";

    /** Secrets of a namespace. */
    static final int SECRETS_MAX = 500;

    /** Versions of a secret that hold a value. */
    static final int VERSIONS_MAX = 50;

    /** Bytes of a value: Secret Manager's own limit. */
    static final int VALUE_BYTES_MAX = 64 << 10;

    private static final String LATEST = "latest";
    private static final JsonMapper JSON = JsonMapper.shared();

    /** One without a version. */
    static Secret of(String id, JsonNode replication, JsonNode labels, Instant now) {
        ObjectNode kept = JSON.createObjectNode().put("createTime", now.toString());
        kept.set("replication", replication);
        kept.set("labels", labels);
        kept.put("last", 0).putObject("versions");
        return new Secret(id, kept);
    }

    /** Null where {@code item} is. */
    static @Nullable Secret of(Shelf.@Nullable Item item) {
        return item == null ? null : read(item);
    }

    /** What lies on the shelf. */
    static Secret read(Shelf.Item item) {
        return new Secret(item.name(), (ObjectNode) JSON.readTree(item.text()));
    }

    void put(Shelf.Desk desk) {
        Shelf.Item ignored = desk.put(KIND, id, kept.toString());
    }

    /** As it is shown. */
    ObjectNode document(String project) {
        ObjectNode document = JSON.createObjectNode()
                .put("name", "projects/" + project + "/secrets/" + id)
                .put("createTime", kept.path("createTime").asString(""));
        document.set("replication", kept.path("replication"));
        if (!kept.path("labels").isEmpty()) {
            document.set("labels", kept.path("labels"));
        }
        return document;
    }

    int size() {
        return versions().size();
    }

    /** Numbers of those that hold a value, oldest first. */
    List<String> numbers() {
        return versions().propertyStream().map(Map.Entry::getKey).toList();
    }

    private ObjectNode versions() {
        return (ObjectNode) kept.path("versions");
    }

    /** The number of {@code version}, which may be the word for the newest; null where it holds no value. */
    @Nullable
    String number(String version) {
        if (!version.equals(LATEST)) {
            return versions().has(version) ? version : null;
        }
        return numbers().isEmpty() ? null : numbers().getLast();
    }

    /** Adds a value and says its number: none comes twice. */
    String add(byte[] value, Instant now) {
        int number = kept.path("last").asInt(0) + 1;
        kept.put("last", number);
        versions()
                .putObject(Integer.toString(number))
                .put("createTime", now.toString())
                .put("data", Base64.getEncoder().encodeToString(value));
        return Integer.toString(number);
    }

    void destroy(String number) {
        JsonNode ignored = versions().remove(number);
    }

    /** The value of a version that is there. */
    byte[] value(String number) {
        return Base64.getDecoder().decode(versions().path(number).path("data").asString(""));
    }

    /** The same as text. */
    String text(String number) {
        return new String(value(number), StandardCharsets.UTF_8);
    }

    /** A version without its value. */
    ObjectNode version(String project, String number, String state) {
        return JSON.createObjectNode()
                .put("name", "projects/" + project + "/secrets/" + id + "/versions/" + number)
                .put("createTime", versions().path(number).path("createTime").asString(""))
                .put("state", state);
    }

    /** By which clients see that a value came whole. */
    static long sum(byte[] value) {
        CRC32C sum = new CRC32C();
        sum.update(value);
        return sum.getValue();
    }

    @Override
    public String toString() {
        return "Secret[" + id + ", redacted]";
    }
}
