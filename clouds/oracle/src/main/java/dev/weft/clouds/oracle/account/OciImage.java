// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.oracle.account;

import tools.jackson.databind.node.ObjectNode;

/**
 * An image as OCI names it: reference and digest apart.
 *
 * @param digest for example {@code sha256:…}; empty where only the reference is known
 */
public record OciImage(String name, String digest) {
    /** From a reference that may end with a digest. */
    public static OciImage of(String reference) {
        int at = reference.indexOf('@');
        return at < 0
                ? new OciImage(reference, "")
                : new OciImage(reference.substring(0, at), reference.substring(at + 1));
    }

    /** With its digest, where it has one. */
    public String reference() {
        return digest.isEmpty() ? name : name + '@' + digest;
    }

    /** Puts it into a function's document. */
    public void write(ObjectNode body) {
        body.put("image", name);
        if (!digest.isEmpty()) {
            body.put("imageDigest", digest);
        }
    }

    /** Whether {@code there} is this one, as far as this one says. */
    boolean isAlso(OciImage there) {
        return name.equals(there.name) && (digest.isEmpty() || digest.equals(there.digest));
    }
}
