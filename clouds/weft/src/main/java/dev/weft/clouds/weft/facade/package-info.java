// SPDX-License-Identifier: Apache-2.0
/** Weft's own API for other Wefts: functions as documents say them, and calls as they are. */
@org.jspecify.annotations.NullMarked
package dev.weft.clouds.weft.facade;
