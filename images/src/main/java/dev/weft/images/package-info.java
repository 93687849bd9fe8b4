// SPDX-License-Identifier: Apache-2.0
/** Container images: made of plans and put into registries, fetched from there and unpacked; without a container engine. */
@NullMarked
package dev.weft.images;

import org.jspecify.annotations.NullMarked;
