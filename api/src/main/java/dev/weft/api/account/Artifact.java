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
     * @param reference with its digest, for example {@code registry.example/shop/checkout@sha256:…}
     */
    record Image(String reference, String hash) implements Artifact {}
}
