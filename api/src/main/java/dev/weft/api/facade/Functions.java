// SPDX-License-Identifier: Apache-2.0
package dev.weft.api.facade;

import dev.weft.api.resource.Function;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The functions that this Weft serves, as façades show and change them. Blocking. */
public interface Functions {
    /** All of a namespace, by name. */
    List<Served> list(String namespace);

    /** One of them; null where there is none. */
    @Nullable
    Served find(String namespace, String name);

    /** Bytes of {@link #logTail}. */
    int TAIL_BYTES_MAX = 4096;

    /** The last lines that a function wrote while it served a call, as far as they are known by now; no more than fit. */
    String logTail(String function, String invocation);

    /**
     * A function as it is served.
     *
     * @param changed since when it is as it is
     * @param code hash of what it was deployed from, 64 hexadecimal digits; empty where it is not known
     * @param codeBytes of that; 0 where it is not known
     */
    record Served(Function function, Instant changed, String code, long codeBytes) {}
}
