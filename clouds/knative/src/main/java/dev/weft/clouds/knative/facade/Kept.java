// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.knative.facade;

import dev.weft.api.facade.Draft;
import dev.weft.api.resource.Function;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a client said of a Service that means nothing to Weft, with its identity, as one annotation of the function; without the
 * values of its environment and without its code. Pure.
 *
 * @param document {@code uid}, {@code created}, {@code generation}, {@code annotations}, {@code template}, {@code open}, {@code secrets}
 */
record Kept(ObjectNode document) {
    /** The annotation. */
    static final String ANNOTATION = "knative.weft.dev/kept";

    /** Bytes of it. */
    static final int BYTES_MAX = 64 << 10;

    private static final String OPEN = "open";
    private static final String SECRETS = "secrets";
    private static final JsonMapper JSON = JsonMapper.shared();

    static Kept nothing() {
        return new Kept(JSON.createObjectNode());
    }

    /** Of a function that may have been made through another façade: then there is nothing. */
    static Kept of(Function function) {
        return read(function.metadata().annotations().get(ANNOTATION));
    }

    static Kept of(Draft draft) {
        return read(draft.annotations().get(ANNOTATION));
    }

    private static Kept read(@Nullable String text) {
        try {
            return text != null && JSON.readTree(text) instanceof ObjectNode document ? new Kept(document) : nothing();
        } catch (JacksonException anothers) {
            return nothing();
        }
    }

    String uid(String namespace, String name) {
        String uid = document.path("uid").asString("");
        return uid.isEmpty() ? named("service", namespace + '/' + name) : uid;
    }

    /** One that is the same whenever it is asked for. */
    static String named(String kind, String name) {
        return UUID.nameUUIDFromBytes(("weft " + kind + ' ' + name).getBytes(StandardCharsets.UTF_8))
                .toString();
    }

    long generation() {
        return Math.max(1, document.path("generation").asLong(1));
    }

    String created() {
        return document.path("created").asString("");
    }

    ObjectNode annotations() {
        return object("annotations");
    }

    ObjectNode template() {
        return object("template");
    }

    /** Of variables whose values are in Secrets: {@code SECRET/KEY}. */
    Map<String, String> secrets() {
        Map<String, String> secrets = new TreeMap<>();
        object(SECRETS)
                .properties()
                .forEach(each -> secrets.put(each.getKey(), each.getValue().asString("")));
        return secrets;
    }

    /** The same whose variables' values are in these Secrets. */
    Kept with(Map<String, String> secrets) {
        ObjectNode other = document.deepCopy();
        other.remove(SECRETS);
        if (!secrets.isEmpty()) {
            ObjectNode all = other.putObject(SECRETS);
            secrets.forEach(all::put);
        }
        return new Kept(other);
    }

    private ObjectNode object(String name) {
        return document.path(name) instanceof ObjectNode there ? there.deepCopy() : JSON.createObjectNode();
    }

    /** Whether the client has left that field of the function's spec to the server. */
    boolean open(String field) {
        return document.path(OPEN).valueStream().anyMatch(each -> each.asString("")
                .equals(field));
    }

    /** The same of other words of the client's, which leave some fields to the server. */
    Kept with(ObjectNode annotations, ObjectNode template, List<String> open) {
        ObjectNode other = document.deepCopy();
        open.forEach(other.putArray(OPEN)::add);
        other.set("annotations", annotations);
        other.set("template", template);
        return new Kept(other);
    }

    /** The same with this identity. */
    Kept with(Map<String, String> identity, long generation) {
        ObjectNode other = document.deepCopy();
        identity.forEach(other::put);
        return new Kept(other.put("generation", generation));
    }

    @Override
    public String toString() {
        return JSON.writeValueAsString(document);
    }
}
