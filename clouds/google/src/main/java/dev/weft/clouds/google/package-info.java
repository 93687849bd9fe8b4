// SPDX-License-Identifier: Apache-2.0
/** All that Weft knows of Google Cloud. Start at {@link GoogleHost}. */
@NullMarked
package dev.weft.clouds.google;

import org.jspecify.annotations.NullMarked;
