// SPDX-License-Identifier: Apache-2.0
/** A subscription's function apps: put there, changed, read back, taken off; by Azure Resource Manager and Blob Storage. Blocking. */
@org.jspecify.annotations.NullMarked
package dev.weft.clouds.azure.account;
