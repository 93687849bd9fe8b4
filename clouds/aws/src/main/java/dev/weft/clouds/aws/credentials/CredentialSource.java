// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.aws.credentials;

import org.jspecify.annotations.Nullable;

/** One place where credentials may be. Blocking. */
@FunctionalInterface
interface CredentialSource {
    /** What is there; null where this place holds none. One that is broken is a CloudException that says what to mend. */
    @Nullable
    AwsCredentials find();
}
