// SPDX-License-Identifier: Apache-2.0
package dev.weft.api.resource;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Host and path to functions and services, in the words of the Gateway API v1 {@code HTTPRoute}. */
public record HttpRoute(
        @Field(doc = "Name and labels.", required = true) Metadata metadata,
        @Field(doc = "Hosts and rules.", required = true) Spec spec)
        implements Document {
    @Override
    public String kind() {
        return "HTTPRoute";
    }

    /** Longest timeout of a route: a day. */
    static final long TIMEOUT_MILLIS_MAX = 24L * 60 * 60 * 1000;

    /** The kind of a backend that stands for the events that wait for a function. */
    public static final String EVENT_QUEUE = "EventQueue";

    static final String RETRY = "another cloud is tried as the function's placement and idempotent say; leave it out";
    static final String STICKY = "routes do not stick callers to backends; leave it out";

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

            @Field(doc = "Changes on the way.", max = 16) List<RouteFilter> filters,

            @Field(doc = "Where the requests go, by weight.", max = 16)
            List<BackendRef> backendRefs,

            @Field(doc = "Limits on time.") @Nullable Timeouts timeouts,

            @Field(doc = "Retries.", refused = RETRY) @Nullable
            Map<String, Object> retry,

            @Field(doc = "Stickiness.", refused = STICKY) @Nullable
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

    /** Where requests go. */
    public record BackendRef(
            @Field(doc = "API group: weft.dev for a Function or an EventQueue, none for a Service.", fallback = "")
            String group,

            @Field(
                    doc = "Kind: Function, Service, or EventQueue: the events that wait for the Function of that name."
                            + " CloudEvents that are posted there are kept and answered 202, and delivered later.",
                    fallback = "Service")
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
            Integer port,

            @Field(
                    doc = "Share of the requests against the other weights; 0 sends none.",
                    fallback = "1",
                    min = 0,
                    max = 1_000_000)
            int weight,

            @Field(doc = "Changes on the way to this backend, besides the rule's.", max = 16)
            List<RouteFilter> filters) {}

    /** Limits on time; past one, the caller gets 504. */
    public record Timeouts(
            @Field(doc = "For the whole answer; 0s for none of the route's own.", min = 0, max = TIMEOUT_MILLIS_MAX)
            @Nullable
            Duration request,

            @Field(
                    doc = "For one backend's answer to begin, of which there may be several; 0s for none.",
                    min = 0,
                    max = TIMEOUT_MILLIS_MAX)
            @Nullable
            Duration backendRequest) {}
}
