// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.contracts;

import dev.weft.clouds.ibm.OpenWhiskHost;
import dev.weft.testkit.SampleFunction;
import java.util.OptionalLong;

/** What every language of contract {@code openwhisk} must do; a subclass is one language. */
abstract class OpenWhiskContract extends ContractOnEngine {
    abstract SampleFunction named(String handler);

    abstract void write(String file, String text);

    abstract String printsItsContext();

    abstract String answers(String json);

    abstract String file();

    abstract String runtime();

    @Override
    protected OptionalLong bodyBytesMax() {
        return OptionalLong.of(OpenWhiskHost.PAYLOAD_BYTES_MAX);
    }

    @Override
    protected int binaryBytesMax() {
        return 750_000; // base64 makes a third more of it
    }
}
