// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.parity.cases;

import dev.weft.api.resource.Field;
import dev.weft.api.resource.Quantity;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Requests for a function, as {@code weft parity --cases} reads them. */
public record CaseFile(
        @Field(doc = "The requests, each by a name of its own.", required = true, max = CaseReader.CASES_MAX)
        List<Case> cases,

        @Field(doc = "What of every answer rightfully varies.") @Nullable
        Ignore ignore) {
    /** Characters of a path after its slash. */
    static final int PATH_CHARS_MAX = 4000;

    static final int QUERY_CHARS_MAX = 8000;
    static final int HEADERS_MAX = 100;

    /** Characters of a header field's name. */
    static final int HEADER_CHARS_MAX = 128;

    /** Characters of its value. */
    static final int VALUE_CHARS_MAX = 8000;

    /** One request: an HTTP exchange, or an event. */
    public record Case(
            @Field(
                    doc = "What the report calls it.",
                    required = true,
                    pattern = "[A-Za-z0-9][-A-Za-z0-9 ._:/]{0,79}",
                    patternSays = "letters, digits, spaces and -._:/, at most 80, beginning with a letter or digit")
            String name,

            @Field(
                    doc = "Whether it is an event, as weft invoke sends; else it is an HTTP exchange.",
                    fallback = "false")
            boolean event,

            @Field(
                    doc = "The exchange's method; POST where there is a body, else GET.",
                    pattern = "[A-Z]{1,20}",
                    patternSays = "a method in upper case, for example PUT")
            @Nullable
            String method,

            @Field(
                    doc = "The exchange's path, percent-encoded.",
                    fallback = "/",
                    pattern = "/[^?# ]{0," + PATH_CHARS_MAX + "}",
                    patternSays = "a path that begins with / and has no ?, # or space")
            String path,

            @Field(
                    doc = "The exchange's query, percent-encoded, without the question mark.",
                    pattern = "[^# ]{0," + QUERY_CHARS_MAX + "}",
                    patternSays = "a query without # and space")
            @Nullable
            String query,

            @Field(doc = "The exchange's header fields, in order; a name may stand several times.", max = HEADERS_MAX)
            List<HeaderField> headers,

            @Field(doc = "Media type of the body.") @Nullable
            String contentType,

            @Field(doc = "The body, as text in UTF-8.") @Nullable
            String body,

            @Field(doc = "The body, in base64.") @Nullable String bodyBase64,

            @Field(doc = "A file that holds the body, relative to this one.") @Nullable
            String bodyFile,

            @Field(
                    doc = "How large a body is made up, of printable characters.",
                    min = 0,
                    max = CaseReader.BODY_BYTES_MAX)
            @Nullable
            Quantity bodySize,

            @Field(
                    doc = "How many times it is sent to each cloud; every answer is compared.",
                    fallback = "1",
                    min = 1,
                    max = 10)
            int repeat,

            @Field(doc = "What of this case's answers rightfully varies.") @Nullable
            Ignore ignore) {}

    /** A header field. */
    public record HeaderField(
            @Field(
                    doc = "Its name.",
                    required = true,
                    pattern = "[-!#$%&'*+.^_`|~0-9A-Za-z]{1," + HEADER_CHARS_MAX + "}",
                    patternSays = "a header's name, at most 128 characters")
            String name,

            @Field(
                    doc = "Its value.",
                    required = true,
                    pattern = "[^\\r\\n\\x00]{0," + VALUE_CHARS_MAX + "}",
                    patternSays = "one line of at most 8,000 characters")
            String value) {}

    /** What differs between two answers and means nothing. */
    public record Ignore(
            @Field(doc = "Names of header fields.", max = 100)
            List<String> headers,

            @Field(
                    doc = "JSON pointers into the body (RFC 6901), for example /id; what is below one is left out too.",
                    max = 100)
            List<String> json,

            @Field(
                    doc =
                            "Regular expressions; what matches one in a body or a header field's value is taken for the same.",
                    max = 20)
            List<String> text) {
        /** Nothing varies. */
        public static final Ignore NOTHING = new Ignore(List.of(), List.of(), List.of());

        public Ignore {
            headers = List.copyOf(headers);
            json = List.copyOf(json);
            text = List.copyOf(text);
        }
    }
}
