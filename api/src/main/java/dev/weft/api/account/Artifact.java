// SPDX-License-Identifier: Apache-2.0
package dev.weft.api.account;

import java.nio.file.Path;

/** What a function's code was packaged as. The same code gives the same artifact, byte for byte. */
public sealed interface Artifact {
    /** {@link Ownership#hash} of its content. */
    String hash();

    /**
     * A file on this machine.
     *
     * @param form how it is packed
     * @param bytes its size
     * @param unpackedBytes the size of what is in it
     */
    record Archive(Packing.Form form, Path file, String hash, long bytes, long unpackedBytes) implements Artifact {}

    /**
     * A container image in a registry.
     *
     * @param reference what the document says, or of what is made of a folder tag and digest, for example {@code
     *     registry.example/shop/checkout:weft-…@sha256:…}; while that is only planned, the tag that it will have
     */
    record Image(String reference, String hash) implements Artifact {}
}
