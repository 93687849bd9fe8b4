// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.ibm.codeengine;

import dev.weft.api.CloudException;
import dev.weft.api.account.CloudAccount.Finding;
import dev.weft.api.account.Findings;
import dev.weft.api.account.Wanted;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What is found when a project is examined, and what rights it needs. */
final class CodeEngineFindings {
    /** Secrets of a project, by IBM's documentation of its quotas. */
    static final int SECRETS_MAX = 100;

    private final CodeEngineSetup setup;
    private final EntityStore store;

    private final EntitySecrets secrets;

    CodeEngineFindings(CodeEngineSetup setup, EntityStore store, EntitySecrets secrets) {
        this.setup = setup;
        this.store = store;
        this.secrets = secrets;
    }

    List<Finding> all() {
        Findings findings = new Findings(CodeEngineFindings::advice);
        if (findings.look("credentials", setup::prove)
                && findings.look(
                        "project",
                        () -> store.project().path("name").asString("") + " is "
                                + store.project().path("status").asString(""))) {
            String kind = setup.apps() ? "apps" : "functions";
            boolean listed = findings.look("list " + kind, () -> store.list().size() + " " + kind);
            if (listed) {
                boolean ignored = findings.look(
                        "list secrets", () -> secrets.count() + " secrets; a project has room for " + SECRETS_MAX);
            }
        }
        return findings.all();
    }

    private static @Nullable String advice(CloudException failed) {
        return switch (failed.kind()) {
            case UNREACHABLE -> "check spec.region, and spec.endpoint where it is given";
            case DENIED -> "set IBMCLOUD_API_KEY: ibmcloud iam service-api-key-create makes one";
            case ABSENT -> "check account.project and spec.region: a project is in one region";
            case BUSY, UNKNOWN, TOO_LARGE, INVALID -> null;
        };
    }

    /** As commands of IBM's own tool. Callers need no right: Code Engine asks them for none. */
    static String permissions(CodeEngineSetup setup, List<Wanted> wanted) {
        String application =
                wanted.isEmpty() ? "application" : wanted.getFirst().application();
        String functions = wanted.stream().map(Wanted::name).sorted().collect(Collectors.joining(", "));
        return "# A service id that may change what is in this one project, secrets too (" + functions + "):\n"
                + "ibmcloud iam service-id-create weft-" + application + "\n"
                + "ibmcloud iam service-policy-create weft-" + application
                + " --service-name codeengine --service-instance " + setup.project() + " --roles Writer\n"
                + "ibmcloud iam service-api-key-create weft weft-" + application + "\n";
    }
}
