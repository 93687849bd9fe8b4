// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.aws.account;

import dev.weft.api.CloudException.Kind;
import dev.weft.api.rest.RestErrors;
import dev.weft.api.rest.RestRequest;
import dev.weft.api.rest.RestResponse;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * How AWS says no: Lambda by a header field and JSON, CloudWatch Logs by JSON alone, STS and IAM by XML. Source: the error
 * pages of each API reference. Pure.
 */
public final class AwsErrors implements RestErrors {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Pattern XML_CODE = Pattern.compile("<Code>([^<]{1,200})</Code>");
    private static final Pattern XML_WORDS = Pattern.compile("<Message>([^<]{0,4000})</Message>");
    private static final Pattern XML_REQUEST = Pattern.compile("<RequestId>([^<]{1,200})</RequestId>");

    /** What a function is in while AWS still works on it; passes by itself. */
    private static final Pattern PASSING = Pattern.compile("(?is).*(update is in progress|state: Pending).*");

    private static final Set<String> BUSY = Set.of(
            "TooManyRequestsException",
            "ThrottlingException",
            "Throttling",
            "ThrottledException",
            "RequestLimitExceeded",
            "RequestThrottled",
            "EC2ThrottledException",
            "ServiceUnavailable",
            "ServiceUnavailableException");
    private static final Set<String> ABSENT =
            Set.of("ResourceNotFoundException", "NoSuchEntity", "NoSuchBucket", "NoSuchKey");
    private static final Set<String> DENIED = Set.of(
            "AccessDeniedException",
            "AccessDenied",
            "UnauthorizedOperation",
            "UnrecognizedClientException",
            "InvalidClientTokenId",
            "InvalidSignatureException",
            "SignatureDoesNotMatch",
            "IncompleteSignature",
            "MissingAuthenticationToken",
            "MissingAuthenticationTokenException",
            "ExpiredToken",
            "ExpiredTokenException",
            "OptInRequired",
            "KMSAccessDeniedException");
    private static final Set<String> TOO_LARGE =
            Set.of("RequestTooLargeException", "RequestEntityTooLargeException", "RequestEntityTooLarge");
    private static final Set<String> INVALID =
            Set.of("ServiceQuotaExceededException", "CodeStorageExceededException", "PreconditionFailedException");

    private static final String KEY_UNKNOWN =
            "AWS does not know this access key: look at the key, the profile and the region";
    private static final String REDIRECT = "PermanentRedirect";
    private static final String TOKEN_OLD = "the session has ended: log in anew";
    private static final Map<String, String> ADVICE = Map.ofEntries(
            Map.entry("AccessDeniedException", "weft doctor shows the rights that are needed"),
            Map.entry("AccessDenied", "weft doctor shows the rights that are needed"),
            Map.entry("UnrecognizedClientException", KEY_UNKNOWN),
            Map.entry("InvalidClientTokenId", KEY_UNKNOWN),
            Map.entry(
                    "InvalidSignatureException",
                    "the secret key does not belong to the access key, or this machine's clock is wrong"),
            Map.entry(
                    "SignatureDoesNotMatch",
                    "the secret key does not belong to the access key, or this machine's clock is wrong"),
            Map.entry("ExpiredTokenException", TOKEN_OLD),
            Map.entry("ExpiredToken", TOKEN_OLD),
            Map.entry(REDIRECT, "spec.account.bucket must be a bucket in the cloud's own region"),
            Map.entry("NoSuchBucket", "spec.account.bucket must be a bucket that is there; Weft makes none"),
            Map.entry(
                    "CodeStorageExceededException",
                    "the region keeps 75 GB of code at first: delete old versions or ask AWS for more"),
            Map.entry("PreconditionFailedException", "somebody else changed the function meanwhile: plan again"));

    @Override
    public Said read(RestRequest request, RestResponse answer) {
        String code = "";
        String words = "";
        String requestId = answer.header("x-amzn-requestid");
        String text = answer.text();
        if (text.stripLeading().startsWith("<")) {
            code = first(XML_CODE, text);
            words = first(XML_WORDS, text);
            String said = first(XML_REQUEST, text);
            requestId = requestId == null && !said.isEmpty() ? said : requestId;
        } else {
            JsonNode json = json(text);
            code = plain(json.path("__type").asString(json.path("code").asString("")));
            words = json.path("Message").asString(json.path("message").asString(""));
        }
        String field = answer.header("x-amzn-errortype");
        if (field != null) {
            code = plain(field);
        }
        if (code.isEmpty() && answer.status() == 301) {
            code = REDIRECT; // to a HEAD it is not said in words
        }
        return new Said(kind(answer.status(), code, words), code, words, requestId, advice(code, words));
    }

    private static Kind kind(int status, String code, String words) {
        if (code.equals("ResourceConflictException")) {
            return PASSING.matcher(words).matches() ? Kind.BUSY : Kind.INVALID;
        }
        if (BUSY.contains(code)) {
            return Kind.BUSY;
        }
        if (ABSENT.contains(code)) {
            return Kind.ABSENT;
        }
        if (DENIED.contains(code)) {
            return Kind.DENIED;
        }
        if (TOO_LARGE.contains(code)) {
            return Kind.TOO_LARGE;
        }
        return INVALID.contains(code) ? Kind.INVALID : RestErrors.byStatus(status);
    }

    private static @Nullable String advice(String code, String words) {
        if (words.contains("cannot be assumed by Lambda")) {
            return "spec.account.role must exist and trust lambda.amazonaws.com; one that was made a moment ago needs"
                    + " some seconds";
        }
        if (words.contains("UnreservedConcurrentExecution")) {
            return "the region has too little concurrency left: lower spec.maxInstances, ask AWS for more, or set"
                    + " spec.account.concurrency: shared on the cloud";
        }
        return ADVICE.get(code);
    }

    private static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (JacksonException notJson) {
            return JSON.createObjectNode();
        }
    }

    /** {@code Name:http://…} and {@code namespace#Name} are both Name. */
    private static String plain(String type) {
        String name = type.contains(":") ? type.substring(0, type.indexOf(':')) : type;
        return name.substring(name.indexOf('#') + 1).strip();
    }

    private static String first(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        return matcher.find() ? matcher.group(1).strip() : "";
    }
}
