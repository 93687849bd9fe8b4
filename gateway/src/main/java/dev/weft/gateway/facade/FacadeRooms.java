// SPDX-License-Identifier: Apache-2.0
package dev.weft.gateway.facade;

import dev.weft.api.event.Events;
import dev.weft.api.facade.Audit;
import dev.weft.api.facade.Functions;
import dev.weft.api.facade.Keys;

/** What every façade works with. */
public record FacadeRooms(Keys keys, Functions functions, Audit audit, Events events) {}
