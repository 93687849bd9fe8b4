// SPDX-License-Identifier: Apache-2.0
package dev.weft.control.placement;

import dev.weft.api.resource.Cloud;
import dev.weft.api.resource.Function.Placement;
import dev.weft.api.resource.Function.Placement.Choice;
import dev.weft.api.resource.Function.Strategy;
import dev.weft.api.resource.Spelling;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What each strategy asks of a placement and of its clouds. */
public final class PlacementChecks {
    private static final String PLACEMENT = "spec.placement";
    private static final String CLOUDS = PLACEMENT + ".clouds";
    private static final String STRATEGY = PLACEMENT + ".strategy";
    private static final String STICKY = PLACEMENT + ".sticky";

    /** Finds the clouds of a placement. */
    @FunctionalInterface
    public interface Clouds {
        /** The cloud of that name; null where there is none, or its labels or price were read with a mistake. */
        @Nullable
        Cloud find(String name);
    }

    /** Where mistakes are noted. */
    public interface Notes {
        /** Whether a field was read without a mistake. */
        boolean sound(String path);

        /** A mistake at the field {@code path}. */
        void wrong(String path, @Nullable String value, String message);
    }

    private final Clouds clouds;
    private final Placement placement;
    private final Notes notes;
    private final boolean budget;

    /** For {@code placement}, whose clouds are among {@code clouds}. @param budget whether its function has one */
    public PlacementChecks(Clouds clouds, Placement placement, boolean budget, Notes notes) {
        this.clouds = clouds;
        this.placement = placement;
        this.budget = budget;
        this.notes = notes;
    }

    /** Notes what does not hold. */
    public void check() {
        sticky();
        if (!notes.sound(STRATEGY)) {
            return;
        }
        prices();
        switch (placement.strategy()) {
            case FAILOVER, FASTEST, CHEAPEST -> {}
            case WEIGHTED -> weights();
            case BURST -> premises();
        }
    }

    private void sticky() {
        Placement.Sticky sticky = placement.sticky();
        if (sticky == null || !notes.sound(STICKY)) {
            return;
        }
        boolean both = sticky.header() != null && sticky.cookie() != null;
        boolean neither = sticky.header() == null && sticky.cookie() == null;
        boolean told = !notes.sound(STICKY + ".header") || !notes.sound(STICKY + ".cookie");
        if ((both || neither) && !told) {
            notes.wrong(STICKY, null, "must have exactly one of header and cookie");
        } else if (placement.strategy() != Strategy.WEIGHTED && notes.sound(STRATEGY)) {
            notes.wrong(
                    STICKY,
                    null,
                    "is for strategy weighted; strategy " + Spelling.Words.of(placement.strategy())
                            + " picks by other things than the user");
        }
    }

    private void weights() {
        boolean sound = true;
        for (int i = 0; i < placement.clouds().size(); i++) {
            sound &= notes.sound(CLOUDS + "[" + i + "].weight");
        }
        boolean none = placement.clouds().stream().allMatch(choice -> choice.weight() == 0);
        if (sound && none && !placement.clouds().isEmpty()) {
            notes.wrong(CLOUDS, null, "every weight is 0, so no cloud would be called");
        }
    }

    /** A cloud of unknown price would always or never be the cheapest, and nothing could be set aside for its calls. */
    private void prices() {
        boolean all = budget || placement.strategy() == Strategy.CHEAPEST;
        for (int i = 0; i < placement.clouds().size(); i++) {
            String field = CLOUDS + "[" + i + "].name";
            Cloud cloud = clouds.find(placement.clouds().get(i).name());
            if (cloud == null || !notes.sound(field) || !(all || cloud.spec().budget() != null)) {
                continue;
            }
            ListPrices.Priced priced = ListPrices.shipped().of(cloud);
            if (priced.price() == null) {
                notes.wrong(
                        field,
                        cloud.name(),
                        "there is " + priced.from() + "; give its Cloud a spec.price, or the label premises: \"true\""
                                + " if a call more costs nothing there");
            }
        }
    }

    private void premises() {
        List<Boolean> known = new ArrayList<>();
        for (Choice choice : placement.clouds()) {
            Cloud cloud = clouds.find(choice.name());
            if (cloud == null) {
                return; // told already
            }
            known.add(cloud.spec().premises());
        }
        if (!known.contains(true) || !known.contains(false)) {
            notes.wrong(
                    STRATEGY,
                    "burst",
                    "goes from your own machines to other clouds, and "
                            + (known.contains(true) ? "every cloud here" : "no cloud here")
                            + " has the label premises: \"true\"");
        }
    }
}
