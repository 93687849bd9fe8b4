// SPDX-License-Identifier: Apache-2.0
/** Function Compute's management API: its signature, its credentials, its requests and its words. */
@org.jspecify.annotations.NullMarked
package dev.weft.clouds.alibaba.account;
