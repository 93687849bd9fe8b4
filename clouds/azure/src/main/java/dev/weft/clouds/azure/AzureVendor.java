// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.azure;

import dev.weft.api.Mistake;
import dev.weft.api.account.CloudAccount;
import dev.weft.api.account.CloudVendor;
import dev.weft.api.resource.Cloud;
import dev.weft.clouds.azure.account.AzureAccount;
import dev.weft.clouds.azure.account.AzureOptions;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Azure Functions by Azure Resource Manager: clouds of type {@code azure}. */
public final class AzureVendor implements CloudVendor {
    private static final Set<String> LOOPBACK = Set.of("127.0.0.1", "localhost", "[::1]");

    @Override
    public Set<Cloud.Type> types() {
        return Set.of(Cloud.Type.AZURE);
    }

    @Override
    public List<Option> options(Cloud.Type type) {
        return AzureOptions.all();
    }

    @Override
    public List<Mistake> check(Cloud cloud) {
        List<Mistake> mistakes = new ArrayList<>();
        if (cloud.spec().region() == null) {
            mistakes.add(
                    Mistake.at("spec.region", null, "is missing: Azure's name of a location, for example westeurope"));
        }
        URI endpoint = cloud.spec().endpoint();
        if (endpoint != null) {
            boolean safe =
                    "https".equals(endpoint.getScheme()) || LOOPBACK.contains(String.valueOf(endpoint.getHost()));
            if (!safe || endpoint.getHost() == null) {
                mistakes.add(Mistake.at(
                        "spec.endpoint",
                        endpoint.toString(),
                        "tokens go there, so it begins with https://; http:// is for this machine only"));
            }
        }
        return mistakes;
    }

    @Override
    public CloudAccount open(Cloud cloud, Around around) {
        AzureOptions options = AzureOptions.of(cloud);
        return new AzureAccount(
                options, around, options.flex() ? AzureFolder::readForFlex : AzureFolder::read, Thread::sleep);
    }
}
