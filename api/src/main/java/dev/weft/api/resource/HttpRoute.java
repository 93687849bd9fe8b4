// SPDX-License-Identifier: Apache-2.0
package dev.weft.api.resource;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Host and path to functions, in the words of the Gateway API v1 {@code HTTPRoute}. */
public record HttpRoute(
        @Field(doc = "Name and labels.", required = true) Metadata metadata,
        @Field(doc = "Hosts and rules.", required = true) Spec spec)
        implements Document {
    @Override
    public String kind() {
        return "HTTPRoute";
    }

    static final String LATER = "comes with the gateway's standards release";

    /** Hosts and rules. */
    public record Spec(
            @Field(doc = "The Gateways the route belongs to; may be left out outside Kubernetes.", max = 32)
            List<ParentRef> parentRefs,

            @Field(doc = "Host names the route answers to, '*.' allowed in front; none means every host.", max = 16)
            List<String> hostnames,

            @Field(doc = "Rules, the most specific match wins.", required = true, max = 16)
            List<Rule> rules) {}

    /** The Gateway a route belongs to. */
    public record ParentRef(
            @Field(doc = "API group.", fallback = "gateway.networking.k8s.io")
            String group,

            @Field(doc = "Kind.", fallback = "Gateway") String kind,
            @Field(doc = "Namespace.") @Nullable String namespace,

            @Field(doc = "Name of the Gateway; Weft's own is weft.", required = true)
            String name,

            @Field(doc = "Listener of the Gateway.") @Nullable
            String sectionName,

            @Field(doc = "Port of the Gateway.", min = 1, max = 65_535) @Nullable
            Integer port) {}

    /** Which requests, and where they go. */
    public record Rule(
            @Field(doc = "A name for people.") @Nullable String name,

            @Field(doc = "Any of these must match; none means every request.", max = 64)
            List<Match> matches,

            @Field(doc = "What is asked of requests, or changed, on the way.", max = 16)
            List<Filter> filters,

            @Field(doc = "Where the requests go, by weight.", max = 16)
            List<BackendRef> backendRefs,

            @Field(doc = "Limits on time.", refused = LATER) @Nullable
            Map<String, Object> timeouts,

            @Field(doc = "Retries.", refused = LATER) @Nullable
            Map<String, Object> retry,

            @Field(doc = "Stickiness.", refused = LATER) @Nullable
            Map<String, Object> sessionPersistence) {}

    /** All of its parts must match. */
    public record Match(
            @Field(doc = "On the path; every path if left out.") @Nullable
            PathMatch path,

            @Field(doc = "On header fields, all of them.", max = 16)
            List<ValueMatch> headers,

            @Field(doc = "On query parameters, all of them.", max = 16)
            List<ValueMatch> queryParams,

            @Field(doc = "On the method.") @Nullable Method method) {}

    /** A match on the path. */
    public record PathMatch(
            @Field(doc = "How the value is compared.", fallback = "PathPrefix")
            PathType type,

            @Field(
                    doc = "What the path is compared with.",
                    fallback = "/",
                    pattern = ".{1,1024}",
                    patternSays = "1 to 1024 characters")
            String value) {}

    /** How a path is compared, spelt as the standard spells it. */
    @Spelling(Spelling.Style.PASCAL)
    public enum PathType {
        /** Equal, to the letter. */
        EXACT,
        /** By whole path elements: /a matches /a and /a/b, not /ab. */
        PATH_PREFIX,
        /** A regular expression (RE2) over the whole path. */
        REGULAR_EXPRESSION
    }

    /** A match on a header field or a query parameter. */
    public record ValueMatch(
            @Field(doc = "How the value is compared.", fallback = "Exact")
            ValueType type,

            @Field(
                    doc = "Name of the header field or query parameter.",
                    required = true,
                    pattern = "[A-Za-z0-9!#$%&'*+\\-.^_`|~]{1,256}",
                    patternSays = "an HTTP token, 1 to 256 characters")
            String name,

            @Field(
                    doc = "What it is compared with.",
                    required = true,
                    pattern = ".{1,4096}",
                    patternSays = "1 to 4096 characters")
            String value) {}

    /** How a value is compared, spelt as the standard spells it. */
    @Spelling(Spelling.Style.PASCAL)
    public enum ValueType {
        /** Equal, to the letter. */
        EXACT,
        /** A regular expression (RE2) over the whole value. */
        REGULAR_EXPRESSION
    }

    /** The standard's methods. */
    @Spelling(Spelling.Style.UPPER)
    public enum Method {
        GET,
        HEAD,
        POST,
        PUT,
        DELETE,
        CONNECT,
        OPTIONS,
        TRACE,
        PATCH
    }

    /** Something on the way. */
    public record Filter(
            @Field(doc = "What it is.", required = true) FilterType type,

            @Field(doc = "For ExtensionRef: the document that says what is asked, a Limit.") @Nullable
            ExtensionRef extensionRef) {}

    /** What a filter does, spelt as the standard spells it. */
    @Spelling(Spelling.Style.PASCAL)
    public enum FilterType {
        /** What a document of another kind says. */
        EXTENSION_REF
    }

    /** A document that stands outside the standard. */
    public record ExtensionRef(
            @Field(doc = "API group: weft.dev.", required = true)
            String group,

            @Field(doc = "Kind: Limit.", required = true) String kind,

            @Field(doc = "Name of the document.", required = true)
            String name) {}

    /** Where requests go. */
    public record BackendRef(
            @Field(doc = "API group: weft.dev for a Function.", fallback = "")
            String group,

            @Field(doc = "Kind: Function.", fallback = "Service")
            String kind,

            @Field(doc = "Name of the backend.", required = true)
            String name,

            @Field(doc = "Namespace of the backend.") @Nullable
            String namespace,

            @Field(doc = "Port of the backend, for Services.", min = 1, max = 65_535) @Nullable
            Integer port,

            @Field(
                    doc = "Share of the requests against the other weights; 0 sends none.",
                    fallback = "1",
                    min = 0,
                    max = 1_000_000)
            int weight,

            @Field(doc = "Changes on the way.", refused = LATER) @Nullable
            List<Map<String, Object>> filters) {}
}
