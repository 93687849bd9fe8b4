// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway.facade;

import dev.weft.api.event.Events;
import dev.weft.api.facade.Audit;
import dev.weft.api.facade.Functions;
import dev.weft.api.facade.Keys;

/**
 * What every façade works with.
 *
 * @param performances of what is no function and can be called all the same
 */
public record FacadeRooms(Keys keys, Functions functions, Audit audit, Events events, Performances performances) {
    /** Where nothing is performed. */
    public FacadeRooms(Keys keys, Functions functions, Audit audit, Events events) {
        this(keys, functions, audit, events, Performances.NONE);
    }

    /** The same with other functions. */
    public FacadeRooms with(Functions others) {
        return new FacadeRooms(keys, others, audit, events, performances);
    }
}
