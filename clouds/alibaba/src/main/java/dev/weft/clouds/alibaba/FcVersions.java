// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.alibaba;

import dev.weft.api.CloudException;
import dev.weft.api.account.CloudAccount.WithVersions.Version;
import dev.weft.api.account.Progress;
import dev.weft.api.account.Seen;
import dev.weft.api.rest.RestFailure;
import dev.weft.clouds.alibaba.account.FcApi;
import dev.weft.clouds.alibaba.account.FcDocument;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Published versions of functions, each with the hashes of what it was made of in its description. */
final class FcVersions {
    /** Published versions that are kept to go back to. */
    static final int VERSIONS_KEPT = 10;

    private final FcApi api;

    FcVersions(FcApi api) {
        this.api = api;
    }

    /** Newest first. */
    List<Version> list(Seen seen) {
        List<Version> all = new ArrayList<>();
        for (JsonNode each : api.versions(seen.name())) {
            Hashes hashes = Hashes.of(each);
            all.add(new Version(
                    id(each),
                    instant(each.path("createdTime").asString("")),
                    hashes == null ? null : hashes.code(),
                    id(each).equals(seen.version())));
        }
        return all;
    }

    private static @Nullable Instant instant(String text) {
        try {
            return text.isEmpty() ? null : Instant.parse(text);
        } catch (DateTimeException another) {
            return null;
        }
    }

    /** What a version was made of; kept in its description. */
    record Hashes(String code, String settings) {
        String description() {
            return "weft code=" + code + " settings=" + settings;
        }

        static @Nullable Hashes of(JsonNode version) {
            String[] words = version.path("description").asString("").split("[ =]", -1);
            return words.length == 5 && words[0].equals("weft") ? new Hashes(words[2], words[4]) : null;
        }
    }

    /** Lets the alias name a version of what the draft is: the one it names already, the newest, or a new one. */
    void publish(String name, JsonNode draft, Hashes hashes, Progress progress) {
        JsonNode alias = api.alias(name, AlibabaAccount.ALIAS);
        if (alias != null) {
            JsonNode reached = api.function(name, AlibabaAccount.ALIAS);
            if (reached != null && same(draft, reached)) {
                return;
            }
        }
        List<JsonNode> versions = api.versions(name);
        JsonNode newest = versions.isEmpty() ? null : versions.getFirst();
        String version;
        if (newest != null && hashes.equals(Hashes.of(newest)) && same(draft, frozen(name, newest))) {
            version = id(newest);
        } else {
            version = id(published(name, hashes, versions));
            progress.did("published version " + version);
        }
        api.alias(name, AlibabaAccount.ALIAS, version, alias != null);
        progress.did("calls reach version " + version);
        prune(name, versions, version);
    }

    private JsonNode published(String name, Hashes hashes, List<JsonNode> versions) {
        try {
            return api.publish(name, hashes.description());
        } catch (CloudException refused) {
            // the cloud publishes nothing when nothing changed since the last version
            boolean unchanged = refused.getCause() instanceof RestFailure said
                    && said.code().equals("VersionPublishError");
            if (unchanged && !versions.isEmpty()) {
                return versions.getFirst();
            }
            throw refused;
        }
    }

    private @Nullable JsonNode frozen(String name, JsonNode version) {
        return api.function(name, id(version));
    }

    static String id(JsonNode version) {
        return version.path("versionId").asString("");
    }

    private static boolean same(JsonNode draft, @Nullable JsonNode version) {
        return version != null
                && draft.path("codeChecksum")
                        .asString("")
                        .equals(version.path("codeChecksum").asString(""))
                && FcDocument.settings(draft, "", Map.of()).equals(FcDocument.settings(version, "", Map.of()));
    }

    private void prune(String name, List<JsonNode> older, String current) {
        List<String> ours = older.stream()
                .filter(each -> Hashes.of(each) != null)
                .map(FcVersions::id)
                .filter(id -> !id.equals(current))
                .toList();
        ours.stream().skip(VERSIONS_KEPT - 1).forEach(id -> api.deleteVersion(name, id));
    }
}
