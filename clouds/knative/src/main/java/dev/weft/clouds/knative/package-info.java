// SPDX-License-Identifier: Apache-2.0
/** All that Weft knows of Knative Serving. Start at {@link KnativeVendor}. */
@NullMarked
package dev.weft.clouds.knative;

import org.jspecify.annotations.NullMarked;
