// SPDX-License-Identifier: Apache-2.0
/**
 * Weft's worker for annotated Java functions. It runs in the function's process, with Azure's library and Gson on the class
 * path and none of Weft's other rooms. Start at {@link JavaWorker}.
 */
@NullMarked
package dev.weft.clouds.azure.worker;

import org.jspecify.annotations.NullMarked;
