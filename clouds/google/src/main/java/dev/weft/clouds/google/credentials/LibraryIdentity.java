// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.google.credentials;

import com.google.auth.oauth2.ComputeEngineCredentials;
import com.google.auth.oauth2.ExternalAccountCredentials;
import com.google.auth.oauth2.GoogleCredentials;
import com.google.auth.oauth2.IdToken;
import com.google.auth.oauth2.IdTokenProvider;
import com.google.auth.oauth2.ImpersonatedCredentials;
import com.google.auth.oauth2.ServiceAccountCredentials;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Date;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Credentials that Google's own library reads and renews. The only class, with its transport, that loads the library. */
final class LibraryIdentity implements Identity {
    private static final String SCOPE = "https://www.googleapis.com/auth/cloud-platform";
    private static final int IMPERSONATED_SECONDS = 3600;

    private final GoogleCredentials credentials;
    private final TokenTransport transport;
    private final String said;

    private LibraryIdentity(GoogleCredentials credentials, TokenTransport transport, String said) {
        this.credentials = credentials;
        this.transport = transport;
        this.said = said;
    }

    /** Those of a key file, or of any other file that gcloud writes; {@code from} says where it was found. */
    static LibraryIdentity read(Path file, String from, TokenTransport transport) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            GoogleCredentials credentials =
                    GoogleCredentials.fromStream(in, () -> transport).createScoped(SCOPE);
            return new LibraryIdentity(credentials, transport, kind(credentials) + " from " + from);
        }
    }

    /** Those of the machine, where it is one of Google's. */
    static LibraryIdentity machine(TokenTransport transport) {
        GoogleCredentials credentials = ComputeEngineCredentials.newBuilder()
                .setHttpTransportFactory(() -> transport)
                .build()
                .createScoped(SCOPE);
        return new LibraryIdentity(credentials, transport, "the machine's service account, from the metadata server");
    }

    private static String kind(GoogleCredentials credentials) {
        return switch (credentials) {
            case ServiceAccountCredentials account -> "key of service account " + account.getClientEmail();
            case ImpersonatedCredentials impersonated -> "impersonated service account " + impersonated.getAccount();
            case ExternalAccountCredentials external
            when external.getServiceAccountEmail() != null ->
                "federated identity as service account " + external.getServiceAccountEmail();
            case ExternalAccountCredentials _ -> "federated identity";
            default -> "application default credentials";
        };
    }

    @Override
    public String said() {
        return said;
    }

    @Override
    public Map<String, String> fields() throws IOException {
        Map<String, String> fields = new LinkedHashMap<>();
        credentials
                .getRequestMetadata(URI.create("https://cloudfunctions.googleapis.com/"))
                .forEach((name, values) -> fields.put(name.toLowerCase(Locale.ROOT), values.getFirst()));
        return fields;
    }

    @Override
    public Token idToken(String audience) throws IOException {
        IdToken token = provider().idTokenWithAudience(audience, List.of());
        Date expires = token.getExpirationTime();
        if (expires == null) {
            throw new IOException("the ID token says no time at which it ends");
        }
        return new Token(token.getTokenValue(), expires.toInstant());
    }

    private IdTokenProvider provider() throws IOException {
        if (credentials instanceof IdTokenProvider provider) {
            return provider;
        }
        if (credentials instanceof ExternalAccountCredentials external && external.getServiceAccountEmail() != null) {
            return ImpersonatedCredentials.create(
                    credentials,
                    external.getServiceAccountEmail(),
                    List.of(),
                    List.of(SCOPE),
                    IMPERSONATED_SECONDS,
                    () -> transport);
        }
        throw new IOException(
                "the " + said + " gives no ID token, which calls need: let it impersonate a service account"
                        + " (service_account_impersonation_url in its file)");
    }

    @Override
    public String toString() {
        return said;
    }
}
