// SPDX-License-Identifier: Apache-2.0
/** Answering in Azure's APIs: its resource manager, its hosts of functions and of deployments. */
@org.jspecify.annotations.NullMarked
package dev.weft.clouds.azure.facade;
