// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.aws.account;

import dev.weft.api.account.Ownership;
import dev.weft.api.account.Seen;
import dev.weft.api.spi.InvokeDialect;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A function as Lambda described it at one moment.
 *
 * @param function GetFunction's answer: what was put there last, and the tags
 * @param called the version that Weft's alias stands for; null where there is no such alias
 */
record Snapshot(JsonNode function, @Nullable JsonNode called) {
    /** The alias that calls go to. */
    static final String ALIAS = "weft";

    /** What a function is in that Weft has not finished making. */
    private static final String UNFINISHED = "Unfinished";

    /** What was put there last, called or not. */
    JsonNode latest() {
        return function.path("Configuration");
    }

    String name() {
        return latest().path("FunctionName").asString("");
    }

    /** Its ARN without a version. */
    String arn() {
        return latest().path("FunctionArn").asString("");
    }

    Map<String, String> tags() {
        return LambdaTags.of(function);
    }

    @Nullable
    Ownership owner() {
        return LambdaTags.owner(tags());
    }

    /** Concurrency that is set aside; null where none is. */
    @Nullable
    String reserved() {
        JsonNode reserved = function.path("Concurrency").path("ReservedConcurrentExecutions");
        return reserved.isMissingNode() || reserved.isNull() ? null : reserved.asString("");
    }

    @Nullable
    String revision() {
        String revision = latest().path("RevisionId").asString("");
        return revision.isEmpty() ? null : revision;
    }

    /** What calls reach. */
    JsonNode served() {
        return called == null ? latest() : called;
    }

    /** Of what calls reach. */
    String digest() {
        return digest(served());
    }

    static String digest(JsonNode configuration) {
        return configuration.path("CodeSha256").asString("");
    }

    /**
     * What is compared with documents: what calls reach, unless that is just what Weft left and something else was put beside
     * it by hand since, which the next version would bring to calls.
     */
    private JsonNode shown(Map<String, String> tags, @Nullable Ownership owner) {
        boolean left = owner != null
                && !tags.containsKey(LambdaTags.BACK)
                && digest().equals(tags.get(LambdaTags.PACKAGE))
                && owner.settings().equals(Ownership.hash(LambdaSettings.of(served(), reserved(), tags)));
        return left ? latest() : served();
    }

    /** In no vendor's words. */
    Seen seen(URI endpoint, String region) {
        Map<String, String> tags = tags();
        Ownership owner = owner();
        String deployed = tags.get(LambdaTags.PACKAGE);
        String state = owner != null && called == null && owner.code().isEmpty() ? UNFINISHED : state(served());
        JsonNode shown = shown(tags, owner);
        Map<String, String> parts = new HashMap<>();
        parts.put(LambdaSettings.PAYLOAD, tags.getOrDefault(LambdaTags.PAYLOAD, LambdaTags.MAPPED));
        if (called != null) {
            parts.put("qualifier", ALIAS);
        }
        return new Seen(
                name(),
                owner,
                LambdaSettings.of(shown, reserved(), tags),
                deployed != null && !deployed.equals(digest(shown)),
                revision(),
                called == null ? null : called.path("Version").asString(""),
                state,
                state.equals(Seen.READY) ? new InvokeDialect.Target(endpoint, name(), region, parts) : null);
    }

    /** Ready, or Lambda's word for what it is in. One that was put aside unused wakes up with the next call. */
    static String state(JsonNode configuration) {
        String state = configuration.path("State").asString("Active");
        String update = configuration.path("LastUpdateStatus").asString("Successful");
        if (!state.equals("Active") && !state.equals("Inactive")) {
            return state;
        }
        return update.equals("Successful") ? Seen.READY : "Update" + update;
    }

    /** Whether Lambda still works on it. */
    static boolean pending(JsonNode configuration) {
        return configuration.path("State").asString("").equals("Pending")
                || configuration.path("LastUpdateStatus").asString("").equals("InProgress");
    }
}
