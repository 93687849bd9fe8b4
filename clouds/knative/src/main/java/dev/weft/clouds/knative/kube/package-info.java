// SPDX-License-Identifier: Apache-2.0
/** A Kubernetes cluster: how it is reached, by the files and variables that kubectl reads, and what is asked of it. */
@org.jspecify.annotations.NullMarked
package dev.weft.clouds.knative.kube;
