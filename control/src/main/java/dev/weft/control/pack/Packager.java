// SPDX-License-Identifier: Apache-2.0
package dev.weft.control.pack;

import dev.weft.api.account.Artifact;
import dev.weft.api.account.Packing;
import dev.weft.api.resource.Cloud;
import dev.weft.api.resource.Function;
import java.nio.file.Path;

/** Makes artifacts. Blocking; safe for use by many threads. */
public interface Packager {
    /**
     * The artifact of {@code code}, a folder or a jar, as {@code packing} asks for {@code cloud}.
     *
     * @throws PackagingException when it can't be made, worded for the user
     */
    Artifact pack(Function function, Path code, Packing packing, Cloud cloud);
}
