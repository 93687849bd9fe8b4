// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.google.account;

import dev.weft.api.CloudException.Kind;
import dev.weft.api.rest.RestErrors;
import dev.weft.api.rest.RestRequest;
import dev.weft.api.rest.RestResponse;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * How Google's APIs say that a request failed: {@code {"error":{code,status,message,details}}}, Cloud Storage's signed URLs
 * in XML. Source: Google API design guide, "Errors"; google.rpc.Code; Cloud Storage XML API, "Error responses".
 */
final class GoogleErrors implements RestErrors {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Pattern XML_CODE = Pattern.compile("<Code>([^<]{1,200})</Code>");
    private static final Pattern XML_MESSAGE = Pattern.compile("<Message>([^<]{1,2000})</Message>");
    private static final int WORDS_MAX = 2_000;

    @Override
    public Said read(RestRequest request, RestResponse answer) {
        String id = answer.header("x-guploader-uploadid");
        String text = answer.text();
        Matcher code = XML_CODE.matcher(text);
        if (text.startsWith("<?xml") && code.find()) {
            Matcher message = XML_MESSAGE.matcher(text);
            return new Said(
                    RestErrors.byStatus(answer.status()),
                    code.group(1),
                    message.find() ? message.group(1) : "",
                    id,
                    null);
        }
        JsonNode error;
        try {
            error = JSON.readTree(text.isBlank() ? "{}" : text).path("error");
        } catch (JacksonException noJson) {
            return new Said(RestErrors.byStatus(answer.status()), "", "", id, null);
        }
        if (error.isString()) {
            // what hands out tokens speaks OAuth
            String words = JSON.readTree(text).path("error_description").asString("");
            return new Said(Kind.DENIED, error.asString(), cut(words), id, null);
        }
        return said(answer.status(), error, id);
    }

    private static Said said(int status, JsonNode error, @Nullable String id) {
        String code = error.path("status").asString("");
        String reason = "";
        String requestId = id;
        for (JsonNode detail : error.path("details")) {
            String type = detail.path("@type").asString("");
            if (type.endsWith("google.rpc.ErrorInfo")) {
                reason = detail.path("reason").asString("");
            } else if (type.endsWith("google.rpc.RequestInfo")) {
                requestId = detail.path("requestId").asString("");
            }
        }
        String words = cut(error.path("message").asString(""));
        Kind kind = kind(code, status);
        return new Said(
                kind, reason.isEmpty() ? code : code + ' ' + reason, words, requestId, advice(kind, reason, words));
    }

    /** By google.rpc.Code, which says more than the status does. */
    static Kind kind(String code, int status) {
        return switch (code) {
            case "PERMISSION_DENIED", "UNAUTHENTICATED" -> Kind.DENIED;
            case "NOT_FOUND" -> Kind.ABSENT;
            // ABORTED: another operation on the same function is not done yet
            case "RESOURCE_EXHAUSTED", "UNAVAILABLE", "ABORTED" -> Kind.BUSY;
            case "INVALID_ARGUMENT", "FAILED_PRECONDITION", "OUT_OF_RANGE", "ALREADY_EXISTS", "UNIMPLEMENTED" ->
                Kind.INVALID;
            case "INTERNAL", "UNKNOWN", "DEADLINE_EXCEEDED", "DATA_LOSS", "CANCELLED" -> Kind.UNKNOWN;
            default -> RestErrors.byStatus(status);
        };
    }

    private static @Nullable String advice(Kind kind, String reason, String words) {
        if (reason.equals("SERVICE_DISABLED") || words.contains("has not been used in project")) {
            return "enable the APIs: gcloud services enable cloudfunctions.googleapis.com run.googleapis.com"
                    + " cloudbuild.googleapis.com artifactregistry.googleapis.com logging.googleapis.com, and for secrets"
                    + " secretmanager.googleapis.com";
        }
        if (reason.equals("BILLING_DISABLED")) {
            return "link the project to a billing account";
        }
        String lower = words.toLowerCase(Locale.ROOT);
        if (lower.contains("actas") || lower.contains("service account user")) {
            return "grant roles/iam.serviceAccountUser on the account the function runs as; weft doctor shows the commands";
        }
        return kind == Kind.DENIED
                ? "grant what is missing; weft doctor shows which rights are and the commands for them"
                : null;
    }

    private static String cut(String words) {
        return words.length() > WORDS_MAX ? words.substring(0, WORDS_MAX) + "…" : words;
    }
}
