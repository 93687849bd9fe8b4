// SPDX-License-Identifier: Apache-2.0
package dev.weft.engine;

import dev.weft.api.resource.Function;
import dev.weft.api.spi.ContractHost;
import dev.weft.api.spi.ImageFolders.ImageFolder;
import dev.weft.engine.box.Sandbox;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One state of a function's code and configuration.
 *
 * @param env of the function, resolved: may hold secrets
 * @param staged the code, with a hash of code, configuration and env
 */
record Version(Function function, Map<String, String> env, Staging.Staged staged, ContractHost host) {
    String hash() {
        return staged.hash();
    }

    /** Our own copy of the code, or the image's root. */
    Path folder() {
        return staged.folder();
    }

    @Nullable
    ImageFolder image() {
        return staged.image();
    }

    /** The code as a process finds it; of an image, where its command is started. */
    Path codeInside(Sandbox sandbox) {
        ImageFolder image = image();
        return image == null ? sandbox.codeInside(folder()) : image.workingFolder();
    }

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
        return "Version[" + function.name() + ' ' + hash() + ", env redacted]";
    }
}
