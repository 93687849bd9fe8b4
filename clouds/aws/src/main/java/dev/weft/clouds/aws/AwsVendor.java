// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.aws;

import dev.weft.api.Mistake;
import dev.weft.api.account.CloudAccount;
import dev.weft.api.account.CloudVendor;
import dev.weft.api.resource.Cloud;
import dev.weft.clouds.aws.account.AwsAccount;
import java.util.List;
import java.util.Set;

/** Opens AWS accounts: one is a region of an account. */
public final class AwsVendor implements CloudVendor {
    @Override
    public Set<Cloud.Type> types() {
        return Set.of(Cloud.Type.AWS);
    }

    @Override
    public List<Option> options(Cloud.Type type) {
        return AwsAccount.options();
    }

    @Override
    public List<Mistake> check(Cloud cloud) {
        return cloud.spec().region() == null
                ? List.of(Mistake.at("spec.region", null, "type aws needs a region, for example eu-west-1"))
                : List.of();
    }

    @Override
    public CloudAccount open(Cloud cloud, Around around) {
        return new AwsAccount(cloud, around);
    }
}
