// SPDX-License-Identifier: Apache-2.0
package dev.weft.api.account;

import org.jspecify.annotations.Nullable;

/**
 * Registries of container images. Blocking, on virtual threads; safe for use by many at once. What fails is a {@link
 * dev.weft.api.CloudException} that says what was tried and what the user can do, and holds no credential.
 */
public interface ImageStore {
    /** Digest of the image that is called {@code tag} in {@code repository}, for example {@code sha256:…}; null where there is none. */
    @Nullable
    String find(String repository, String tag);

    /** Makes the image and puts it into its repository, tag last: what is cut off leaves no image there. Its digest. */
    String push(ImagePlan plan, Progress progress);
}
