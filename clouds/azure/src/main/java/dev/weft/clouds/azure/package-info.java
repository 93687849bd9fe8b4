// SPDX-License-Identifier: Apache-2.0
/** All that Weft knows of Azure. Start at {@link AzureHost}. */
@NullMarked
package dev.weft.clouds.azure;

import org.jspecify.annotations.NullMarked;
