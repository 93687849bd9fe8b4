// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.aws.credentials;

import dev.weft.api.CloudException;
import dev.weft.api.account.CloudVendor;
import dev.weft.api.rest.RestRequest;
import dev.weft.api.rest.RestResponse;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What AWS's own machines give: containers by an address in their environment, instances by the metadata service, version 2.
 * Source: AWS SDKs and tools reference guide, "Container credential provider" and "IMDS credential provider".
 */
record MachineSource(CloudVendor.Around around) {
    private static final String CONTAINER = "http://169.254.170.2";
    private static final String METADATA = "http://169.254.169.254";

    /** Hosts to which a token may go without TLS: the machine itself, and AWS's link-local addresses. */
    private static final Set<String> NEAR =
            Set.of("localhost", "127.0.0.1", "[::1]", "169.254.170.2", "169.254.170.23", "[fd00:ec2::23]");

    /** Elsewhere nobody is at these addresses. */
    private static final Duration ANSWER_MAX = Duration.ofSeconds(2);

    private static final String TOKEN_SECONDS = "21600";

    /** Null outside of a container that AWS runs. */
    @Nullable
    AwsCredentials container() {
        Map<String, String> environment = around.environment();
        String relative = environment.get("AWS_CONTAINER_CREDENTIALS_RELATIVE_URI");
        String full = environment.get("AWS_CONTAINER_CREDENTIALS_FULL_URI");
        if (relative == null && full == null) {
            return null;
        }
        URI uri = URI.create(relative != null ? CONTAINER + relative : String.valueOf(full));
        if (!"https".equals(uri.getScheme()) && !NEAR.contains(String.valueOf(uri.getHost()))) {
            throw new CloudException(
                    CloudException.Kind.DENIED,
                    "AWS_CONTAINER_CREDENTIALS_FULL_URI must be https, or an address of this machine or of AWS's agents",
                    null);
        }
        RestRequest request = RestRequest.of("container credentials", "GET", uri);
        String token = token(environment);
        if (token != null) {
            request = request.header("authorization", token);
        }
        RestResponse answer = Sending.send(around.transport(), request, ANSWER_MAX);
        return Sending.read(good(answer, "the container's agent"), "the container");
    }

    private static @Nullable String token(Map<String, String> environment) {
        String file = environment.get("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE");
        if (file == null) {
            return environment.get("AWS_CONTAINER_AUTHORIZATION_TOKEN");
        }
        try {
            return Files.readString(Path.of(file), StandardCharsets.UTF_8).strip();
        } catch (IOException unreadable) {
            throw new CloudException(
                    CloudException.Kind.DENIED, "the container's token " + file + " cannot be read", unreadable);
        }
    }

    /** Null where this is no instance, or one without a role. */
    @Nullable
    AwsCredentials instance() {
        Map<String, String> environment = around.environment();
        if ("true".equalsIgnoreCase(environment.get("AWS_EC2_METADATA_DISABLED"))) {
            return null;
        }
        String base = environment
                .getOrDefault("AWS_EC2_METADATA_SERVICE_ENDPOINT", METADATA)
                .replaceAll("/+$", "");
        try {
            RestRequest ask = RestRequest.of("instance token", "PUT", URI.create(base + "/latest/api/token"))
                    .header("x-aws-ec2-metadata-token-ttl-seconds", TOKEN_SECONDS);
            RestResponse token = Sending.send(around.transport(), ask, ANSWER_MAX);
            if (!token.ok()) {
                return null;
            }
            String roles = base + "/latest/meta-data/iam/security-credentials/";
            RestResponse role = get(roles, token.text());
            if (!role.ok() || role.text().isBlank()) {
                return null;
            }
            String name = role.text().strip().lines().findFirst().orElse("");
            return Sending.read(
                    good(get(roles + SigV4.encoded(name), token.text()), "the instance's metadata"),
                    "the instance's role " + name);
        } catch (CloudException failed) {
            if (failed.kind() == CloudException.Kind.UNREACHABLE) {
                return null;
            }
            throw failed;
        }
    }

    private RestResponse get(String uri, String token) {
        RestRequest request = RestRequest.of("instance credentials", "GET", URI.create(uri))
                .header("x-aws-ec2-metadata-token", token.strip());
        return Sending.send(around.transport(), request, ANSWER_MAX);
    }

    private static String good(RestResponse answer, String who) {
        if (!answer.ok()) {
            throw new CloudException(
                    CloudException.Kind.DENIED, who + " answered " + answer.status() + " instead of credentials", null);
        }
        return answer.text();
    }
}
