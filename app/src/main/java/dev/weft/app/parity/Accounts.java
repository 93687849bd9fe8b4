// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.parity;

import dev.weft.api.account.CloudAccount;
import dev.weft.api.account.CloudVendor;
import dev.weft.api.resource.Cloud;
import org.jspecify.annotations.Nullable;

/** Opens accounts: what parity needs of who knows the vendors. */
public interface Accounts {
    /** The vendor of {@code type}; null where there is none. */
    @Nullable
    CloudVendor of(Cloud.Type type);

    /** The account of {@code cloud}, whose document was checked; sends nothing. */
    CloudAccount open(Cloud cloud);
}
