// SPDX-License-Identifier: Apache-2.0
/** All that Weft knows of AWS. Start at {@link LambdaHost}, which runs functions here, and {@link AwsVendor}, which deploys and calls them there. */
@NullMarked
package dev.weft.clouds.aws;

import org.jspecify.annotations.NullMarked;
