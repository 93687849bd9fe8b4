// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.ibm.openwhisk;

import dev.weft.api.CloudException;
import dev.weft.api.account.CloudAccount.Finding;
import dev.weft.api.account.Wanted;
import dev.weft.api.rest.RestFailure;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What is found when an OpenWhisk account is examined, and what rights it needs. */
final class OpenWhiskFindings {
    private final OpenWhiskSetup setup;
    private final ActionStore store;

    OpenWhiskFindings(OpenWhiskSetup setup, ActionStore store) {
        this.setup = setup;
        this.store = store;
    }

    List<Finding> of(String application) {
        List<Finding> findings = new ArrayList<>();
        if (add(findings, "credentials", () -> setup.prove().told())
                && add(findings, "namespaces", () -> "the key is of " + String.join(", ", store.namespaces()))) {
            add(findings, "list actions", () -> store.list().size() + " actions in " + place());
            if (setup.pack() != null) {
                add(
                        findings,
                        "package",
                        () -> store.packageIsThere() ? "is there" : "is not there yet; the first function makes it");
            }
        }
        return findings;
    }

    private String place() {
        return "namespace " + setup.namespace() + (setup.pack() == null ? "" : ", package " + setup.pack());
    }

    private static boolean add(List<Finding> findings, String what, Supplier<String> look) {
        try {
            findings.add(new Finding(what, true, look.get(), null));
            return true;
        } catch (CloudException failed) {
            findings.add(new Finding(what, false, String.valueOf(failed.getMessage()), advice(failed)));
            return false;
        }
    }

    private static @Nullable String advice(CloudException failed) {
        if (failed.getCause() instanceof RestFailure said && said.advice() != null) {
            return said.advice();
        }
        return switch (failed.kind()) {
            case UNREACHABLE -> "check spec.endpoint: it is the API host, for example https://whisk.example";
            case DENIED -> "set __OW_API_KEY, or run wsk property set --apihost … --auth …";
            case ABSENT, BUSY, UNKNOWN, TOO_LARGE, INVALID -> null;
        };
    }

    /** OpenWhisk has no right smaller than a namespace's key: the least is a namespace of its own. */
    static String permissions(OpenWhiskSetup setup, List<Wanted> wanted) {
        String functions = wanted.stream().map(Wanted::name).sorted().collect(Collectors.joining(", "));
        String application =
                wanted.isEmpty() ? "application" : wanted.getFirst().application();
        return "# OpenWhisk knows no right smaller than a namespace's key: the least is a namespace of its own for "
                + application + "\n# (" + functions + "). Its operator makes one and shows its key by:\n"
                + "wskadmin user create weft-" + application + " --namespace weft-" + application + "\n"
                + (setup.web()
                        ? "# Web actions are called with the same key, or with what their annotation "
                                + ActionDocument.WEB_AUTH + " asks for.\n"
                        : "");
    }
}
