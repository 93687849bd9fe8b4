// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.aws.credentials;

import dev.weft.api.CloudException;
import dev.weft.api.rest.RestRequest;
import dev.weft.api.rest.RestResponse;
import dev.weft.api.rest.Transport;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Requests that fetch credentials: sent once, their answers never shown. */
final class Sending {
    private static final JsonMapper JSON = JsonMapper.shared();

    private Sending() {}

    /** The answer, whatever its status. */
    static RestResponse send(Transport transport, RestRequest request) {
        try {
            return transport.send(request);
        } catch (IOException lost) {
            throw unreachable(request, lost);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new CloudException(CloudException.Kind.UNKNOWN, request.tried() + " was interrupted", stopped);
        }
    }

    /** The same, given up after {@code most}: for addresses at which elsewhere there is nobody. */
    static RestResponse send(Transport transport, RestRequest request, Duration most) {
        FutureTask<RestResponse> task = new FutureTask<>(() -> transport.send(request));
        Thread thread = Thread.ofVirtual().name("aws-credentials").start(task);
        try {
            return task.get(most.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException nobody) {
            thread.interrupt();
            throw unreachable(request, nobody);
        } catch (ExecutionException failed) {
            throw unreachable(request, failed);
        } catch (InterruptedException stopped) {
            thread.interrupt();
            Thread.currentThread().interrupt();
            throw new CloudException(CloudException.Kind.UNKNOWN, request.tried() + " was interrupted", stopped);
        }
    }

    private static CloudException unreachable(RestRequest request, Exception cause) {
        return new CloudException(
                CloudException.Kind.UNREACHABLE,
                request.tried() + " got no answer from " + request.uri().getRawAuthority(),
                cause);
    }

    /** The time at which credentials end. */
    static Instant end(String text, String source) {
        try {
            return Instant.parse(text);
        } catch (DateTimeException unreadable) {
            throw new CloudException(
                    CloudException.Kind.INVALID, source + " gave credentials whose end is no time", null);
        }
    }

    /** Credentials in the JSON that containers, instances and programs give. */
    static AwsCredentials read(String text, String source) {
        JsonNode json;
        try {
            json = JSON.readTree(text);
        } catch (JacksonException notJson) {
            throw new CloudException(CloudException.Kind.INVALID, source + " gave something that is not JSON", null);
        }
        String accessKey = json.path("AccessKeyId").asString("");
        String secretKey = json.path("SecretAccessKey").asString("");
        String token = json.path("Token").asString(json.path("SessionToken").asString(""));
        String expires = json.path("Expiration").asString("");
        if (accessKey.isEmpty() || secretKey.isEmpty()) {
            throw new CloudException(CloudException.Kind.DENIED, source + " gave no credentials", null);
        }
        return new AwsCredentials(
                accessKey,
                secretKey,
                token.isEmpty() ? null : token,
                expires.isEmpty() ? null : end(expires, source),
                source);
    }
}
