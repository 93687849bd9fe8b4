// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.knative;

import dev.weft.api.Mistake;
import dev.weft.api.account.CloudAccount;
import dev.weft.api.account.CloudVendor;
import dev.weft.api.resource.Cloud;
import dev.weft.clouds.knative.kube.KubeApi;
import dev.weft.clouds.knative.kube.KubeLogin;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Knative Serving in any Kubernetes cluster; Red Hat OpenShift Serverless is that too. */
public final class KnativeVendor implements CloudVendor {
    static final String NAMESPACE = "namespace";
    static final String CONTEXT = "context";
    static final String KUBECONFIG = "kubeconfig";
    static final String INGRESS = "ingress";
    static final String TIMEOUT_MAX = "timeoutMax";

    /** There is nothing to set up. */
    public KnativeVendor() {}

    @Override
    public Set<Cloud.Type> types() {
        return Set.of(Cloud.Type.KNATIVE);
    }

    @Override
    public List<Option> options(Cloud.Type type) {
        return List.of(
                new Option(
                        NAMESPACE,
                        "The Kubernetes namespace of the functions; default where it is left out.",
                        false,
                        "[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?",
                        "a DNS label: lower-case letters, digits and '-', at most 63"),
                Option.of(CONTEXT, "The kubeconfig's context; its current one where it is left out.", false),
                Option.of(KUBECONFIG, "A kubeconfig file; KUBECONFIG or ~/.kube/config where it is left out.", false),
                new Option(
                        INGRESS,
                        "Where calls go in place of the functions' own addresses, which then stand in Host.",
                        false,
                        "https?://[-A-Za-z0-9.:\\[\\]]{1,255}",
                        "http:// or https://, a host and perhaps a port"),
                new Option(
                        TIMEOUT_MAX,
                        "Seconds that the cluster's config-defaults allow for max-revision-timeout-seconds; 600 where it"
                                + " is left out.",
                        false,
                        "[1-9][0-9]{0,4}",
                        "a number of seconds"));
    }

    @Override
    public List<Mistake> check(Cloud cloud) {
        if (cloud.spec().endpoint() == null) {
            return List.of();
        }
        return List.of(KUBECONFIG, CONTEXT).stream()
                .filter(cloud.spec().account()::containsKey)
                .map(each -> Mistake.at(
                        "spec.account." + each,
                        cloud.spec().account().get(each),
                        "spec.endpoint says already where the cluster is; leave one of the two out"))
                .toList();
    }

    @Override
    public CloudAccount open(Cloud cloud, Around around) {
        Map<String, String> options = cloud.spec().account();
        KubeLogin login = new KubeLogin(cloud.spec().endpoint(), options.get(KUBECONFIG), options.get(CONTEXT), around);
        KubeApi api = new KubeApi(login, options.getOrDefault(NAMESPACE, "default"), around.clock());
        return new KnativeAccount(cloud, api, login, around.clock());
    }

    static @Nullable URI ingress(Cloud cloud) {
        String ingress = cloud.spec().account().get(INGRESS);
        return ingress == null ? null : URI.create(ingress);
    }
}
