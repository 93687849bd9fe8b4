// SPDX-License-Identifier: Apache-2.0
package dev.weft.testkit;

import dev.weft.api.account.CloudAccount;
import dev.weft.api.account.CloudVendor;
import dev.weft.api.resource.Cloud;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Opens one {@link FakeAccount} for each cloud's name, whatever its type; the same one each time. */
public final class FakeVendor implements CloudVendor {
    private final Map<String, FakeAccount> accounts = new ConcurrentHashMap<>();

    /** The account of the cloud named {@code cloud}. */
    public FakeAccount account(String cloud) {
        return accounts.computeIfAbsent(cloud, FakeAccount::new);
    }

    @Override
    public Set<Cloud.Type> types() {
        return EnumSet.allOf(Cloud.Type.class);
    }

    @Override
    public List<Option> options(Cloud.Type type) {
        return List.of();
    }

    @Override
    public CloudAccount open(Cloud cloud, Around around) {
        return account(cloud.name());
    }
}
