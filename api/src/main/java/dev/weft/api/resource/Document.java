// SPDX-License-Identifier: Apache-2.0
package dev.weft.api.resource;

/** One YAML document: Kubernetes-shaped, one of the kinds Weft knows. */
public sealed interface Document permits Cloud, FacadeListener, Function, HttpRoute, Limit, Service {
    /** Name and labels. */
    Metadata metadata();

    /** The document's {@code kind}, for example {@code Function}. */
    String kind();

    /** What it is called where documents of all namespaces are: {@code checkout}, or in another than {@code default} {@code checkout.shop}. */
    default String name() {
        return metadata().qualifiedName();
    }

    /** apiVersion of Weft's own kinds. */
    String WEFT_V1ALPHA1 = "weft.dev/v1alpha1";

    /** apiVersion of Kubernetes' own services. */
    String CORE_V1 = "v1";

    /** apiVersion of the Gateway API's routes. */
    String GATEWAY_V1 = "gateway.networking.k8s.io/v1";
}
