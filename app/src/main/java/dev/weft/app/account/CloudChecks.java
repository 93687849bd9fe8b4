// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.account;

import dev.weft.api.Mistake;
import dev.weft.api.resource.Cloud;
import dev.weft.api.resource.Function;
import dev.weft.api.resource.Metadata;
import dev.weft.control.DocumentReader.FunctionCheck;
import dev.weft.control.account.AccountChecks;
import java.nio.file.Path;
import java.util.List;

/**
 * What must hold of documents before any account is opened: clouds must have accounts, and are given functions of one namespace,
 * for two of one name would meet there. Code is looked at later.
 */
public record CloudChecks(Vendors vendors) implements FunctionCheck {
    @Override
    public List<Mistake> check(Function function, Path code) {
        String namespace = function.metadata().namespace();
        return namespace.equals(Metadata.DEFAULT_NAMESPACE) || function.spec().existing()
                ? List.of()
                : List.of(Mistake.at(
                        "metadata.namespace",
                        namespace,
                        "functions of this namespace run under weft up only; clouds are given those of "
                                + Metadata.DEFAULT_NAMESPACE));
    }

    @Override
    public List<Mistake> check(Cloud cloud) {
        return AccountChecks.check(cloud, vendors.of(cloud.spec().type()));
    }

    @Override
    public boolean needsNoCode(Function function) {
        return function.spec().existing();
    }
}
