// SPDX-License-Identifier: Apache-2.0
/** Who Weft is to Azure: the standard chain of credentials, and the tokens they give. Blocking; no secret in any text. */
@org.jspecify.annotations.NullMarked
package dev.weft.clouds.azure.credentials;
