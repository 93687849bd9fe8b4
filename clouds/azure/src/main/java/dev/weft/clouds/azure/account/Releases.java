// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.azure.account;

import dev.weft.api.CloudException;
import dev.weft.api.CloudException.Kind;
import dev.weft.api.account.CloudVendor;
import dev.weft.api.account.Ownership;
import dev.weft.api.rest.RestClient;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * The containers that apps on Flex plans run from: One Deploy writes there, an instance reads there when it starts. What lies
 * there can't be read as a hash, but its blobs' tags tell whether anybody deployed since.
 */
final class Releases {
    /** Characters of an app's name in its container's. */
    private static final int NAME_CHARS = 40;

    private static final int HASH_CHARS = 8;

    /** Times that a container is asked for while an older one of that name is still going. */
    private static final int CREATIONS_MAX = 6;

    private final Storage storage;
    private final CloudVendor.Around around;
    private final RestClient.Pause pause;

    Releases(Storage storage, CloudVendor.Around around, RestClient.Pause pause) {
        this.storage = storage;
        this.around = around;
        this.pause = pause;
    }

    /** The container of an app of ours: small letters, digits and single hyphens, one for each app. */
    static String container(String app) {
        String words = app.toLowerCase(Locale.ROOT).replaceAll("-+", "-");
        String cut = words.substring(0, Math.min(NAME_CHARS, words.length())).replaceAll("-$", "");
        String hash = Ownership.hash(app.toLowerCase(Locale.ROOT).getBytes(StandardCharsets.UTF_8));
        return "weft-app-" + cut + '-' + hash.substring(0, HASH_CHARS);
    }

    /** Address of an app's container, as its configuration has it. */
    URI address(String app) {
        return URI.create(storage.blobs() + "/" + container(app));
    }

    private Blobs blobs(String container) {
        return new Blobs(storage.key(), storage.blobs(), container, around, pause);
    }

    /** Makes an app's container; one that was just deleted takes its time to go. */
    void create(String app) {
        for (int tries = 1; ; tries++) {
            try {
                blobs(container(app)).create();
                return;
            } catch (CloudException failed) {
                if (failed.kind() != Kind.BUSY || tries == CREATIONS_MAX) {
                    throw failed;
                }
            }
        }
    }

    void drop(String app) {
        blobs(container(app)).drop();
    }

    /** What stands for the code that {@code site} runs; null where its container is in another account. */
    @Nullable
    String mark(JsonNode site) {
        String container = container(site);
        if (container == null) {
            return null;
        }
        StringBuilder all = new StringBuilder();
        blobs(container)
                .list("")
                .forEach(each ->
                        all.append(each.name()).append('\n').append(each.tag()).append('\n'));
        return Ownership.hash(all.toString().getBytes(StandardCharsets.UTF_8));
    }

    /** The package that was put into {@code site}'s container last. */
    byte[] newest(JsonNode site) {
        String container = container(site);
        List<Blobs.Blob> zips = container == null
                ? List.of()
                : blobs(container).list("").stream()
                        .filter(each -> each.name().endsWith(".zip"))
                        .toList();
        Blobs.Blob newest = zips.stream()
                .max(Comparator.comparing(Blobs.Blob::put, Comparator.nullsFirst(Comparator.naturalOrder())))
                .orElseThrow(() -> new CloudException(
                        Kind.INVALID,
                        "app %s runs from a container where storage account %s has no zip file: its code can't be fetched"
                                .formatted(
                                        site.path("name").asString(""),
                                        storage.key().account()),
                        null));
        return blobs(String.valueOf(container)).get(newest.name());
    }

    private @Nullable String container(JsonNode site) {
        String address = FlexConfig.storage(site).path("value").asString("");
        String ours = storage.blobs() + "/";
        return address.startsWith(ours) && address.length() > ours.length() ? address.substring(ours.length()) : null;
    }
}
