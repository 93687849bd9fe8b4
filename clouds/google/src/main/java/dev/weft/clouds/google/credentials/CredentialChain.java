// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.google.credentials;

import dev.weft.api.CloudException;
import dev.weft.api.account.CloudAccount;
import dev.weft.api.account.CloudVendor;
import dev.weft.api.rest.RestClient;
import dev.weft.api.rest.RestRequest;
import dev.weft.api.spi.InvokeDialect;
import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Google's standard order: an access token in gcloud's or Terraform's variable, the file of {@code
 * GOOGLE_APPLICATION_CREDENTIALS}, the file of {@code gcloud auth application-default login}, the machine's metadata
 * server. The first that is there counts, also where it turns out not to work. Safe for use by many threads.
 */
public final class CredentialChain implements RestClient.Signer {
    /** The part of a {@link InvokeDialect.Credentials} that holds a function's ID token. */
    public static final String ID_TOKEN = "idToken";

    /** New tokens are asked for this long before old ones end. */
    public static final Duration AHEAD = Duration.ofMinutes(5);

    private static final List<String> TOKENS = List.of("CLOUDSDK_AUTH_ACCESS_TOKEN", "GOOGLE_OAUTH_ACCESS_TOKEN");
    private static final String TOKEN_FILE = "CLOUDSDK_AUTH_ACCESS_TOKEN_FILE";
    private static final String KEY_FILE = "GOOGLE_APPLICATION_CREDENTIALS";
    private static final String METADATA_HOST = "GCE_METADATA_HOST";
    private static final String LOGIN_FILE = "application_default_credentials.json";

    private static final Pattern DESCRIPTION = Pattern.compile("\"error_description\"\\s*:\\s*\"([^\"\\\\]{1,300})\"");

    private final CloudVendor.Around around;
    private final Object lock = new Object();
    private @Nullable Identity found;

    /** Looks for nothing yet. */
    public CredentialChain(CloudVendor.Around around) {
        this.around = around;
    }

    @Override
    public RestRequest sign(RestRequest request, Instant now) {
        RestRequest signed = request;
        for (Map.Entry<String, String> field : fields().entrySet()) {
            signed = signed.header(field.getKey(), field.getValue());
        }
        return signed;
    }

    private Map<String, String> fields() {
        Identity identity = identity();
        try {
            return identity.fields();
        } catch (IOException refused) {
            throw failed("the " + identity.said() + " got no access token", refused);
        }
    }

    /** What calls of {@code audience}, a function's URI, need. */
    public CloudAccount.Grant grant(String audience) {
        Identity identity = identity();
        try {
            Identity.Token token = identity.idToken(audience);
            return new CloudAccount.Grant(
                    new InvokeDialect.Credentials(Map.of(ID_TOKEN, token.value())),
                    token.expires().minus(AHEAD));
        } catch (IOException refused) {
            throw failed("no ID token for " + audience, refused);
        }
    }

    /** What was found, and that it works; a {@link CloudException} where it does not. */
    public String examine() {
        Map<String, String> ignored = fields();
        return identity().said();
    }

    private Identity identity() {
        synchronized (lock) {
            Identity known = found;
            if (known == null) {
                known = find();
                found = known;
            }
            return known;
        }
    }

    private Identity find() {
        for (String variable : TOKENS) {
            String token = variable(variable);
            if (token != null) {
                return BearerIdentity.value(variable, token);
            }
        }
        String tokenFile = variable(TOKEN_FILE);
        if (tokenFile != null) {
            return BearerIdentity.file(TOKEN_FILE, Path.of(tokenFile));
        }
        TokenTransport transport = new TokenTransport(around.transport(), variable(METADATA_HOST));
        String keyFile = variable(KEY_FILE);
        if (keyFile != null) {
            return read(Path.of(keyFile), "the file of " + KEY_FILE, transport);
        }
        Path login = configuration().resolve(LOGIN_FILE);
        return Files.isRegularFile(login)
                ? read(login, "the file of gcloud auth application-default login", transport)
                : LibraryIdentity.machine(transport);
    }

    private @Nullable String variable(String name) {
        String value = around.environment().get(name);
        return value == null || value.isBlank() ? null : value;
    }

    private Path configuration() {
        String said = variable("CLOUDSDK_CONFIG");
        return said == null ? around.home().resolve(".config").resolve("gcloud") : Path.of(said);
    }

    private static Identity read(Path file, String from, TokenTransport transport) {
        try {
            return LibraryIdentity.read(file, from, transport);
        } catch (IOException | IllegalArgumentException unreadable) {
            // the library's words may quote the file
            throw new CloudException(
                    CloudException.Kind.DENIED,
                    "the credentials in " + from + " can't be read ("
                            + unreadable.getClass().getSimpleName()
                            + "): they must be a JSON file that Google made, for example a service account's key",
                    null);
        }
    }

    private CloudException failed(String what, IOException why) {
        boolean unsent = false;
        List<String> words = new ArrayList<>();
        for (Throwable each = why; each != null; each = each.getCause()) {
            unsent |= each instanceof ConnectException || each instanceof UnknownHostException;
            String whole = String.valueOf(each.getMessage());
            String line = whole.lines().findFirst().orElse("").strip();
            if (!line.isEmpty() && !line.equals("null") && words.stream().noneMatch(said -> said.contains(line))) {
                words.add(line);
            }
            // Google's own sentence stands in the answer's body, further down; the rest of the body is not repeated
            Matcher sentence = DESCRIPTION.matcher(whole);
            if (sentence.find() && !words.contains(sentence.group(1))) {
                words.add(sentence.group(1));
            }
        }
        String advice = identity() instanceof LibraryIdentity library
                        && library.said().contains("metadata")
                ? "; there are none in " + String.join(", ", TOKENS) + ", " + TOKEN_FILE + ", " + KEY_FILE + " or "
                        + configuration().resolve(LOGIN_FILE) + " either: run gcloud auth application-default login"
                : "";
        return new CloudException(
                unsent ? CloudException.Kind.UNREACHABLE : CloudException.Kind.DENIED,
                what + ": " + String.join(": ", words) + advice,
                why);
    }

    @Override
    public String toString() {
        return "CredentialChain[redacted]";
    }
}
