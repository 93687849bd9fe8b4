// SPDX-License-Identifier: Apache-2.0
/** Who we are to AWS: where credentials come from, and how they sign requests. */
@org.jspecify.annotations.NullMarked
package dev.weft.clouds.aws.credentials;
