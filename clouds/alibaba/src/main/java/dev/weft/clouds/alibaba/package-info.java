// SPDX-License-Identifier: Apache-2.0
/** All that Weft knows of Alibaba Cloud. {@link AlibabaHost} runs its code here, {@link AlibabaVendor} deploys it there. */
@NullMarked
package dev.weft.clouds.alibaba;

import org.jspecify.annotations.NullMarked;
