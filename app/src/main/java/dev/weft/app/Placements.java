// SPDX-License-Identifier: Apache-2.0
package dev.weft.app;

import dev.weft.api.resource.Cloud;
import dev.weft.app.admin.PlacementView;
import dev.weft.app.parity.ParityGate;
import dev.weft.app.parity.ParityGate.Withheld;
import dev.weft.control.placement.ListPrices;
import dev.weft.gateway.placement.CloudTerms;
import dev.weft.gateway.placement.Explanation;
import java.util.List;
import java.util.Map;

/** From documents to what the gateway places calls by, and from its reasons to what the admin API shows. */
final class Placements {
    private Placements() {}

    /** A stand-in costs what the cloud it stands in for would. */
    static List<CloudTerms> terms(List<Cloud> clouds, List<Withheld> withheld) {
        Map<String, Map<String, String>> byCloud = ParityGate.byCloud(withheld);
        return clouds.stream()
                .map(each -> terms(each, byCloud.getOrDefault(each.name(), Map.of())))
                .toList();
    }

    private static CloudTerms terms(Cloud cloud, Map<String, String> withheld) {
        ListPrices.Priced priced = ListPrices.shipped().of(cloud);
        Cloud.Spec spec = cloud.spec();
        return new CloudTerms(cloud.name(), spec.labels(), spec.premises(), priced.price(), priced.from(), withheld);
    }

    static PlacementView view(Explanation why) {
        return new PlacementView(
                why.function(),
                why.strategy(),
                why.clouds().stream().map(Placements::view).toList(),
                why.order(),
                why.sentence());
    }

    private static PlacementView.CloudView view(Explanation.CloudExplained cloud) {
        return new PlacementView.CloudView(
                cloud.name(),
                cloud.standing(),
                cloud.leftOut() == null,
                cloud.leftOut(),
                cloud.weight(),
                cloud.firstShare(),
                cloud.backShare(),
                cloud.dollarsPerMillion(),
                cloud.priceFrom(),
                cloud.latencyMillis(),
                cloud.inFlight(),
                cloud.full());
    }
}
