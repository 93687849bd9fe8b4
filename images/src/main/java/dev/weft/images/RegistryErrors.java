// SPDX-License-Identifier: Apache-2.0
package dev.weft.images;

import com.google.cloud.tools.jib.api.InsecureRegistryException;
import com.google.cloud.tools.jib.api.RegistryAuthenticationFailedException;
import com.google.cloud.tools.jib.api.RegistryException;
import com.google.cloud.tools.jib.api.RegistryUnauthorizedException;
import com.google.cloud.tools.jib.http.ResponseException;
import com.google.cloud.tools.jib.registry.RegistryCredentialsNotSentException;
import dev.weft.api.CloudException;
import dev.weft.api.CloudException.Kind;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** What a registry, or the way there, said: in the user's words. Nothing of a request is in it. */
final class RegistryErrors {
    private static final int TOO_MANY = 429;
    private static final int SERVER = 500;

    private RegistryErrors() {}

    /**
     * For a failure.
     *
     * @param tried what was being done, for example "pushing image registry.example/shop/checkout:weft-…"
     * @param registry whose host it was
     * @param credentials where they were looked for
     */
    static CloudException told(String tried, String registry, Credentials credentials, Throwable failure) {
        for (Throwable each = failure; each != null; each = each.getCause()) {
            CloudException known = known(tried, registry, credentials, each);
            if (known != null) {
                return known;
            }
        }
        String said = failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
        return new CloudException(
                Kind.UNKNOWN,
                tried + " was cut off: " + said.lines().findFirst().orElse("") + "; nothing runs of it, apply again",
                failure);
    }

    private static @Nullable CloudException known(
            String tried, String registry, Credentials credentials, Throwable each) {
        return switch (each) {
            case CloudException told -> told;
            case UnknownHostException _ ->
                new CloudException(
                        Kind.UNREACHABLE,
                        tried + ": no address is known of " + registry + "; look at its spelling, and at the network",
                        each);
            case ConnectException _, NoRouteToHostException _, SocketTimeoutException _ ->
                new CloudException(
                        Kind.UNREACHABLE,
                        tried + ": " + registry + " does not answer; look whether it runs, and at the network",
                        each);
            case SSLException _, InsecureRegistryException _ ->
                new CloudException(
                        Kind.UNREACHABLE,
                        tried + ": " + registry
                                + " does not speak TLS with a certificate that this machine trusts; plain"
                                + " HTTP is spoken to registries on this machine only",
                        each);
            case RegistryUnauthorizedException _,
                    RegistryAuthenticationFailedException _,
                    RegistryCredentialsNotSentException _ ->
                new CloudException(
                        Kind.DENIED,
                        tried + ": " + registry + " denies it; log in with docker login " + registry
                                + " or podman login, as somebody who may do that; credentials are looked for in "
                                + credentials.places(),
                        each);
            case RegistryException said ->
                new CloudException(
                        Kind.INVALID,
                        tried + ": " + registry + " refuses it: "
                                + String.valueOf(said.getMessage())
                                        .lines()
                                        .findFirst()
                                        .orElse(""),
                        each);
            case ResponseException answer -> answered(tried, registry, answer);
            default -> null;
        };
    }

    private static CloudException answered(String tried, String registry, ResponseException answer) {
        int status = answer.getStatusCode();
        return new CloudException(
                status == TOO_MANY ? Kind.BUSY : status >= SERVER ? Kind.UNKNOWN : Kind.INVALID,
                tried + ": " + registry + " answered " + status
                        + (status == TOO_MANY ? ": too many requests; wait, or log in" : "; apply again later"),
                answer);
    }
}
