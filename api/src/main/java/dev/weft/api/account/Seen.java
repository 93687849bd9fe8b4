// SPDX-License-Identifier: Apache-2.0
package dev.weft.api.account;

import dev.weft.api.spi.InvokeDialect.Target;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A function as it is on one cloud. Its settings hold no secret: see {@link Ownership#sealed}.
 *
 * @param name what it is called there
 * @param owner what Weft's tags say; null where it is not Weft's
 * @param settings what can be compared with {@link CloudAccount#settings}: the same names, the cloud's values in the same
 *     spelling
 * @param codeTouched whether the cloud's own digest says that other code was put there since the tags were written
 * @param revision what the cloud compares before it changes something, for example an etag; null where it has none
 * @param version the published version that calls reach; null where the cloud has none
 * @param state ready, or the cloud's own word for why it can't be called yet or any more
 * @param target where the gateway calls it; null while it can't be
 */
public record Seen(
        String name,
        @Nullable Ownership owner,
        Map<String, String> settings,
        boolean codeTouched,
        @Nullable String revision,
        @Nullable String version,
        String state,
        @Nullable Target target) {
    /** The state of a function that can be called. */
    public static final String READY = "ready";

    public Seen {
        settings = Map.copyOf(settings);
    }

    /** Whether {@code application} owns it. */
    public boolean ownedBy(String application) {
        return owner != null && owner.application().equals(application);
    }
}
