// SPDX-License-Identifier: Apache-2.0
package dev.weft.engine;

import dev.weft.api.spi.ContractHost;

/**
 * Whose pool it is.
 *
 * @param owner as whom its processes run where code may be read by one user only; else 0
 */
record PoolId(String function, ContractHost.StandInCloud cloud, int owner) {}
