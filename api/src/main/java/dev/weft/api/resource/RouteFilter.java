// SPDX-License-Identifier: Apache-2.0
package dev.weft.api.resource;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A change on the way to a backend and back, in the words of the Gateway API v1 {@code HTTPRouteFilter}. */
public record RouteFilter(
        @Field(doc = "What the filter does; the field of the same name says how.", required = true)
        Type type,

        @Field(doc = "Changes the request's header fields.") @Nullable
        HeaderChange requestHeaderModifier,

        @Field(doc = "Changes the answer's header fields.") @Nullable
        HeaderChange responseHeaderModifier,

        @Field(doc = "Sends a copy of the request elsewhere and drops its answer.") @Nullable
        Mirror requestMirror,

        @Field(doc = "Answers with another address instead of calling a backend.") @Nullable
        Redirect requestRedirect,

        @Field(doc = "Changes the host or the path that the backend sees.") @Nullable
        Rewrite urlRewrite,

        @Field(doc = "Says which web pages of other origins may call.") @Nullable
        Cors cors,

        @Field(doc = "A document that says what is asked of requests: a Limit.") @Nullable
        ExtensionRef extensionRef) {
    static final String TOKEN = "[A-Za-z0-9!#$%&'*+\\-.^_`|~]{1,256}";
    static final String TOKEN_SAYS = "an HTTP token, 1 to 256 characters";

    /** What a filter does, spelt as the standard spells it. */
    @Spelling(Spelling.Style.PASCAL)
    public enum Type {
        REQUEST_HEADER_MODIFIER,
        RESPONSE_HEADER_MODIFIER,
        REQUEST_MIRROR,
        REQUEST_REDIRECT,
        URL_REWRITE,
        CORS,
        EXTENSION_REF
    }

    /** A document that stands outside the standard. */
    public record ExtensionRef(
            @Field(doc = "API group: weft.dev.", required = true)
            String group,

            @Field(doc = "Kind: Limit.", required = true) String kind,

            @Field(
                    doc = "Name of the document.",
                    required = true,
                    pattern = Metadata.LABEL,
                    patternSays = Metadata.LABEL_SAYS)
            String name) {}

    /** Header fields that are replaced, added and taken away. */
    public record HeaderChange(
            @Field(doc = "Fields that replace every one of their name.", max = 16)
            List<HeaderField> set,

            @Field(doc = "Fields that are added to those of their name.", max = 16)
            List<HeaderField> add,

            @Field(doc = "Names of fields that are taken away.", max = 16, pattern = TOKEN, patternSays = TOKEN_SAYS)
            List<String> remove) {}

    /** A header field. */
    public record HeaderField(
            @Field(doc = "Its name.", required = true, pattern = TOKEN, patternSays = TOKEN_SAYS)
            String name,

            @Field(
                    doc = "Its value.",
                    required = true,
                    pattern = "[\\t\\x20-\\x7E\\x80-\\xFF]{1,4096}",
                    patternSays = "1 to 4096 characters without line breaks")
            String value) {}

    /** Where copies of requests go, and of how many. */
    public record Mirror(
            @Field(doc = "Where copies go.", required = true)
            Target backendRef,

            @Field(doc = "How many of a hundred requests are copied; all if left out.", min = 0, max = 100) @Nullable
            Integer percent,

            @Field(doc = "The same as a fraction; instead of percent.") @Nullable
            Fraction fraction) {}

    /** A backend without weight. */
    public record Target(
            @Field(doc = "API group: weft.dev for a Function, none for a Service.", fallback = "")
            String group,

            @Field(doc = "Kind: Function or Service.", fallback = "Service")
            String kind,

            @Field(
                    doc = "Name of the backend.",
                    required = true,
                    pattern = Metadata.LABEL,
                    patternSays = Metadata.LABEL_SAYS)
            String name,

            @Field(doc = "Namespace of the backend.") @Nullable
            String namespace,

            @Field(doc = "Port of the backend, for Services.", min = 1, max = 65_535) @Nullable
            Integer port) {}

    /** A part of a whole. */
    public record Fraction(
            @Field(doc = "Above the line.", required = true, min = 0, max = Integer.MAX_VALUE)
            int numerator,

            @Field(doc = "Below the line.", fallback = "100", min = 1, max = Integer.MAX_VALUE)
            int denominator) {}

    /** Another address for the caller. */
    public record Redirect(
            @Field(doc = "Scheme of the other address; the request's if left out.") @Nullable
            Scheme scheme,

            @Field(doc = "Host of the other address; the request's if left out.") @Nullable
            String hostname,

            @Field(doc = "Path of the other address; the request's if left out.") @Nullable
            PathChange path,

            @Field(
                    doc = "Port of the other address; left out, the scheme's own where scheme is given, else the"
                            + " one that the caller used.",
                    min = 1,
                    max = 65_535)
            @Nullable
            Integer port,

            @Field(doc = "Status: 301, 302, 303, 307 or 308.", fallback = "302", min = 301, max = 308)
            int statusCode) {}

    /** Schemes of an address. */
    public enum Scheme {
        HTTP,
        HTTPS
    }

    /** What the backend sees. */
    public record Rewrite(
            @Field(doc = "Host that the backend sees; the caller's if left out.") @Nullable
            String hostname,

            @Field(doc = "Path that the backend sees; the caller's if left out.") @Nullable
            PathChange path) {}

    /** Another path. */
    public record PathChange(
            @Field(doc = "What is replaced.", required = true)
            PathChangeType type,

            @Field(doc = "Stands for the whole path.", pattern = ".{0,1024}", patternSays = "at most 1024 characters")
            @Nullable
            String replaceFullPath,

            @Field(
                    doc = "Stands for what the rule's PathPrefix matched.",
                    pattern = ".{0,1024}",
                    patternSays = "at most 1024 characters")
            @Nullable
            String replacePrefixMatch) {}

    /** What of a path is replaced, spelt as the standard spells it. */
    @Spelling(Spelling.Style.PASCAL)
    public enum PathChangeType {
        REPLACE_FULL_PATH,
        REPLACE_PREFIX_MATCH
    }

    /** Which pages of other origins may call, how, and what they see (the Fetch standard's CORS protocol). */
    public record Cors(
            @Field(
                    doc = "Origins, such as https://shop.example, https://*.example or * for all.",
                    max = 64,
                    pattern = "\\*|https?://((\\*\\.)?([a-zA-Z0-9\\-]+\\.)*[a-zA-Z0-9\\-]+|\\*)(:[0-9]{1,5})?",
                    patternSays = "*, or http:// or https:// with a host, '*.' allowed in front, and perhaps a port")
            List<String> allowOrigins,

            @Field(doc = "Whether they may send cookies and the like.", fallback = "false")
            boolean allowCredentials,

            @Field(
                    doc = "Methods besides GET, HEAD and POST; * for all.",
                    max = 9,
                    pattern = "GET|HEAD|POST|PUT|DELETE|CONNECT|OPTIONS|TRACE|PATCH|\\*",
                    patternSays = "one of GET, HEAD, POST, PUT, DELETE, CONNECT, OPTIONS, TRACE, PATCH, or *")
            List<String> allowMethods,

            @Field(
                    doc = "Header fields that they may send; * for all.",
                    max = 64,
                    pattern = TOKEN,
                    patternSays = TOKEN_SAYS)
            List<String> allowHeaders,

            @Field(
                    doc = "Header fields of the answer that they see; * for all.",
                    max = 64,
                    pattern = TOKEN,
                    patternSays = TOKEN_SAYS)
            List<String> exposeHeaders,

            @Field(
                    doc = "Seconds for which a browser may keep what it was told.",
                    fallback = "5",
                    min = 1,
                    max = Integer.MAX_VALUE)
            int maxAge) {}
}
