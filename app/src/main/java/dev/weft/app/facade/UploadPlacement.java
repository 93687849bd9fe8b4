// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.facade;

import dev.weft.api.facade.Draft;
import dev.weft.api.resource.Cloud;
import dev.weft.control.Application;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Where a function that a client puts is to run. Pure. */
final class UploadPlacement {
    private UploadPlacement() {}

    /** As the labels say; without them on the cloud that the client believes to speak to. */
    static Map<String, Object> of(Draft draft, Application served) {
        Map<String, Object> placement = new TreeMap<>();
        String named = draft.labels().get(Draft.CLOUDS);
        List<String> clouds = named == null
                ? served.clouds().stream()
                        .sorted(Comparator.comparing(each -> each.spec().type() != draft.home()))
                        .limit(1)
                        .map(Cloud::name)
                        .toList()
                : List.of(named.split("_", -1));
        placement.put(
                "clouds", clouds.stream().map(each -> Map.of("name", each)).toList());
        String strategy = draft.labels().get(Draft.STRATEGY);
        if (strategy != null) {
            placement.put("strategy", strategy);
        }
        return placement;
    }
}
