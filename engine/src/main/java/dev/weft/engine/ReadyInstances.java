// SPDX-License-Identifier: Apache-2.0
package dev.weft.engine;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The instances that take calls: read by every call without a lock, changed under the pool's. */
@SuppressWarnings("ReferenceEquality") // an instance is only itself
final class ReadyInstances {
    private static final int ACQUIRE_TRIES_MAX = 4;
    private static final Instance[] NONE = {};

    private volatile Instance[] instances = NONE;

    /** An instance with a slot kept for the caller, or null. */
    @Nullable
    Instance acquire() {
        for (int tries = 0; tries < ACQUIRE_TRIES_MAX; tries++) {
            Instance[] serving = instances;
            if (serving.length == 0) {
                return null;
            }
            // the first free one where one call fills it, so that the last become idle; else the least loaded
            Instance best = null;
            for (Instance each : serving) {
                int load = each.load();
                if (load == 0 && each.tryAcquire()) {
                    return each;
                }
                if (load >= 0 && load < each.version().callsAtOnce() && (best == null || load < best.load())) {
                    best = each;
                }
            }
            if (best == null) {
                return null;
            }
            if (best.tryAcquire()) {
                return best;
            }
        }
        return null;
    }

    int size() {
        return instances.length;
    }

    List<Instance> list() {
        return List.of(instances);
    }

    void replace(List<Instance> others) {
        instances = others.toArray(NONE);
    }

    void add(Instance instance) {
        Instance[] before = instances;
        Instance[] more = Arrays.copyOf(before, before.length + 1);
        more[before.length] = instance;
        instances = more;
    }

    void remove(Instance instance) {
        Instance[] fewer =
                Arrays.stream(instances).filter(each -> each != instance).toArray(Instance[]::new);
        if (fewer.length < instances.length) {
            instances = fewer;
        }
    }
}
