// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.azure.facade;

import dev.weft.api.RequestLine;
import dev.weft.api.Sha256;
import dev.weft.api.facade.FacadeRequest;
import dev.weft.api.facade.Functions;
import dev.weft.api.facade.Key;
import dev.weft.api.facade.Operations;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A blob that is an app's package, at {@code /storage/KEYID/ACCOUNT/CONTAINER/NAME.zip}. It waits like every upload until an app is
 * pointed to it; from then on the app's code is what it is. Nothing else is kept.
 *
 * @param keyId whose storage key opens it
 * @param container with the blob's name behind it
 */
record AppPackage(String keyId, String account, String container, String name) {
    /** What the paths of all storage accounts begin with. */
    static final String BELOW = "/storage/";

    /** The setting that points an app to its package. */
    static final String SETTING = "WEBSITE_RUN_FROM_PACKAGE";

    static final String ACCOUNT = "[a-z0-9]{3,24}";
    static final String CONTAINER = "[a-z0-9](?:[a-z0-9-]{1,61}[a-z0-9])";
    private static final Pattern PATH = Pattern.compile(BELOW + "([A-Z0-9]{20})/(" + ACCOUNT + ")/(" + CONTAINER
            + ")/((?:[A-Za-z0-9._-]{1,100}/){0,4}" + "[A-Za-z0-9._-]{1,100}\\.zip)");
    private static final int ID_BYTES = 20;

    /** Null where the path is that of none. */
    static @Nullable AppPackage read(String path) {
        Matcher parts = PATH.matcher(path);
        return parts.matches() ? new AppPackage(parts.group(1), parts.group(2), parts.group(3), parts.group(4)) : null;
    }

    /** The one that {@code address} leads to: an address of this façade's that {@code key} signed. */
    static AppPackage at(String address, FacadeRequest request, Key key, Instant now) throws Wrong {
        try {
            URI uri = new URI(address);
            AppPackage found = uri.getRawPath() == null ? null : read(uri.getRawPath());
            Map<String, String> query = Operations.query(new RequestLine("GET", "/", uri.getRawQuery()));
            boolean here = found != null
                    && request.authority().equalsIgnoreCase(uri.getRawAuthority())
                    && found.keyId().equals(key.id())
                    && query != null
                    && StorageKey.of(key, found.account()).opens(found.blob(), query, now);
            if (found != null && here) {
                return found;
            }
        } catch (URISyntaxException noAddress) {
            // said below
        }
        throw Wrong.invalid(
                "app setting " + SETTING
                        + " must be 0 or 1, or the signed address of a package in a storage account here, by the key that asks");
    }

    /** Container and name. */
    String blob() {
        return container + '/' + name;
    }

    /** Where it waits. */
    String staged() {
        byte[] hash = Sha256.of((account + '/' + blob()).getBytes(StandardCharsets.UTF_8));
        return "azure-" + HexFormat.of().formatHex(hash, 0, ID_BYTES);
    }

    /** Whether an app's setting leads to it, whichever key signed that. */
    boolean runs(Functions.Served app) {
        String address = app.env().getOrDefault(SETTING, "");
        String path = address.replaceFirst("^https?://[^/?]*", "").replaceFirst("\\?.*", "");
        AppPackage its = read(path);
        return its != null && its.account().equals(account) && its.blob().equals(blob());
    }

    /** The app that runs it; null where none does. */
    Functions.@Nullable Served app(Functions functions, String namespace) {
        return functions.list(namespace).stream().filter(this::runs).findFirst().orElse(null);
    }

    /** What it holds; null where it is not there. */
    byte @Nullable [] bytes(Functions functions, String namespace) {
        byte[] waiting = functions.staged(namespace, staged());
        if (waiting != null) {
            return waiting;
        }
        Functions.@Nullable Served app = app(functions, namespace);
        return app == null
                ? null
                : functions.code(namespace, app.function().metadata().name());
    }
}
