// SPDX-License-Identifier: Apache-2.0
package dev.weft.api.rest;

import dev.weft.api.CloudException;
import org.jspecify.annotations.Nullable;

/** How one vendor says that a request failed. Pure. */
@FunctionalInterface
public interface RestErrors {
    /** What {@code answer}, whose status is not 2xx, says. */
    Said read(RestRequest request, RestResponse answer);

    /**
     * The vendor's own words.
     *
     * @param kind how the cloud failed; {@link CloudException.Kind#BUSY} is waited for and tried again
     * @param code the vendor's error code, for example ResourceConflictException; empty where it named none
     * @param words the vendor's message; empty where it gave none
     * @param requestId what the vendor's support asks for; null where there is none
     * @param advice what the user can do, one sentence; null where nothing is known
     */
    record Said(
            CloudException.Kind kind,
            String code,
            String words,
            @Nullable String requestId,
            @Nullable String advice) {}

    /** The kind that a status means where the vendor's code says nothing better. */
    static CloudException.Kind byStatus(int status) {
        return switch (status) {
            case 401, 403 -> CloudException.Kind.DENIED;
            case 404, 410 -> CloudException.Kind.ABSENT;
            case 413 -> CloudException.Kind.TOO_LARGE;
            case 429, 503 -> CloudException.Kind.BUSY;
            default -> status >= 500 ? CloudException.Kind.UNKNOWN : CloudException.Kind.INVALID;
        };
    }
}
