// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.google.account;

import dev.weft.api.account.CloudAccount;
import dev.weft.api.resource.Function;
import java.nio.file.Path;

/** Knows what code Google's builds take. */
@FunctionalInterface
public interface Packer {
    /** See {@link CloudAccount#pack}. */
    CloudAccount.Packed pack(Function function, Path code);
}
