// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.google.facade;

import dev.weft.api.RequestLine;
import dev.weft.api.facade.Operations;
import org.jspecify.annotations.Nullable;

/**
 * The operations of Cloud Functions, versions 1 and 2, and those of other APIs that gcloud asks for when it works with
 * functions: all endpoint overrides may be this façade. Sources: the two APIs' discovery documents; gcloud 528.
 */
final class GoogleOperations {
    static final String CALL = "v1.CallFunction";
    static final String LOGS = "logging.ListLogEntries";

    /** What a path with a verb, {@code functions/one:call}, is read as: {@code functions/one/:call}. */
    private static final String VERB = "/:";

    private static final Operations ALL = new Operations("/", """
            GET v2/projects/*/locations v2.ListLocations
            GET v2/projects/*/locations/*/functions v2.ListFunctions
            POST v2/projects/*/locations/*/functions v2.CreateFunction
            POST v2/projects/*/locations/*/functions/:generateUploadUrl v2.GenerateUploadUrl
            GET v2/projects/*/locations/*/functions/* v2.GetFunction
            PATCH v2/projects/*/locations/*/functions/* v2.UpdateFunction
            DELETE v2/projects/*/locations/*/functions/* v2.DeleteFunction
            POST v2/projects/*/locations/*/functions/*/:generateDownloadUrl v2.GenerateDownloadUrl
            GET v2/projects/*/locations/*/functions/*/:getIamPolicy v2.GetIamPolicy
            POST v2/projects/*/locations/*/functions/*/:setIamPolicy v2.SetIamPolicy
            POST v2/projects/*/locations/*/functions/*/:testIamPermissions v2.TestIamPermissions
            POST v2/projects/*/locations/*/functions/*/:abortFunctionUpgrade v2.AbortFunctionUpgrade
            POST v2/projects/*/locations/*/functions/*/:commitFunctionUpgrade v2.CommitFunctionUpgrade
            POST v2/projects/*/locations/*/functions/*/:commitFunctionUpgradeAsGen2 v2.CommitFunctionUpgradeAsGen2
            POST v2/projects/*/locations/*/functions/*/:detachFunction v2.DetachFunction
            POST v2/projects/*/locations/*/functions/*/:redirectFunctionUpgradeTraffic v2.RedirectFunctionUpgradeTraffic
            POST v2/projects/*/locations/*/functions/*/:rollbackFunctionUpgradeTraffic v2.RollbackFunctionUpgradeTraffic
            POST v2/projects/*/locations/*/functions/*/:setupFunctionUpgradeConfig v2.SetupFunctionUpgradeConfig
            GET v2/projects/*/locations/*/runtimes v2.ListRuntimes
            GET v2/projects/*/locations/*/operations v2.ListOperations
            GET v2/projects/*/locations/*/operations/* v2.GetOperation
            GET v1/projects/*/locations v1.ListLocations
            GET v1/projects/*/locations/*/functions v1.ListFunctions
            POST v1/projects/*/locations/*/functions v1.CreateFunction
            POST v1/projects/*/locations/*/functions/:generateUploadUrl v1.GenerateUploadUrl
            GET v1/projects/*/locations/*/functions/* v1.GetFunction
            PATCH v1/projects/*/locations/*/functions/* v1.UpdateFunction
            DELETE v1/projects/*/locations/*/functions/* v1.DeleteFunction
            POST v1/projects/*/locations/*/functions/*/:call v1.CallFunction
            POST v1/projects/*/locations/*/functions/*/:generateDownloadUrl v1.GenerateDownloadUrl
            GET v1/projects/*/locations/*/functions/*/:getIamPolicy v1.GetIamPolicy
            POST v1/projects/*/locations/*/functions/*/:setIamPolicy v1.SetIamPolicy
            POST v1/projects/*/locations/*/functions/*/:testIamPermissions v1.TestIamPermissions
            GET v1/operations v1.ListOperations
            GET v1/operations/* v1.GetOperation
            GET v1/projects/*/locations/*/services run.ListServices
            GET v1/projects/*/locations/*/services/* run.GetService
            GET v2/projects/*/locations/*/services/* run.GetService
            PATCH v2/projects/*/locations/*/services/* run.UpdateService
            GET v2/projects/*/locations/*/services/*/revisions run.ListRevisions
            GET v1/projects/*/locations/*/services/*/:getIamPolicy run.GetIamPolicy
            POST v1/projects/*/locations/*/services/*/:setIamPolicy run.SetIamPolicy
            POST v1/projects/*/locations/*/services/*/:testIamPermissions run.TestIamPermissions
            GET v1/projects/* resourcemanager.GetProject
            POST v1/projects/*/:getIamPolicy resourcemanager.GetIamPolicy
            POST v1/projects/*/:setIamPolicy resourcemanager.SetIamPolicy
            POST v1/projects/*/:testIamPermissions resourcemanager.TestIamPermissions
            GET v1/projects/*/services/* serviceusage.GetService
            POST v1/projects/*/services/*/:enable serviceusage.EnableService
            POST v1/projects/*/services/:batchEnable serviceusage.BatchEnableServices
            GET v1/projects/*/locations/*/defaultServiceAccount cloudbuild.GetDefaultServiceAccount
            GET v1/projects/*/locations/*/repositories/* artifactregistry.GetRepository
            GET v1/projects/*/secrets secretmanager.ListSecrets
            POST v1/projects/*/secrets secretmanager.CreateSecret
            GET v1/projects/*/secrets/* secretmanager.GetSecret
            PATCH v1/projects/*/secrets/* secretmanager.UpdateSecret
            DELETE v1/projects/*/secrets/* secretmanager.DeleteSecret
            POST v1/projects/*/secrets/*/:addVersion secretmanager.AddSecretVersion
            GET v1/projects/*/secrets/*/:getIamPolicy secretmanager.GetIamPolicy
            POST v1/projects/*/secrets/*/:setIamPolicy secretmanager.SetIamPolicy
            GET v1/projects/*/secrets/*/versions secretmanager.ListSecretVersions
            GET v1/projects/*/secrets/*/versions/* secretmanager.GetSecretVersion
            GET v1/projects/*/secrets/*/versions/*/:access secretmanager.AccessSecretVersion
            POST v1/projects/*/secrets/*/versions/*/:destroy secretmanager.DestroySecretVersion
            POST v1/projects/*/secrets/*/versions/*/:disable secretmanager.DisableSecretVersion
            POST v1/projects/*/secrets/*/versions/*/:enable secretmanager.EnableSecretVersion
            POST v2/entries/:list logging.ListLogEntries
            """);

    private GoogleOperations() {}

    /** Null where none of the APIs has such a method and path. */
    static Operations.@Nullable Asked find(RequestLine line) {
        String path = line.path();
        int verb = path.indexOf(':', path.lastIndexOf('/') + 1);
        String read = verb < 0 ? path : path.substring(0, verb).replaceAll("/$", "") + VERB + path.substring(verb + 1);
        return ALL.find(new RequestLine(line.method(), read, line.query()));
    }
}
