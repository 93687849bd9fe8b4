// SPDX-License-Identifier: Apache-2.0
/** Functions on real clouds as the gateway calls them. */
@org.jspecify.annotations.NullMarked
package dev.weft.gateway.cloud;
