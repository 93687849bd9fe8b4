// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.aws.facade;

import dev.weft.api.RequestLine;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which of Lambda's operations a request is. Pure. Source: AWS Lambda API reference.
 *
 * @param action Lambda's word for it
 * @param subject the function as the client names it; empty where there is none
 */
record Operation(Kind kind, String action, String subject) {
    /** What is done about it. */
    enum Kind {
        /** The function is called. */
        INVOKE,
        /** Functions are listed. */
        LIST,
        /** The function is shown. */
        GET,
        /** Its configuration is. */
        CONFIGURATION,
        /** Its tags are. */
        TAGS,
        /** Its versions are: there is one. */
        VERSIONS,
        /** Its aliases are: there are none. */
        ALIASES,
        /** Lambda's, and not done here. */
        MISSING,
        /** None of Lambda's. */
        UNKNOWN
    }

    private record Shape(String method, Pattern path, Kind kind, String action) {
        static Shape of(String method, String path, Kind kind, String action) {
            String any = path.replace("{f}", "([^/]{1,512})").replace("{x}", "[^/]{1,512}");
            return new Shape(method, Pattern.compile(any), kind, action);
        }
    }

    private static final String F = "/2015-03-31/functions/{f}";

    private static final List<Shape> SHAPES = List.of(
            Shape.of("POST", F + "/invocations", Kind.INVOKE, "Invoke"),
            Shape.of("GET", "/2015-03-31/functions/?", Kind.LIST, "ListFunctions"),
            Shape.of("GET", F, Kind.GET, "GetFunction"),
            Shape.of("GET", F + "/configuration", Kind.CONFIGURATION, "GetFunctionConfiguration"),
            Shape.of("GET", "/2017-03-31/tags/{f}", Kind.TAGS, "ListTags"),
            Shape.of("GET", F + "/versions", Kind.VERSIONS, "ListVersionsByFunction"),
            Shape.of("GET", F + "/aliases", Kind.ALIASES, "ListAliases"),
            missing("POST", "/2015-03-31/functions/?", "CreateFunction"),
            missing("DELETE", F, "DeleteFunction"),
            missing("PUT", F + "/code", "UpdateFunctionCode"),
            missing("PUT", F + "/configuration", "UpdateFunctionConfiguration"),
            missing("POST", F + "/versions", "PublishVersion"),
            missing("POST", F + "/aliases", "CreateAlias"),
            missing("GET", F + "/aliases/{x}", "GetAlias"),
            missing("PUT", F + "/aliases/{x}", "UpdateAlias"),
            missing("DELETE", F + "/aliases/{x}", "DeleteAlias"),
            missing("GET", F + "/policy", "GetPolicy"),
            missing("POST", F + "/policy", "AddPermission"),
            missing("DELETE", F + "/policy/{x}", "RemovePermission"),
            missing("POST", "/2014-11-13/functions/{f}/invoke-async/?", "InvokeAsync"),
            missing("POST", "/2021-11-15/functions/{f}/response-streaming-invocations", "InvokeWithResponseStream"),
            missing("POST", "/2017-03-31/tags/{f}", "TagResource"),
            missing("DELETE", "/2017-03-31/tags/{f}", "UntagResource"),
            missing("GET", "/2019-09-30/functions/{f}/concurrency", "GetFunctionConcurrency"),
            missing("PUT", "/2017-10-31/functions/{f}/concurrency", "PutFunctionConcurrency"),
            missing("DELETE", "/2017-10-31/functions/{f}/concurrency", "DeleteFunctionConcurrency"),
            missing("GET", "/2019-09-30/functions/{f}/provisioned-concurrency", "GetProvisionedConcurrencyConfig"),
            missing("PUT", "/2019-09-30/functions/{f}/provisioned-concurrency", "PutProvisionedConcurrencyConfig"),
            missing(
                    "DELETE",
                    "/2019-09-30/functions/{f}/provisioned-concurrency",
                    "DeleteProvisionedConcurrencyConfig"),
            missing("GET", "/2019-09-25/functions/{f}/event-invoke-config(/list)?", "GetFunctionEventInvokeConfig"),
            missing("PUT", "/2019-09-25/functions/{f}/event-invoke-config", "PutFunctionEventInvokeConfig"),
            missing("POST", "/2019-09-25/functions/{f}/event-invoke-config", "UpdateFunctionEventInvokeConfig"),
            missing("DELETE", "/2019-09-25/functions/{f}/event-invoke-config", "DeleteFunctionEventInvokeConfig"),
            missing("GET", "/2021-10-31/functions/{f}/urls?", "GetFunctionUrlConfig"),
            missing("POST", "/2021-10-31/functions/{f}/url", "CreateFunctionUrlConfig"),
            missing("PUT", "/2021-10-31/functions/{f}/url", "UpdateFunctionUrlConfig"),
            missing("DELETE", "/2021-10-31/functions/{f}/url", "DeleteFunctionUrlConfig"),
            missing("[A-Z]+", "/2015-03-31/event-source-mappings.*", "EventSourceMapping"),
            missing("[A-Z]+", "/2018-10-31/layers.*", "Layers"),
            missing("GET", "/2016-08-19/account-settings/?", "GetAccountSettings"));

    private static Shape missing(String method, String path, String action) {
        return Shape.of(method, path, Kind.MISSING, action);
    }

    static Operation of(RequestLine line) {
        for (Shape each : SHAPES) {
            Matcher path = each.path().matcher(line.path());
            if (line.method().matches(each.method()) && path.matches()) {
                String subject = path.groupCount() > 0 && path.group(1) != null ? decoded(path.group(1)) : "";
                return new Operation(each.kind(), each.action(), subject);
            }
        }
        return new Operation(Kind.UNKNOWN, "unknown", "");
    }

    /** The query's parameters; of one that is there twice, the first. */
    static Map<String, String> parameters(RequestLine line) {
        Map<String, String> parameters = new HashMap<>();
        String query = line.query();
        if (query != null) {
            for (String each : query.split("&", -1)) {
                int equals = each.indexOf('=');
                if (equals > 0) {
                    parameters.putIfAbsent(decoded(each.substring(0, equals)), decoded(each.substring(equals + 1)));
                }
            }
        }
        return parameters;
    }

    /** What is no percent-encoding stays as it is, and then names nothing. */
    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException malformed) {
            return text;
        }
    }
}
