// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.azure.credentials;

import dev.weft.api.CloudException;
import dev.weft.api.account.CloudVendor;
import dev.weft.api.rest.RestClient;
import dev.weft.api.rest.RestRequest;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The identity that Azure gives to a machine, asked at an address that only the machine reaches. */
final class ManagedIdentity implements TokenSource {
    private static final URI MACHINE = URI.create("http://169.254.169.254/metadata/identity/oauth2/token");

    /** One way of asking. */
    @FunctionalInterface
    private interface Question {
        RestRequest of(String audience);
    }

    private final CloudVendor.Around around;
    private final String words;
    private final Question question;
    private final RestClient rest;

    private ManagedIdentity(CloudVendor.Around around, String words, Question question) {
        this.around = around;
        this.words = words;
        this.question = question;
        this.rest = new RestClient(around.transport(), (request, now) -> request, TokenAnswer::error, around.clock());
    }

    /** In App Service, Functions and Container Apps. */
    static ManagedIdentity appService(CloudVendor.Around around, URI endpoint, String header, @Nullable String client) {
        return new ManagedIdentity(around, "managed identity of this app (IDENTITY_ENDPOINT)", audience -> get(
                        endpoint, "2019-08-01", audience, client)
                .header("x-identity-header", header));
    }

    /** As the az command line asks in Cloud Shell, and App Service asked before 2019. */
    static ManagedIdentity older(
            CloudVendor.Around around, URI endpoint, @Nullable String secret, @Nullable String client) {
        String words = "managed identity of this environment (MSI_ENDPOINT)";
        if (secret != null) {
            return new ManagedIdentity(around, words, audience -> get(endpoint, "2017-09-01", audience, client)
                    .header("secret", secret));
        }
        return new ManagedIdentity(around, words, audience -> {
            Map<String, String> form = fields(audience, client);
            return RestRequest.of("Get token", "POST", endpoint)
                    .body(
                            "application/x-www-form-urlencoded",
                            TokenAnswer.form(form).getBytes(StandardCharsets.UTF_8))
                    .header("metadata", "true")
                    .harmlessTwice();
        });
    }

    /** On a virtual machine. */
    static ManagedIdentity machine(CloudVendor.Around around, @Nullable String client) {
        return new ManagedIdentity(
                around, "managed identity of this machine", audience -> get(MACHINE, "2018-02-01", audience, client)
                        .header("metadata", "true"));
    }

    private static RestRequest get(URI endpoint, String version, String audience, @Nullable String client) {
        Map<String, String> query = new LinkedHashMap<>();
        query.put("api-version", version);
        query.putAll(fields(audience, client));
        return RestRequest.of("Get token", "GET", URI.create(endpoint + "?" + TokenAnswer.form(query)));
    }

    private static Map<String, String> fields(String audience, @Nullable String client) {
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("resource", audience);
        if (client != null) {
            fields.put("client_id", client);
        }
        return fields;
    }

    @Override
    public String words() {
        return words;
    }

    @Override
    public AccessToken token(String audience) {
        RestRequest request = question.of(audience);
        try {
            return TokenAnswer.read(rest.send(request), around.clock().instant());
        } catch (CloudException failed) {
            if (request.uri().getHost().equals(MACHINE.getHost()) && failed.kind() != CloudException.Kind.DENIED) {
                throw TokenSources.denied(
                        "no credentials for Azure were found: set AZURE_TENANT_ID, AZURE_CLIENT_ID and"
                                + " AZURE_CLIENT_SECRET, or log in with az login; this machine has no managed identity"
                                + " either",
                        failed);
            }
            throw failed;
        }
    }
}
