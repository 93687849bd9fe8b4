// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.parity.compare;

import java.util.Locale;

/** One thing in which two answers to the same request are not the same. Texts are short, and hold no cookie's value. */
public sealed interface Difference {
    /** Where: what is unstable there is left out of a comparison. For a person too. */
    String where();

    /** What the first cloud said. */
    String first();

    /** What the other one said. */
    String other();

    /** What kind it is, in a word. */
    default String kind() {
        return getClass().getSimpleName().replaceAll("([a-z])([A-Z])", "$1-$2").toLowerCase(Locale.ROOT);
    }

    /** Another status. */
    record Status(String first, String other) implements Difference {
        @Override
        public String where() {
            return "status";
        }
    }

    /** The first has a header field that the other has not. */
    record HeaderMissing(String name, String first) implements Difference {
        @Override
        public String where() {
            return field(name);
        }

        @Override
        public String other() {
            return "(absent)";
        }
    }

    /** The other way round. */
    record HeaderExtra(String name, String other) implements Difference {
        @Override
        public String where() {
            return field(name);
        }

        @Override
        public String first() {
            return "(absent)";
        }
    }

    /** A header field says something else. */
    record HeaderValue(String name, String first, String other) implements Difference {
        @Override
        public String where() {
            return field(name);
        }
    }

    /** A header field that stands several times has other values, or the same in another order. */
    record HeaderValues(String name, String first, String other) implements Difference {
        @Override
        public String where() {
            return field(name);
        }
    }

    /** A cookie is missing, or is another, or has other attributes. */
    record Cookie(String name, String first, String other) implements Difference {
        @Override
        public String where() {
            return "cookie " + name;
        }
    }

    /** Another media type or character set. */
    record ContentType(String first, String other) implements Difference {
        @Override
        public String where() {
            return field("content-type");
        }
    }

    /** The same content, written otherwise: base64 here and bytes there, gzip, another character set, JSON within JSON. */
    record Encoding(String first, String other) implements Difference {
        @Override
        public String where() {
            return BODY;
        }
    }

    /** Other bytes. */
    record Body(String first, String other) implements Difference {
        @Override
        public String where() {
            return BODY;
        }
    }

    /** Another value in a body of JSON. */
    record Json(String pointer, String first, String other) implements Difference {
        @Override
        public String where() {
            return "json " + (pointer.isEmpty() ? "/" : pointer);
        }
    }

    /** One fails and the other does not, or they fail otherwise. */
    record ErrorShape(String part, String first, String other) implements Difference {
        @Override
        public String where() {
            return "error " + part;
        }
    }

    /** One takes what is too large for the other. */
    record Limit(String part, String first, String other) implements Difference {
        @Override
        public String where() {
            return "limit " + part;
        }
    }

    /** One answers in the time in which the other does not. */
    record Timing(String first, String other) implements Difference {
        @Override
        public String where() {
            return "timing";
        }
    }

    /** Where bodies are. */
    String BODY = "body";

    private static String field(String name) {
        return "header " + name;
    }
}
