// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.google.credentials;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An access token somebody else got, in a variable or in a file. It opens the management APIs, and calls nothing. */
final class BearerIdentity implements Identity {
    private final String variable;
    private final String value;
    private final @Nullable Path file;

    private BearerIdentity(String variable, String value, @Nullable Path file) {
        this.variable = variable;
        this.value = value;
        this.file = file;
    }

    /** The variable's value is the token. */
    static BearerIdentity value(String variable, String token) {
        return new BearerIdentity(variable, token, null);
    }

    /** The variable's value names the file whose content is the token, as it is at each use. */
    static BearerIdentity file(String variable, Path file) {
        return new BearerIdentity(variable, "", file);
    }

    @Override
    public String said() {
        return file == null ? "access token from " + variable : "access token from the file of " + variable;
    }

    @Override
    public Map<String, String> fields() throws IOException {
        String token = (file == null ? value : Files.readString(file)).strip();
        if (token.isEmpty()) {
            throw new IOException(said() + " is empty");
        }
        return Map.of("authorization", "Bearer " + token);
    }

    @Override
    public Token idToken(String audience) throws IOException {
        throw new IOException(
                "the " + said() + " deploys, but calls need an ID token, which it can't be turned into: use"
                        + " application default credentials (GOOGLE_APPLICATION_CREDENTIALS or gcloud auth application-default"
                        + " login), or let everybody call the functions by spec.account.public: \"true\"");
    }

    @Override
    public String toString() {
        return said();
    }
}
