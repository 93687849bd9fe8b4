// SPDX-License-Identifier: Apache-2.0
/** All that Weft knows of Alibaba Cloud. Start at {@link AlibabaHost}. */
@NullMarked
package dev.weft.clouds.alibaba;

import org.jspecify.annotations.NullMarked;
