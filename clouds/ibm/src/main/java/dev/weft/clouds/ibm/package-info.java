// SPDX-License-Identifier: Apache-2.0
/** All that Weft knows of IBM: OpenWhisk and, later, Code Engine. Start at {@link OpenWhiskHost}. */
@NullMarked
package dev.weft.clouds.ibm;

import org.jspecify.annotations.NullMarked;
