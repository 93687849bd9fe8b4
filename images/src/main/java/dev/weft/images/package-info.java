// SPDX-License-Identifier: Apache-2.0
/** Container images: made of plans, by Jib and without a container engine, and put into registries. */
@NullMarked
package dev.weft.images;

import org.jspecify.annotations.NullMarked;
