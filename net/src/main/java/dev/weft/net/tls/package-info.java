// SPDX-License-Identifier: Apache-2.0
/** TLS on a listener: certificates by name, read anew when their files change, and callers that must show one. */
@NullMarked
package dev.weft.net.tls;

import org.jspecify.annotations.NullMarked;
