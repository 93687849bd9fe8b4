// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.ibm.openwhisk;

import dev.weft.api.CloudException;
import dev.weft.api.account.CloudAccount.Finding;
import dev.weft.api.account.Findings;
import dev.weft.api.account.Wanted;
import java.util.List;
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
        Findings findings = new Findings(OpenWhiskFindings::advice);
        if (findings.look("credentials", () -> setup.prove().told())
                && findings.look("namespaces", () -> "the key is of " + String.join(", ", store.namespaces()))) {
            findings.look("list actions", () -> store.list().size() + " actions in " + place());
            if (setup.pack() != null) {
                findings.look(
                        "package",
                        () -> store.packageIsThere() ? "is there" : "is not there yet; the first function makes it");
            }
        }
        return findings.all();
    }

    private String place() {
        return "namespace " + setup.namespace() + (setup.pack() == null ? "" : ", package " + setup.pack());
    }

    private static @Nullable String advice(CloudException failed) {
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
