// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.azure.account;

import dev.weft.api.account.CloudVendor;
import dev.weft.api.rest.RestClient;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The apps' packages in the storage account: blob {@code weft-releases/<app>/<hash>.zip}. A package never changes once it is
 * there; an app runs the one that its setting WEBSITE_RUN_FROM_PACKAGE points to, on a Flex plan the one that was published last.
 */
final class Packages {
    /** The container of all of them. */
    static final String CONTAINER = "weft-releases";

    /** How long an app's address of its package holds, as the vendor's command line has it. */
    static final Duration ADDRESS_LIFE = Duration.ofDays(3650);

    private static final Pattern OURS = Pattern.compile("/" + CONTAINER + "/[^/?]+/([0-9a-f]{40})\\.zip(?:\\?|$)");

    /** A package that is there. */
    record Kept(String hash, @Nullable Instant put) {}

    private final SharedKey key;
    private final Blobs blobs;
    private final CloudVendor.Around around;

    /**
     * In an account.
     *
     * @param endpoint of its blobs, without a slash at its end
     */
    Packages(SharedKey key, URI endpoint, CloudVendor.Around around, RestClient.Pause pause) {
        this.key = key;
        this.around = around;
        this.blobs = new Blobs(key, endpoint, CONTAINER, around, pause);
    }

    /** The hash in the address of a package of ours; null where the address is another's. */
    static @Nullable String hash(@Nullable String address) {
        Matcher ours = OURS.matcher(address == null ? "" : address);
        return ours.find() ? ours.group(1) : null;
    }

    private static String name(String app, String hash) {
        return app + '/' + hash + ".zip";
    }

    /** Where an app finds its package; whoever has the address can read it. */
    String address(String app, String hash) {
        String name = name(app, hash);
        Instant end = around.clock().instant().plus(ADDRESS_LIFE);
        return key.readable(blobs.uri('/' + name), CONTAINER, name, end);
    }

    boolean has(String app, String hash) {
        return blobs.has(name(app, hash));
    }

    /** Puts it there; the container is made where it is missing. */
    void put(String app, String hash, byte[] bytes) {
        blobs.create();
        blobs.put(name(app, hash), bytes);
    }

    byte[] get(String app, String hash) {
        return blobs.get(name(app, hash));
    }

    void delete(String app, String hash) {
        blobs.delete(name(app, hash));
    }

    /** The packages of {@code app}, newest first. */
    List<Kept> list(String app) {
        List<Kept> all = new ArrayList<>();
        for (Blobs.Blob each : blobs.list(app + '/')) {
            String hash = hash('/' + CONTAINER + '/' + each.name());
            if (hash != null) {
                all.add(new Kept(hash, each.put()));
            }
        }
        all.sort(Comparator.comparing((Kept each) -> each.put() == null ? Instant.MIN : each.put())
                .reversed());
        return all;
    }
}
