// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.google.account;

import dev.weft.api.CloudException;
import dev.weft.api.account.CloudAccount.Finding;
import dev.weft.api.rest.RestClient;
import dev.weft.api.rest.RestFailure;
import dev.weft.api.rest.RestRequest;
import dev.weft.clouds.google.credentials.CredentialChain;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Tries what deploying and calling need, one after the other, and changes nothing. */
final class Examination {
    private static final JsonMapper JSON = JsonMapper.shared();

    private final GoogleProject project;
    private final CredentialChain credentials;
    private final FunctionsApi functions;
    private final RestClient client;

    Examination(GoogleProject project, CredentialChain credentials, FunctionsApi functions, RestClient client) {
        this.project = project;
        this.credentials = credentials;
        this.functions = functions;
        this.client = client;
    }

    /** What was found; the rest is not tried once credentials are missing. */
    List<Finding> findings(String application) {
        List<Finding> findings = new ArrayList<>();
        Finding who = tried("credentials", credentials::examine);
        findings.add(who);
        if (!who.works()) {
            return findings;
        }
        findings.add(tried("list functions", () -> listed(application)));
        findings.add(rights());
        findings.add(secrets());
        if (!project.open()) {
            findings.add(tried("token for calls", () -> {
                credentials.grant("https://weft.example");
                return "an ID token, as calls of functions need it";
            }));
        }
        return findings;
    }

    private String listed(String application) {
        List<JsonNode> all = functions.list();
        long ours = all.stream()
                .map(each -> FunctionLabels.owner(each.path("labels")))
                .filter(owner -> owner != null && owner.application().equals(application))
                .count();
        return "%d functions in %s, %d of them of application %s"
                .formatted(all.size(), project.location(), ours, application);
    }

    private Set<String> missing(List<String> wanted) {
        ObjectNode body = JSON.createObjectNode();
        wanted.forEach(body.putArray("permissions")::add);
        JsonNode answer = JSON.readTree(client.send(RestRequest.of(
                                "TestIamPermissions",
                                "POST",
                                project.projects("/v1/projects/" + project.project() + ":testIamPermissions"))
                        .json(body.toString())
                        .harmlessTwice())
                .text());
        TreeSet<String> missing = new TreeSet<>(wanted);
        answer.path("permissions").forEach(each -> missing.remove(each.asString("")));
        return missing;
    }

    /** No complaint where they are missing: only functions with secrets need them. */
    private Finding secrets() {
        return tried("rights to Secret Manager", () -> {
            Set<String> missing = missing(Rights.SECRETS);
            return missing.isEmpty()
                    ? "all %d that functions with secrets need".formatted(Rights.SECRETS.size())
                    : "missing, and needed by functions with secrets: " + String.join(", ", missing)
                            + "; weft permissions shows the commands";
        });
    }

    private Finding rights() {
        List<String> wanted = Rights.of(project);
        try {
            Set<String> missing = missing(wanted);
            return missing.isEmpty()
                    ? new Finding("rights", true, "all %d that are needed".formatted(wanted.size()), null)
                    : new Finding(
                            "rights",
                            false,
                            "missing: " + String.join(", ", missing),
                            "grant them:\n" + Rights.commands(project, List.of()));
        } catch (CloudException refused) {
            return new Finding("rights", false, words(refused), advice(refused));
        }
    }

    private static Finding tried(String what, Supplier<String> attempt) {
        try {
            return new Finding(what, true, attempt.get(), null);
        } catch (CloudException refused) {
            return new Finding(what, false, words(refused), advice(refused));
        }
    }

    private static String words(CloudException refused) {
        return String.valueOf(refused.getMessage());
    }

    private static @Nullable String advice(CloudException refused) {
        return refused.getCause() instanceof RestFailure failure ? failure.advice() : null;
    }
}
