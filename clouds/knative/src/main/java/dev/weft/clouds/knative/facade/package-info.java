// SPDX-License-Identifier: Apache-2.0
/** Weft answering as a Kubernetes API server that has Knative Serving. */
@org.jspecify.annotations.NullMarked
package dev.weft.clouds.knative.facade;
