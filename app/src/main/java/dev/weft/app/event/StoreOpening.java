// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.event;

import dev.weft.app.account.Stores;
import dev.weft.app.home.Home;
import dev.weft.flow.EventRoom;
import dev.weft.store.Store;
import java.util.Map;

/** Events are kept in this user's store: the one that {@code environment} names, else the one in {@code home}. */
public record StoreOpening(Map<String, String> environment, Home home) implements EventRoom.Opening {
    @Override
    public boolean there() {
        return Stores.there(environment, home);
    }

    @Override
    public Store open() {
        return Stores.open(environment, home);
    }
}
