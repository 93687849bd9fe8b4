// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.ibm.facade.kept;

import java.util.List;
import java.util.Set;

/** What a client keeps that is no function. */
public enum Kind {
    /** A name for several actions, with parameters for all of them. */
    PACKAGE("packages", 200, "parameters annotations publish version binding"),

    /** A name that is fired. */
    TRIGGER("triggers", 500, "parameters annotations publish version limits"),

    /** Which action a trigger calls. */
    RULE("rules", 500, "trigger action annotations publish version status"),

    /** Actions that are called in turn, as one. */
    SEQUENCE("actions", 200, "exec parameters annotations limits publish version");

    /** The façade's word. */
    public static final String VENDOR = "openwhisk";

    /** Fields of its document that a client may send back. */
    private static final Set<String> SHOWN = Set.of("name", "namespace", "updated", "rules", "actions", "feeds");

    private final String collection;
    private final int most;
    private final String fields;

    Kind(String collection, int most, String fields) {
        this.collection = collection;
        this.most = most;
        this.fields = fields;
    }

    /** In paths, and in the words of OpenWhisk's client. */
    public String collection() {
        return collection;
    }

    /** One of them, in words. */
    public String word() {
        return name().toLowerCase(java.util.Locale.ROOT);
    }

    /** How many a namespace may have. */
    public int most() {
        return most;
    }

    public boolean has(String field) {
        return List.of(fields.split(" ")).contains(field) || SHOWN.contains(field);
    }

    /** Where they are on the shelf. */
    public String shelf() {
        return "openwhisk/" + word();
    }

    /** What an event or a record has as its function. */
    public String event(String name) {
        return VENDOR + ':' + word() + ':' + name;
    }

    /** The name in what {@link #event} wrote; null where it is something else. */
    public static @org.jspecify.annotations.Nullable String named(String function) {
        String[] parts = function.split(":", 3);
        return parts.length == 3 && parts[0].equals(VENDOR) ? parts[2] : null;
    }
}
