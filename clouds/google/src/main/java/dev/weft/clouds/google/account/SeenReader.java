// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.google.account;

import dev.weft.api.account.Ownership;
import dev.weft.api.account.Seen;
import dev.weft.api.spi.InvokeDialect;
import java.net.URI;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** What Google says of a function, as Weft sees it; asks Cloud Run for what the function itself does not say. */
final class SeenReader {
    /** The part of a target that says {@code true} where everybody may call it. */
    static final String PUBLIC = "public";

    /** The part of a target that holds its signature, where that is not HTTP. */
    static final String SIGNATURE = "signature";

    private final GoogleProject project;
    private final RunApi run;
    private final FunctionSecrets secrets;

    SeenReader(GoogleProject project, RunApi run, FunctionSecrets secrets) {
        this.project = project;
        this.run = run;
        this.secrets = secrets;
    }

    /** {@code function}, of either generation. */
    Seen read(JsonNode function) {
        String name = RunApi.last(function.path("name").asString(""));
        JsonNode config = function.path("serviceConfig");
        String uri = config.path("uri").asString("");
        String service = service(function);
        boolean open = !service.isEmpty() && run.open(service);
        Ownership owner = FunctionLabels.owner(function.path("labels"));
        String version = config.path("revision").asString("");
        if (!service.isEmpty()
                && state(function).equals(Seen.READY)
                && !config.path("allTrafficOnLatestRevision").asBoolean(false)) {
            JsonNode there = run.service(service);
            String serving = there == null ? "" : RunApi.serving(there);
            if (!serving.isEmpty() && !serving.equals(version)) {
                version = serving;
                owner = owner == null ? null : back(owner, run.revision(service, serving));
            }
        }
        return new Seen(
                name,
                owner,
                FunctionSettings.of(name, function, open, owner == null ? Map.of() : secrets.settings(name, function)),
                owner != null
                        && !function.path("labels")
                                .path(FunctionLabels.TOOL)
                                .asString("")
                                .equals(FunctionLabels.OURS),
                function.path("updateTime").asString(""),
                version.isEmpty() ? null : version,
                state(function),
                uri.isEmpty()
                        ? null
                        : new InvokeDialect.Target(URI.create(uri), name, project.region(), parts(function, open)));
    }

    /** Calls reach an older revision, so what counts is what that one was made of. */
    private static Ownership back(Ownership owner, @Nullable JsonNode revision) {
        Ownership then = revision == null ? null : FunctionLabels.owner(revision.path("labels"));
        return new Ownership(
                owner.application(),
                owner.function(),
                then == null ? "" : then.code(),
                then == null ? "" : then.settings());
    }

    /** The full name of its Cloud Run service; empty for the first generation, and while it has none. */
    static String service(JsonNode function) {
        boolean first = function.path("environment").asString("").equals("GEN_1");
        return first ? "" : function.path("serviceConfig").path("service").asString("");
    }

    private static String state(JsonNode function) {
        String state = function.path("state").asString("");
        if (state.equals("ACTIVE")) {
            return Seen.READY;
        }
        String why = function.path("stateMessages").path(0).path("message").asString("");
        String word = state.isEmpty() ? "unknown" : state.toLowerCase(Locale.ROOT);
        return why.isEmpty() ? word : word + ": " + why.lines().findFirst().orElse("");
    }

    private static Map<String, String> parts(JsonNode function, boolean open) {
        Map<String, String> parts = new HashMap<>();
        parts.put(PUBLIC, Boolean.toString(open));
        String signature = function.path("buildConfig")
                .path("environmentVariables")
                .path(FunctionSettings.SIGNATURE_BUILT)
                .asString("");
        if (!signature.isEmpty()) {
            parts.put(SIGNATURE, signature);
        }
        return parts;
    }
}
