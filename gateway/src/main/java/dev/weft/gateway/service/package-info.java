// SPDX-License-Identifier: Apache-2.0
/** Services, which are not functions, called by their host names. */
@NullMarked
package dev.weft.gateway.service;

import org.jspecify.annotations.NullMarked;
