// SPDX-License-Identifier: Apache-2.0
package dev.weft.api.spi;

import dev.weft.api.CloudException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Container images as folders of this machine. Blocking, perhaps for minutes; safe for many threads. */
public interface ImageFolders {
    /**
     * The image's folder, fetched and unpacked if it is not there yet. It stays until {@link #release} has been called as often
     * as this.
     *
     * @param reference as in a document; what a tag means is looked up each time, a digest that is there is not
     * @throws CloudException with a sentence that names the image and what would be right: INVALID, UNREACHABLE, DENIED
     */
    ImageFolder of(String reference);

    /** One user fewer; without any it may be removed to make room. */
    void release(ImageFolder folder);

    /**
     * An image as it lies here. Nothing in it changes, and everybody may read all of it.
     *
     * @param root what becomes its root folder; has {@code proc}, {@code dev}, {@code tmp}, {@code run/weft} and in {@code etc}
     *     the files {@code passwd}, {@code hosts} and {@code resolv.conf}, none of them or of their parents a link
     * @param digest of its manifest: {@code sha256:} and hex digits
     * @param command what it starts: its entry point and that one's arguments; empty if it does not say
     * @param env what it sets, of which nothing has a NUL character; not secret
     * @param workingFolder where its command is started, seen from within
     */
    record ImageFolder(Path root, String digest, List<String> command, Map<String, String> env, Path workingFolder) {
        public ImageFolder {
            command = List.copyOf(command);
            env = Map.copyOf(env);
        }
    }
}
