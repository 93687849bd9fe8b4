// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.parity;

import dev.weft.api.Mistake;
import dev.weft.api.account.Artifact;
import dev.weft.api.account.CloudAccount;
import dev.weft.api.account.Packing;
import dev.weft.api.resource.Cloud;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What {@code weft apply} would upload of a function to one cloud of its placement. */
public sealed interface CloudArtifact {
    /** The cloud's name. */
    String cloud();

    /**
     * It can be made.
     *
     * @param name what the function is called there
     * @param account null for clouds that have none: they run code by its own contract
     * @param refused what of the function the cloud would refuse, by its own limits
     */
    record Made(
            Cloud document,
            String name,
            @Nullable CloudAccount account,
            Packing packing,
            Artifact artifact,
            List<Mistake> refused)
            implements CloudArtifact {
        public Made {
            refused = List.copyOf(refused);
        }

        @Override
        public String cloud() {
            return document.name();
        }
    }

    /** It can't. */
    record Not(String cloud, String why) implements CloudArtifact {}
}
