// SPDX-License-Identifier: Apache-2.0
package dev.weft.control;

import dev.weft.api.resource.Cloud;
import dev.weft.api.resource.Function.Placement;
import dev.weft.api.resource.Function.Placement.Choice;
import dev.weft.api.resource.Function.Strategy;
import dev.weft.api.resource.Spelling;
import dev.weft.control.ManifestReader.Source;
import dev.weft.control.price.ListPrices;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What each strategy asks of a placement and of its clouds. */
final class PlacementChecks {
    private static final String CLOUDS = FunctionChecks.PLACEMENT + ".clouds";
    private static final String STRATEGY = FunctionChecks.PLACEMENT + ".strategy";
    private static final String STICKY = FunctionChecks.PLACEMENT + ".sticky";

    private final Map<String, Source<Cloud>> clouds;
    private final Placement placement;
    private final Findings findings;

    /** For {@code placement}, whose clouds are among {@code clouds}; notes go to {@code findings}. */
    PlacementChecks(Map<String, Source<Cloud>> clouds, Placement placement, Findings findings) {
        this.clouds = clouds;
        this.placement = placement;
        this.findings = findings;
    }

    /** Notes what does not hold. */
    void check() {
        sticky();
        if (!findings.sound(STRATEGY)) {
            return;
        }
        switch (placement.strategy()) {
            case FAILOVER, FASTEST -> {}
            case WEIGHTED -> weights();
            case CHEAPEST -> prices();
            case BURST -> premises();
        }
    }

    private void sticky() {
        Placement.Sticky sticky = placement.sticky();
        if (sticky == null || !findings.sound(STICKY)) {
            return;
        }
        boolean both = sticky.header() != null && sticky.cookie() != null;
        boolean neither = sticky.header() == null && sticky.cookie() == null;
        boolean told = !findings.sound(STICKY + ".header") || !findings.sound(STICKY + ".cookie");
        if ((both || neither) && !told) {
            findings.wrong(STICKY, null, "must have exactly one of header and cookie");
        } else if (placement.strategy() != Strategy.WEIGHTED && findings.sound(STRATEGY)) {
            findings.wrong(
                    STICKY,
                    null,
                    "is for strategy weighted; strategy " + Spelling.Words.of(placement.strategy())
                            + " picks by other things than the user");
        }
    }

    private void weights() {
        boolean sound = true;
        for (int i = 0; i < placement.clouds().size(); i++) {
            sound &= findings.sound(CLOUDS + "[" + i + "].weight");
        }
        boolean none = placement.clouds().stream().allMatch(choice -> choice.weight() == 0);
        if (sound && none && !placement.clouds().isEmpty()) {
            findings.wrong(CLOUDS, null, "every weight is 0, so no cloud would be called");
        }
    }

    /** A cloud of unknown price would always or never be the cheapest. */
    private void prices() {
        for (int i = 0; i < placement.clouds().size(); i++) {
            String field = CLOUDS + "[" + i + "].name";
            Source<Cloud> cloud = clouds.get(placement.clouds().get(i).name());
            if (cloud == null || !findings.sound(field) || !cloud.findings().sound("spec.price")) {
                continue;
            }
            ListPrices.Priced priced = ListPrices.shipped().of(cloud.document());
            if (priced.price() == null) {
                findings.wrong(
                        field,
                        cloud.document().name(),
                        "there is " + priced.from() + "; give its Cloud a spec.price, or the label premises: \"true\""
                                + " if a call more costs nothing there");
            }
        }
    }

    private void premises() {
        List<Boolean> known = new ArrayList<>();
        for (Choice choice : placement.clouds()) {
            Source<Cloud> cloud = clouds.get(choice.name());
            if (cloud == null || !cloud.findings().sound("spec.labels")) {
                return; // told already
            }
            known.add(cloud.document().spec().premises());
        }
        if (!known.contains(true) || !known.contains(false)) {
            findings.wrong(
                    STRATEGY,
                    "burst",
                    "goes from your own machines to other clouds, and "
                            + (known.contains(true) ? "every cloud here" : "no cloud here")
                            + " has the label premises: \"true\"");
        }
    }
}
