// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.ibm.facade;

import dev.weft.api.RequestLine;
import dev.weft.api.facade.Operations;
import dev.weft.clouds.ibm.facade.kept.Says;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;

/** A request's parameters, read as OpenWhisk reads them; a wrong one is an {@link IllegalArgumentException} in its words. */
final class Query {
    /** Actions of one page. */
    static final int LIMIT_MAX = 200;

    static final int LIMIT_USUAL = 30;

    /** Milliseconds that a client may ask to be waited for. */
    static final int TIMEOUT_MAX = 60_000;

    private final Map<String, String> values;
    private final String kind;

    private Query(Map<String, String> values, String kind) {
        this.values = values;
        this.kind = kind;
    }

    /** Of a parameter that is named twice the first counts. */
    static Query of(RequestLine line) {
        return of(line, "actions");
    }

    /** The same, of a list of that kind. */
    static Query of(RequestLine line, String kind) {
        Map<String, String> values = Operations.query(line);
        if (values == null) {
            throw new IllegalArgumentException("The request's query has a malformed percent-encoding");
        }
        return new Query(values, kind);
    }

    boolean flag(String name) {
        String value = values.get(name);
        if (value == null) {
            return false;
        }
        return switch (value.toLowerCase(Locale.ROOT)) {
            case "true", "yes", "on", "1" -> true;
            case "false", "no", "off", "0" -> false;
            default ->
                throw new IllegalArgumentException(
                        Says.malformed(name, "'" + value + "' is not a valid Boolean value"));
        };
    }

    /** How many actions are wanted; 0 asks for as many as there may be. */
    int limit() {
        int limit = whole("limit", LIMIT_USUAL);
        if (limit < 0 || limit > LIMIT_MAX) {
            throw new IllegalArgumentException(Says.malformed(
                    "limit",
                    "The value '" + limit + "' is not in the range of 0 to " + LIMIT_MAX + " for " + kind + "."));
        }
        return limit == 0 ? LIMIT_MAX : limit;
    }

    int skip() {
        int skip = whole("skip", 0);
        if (skip < 0) {
            throw new IllegalArgumentException(Says.malformed(
                    "skip", "The value '" + skip + "' is not greater than or equal to 0 for " + kind + "."));
        }
        return skip;
    }

    private int whole(String name, int unsaid) {
        String value = values.get(name);
        try {
            return value == null ? unsaid : Integer.parseInt(value);
        } catch (NumberFormatException notWhole) {
            throw new IllegalArgumentException(
                    Says.malformed(name, "The value '" + value + "' is not an integer for " + kind + "."), notWhole);
        }
    }

    /** Milliseconds since 1970; {@code unsaid} where the client named none. */
    Instant moment(String name, Instant unsaid) {
        String value = values.get(name);
        if (value == null) {
            return unsaid;
        }
        if (!value.matches("[0-9]{1,14}")) {
            throw new IllegalArgumentException(Says.malformed(name, "The value '" + value + "' is not a moment."));
        }
        return Instant.ofEpochMilli(Long.parseLong(value));
    }

    /** Empty where the client named none. */
    String text(String name) {
        return values.getOrDefault(name, "");
    }

    /** How long the client wants to be waited for. */
    Duration timeout() {
        checkTimeout();
        return Duration.ofMillis(Integer.parseInt(values.getOrDefault("timeout", Integer.toString(TIMEOUT_MAX))));
    }

    /** Refuses a time to wait for that OpenWhisk refuses. */
    private void checkTimeout() {
        String value = values.get("timeout");
        boolean wrong = value != null
                && (!value.matches("[0-9]{1,9}")
                        || Integer.parseInt(value) < 1
                        || Integer.parseInt(value) > TIMEOUT_MAX);
        if (wrong) {
            throw new IllegalArgumentException(
                    Says.malformed("timeout", "Timeout must be number of milliseconds up to " + TIMEOUT_MAX + "."));
        }
    }
}
