// SPDX-License-Identifier: Apache-2.0
/** All that Weft knows of AWS. Start at {@link LambdaHost}. */
@NullMarked
package dev.weft.clouds.aws;

import org.jspecify.annotations.NullMarked;
