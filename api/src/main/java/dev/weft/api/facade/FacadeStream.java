// SPDX-License-Identifier: Apache-2.0
package dev.weft.api.facade;

import dev.weft.api.Body;
import dev.weft.api.Headers;

/** An answer whose body comes in parts. */
public record FacadeStream(int status, Headers headers, Body body) {}
