// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.aws.account;

import dev.weft.api.CloudException;
import dev.weft.api.account.CloudAccount.WithVersions.Version;
import dev.weft.api.account.Ownership;
import dev.weft.api.account.Progress;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** A function's published versions. Their description holds the hash of the artifact: tags are the function's, not a version's. */
final class PublishedVersions {
    private static final String DESCRIPTION = "weft ";
    private static final String LATEST = "$LATEST";

    /** Lambda's notation: an offset without a colon. */
    private static final DateTimeFormatter TIME = new DateTimeFormatterBuilder()
            .append(DateTimeFormatter.ISO_LOCAL_DATE_TIME)
            .appendOffset("+HHMM", "Z")
            .toFormatter(java.util.Locale.ROOT);

    private PublishedVersions() {}

    /** What a version of that artifact is described as. */
    static String description(String hash) {
        return DESCRIPTION + hash;
    }

    /** What points an alias to one version and to no other besides. */
    static Map<String, Object> only(String version) {
        return Map.of("FunctionVersion", version, "RoutingConfig", Map.of("AdditionalVersionWeights", Map.of()));
    }

    /** Newest first. */
    static List<Version> all(LambdaApi api, Snapshot function) {
        String current = function.called() == null
                ? ""
                : function.called().path("Version").asString("");
        List<Version> versions = new ArrayList<>();
        for (JsonNode each : api.versions(function.name())) {
            String name = each.path("Version").asString("");
            if (!name.equals(LATEST)) {
                versions.add(new Version(name, published(each), code(each), name.equals(current)));
            }
        }
        Collections.reverse(versions);
        return versions;
    }

    /** Points Weft's alias to {@code version} and lets the tags say what it is. */
    static void point(LambdaApi api, Snapshot function, Version version, Progress progress) {
        JsonNode there = api.configuration(function.name(), version.name());
        if (there == null || function.called() == null) {
            throw new CloudException(
                    CloudException.Kind.ABSENT,
                    "%s has no version %s that Weft published".formatted(function.name(), version.name()),
                    null);
        }
        api.updateAlias(function.name(), Snapshot.ALIAS, only(version.name()));
        progress.did("calls reach version " + version.name());
        Map<String, String> tags = new TreeMap<>();
        String code = code(there);
        tags.put(Ownership.CODE, code == null ? "" : code);
        tags.put(LambdaTags.PACKAGE, Snapshot.digest(there));
        tags.put(Ownership.SETTINGS, Ownership.hash(LambdaSettings.of(there, function.reserved(), function.tags())));
        tags.put(LambdaTags.BACK, version.name());
        api.tag(function.arn(), tags);
    }

    private static @Nullable String code(JsonNode version) {
        String description = version.path("Description").asString("");
        return description.startsWith(DESCRIPTION) ? description.substring(DESCRIPTION.length()) : null;
    }

    private static @Nullable Instant published(JsonNode version) {
        try {
            return TIME.parse(version.path("LastModified").asString(""), Instant::from);
        } catch (DateTimeException unknown) {
            return null;
        }
    }
}
