// SPDX-License-Identifier: Apache-2.0
package dev.weft.engine;

import dev.weft.api.resource.Function;
import dev.weft.api.spi.ContractHost;
import java.nio.file.Path;
import java.util.Map;

/**
 * One state of a function's code and configuration.
 *
 * @param env of the function, resolved: may hold secrets
 * @param hash of code, configuration and env
 * @param staged our own copy of the code
 */
record Version(Function function, Map<String, String> env, String hash, Path staged, ContractHost host) {
    boolean oneCallAtATime() {
        return host.oneCallAtATime(function);
    }

    /** Calls one instance may serve at once. */
    int callsAtOnce() {
        return oneCallAtATime() ? 1 : function.spec().concurrency();
    }

    /** Calls that all instances serve at once. */
    int callsMax() {
        return function.spec().maxInstances() * callsAtOnce();
    }

    @Override
    public String toString() {
        return "Version[" + function.name() + ' ' + hash + ", env redacted]";
    }
}
