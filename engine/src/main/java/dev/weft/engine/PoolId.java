// SPDX-License-Identifier: Apache-2.0
package dev.weft.engine;

import dev.weft.api.spi.ContractHost;

/**
 * Whose pool it is.
 *
 * @param uid as whom its processes run, where Weft is root
 */
record PoolId(String function, ContractHost.StandInCloud cloud, int uid) {}
