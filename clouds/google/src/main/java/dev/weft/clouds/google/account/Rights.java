// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.google.account;

import dev.weft.api.account.Wanted;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** What Google must allow Weft. Source: IAM permissions reference, Cloud Functions and Cloud Run; gcloud 528's requests. */
final class Rights {
    /** For deploying, reading and calling. */
    static final List<String> PERMISSIONS = List.of(
            "cloudfunctions.functions.create",
            "cloudfunctions.functions.delete",
            "cloudfunctions.functions.get",
            "cloudfunctions.functions.list",
            "cloudfunctions.functions.sourceCodeGet",
            "cloudfunctions.functions.sourceCodeSet",
            "cloudfunctions.functions.update",
            "cloudfunctions.operations.get",
            "logging.logEntries.list",
            "run.operations.get",
            "run.revisions.get",
            "run.revisions.list",
            "run.routes.invoke",
            "run.services.get",
            "run.services.getIamPolicy",
            "run.services.update");

    /** Besides, where everybody may call the functions, or might have been allowed to before. */
    static final String SET_POLICY = "run.services.setIamPolicy";

    /** Besides, where a function's variables are secrets. */
    static final List<String> SECRETS = List.of(
            "secretmanager.secrets.create",
            "secretmanager.secrets.delete",
            "secretmanager.secrets.get",
            "secretmanager.secrets.list",
            "secretmanager.versions.access",
            "secretmanager.versions.add",
            "secretmanager.versions.destroy",
            "secretmanager.versions.list");

    private static final String ROLE = "weft";

    private Rights() {}

    /** Those that {@code project} needs. */
    static List<String> of(GoogleProject project) {
        List<String> all = new ArrayList<>(PERMISSIONS);
        if (project.open()) {
            all.add(SET_POLICY);
        }
        return all;
    }

    /** The commands that grant them, for the functions {@code wanted}. */
    static String commands(GoogleProject project, List<Wanted> wanted) {
        TreeSet<String> names = new TreeSet<>();
        wanted.forEach(each -> names.add(each.name()));
        // without functions to look at, everything that might be needed
        boolean secrets = wanted.isEmpty()
                || wanted.stream().anyMatch(each -> !FunctionSecrets.of(each).isEmpty());
        List<String> rights = new ArrayList<>(of(project));
        if (secrets) {
            rights.addAll(SECRETS);
        }
        String account = project.serviceAccount() == null
                ? "PROJECT_NUMBER-compute@developer.gserviceaccount.com"
                : project.serviceAccount();
        return """
                # What Weft needs in project %1$s, to deploy and call: %2$s
                # MEMBER is who runs Weft, for example serviceAccount:weft@%1$s.iam.gserviceaccount.com
                gcloud services enable cloudfunctions.googleapis.com run.googleapis.com cloudbuild.googleapis.com \\
                  artifactregistry.googleapis.com logging.googleapis.com cloudresourcemanager.googleapis.com%6$s --project=%1$s
                gcloud iam roles create %3$s --project=%1$s --title=Weft \\
                  --permissions=%4$s
                gcloud projects add-iam-policy-binding %1$s --member=MEMBER --role=projects/%1$s/roles/%3$s
                # builds run as the project's default account, which newer projects give no rights by themselves
                gcloud projects add-iam-policy-binding %1$s --role=roles/cloudbuild.builds.builder \\
                  --member=serviceAccount:PROJECT_NUMBER-compute@developer.gserviceaccount.com
                # functions run as this account, and only who may act as it may deploy them
                gcloud iam service-accounts add-iam-policy-binding %5$s --project=%1$s \\
                  --member=MEMBER --role=roles/iam.serviceAccountUser
                %7$s""".formatted(
                        project.project(),
                        names.isEmpty() ? "functions" : String.join(", ", names),
                        ROLE,
                        String.join(",", rights),
                        account,
                        secrets ? " secretmanager.googleapis.com" : "",
                        secrets ? accessor(project, account) : "");
    }

    private static String accessor(GoogleProject project, String account) {
        return """
                # functions read their own secrets as the same account: Weft's are named weft_REGION_FUNCTION_VARIABLE
                gcloud projects add-iam-policy-binding %1$s --role=roles/secretmanager.secretAccessor \\
                  --member=serviceAccount:%2$s \\
                  --condition='title=weft,expression=resource.name.extract("/secrets/{id}/").startsWith("weft_%3$s_")'
                """.formatted(project.project(), account, project.region());
    }
}
