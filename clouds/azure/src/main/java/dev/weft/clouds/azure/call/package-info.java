// SPDX-License-Identifier: Apache-2.0
/** How a call reaches a function on Azure and what Azure's answers mean. Pure: the gateway's event loops run it. */
@org.jspecify.annotations.NullMarked
package dev.weft.clouds.azure.call;
