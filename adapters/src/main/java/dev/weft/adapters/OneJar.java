// SPDX-License-Identifier: Apache-2.0
package dev.weft.adapters;

import dev.weft.adapters.action.ActionStart;
import dev.weft.api.spi.HostFiles;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What makes a folder one jar that OpenWhisk's runtimes for Java load: they look for classes at its root, and into no jar in it. */
public final class OneJar {
    /** Without it, some of those runtimes unpack the file in place of loading it. */
    public static final String MANIFEST = "META-INF/MANIFEST.MF";

    /** The class that OpenWhisk is told to call where there are jars in the jar. */
    public static final String START = ActionStart.class.getName();

    private OneJar() {}

    /** The file that makes a jar of a zip file. */
    public static Map<String, byte[]> manifest() {
        return Map.of(MANIFEST, "Manifest-Version: 1.0\r\n\r\n".getBytes(StandardCharsets.UTF_8));
    }

    /**
     * The files that open {@code main}, a class or class#method, with all that is in the jar.
     *
     * @param classpath in Java's notation, within the jar; null for its root, the jars there and those in lib
     * @param manifest whether one is missing
     */
    public static Map<String, byte[]> start(String main, @Nullable String classpath, boolean manifest) {
        Map<String, byte[]> files = new TreeMap<>(
                JavaCode.classesOf(HostFiles.classes(ActionStart.class), ActionStart.class.getPackageName()));
        String settings = "main=" + escaped(main) + '\n' + (classpath == null ? "" : "classpath=" + classpath + '\n');
        files.put(ActionStart.SETTINGS, settings.getBytes(StandardCharsets.ISO_8859_1));
        if (manifest) {
            files.putAll(manifest());
        }
        return files;
    }

    /** As a properties file holds it: a class may be named in any letters. */
    private static String escaped(String text) {
        return text.chars()
                .mapToObj(each -> each < 128 ? String.valueOf((char) each) : "\\u%04x".formatted(each))
                .collect(Collectors.joining());
    }
}
