// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.google.facade;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** Whether code needs packages that Google's build would install: nothing is built here, so they have to be in the zip file. */
final class SourceCheck {
    /** Entries that are looked at, and bytes of a list of packages. */
    static final int ENTRIES_MAX = 50_000;

    static final int LIST_BYTES_MAX = 1 << 20;

    /** Bytes of all that is in a zip file; Google's own limit. */
    static final long UNPACKED_BYTES_MAX = 512L << 20;

    private static final int PART_BYTES = 64 << 10;

    private final byte[] part = new byte[PART_BYTES];
    private long left = UNPACKED_BYTES_MAX;
    private boolean modules;
    private boolean installed;
    private String manifest = "";
    private String requirements = "";

    private SourceCheck() {}

    /** Refuses code whose packages are missing; what is no zip file is refused by who unpacks it. */
    static void check(byte[] zip) throws Wrong {
        SourceCheck check = new SourceCheck();
        try (ZipInputStream in = new ZipInputStream(new ByteArrayInputStream(zip))) {
            int entries = 0;
            for (ZipEntry each = in.getNextEntry(); each != null && entries < ENTRIES_MAX; each = in.getNextEntry()) {
                check.see(each.getName(), in);
                entries++;
            }
        } catch (IOException | IllegalArgumentException broken) {
            return;
        }
        Set<String> missing = new TreeSet<>(check.modules ? List.of() : dependencies(check.manifest));
        if (!check.installed) {
            missing.addAll(packages(check.requirements));
        }
        if (!missing.isEmpty()) {
            throw Wrong.invalid(
                    "the code needs packages that are not in the zip file, and Weft installs none: " + missing
                            + "; put node_modules into it, or what pip install -t . makes (gcloud leaves node_modules out unless"
                            + " .gcloudignore says otherwise)");
        }
    }

    private void see(String name, ZipInputStream in) throws IOException, Wrong {
        modules |= name.startsWith("node_modules/");
        installed |= name.matches("[^/]+\\.dist-info/.*");
        if (name.equals("package.json")) {
            manifest = text(in);
        } else if (name.equals("requirements.txt")) {
            requirements = text(in);
        }
        for (int read = in.read(part); read >= 0; read = in.read(part)) {
            left -= read;
            if (left < 0) {
                throw Wrong.invalid("the code has more than " + UNPACKED_BYTES_MAX + " bytes unpacked");
            }
        }
    }

    private static String text(ZipInputStream in) throws IOException {
        return new String(in.readNBytes(LIST_BYTES_MAX), StandardCharsets.UTF_8);
    }

    private static List<String> dependencies(String manifest) {
        try {
            return JsonMapper.shared().readTree(manifest).path("dependencies").propertyNames().stream()
                    .filter(each -> !each.equals("@google-cloud/functions-framework"))
                    .toList();
        } catch (JacksonException unreadable) {
            return List.of(); // said by who reads the code
        }
    }

    private static List<String> packages(String requirements) {
        return requirements
                .lines()
                .map(line -> line.replaceAll("[#;<>=!~\\[ ].*", "").strip())
                .filter(each -> !each.isEmpty() && !each.startsWith("-") && !each.equals("functions-framework"))
                .toList();
    }
}
