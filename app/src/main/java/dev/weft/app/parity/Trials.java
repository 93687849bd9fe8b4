// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.parity;

import dev.weft.api.resource.Function;
import dev.weft.api.spi.Loop;
import dev.weft.control.Application;
import java.util.List;

/** Where functions are tried: on stand-ins, or for real. */
public interface Trials extends AutoCloseable {
    /** {@code function} on each cloud of its placement, in its order. Blocking. */
    List<Trial> of(Application documents, Function function);

    /** A loop to call from. */
    Loop loop();

    @Override
    void close();
}
