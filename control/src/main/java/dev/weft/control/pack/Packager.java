// SPDX-License-Identifier: Apache-2.0
package dev.weft.control.pack;

import dev.weft.api.account.Artifact;
import dev.weft.api.account.Packing;
import dev.weft.api.account.Progress;
import dev.weft.api.resource.Cloud;
import dev.weft.api.resource.Function;
import java.nio.file.Path;

/** Makes artifacts. Blocking; safe for use by many threads. */
@FunctionalInterface
public interface Packager {
    /**
     * The artifact of {@code code}, a folder or a jar, as {@code packing} asks for {@code cloud}. Asks nobody: an image is only
     * planned.
     *
     * @throws PackagingException when it can't be made, worded for the user
     */
    Artifact pack(Function function, Path code, Packing packing, Cloud cloud);

    /**
     * Puts a planned image where clouds get it from, if it is not there; the artifact as it is to be deployed. Others stay as they
     * are.
     *
     * @throws PackagingException when its code is not what was planned any more
     * @throws dev.weft.api.CloudException when a registry fails
     */
    default Artifact publish(Artifact artifact, Progress progress) {
        return artifact;
    }
}
