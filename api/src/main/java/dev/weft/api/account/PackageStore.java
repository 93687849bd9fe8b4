// SPDX-License-Identifier: Apache-2.0
package dev.weft.api.account;

import dev.weft.api.CloudException;
import dev.weft.api.Sha256;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A bucket of somebody's, by which packages reach a cloud that are too large for its own requests. Each lies at {@code
 * weft/application/function/hash.zip}: the same package is uploaded once, and nothing else in the bucket is touched. The cloud
 * keeps copies of its own. Blocking.
 */
public interface PackageStore {
    /** What the keys of all that is ours begin with. */
    String ROOT = "weft/";

    /** The bucket's name. */
    String name();

    /** Whether an object of {@code bytes} lies at {@code key}. */
    boolean has(String key, int bytes);

    /** Puts {@code zip}, of that hash, at {@code key}, tagged with who owns it. */
    void upload(String key, Wanted wanted, byte[] zip, byte[] sha256);

    /** A page of a list of what begins with {@code prefix}, in the XML of S3, which others speak too. */
    String list(String prefix);

    /** Removes it; absent is fine. */
    void delete(String key);

    /** Where the package lies after this; uploads it only if it is not there. */
    default String put(Wanted wanted, byte[] zip) {
        byte[] hash = Sha256.of(zip);
        String key =
                folder(wanted.application(), wanted.name()) + HexFormat.of().formatHex(hash) + ".zip";
        if (!has(key, zip.length)) {
            upload(key, wanted, zip, hash);
        }
        return key;
    }

    /** Removes the function's packages but the one at {@code kept}; says how many. Whatever is beyond a page goes the next time. */
    default int tidy(String application, String function, String kept) {
        String folder = folder(application, function);
        List<String> old = Keys.ours(list(folder), folder);
        old.remove(kept);
        old.forEach(this::delete);
        return old.size();
    }

    /** The same, told; that they can't be removed harms nothing, and is told too. */
    default void tidy(String application, String function, String kept, Progress progress) {
        try {
            int gone = tidy(application, function, kept);
            if (gone > 0) {
                progress.did("removed %d old package%s from bucket %s".formatted(gone, gone == 1 ? "" : "s", name()));
            }
        } catch (CloudException stay) {
            progress.did("old packages stay in bucket " + name() + ": " + stay.getMessage());
        }
    }

    /** Of letters, digits, '-' and '_': what names of applications and functions are made of. */
    private static String folder(String application, String function) {
        return ROOT + application + '/' + function + '/';
    }

    /** Keys in a list. */
    final class Keys {
        private static final Pattern KEY = Pattern.compile("<Key>([^<]{1,1024})</Key>");
        private static final Pattern OURS = Pattern.compile("[0-9a-f]{64}\\.zip");

        private Keys() {}

        private static List<String> ours(String list, String folder) {
            List<String> keys = new ArrayList<>();
            Matcher matcher = KEY.matcher(list);
            while (matcher.find()) {
                String key = matcher.group(1);
                if (key.startsWith(folder)
                        && OURS.matcher(key.substring(folder.length())).matches()) {
                    keys.add(key);
                }
            }
            return keys;
        }
    }
}
