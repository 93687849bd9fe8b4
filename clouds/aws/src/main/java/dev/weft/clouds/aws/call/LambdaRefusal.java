// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.aws.call;

import dev.weft.api.CloudException;
import dev.weft.api.CloudException.Kind;
import dev.weft.api.Headers;
import dev.weft.api.spi.InvokeDialect;
import java.time.Duration;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What an answer other than 200 and 202 means. It is always Lambda's own: a function has no status there. Pure. */
final class LambdaRefusal {
    private static final Set<String> OUR_CREDENTIALS = Set.of(
            "AccessDeniedException",
            "UnrecognizedClientException",
            "InvalidSignatureException",
            "IncompleteSignatureException",
            "MissingAuthenticationTokenException",
            "ExpiredTokenException",
            "InvalidClientTokenId",
            "OptInRequired");

    /** Lambda could not give the function a place, a network, a file system or its key: its code was not run. */
    private static final Set<String> NOT_STARTED = Set.of(
            "EC2AccessDeniedException",
            "EC2ThrottledException",
            "EC2UnexpectedException",
            "EFSIOException",
            "EFSMountConnectivityException",
            "EFSMountFailureException",
            "EFSMountTimeoutException",
            "ENILimitReachedException",
            "InvalidRuntimeException",
            "InvalidSecurityGroupIDException",
            "InvalidSubnetIDException",
            "InvalidZipFileException",
            "KMSAccessDeniedException",
            "KMSDisabledException",
            "KMSInvalidStateException",
            "KMSNotFoundException",
            "ResourceConflictException",
            "ResourceNotReadyException",
            "SnapStartException",
            "SnapStartNotReadyException",
            "SnapStartTimeoutException",
            "SubnetIPAddressLimitReachedException",
            "ThrottlingException",
            "TooManyRequestsException");

    private LambdaRefusal() {}

    /** The failure that {@code head} states. */
    static CloudException of(InvokeDialect.WireHead head) {
        Headers headers = head.headers();
        String type = type(headers.first("x-amzn-errortype"));
        String id = headers.first("x-amzn-requestid");
        return new CloudException(
                kind(head.status(), type),
                "Lambda answered %d%s%s"
                        .formatted(
                                head.status(),
                                type.isEmpty() ? "" : ' ' + type,
                                id == null ? "" : " (request " + id + ')'),
                null,
                retryAfter(headers.first("retry-after")));
    }

    private static Kind kind(int status, String type) {
        if (OUR_CREDENTIALS.contains(type)) {
            return Kind.DENIED;
        }
        if (NOT_STARTED.contains(type)) {
            return Kind.BUSY;
        }
        return switch (status) {
            case 401, 403 -> Kind.DENIED;
            case 404 -> Kind.ABSENT;
            case 409, 429 -> Kind.BUSY;
            case 413 -> Kind.TOO_LARGE;
            default -> status >= 400 && status < 500 ? Kind.INVALID : Kind.UNKNOWN;
        };
    }

    private static String type(@Nullable String field) {
        if (field == null) {
            return "";
        }
        int end = field.indexOf(':');
        return (end < 0 ? field : field.substring(0, end)).strip();
    }

    private static @Nullable Duration retryAfter(@Nullable String field) {
        try {
            return field == null ? null : Duration.ofSeconds(Math.max(0, Long.parseLong(field.strip())));
        } catch (NumberFormatException notSeconds) {
            return null;
        }
    }
}
