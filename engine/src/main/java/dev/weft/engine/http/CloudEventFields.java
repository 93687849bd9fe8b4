// SPDX-License-Identifier: Apache-2.0
package dev.weft.engine.http;

import dev.weft.api.Headers;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A CloudEvent's attributes as header fields. Source: CloudEvents 1.0.2, HTTP protocol binding, section 3.1.3: UTF-8,
 * percent-encoded but for printable ASCII without space, double quote and percent sign.
 */
final class CloudEventFields {
    static final String SPECVERSION = "1.0";

    /** What every event has, besides {@code specversion}. */
    static final List<String> REQUIRED = List.of("id", "source", "type");

    private static final String PREFIX = "ce-";
    private static final Pattern NAME = Pattern.compile("[a-z0-9]+");
    private static final int SHOWN_CHARS_MAX = 40;

    private CloudEventFields() {}

    /** Writes {@code attributes}; refuses what no CloudEvent may have. */
    static void write(Map<String, String> attributes, Headers.Builder headers) {
        required("", attributes::get);
        attributes.forEach((name, value) -> {
            if (!NAME.matcher(name).matches() || name.equals("data")) {
                throw CloudEventsDialect.refused(
                        "'" + shown(name) + "' can't be an attribute, whose name is lower-case letters and digits");
            }
            headers.add(PREFIX + name, encoded(name, value));
        });
    }

    /** Refuses header fields that are no binary-mode CloudEvent. */
    static void check(Headers fields) {
        required("", name -> {
            List<String> values = fields.all(PREFIX + name);
            if (values.size() > 1) {
                throw CloudEventsDialect.refused(PREFIX + name + " stands there " + values.size() + " times");
            }
            return values.isEmpty() ? null : values.getFirst();
        });
    }

    /** Where an attribute's text comes from. */
    @FunctionalInterface
    interface Attributes {
        @Nullable
        String value(String name);
    }

    /** Refuses an event without what each must have; {@code which} names it among several. */
    static void required(String which, Attributes attributes) {
        String version = attributes.value("specversion");
        if (version == null) {
            throw CloudEventsDialect.refused(which + "its specversion is missing");
        }
        if (!version.equals(SPECVERSION)) {
            throw CloudEventsDialect.refused(which + "its specversion is '" + shown(version) + "'");
        }
        for (String name : REQUIRED) {
            String value = attributes.value(name);
            if (value == null || value.isEmpty()) {
                throw CloudEventsDialect.refused(which + "its " + name + " is missing or empty");
            }
        }
    }

    /** The attributes in {@code fields}, decoded, by their names. */
    static Headers read(Headers fields) {
        Headers.Builder attributes = Headers.builder();
        fields.forEach((name, value) -> {
            if (name.regionMatches(true, 0, PREFIX, 0, PREFIX.length())) {
                attributes.add(name.substring(PREFIX.length()).toLowerCase(Locale.ROOT), decoded(value));
            }
        });
        return attributes.build();
    }

    /** A value as it may stand in a header field. */
    static String encoded(String name, String value) {
        ByteBuffer bytes = valid(name, value);
        StringBuilder text = new StringBuilder(bytes.remaining() + 16);
        while (bytes.hasRemaining()) {
            int each = bytes.get() & 0xff;
            if (each > ' ' && each < 0x7f && each != '"' && each != '%') {
                text.append((char) each);
            } else {
                text.append('%')
                        .append(Character.toUpperCase(Character.forDigit(each >> 4, 16)))
                        .append(Character.toUpperCase(Character.forDigit(each & 15, 16)));
            }
        }
        return text.toString();
    }

    /** Refuses what no attribute's text may hold; else its bytes. */
    static ByteBuffer valid(String name, String value) {
        if (value.chars().anyMatch(Character::isISOControl)) {
            throw CloudEventsDialect.refused("its " + name + " has control characters");
        }
        try {
            return StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(value));
        } catch (CharacterCodingException lone) {
            throw CloudEventsDialect.refused("its " + name + " is not valid Unicode");
        }
    }

    /** The text of a field. What is not percent-encoded rightly is taken as it stands, as the binding asks. */
    static String decoded(String field) {
        if (field.indexOf('%') < 0) {
            return field;
        }
        ByteBuffer bytes = ByteBuffer.allocate(field.length() * 3);
        for (int i = 0; i < field.length(); i++) {
            char each = field.charAt(i);
            int value = each == '%' && i + 2 < field.length() ? hex(field, i + 1) : -1;
            if (value >= 0) {
                bytes.put((byte) value);
                i += 2;
            } else {
                bytes.put(String.valueOf(each).getBytes(StandardCharsets.UTF_8));
            }
        }
        return new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8);
    }

    private static int hex(String text, int at) {
        int high = Character.digit(text.charAt(at), 16);
        int low = Character.digit(text.charAt(at + 1), 16);
        return high < 0 || low < 0 ? -1 : high * 16 + low;
    }

    static String shown(String text) {
        return text.length() <= SHOWN_CHARS_MAX ? text : text.substring(0, SHOWN_CHARS_MAX) + '…';
    }
}
