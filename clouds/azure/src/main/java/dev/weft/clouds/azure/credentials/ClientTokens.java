// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.azure.credentials;

import dev.weft.api.account.CloudVendor;
import dev.weft.api.rest.RestClient;
import dev.weft.api.rest.RestRequest;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** An application of a tenant that proves itself by a secret, a certificate or a token of another issuer. */
final class ClientTokens implements TokenSource {
    private static final String ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

    /** How the application proves itself. */
    interface Proof {
        /** For a person. */
        String words();

        /** Fields of the token request. */
        Map<String, String> fields(URI endpoint, String client, Instant now);

        /** By a shared secret. */
        static Proof secret(String secret) {
            return new Words("client secret", (endpoint, client, now) -> Map.of("client_secret", secret));
        }

        /** By a signature of its private key. */
        static Proof certificate(ClientCertificate certificate) {
            return new Words(
                    "client certificate",
                    (endpoint, client, now) -> Map.of(
                            "client_assertion_type",
                            ASSERTION,
                            "client_assertion",
                            certificate.assertion(endpoint, client, now)));
        }

        /** By the token in a file, which is renewed by others: read for each request. */
        static Proof file(Path file) {
            return new Words("federated token", (endpoint, client, now) -> {
                try {
                    String token =
                            Files.readString(file, StandardCharsets.UTF_8).strip();
                    return Map.of("client_assertion_type", ASSERTION, "client_assertion", token);
                } catch (IOException unreadable) {
                    throw TokenSources.denied("AZURE_FEDERATED_TOKEN_FILE can't be read: " + file, unreadable);
                }
            });
        }
    }

    @FunctionalInterface
    private interface Fields {
        Map<String, String> of(URI endpoint, String client, Instant now);
    }

    private record Words(String words, Fields made) implements Proof {
        @Override
        public Map<String, String> fields(URI endpoint, String client, Instant now) {
            return made.of(endpoint, client, now);
        }

        @Override
        public String toString() {
            return words + " redacted";
        }
    }

    private final CloudVendor.Around around;
    private final URI endpoint;
    private final String client;
    private final Proof proof;
    private final RestClient rest;

    ClientTokens(CloudVendor.Around around, URI endpoint, String client, Proof proof) {
        this.around = around;
        this.endpoint = endpoint;
        this.client = client;
        this.proof = proof;
        this.rest = new RestClient(around.transport(), (request, now) -> request, TokenAnswer::error, around.clock());
    }

    @Override
    public String words() {
        return "%s of application %s at %s"
                .formatted(proof.words(), TokenSources.cut(client), endpoint.getRawAuthority());
    }

    @Override
    public AccessToken token(String audience) {
        Instant now = around.clock().instant();
        Map<String, String> form = new LinkedHashMap<>();
        form.put("client_id", client);
        form.put("grant_type", "client_credentials");
        form.put("scope", audience.replaceAll("/+$", "") + "/.default");
        form.putAll(proof.fields(endpoint, client, now));
        RestRequest request = RestRequest.of("Get token", "POST", endpoint)
                .body(
                        "application/x-www-form-urlencoded",
                        TokenAnswer.form(form).getBytes(StandardCharsets.UTF_8))
                .header("accept", "application/json")
                .harmlessTwice();
        return TokenAnswer.read(rest.send(request), now);
    }
}
