// SPDX-License-Identifier: Apache-2.0
package dev.weft.api.account;

import dev.weft.api.resource.Function.Architecture;
import java.nio.file.Path;
import java.util.List;

/**
 * What a container image is made of: the same plan, on the same base, gives the same image byte for byte.
 *
 * @param repository registry and name, for example {@code registry.example/shop/checkout}
 * @param tag what it is called there beside its digest
 * @param base reference of the image beneath, or {@link #SCRATCH}
 * @param files what is put over it, in {@link #FOLDER}, in the order of their names
 * @param command what starts it, in that folder
 */
public record ImagePlan(
        String repository,
        String tag,
        String base,
        Architecture architecture,
        List<Entry> files,
        List<String> command) {
    /** A base of nothing. */
    public static final String SCRATCH = "scratch";

    /** Where the code is in an image, and where its command is started: the folder of Fn's own images. */
    public static final String FOLDER = "/function";

    /** Whom the command runs as: nobody of the machine's, and the user that Fn's own images have. */
    public static final String USER = "1000";

    public ImagePlan {
        files = List.copyOf(files);
        command = List.copyOf(command);
    }

    /**
     * One file.
     *
     * @param name by '/', relative to {@link #FOLDER}
     * @param program whether it may be started
     */
    public record Entry(String name, Path content, boolean program) {}
}
