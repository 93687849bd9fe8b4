// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.ibm;

import java.util.Locale;
import java.util.Set;

/** Which bodies OpenWhisk's controller passes as text, and which in base64: as its HTTP library classes media types. */
public final class MediaType {
    private static final Set<String> TEXT =
            Set.of("application/javascript", "application/xml", "application/x-www-form-urlencoded");

    private MediaType() {}

    /** Type and subtype in lower case, without parameters. */
    public static String of(String contentType) {
        int parameters = contentType.indexOf(';');
        return (parameters < 0 ? contentType : contentType.substring(0, parameters))
                .strip()
                .toLowerCase(Locale.ROOT);
    }

    /** Whether it is JSON by another name, too. */
    static boolean json(String media) {
        return media.equals("application/json") || media.endsWith("+json");
    }

    /** Whether it is text, JSON aside. SVG is not: the controller takes every image for binary. */
    public static boolean text(String media) {
        return media.startsWith("text/")
                || TEXT.contains(media)
                || (media.endsWith("+xml") && !media.startsWith("image/"));
    }
}
