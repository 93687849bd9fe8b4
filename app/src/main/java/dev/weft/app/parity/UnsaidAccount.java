// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.parity;

import dev.weft.api.Mistake;
import dev.weft.api.account.CloudVendor;
import dev.weft.api.account.CloudVendor.Option;
import dev.weft.api.resource.Cloud;
import dev.weft.control.account.AccountChecks;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * A cloud's document with something in place of what it does not say of the account, so that it can be told what would be uploaded
 * before there is an account. Nothing is ever sent by it.
 */
final class UnsaidAccount {
    private static final String REGION = "local-1";
    private static final URI ENDPOINT = URI.create("https://weft.invalid");
    private static final String REGISTRY = "registry.invalid/weft";
    private static final String ACCOUNT = "spec.account.";

    /** One of them fits what vendors ask for. */
    private static final List<String> SAMPLES = List.of(
            "00000000-0000-0000-0000-000000000000",
            "weft",
            "arn:aws:iam::000000000000:role/weft",
            "weftparity",
            "weft-parity",
            "1234567890123456",
            "true",
            "https://weft.invalid");

    private static final Set<Cloud.Type> OF_IMAGES =
            Set.of(Cloud.Type.FN, Cloud.Type.OCI, Cloud.Type.KNATIVE, Cloud.Type.CODE_ENGINE);

    private static final int ROUNDS_MAX = 3;

    private UnsaidAccount() {}

    /** {@code cloud}, filled in; null where what is wrong with it is not only something left out. */
    static @Nullable Cloud filled(Cloud cloud, CloudVendor vendor) {
        Cloud.Spec spec = cloud.spec();
        if (spec.registry() == null && OF_IMAGES.contains(spec.type())) {
            spec = with(spec, spec.region(), spec.endpoint(), spec.account(), REGISTRY);
        }
        Cloud filled = new Cloud(cloud.metadata(), spec);
        for (int round = 0; round < ROUNDS_MAX; round++) {
            List<Mistake> missing = AccountChecks.check(filled, vendor);
            if (missing.isEmpty()) {
                return filled;
            }
            for (Mistake each : missing) {
                filled = new Cloud(cloud.metadata(), filled(filled.spec(), each, vendor));
            }
        }
        return null;
    }

    private static Cloud.Spec filled(Cloud.Spec spec, Mistake missing, CloudVendor vendor) {
        if (missing.field().equals("spec.region") && spec.region() == null) {
            return with(spec, REGION, spec.endpoint(), spec.account(), spec.registry());
        }
        if (missing.field().equals("spec.endpoint") && spec.endpoint() == null) {
            return with(spec, spec.region(), ENDPOINT, spec.account(), spec.registry());
        }
        Map<String, String> account = new TreeMap<>(spec.account());
        for (Option each : vendor.options(spec.type())) {
            boolean asked = each.required() || missing.field().equals(ACCOUNT + each.name());
            if (asked && !account.containsKey(each.name())) {
                SAMPLES.stream()
                        .filter(sample -> sample.matches(each.pattern()))
                        .findFirst()
                        .ifPresent(sample -> account.put(each.name(), sample));
            }
        }
        return with(spec, spec.region(), spec.endpoint(), account, spec.registry());
    }

    private static Cloud.Spec with(
            Cloud.Spec spec,
            @Nullable String region,
            @Nullable URI endpoint,
            Map<String, String> account,
            @Nullable String registry) {
        return new Cloud.Spec(
                spec.type(), region, endpoint, spec.labels(), spec.price(), account, registry, spec.budget());
    }
}
