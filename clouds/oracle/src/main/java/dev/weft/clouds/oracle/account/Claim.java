// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.oracle.account;

import dev.weft.api.CloudException;
import dev.weft.api.account.Ownership;
import dev.weft.api.account.Seen;
import dev.weft.api.account.Wanted;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Whether what is on a cloud may be changed. Pure. */
final class Claim {
    private Claim() {}

    /** Refuses what is not the function that {@code wanted} is, or is not as it was when the plan was made. */
    static void mayChange(
            String cloud, Wanted wanted, Map<String, String> settings, @Nullable Seen now, @Nullable Seen before) {
        if (now == null) {
            return;
        }
        Ownership owner = now.owner();
        if (owner == null) {
            throw refused(cloud, now.name(), "is there already and not Weft's; weft adopt takes it over");
        }
        if (!owner.application().equals(wanted.application())
                || !owner.function().equals(wanted.function().name())) {
            throw refused(
                    cloud, now.name(), "is function " + owner.function() + " of application " + owner.application());
        }
        if (before == null) {
            if (!isAlready(wanted, settings, now)) {
                throw refused(cloud, now.name(), "was made by somebody else meanwhile; plan again");
            }
        } else if (before.state().equals(Seen.READY) // else the cloud itself was about to change it
                && !Objects.equals(before.revision(), now.revision())) {
            throw refused(cloud, now.name(), "was changed by somebody else meanwhile; plan again");
        }
    }

    /** Whether {@code now} is all that {@code wanted} asks for. */
    static boolean isAlready(Wanted wanted, Map<String, String> settings, Seen now) {
        return Tags.owner(wanted, settings).equals(now.owner())
                && !now.codeTouched()
                && now.settings().equals(settings);
    }

    /** Refuses to delete what is not Weft's. */
    static void mayDelete(String cloud, Seen now) {
        if (now.owner() == null) {
            throw refused(cloud, now.name(), "is not Weft's and is left alone");
        }
    }

    /** A refusal that nothing was changed for. */
    static CloudException refused(String cloud, String name, String why) {
        return new CloudException(CloudException.Kind.INVALID, "function " + name + " on " + cloud + ' ' + why, null);
    }
}
