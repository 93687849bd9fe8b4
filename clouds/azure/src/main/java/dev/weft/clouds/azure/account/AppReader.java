// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.azure.account;

import dev.weft.api.account.CloudAccount.Packed;
import dev.weft.api.resource.Function;
import java.nio.file.Path;

/** Knows what is in an app's folder. */
@FunctionalInterface
public interface AppReader {
    /** How the app is packaged for Azure's own runtime, or what keeps it from running there. */
    Packed read(Function function, Path code);
}
