// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway;

import java.util.List;

/**
 * Finds the cloud of a function that fails far more often than the others, though not every time. Never puts more than
 * {@link #OUT_SHARE_MAX} of the clouds out at once: what all of them suffer from is no cloud's own fault. Safe for use
 * from any loop.
 */
final class Outliers {
    /** Calls a cloud must have had lately before its share of failures says anything. */
    static final int CALLS_MIN = 20;

    /** Calls another cloud must have had lately to be compared with. */
    static final int COMPARED_CALLS_MIN = 10;

    /** A share of failures that nobody has to bear. */
    static final double RATIO_MIN = 0.3;

    /** How far it must be above the mean of the others. */
    static final double ABOVE_OTHERS = 0.3;

    /** Most of a function's clouds that may be out when another is put out. */
    static final double OUT_SHARE_MAX = 0.5;

    private final List<PlaceHealth> clouds;

    Outliers(List<PlaceHealth> clouds) {
        this.clouds = List.copyOf(clouds);
    }

    /** {@code cloud} has failed once more. */
    @SuppressWarnings("ReferenceEquality") // two clouds that have failed alike are two all the same
    void failed(PlaceHealth cloud) {
        double ratio = cloud.failureRatio();
        if (cloud.calls() < CALLS_MIN || ratio < RATIO_MIN) {
            return;
        }
        int out = 0;
        int compared = 0;
        double others = 0;
        for (PlaceHealth each : clouds) {
            if (each == cloud) {
                continue;
            }
            if (each.standing() != PlacementDecider.Standing.HEALTHY) {
                out++;
            } else if (each.calls() >= COMPARED_CALLS_MIN) {
                compared++;
                others += each.failureRatio();
            }
        }
        double mean = compared == 0 ? 0 : others / compared;
        if (ratio >= mean + ABOVE_OTHERS && out + 1 <= OUT_SHARE_MAX * clouds.size()) {
            cloud.putOut();
        }
    }
}
