// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.azure.credentials;

import dev.weft.api.CloudException;
import dev.weft.api.account.CloudVendor;
import java.net.URI;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Which way to tokens the environment names, in the order of Azure's own libraries but for the last two: asking a metadata service that isn't there takes its time, so it comes last. */
final class TokenSources {
    static final String AUTHORITY = "https://login.microsoftonline.com";

    private TokenSources() {}

    static TokenSource find(CloudVendor.Around around, @Nullable String tenant) {
        Map<String, String> environment = around.environment();
        String client = said(environment, "AZURE_CLIENT_ID");
        String directory = tenant == null ? said(environment, "AZURE_TENANT_ID") : tenant;
        String authority = environment.getOrDefault("AZURE_AUTHORITY_HOST", AUTHORITY);
        if (client != null && directory != null) {
            URI endpoint = URI.create(authority.replaceAll("/+$", "") + '/' + directory + "/oauth2/v2.0/token");
            String secret = said(environment, "AZURE_CLIENT_SECRET");
            if (secret != null) {
                return new ClientTokens(around, endpoint, client, ClientTokens.Proof.secret(secret));
            }
            String certificate = said(environment, "AZURE_CLIENT_CERTIFICATE_PATH");
            if (certificate != null) {
                ClientCertificate read = ClientCertificate.read(
                        around.home().resolve(certificate), said(environment, "AZURE_CLIENT_CERTIFICATE_PASSWORD"));
                return new ClientTokens(around, endpoint, client, ClientTokens.Proof.certificate(read));
            }
            String federated = said(environment, "AZURE_FEDERATED_TOKEN_FILE");
            if (federated != null) {
                return new ClientTokens(
                        around,
                        endpoint,
                        client,
                        ClientTokens.Proof.file(around.home().resolve(federated)));
            }
        }
        String identity = said(environment, "IDENTITY_ENDPOINT");
        String header = said(environment, "IDENTITY_HEADER");
        if (identity != null && header != null) {
            return ManagedIdentity.appService(around, URI.create(identity), header, client);
        }
        String older = said(environment, "MSI_ENDPOINT");
        if (older != null) {
            return ManagedIdentity.older(around, URI.create(older), said(environment, "MSI_SECRET"), client);
        }
        CliTokens cli = CliTokens.find(environment, directory);
        return cli != null ? cli : ManagedIdentity.machine(around, client);
    }

    private static @Nullable String said(Map<String, String> environment, String name) {
        String value = environment.get(name);
        return value == null || value.isBlank() ? null : value;
    }

    /** As much of an id as tells two apart, without being it. */
    static String cut(String id) {
        return id.length() > 8 ? id.substring(0, 8) + '…' : id;
    }

    static CloudException denied(String words, @Nullable Throwable cause) {
        return new CloudException(CloudException.Kind.DENIED, words, cause);
    }
}
