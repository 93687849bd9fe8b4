// SPDX-License-Identifier: Apache-2.0
package dev.weft.api.facade;

import dev.weft.api.Headers;

/** An answer to a vendor's client, whole. */
public record FacadeAnswer(int status, Headers headers, byte[] body) {}
