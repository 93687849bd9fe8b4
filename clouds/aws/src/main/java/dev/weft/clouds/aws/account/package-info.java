// SPDX-License-Identifier: Apache-2.0
/** Lambda as plan and apply see it. Start at {@link AwsAccount}. */
@org.jspecify.annotations.NullMarked
package dev.weft.clouds.aws.account;
