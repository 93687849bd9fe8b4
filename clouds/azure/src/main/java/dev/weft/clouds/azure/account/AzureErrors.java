// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.azure.account;

import dev.weft.api.CloudException.Kind;
import dev.weft.api.rest.RestErrors;
import dev.weft.api.rest.RestRequest;
import dev.weft.api.rest.RestResponse;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** How Azure Resource Manager, App Service, Blob Storage and Log Analytics say that a request failed. Pure. */
final class AzureErrors {
    private static final Pattern XML_MESSAGE = Pattern.compile("<Message>([^<]*)");
    private static final int WORDS_CHARS_MAX = 600;

    private static final Map<String, String> ADVICE = Map.ofEntries(
            Map.entry(
                    "ResourceGroupNotFound",
                    "make it with az group create, or name another one in spec.account.resourceGroup"),
            Map.entry("SubscriptionNotFound", "see spec.account.subscription, and az account list for yours"),
            Map.entry("InvalidSubscriptionId", "see spec.account.subscription, and az account list for yours"),
            Map.entry("AuthorizationFailed", "weft permissions prints the role that is needed"),
            Map.entry("LinkedAuthorizationFailed", "weft permissions prints the role that is needed"),
            Map.entry("InvalidAuthenticationToken", "the token is not of this tenant: see spec.account.tenant"),
            Map.entry("InvalidAuthenticationTokenTenant", "the token is not of this tenant: see spec.account.tenant"),
            Map.entry("ExpiredAuthenticationToken", "log in again, for example with az login"),
            Map.entry("MissingSubscriptionRegistration", "run az provider register --namespace Microsoft.Web"),
            Map.entry(
                    "SubscriptionIsOverQuotaForSku",
                    "ask for more quota in that region, or name a plan in spec.account.plan"),
            Map.entry("ScopeLocked", "a lock on the resource group forbids it: az lock list says which"),
            Map.entry("RequestDisallowedByPolicy", "an Azure Policy of the subscription forbids it"),
            Map.entry(
                    "KeyBasedAuthenticationNotPermitted",
                    "allow shared keys on the storage account, or name another one in spec.account.storageAccount"),
            Map.entry(
                    "AuthorizationFailure",
                    "the storage account's firewall keeps this machine out: az storage account network-rule add"),
            Map.entry("StorageAccountNotFound", "see spec.account.storageAccount"),
            Map.entry("LocationNotAvailableForResourceType", "az account list-locations prints Azure's regions"));

    private static final String NAME_TAKEN =
            "app names are unique in all of Azure: give the function another one with placement.clouds[].as";

    private static final String INSTANCES =
            "in some regions an app on a Flex plan is allowed 40 instances or more, and no fewer: see spec.maxInstances";

    private AzureErrors() {}

    static RestErrors.Said read(RestRequest request, RestResponse answer) {
        JsonNode json = parsed(answer);
        JsonNode error = json.path("error").isObject() ? json.path("error") : json;
        String code = text(error, "code");
        String words = text(error, "message");
        if (code.isEmpty()) {
            String header = answer.header("x-ms-error-code");
            code = header == null ? "" : header;
        }
        if (words.isEmpty()) {
            Matcher xml = XML_MESSAGE.matcher(answer.text());
            words = xml.find() ? xml.group(1).lines().findFirst().orElse("") : "";
        }
        String cut = words.length() > WORDS_CHARS_MAX ? words.substring(0, WORDS_CHARS_MAX) + '…' : words;
        return new RestErrors.Said(
                kind(request, answer.status(), code, words),
                code,
                cut,
                requestId(answer),
                advice(answer.status(), code, words));
    }

    private static @Nullable String advice(int status, String code, String words) {
        if (taken(status, words)) {
            return NAME_TAKEN;
        }
        // "Site.FunctionAppConfig.ScaleAndConcurrency.MaximumInstanceCount is invalid."
        return words.toLowerCase(Locale.ROOT).contains("maximuminstancecount") ? INSTANCES : ADVICE.get(code);
    }

    private static boolean taken(int status, String words) {
        return status == 409 && words.contains("Website with given name") && words.contains("already exists");
    }

    private static Kind kind(RestRequest request, int status, String code, String words) {
        boolean later = words.contains("another operation is in progress")
                || request.tried().equals(OneDeploy.PUBLISH)
                || code.equals("ContainerBeingDeleted")
                || code.equals("AnotherOperationInProgress")
                || code.equals("OperationNotAllowedInCurrentState");
        if (status == 409 && later) {
            return Kind.BUSY;
        }
        return switch (code) {
            case "ResourceNotFound", "ResourceGroupNotFound", "BlobNotFound", "ContainerNotFound" -> Kind.ABSENT;
            case "RequestDisallowedByPolicy" -> Kind.INVALID;
            case "SubscriptionNotFound", "InvalidSubscriptionId" -> Kind.INVALID;
            default -> RestErrors.byStatus(status);
        };
    }

    private static @Nullable String requestId(RestResponse answer) {
        String correlation = answer.header("x-ms-correlation-request-id");
        return correlation == null ? answer.header("x-ms-request-id") : correlation;
    }

    private static String text(JsonNode error, String name) {
        String value = error.path(name).asString("");
        return value.isEmpty()
                ? error.path(Character.toUpperCase(name.charAt(0)) + name.substring(1))
                        .asString("")
                : value;
    }

    private static JsonNode parsed(RestResponse answer) {
        try {
            return JsonMapper.shared().readTree(answer.body());
        } catch (JacksonException notJson) {
            return JsonMapper.shared().createObjectNode();
        }
    }
}
