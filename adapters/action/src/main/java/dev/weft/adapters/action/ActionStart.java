// SPDX-License-Identifier: Apache-2.0
package dev.weft.adapters.action;

import com.google.gson.JsonObject;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.Enumeration;
import java.util.Properties;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/**
 * The entry of an action whose jar holds jars: OpenWhisk loads that one jar and looks into no other. Unpacks it, and calls what
 * {@value #SETTINGS} in it names, with the class path of the folder as everywhere else in Weft.
 */
public final class ActionStart {
    /** In the jar: {@code main}, and {@code classpath} where it is not the usual one. */
    public static final String SETTINGS = "weft_action.properties";

    /** Of a jar: more than this of them, or of bytes unpacked, is not an action that OpenWhisk takes. */
    static final int FILES_MAX = 50_000;

    static final long BYTES_MAX = 512L << 20;

    private static final ActionMain MAIN = open();

    private ActionStart() {}

    /** Called by OpenWhisk's runtime. */
    public static @Nullable JsonObject main(JsonObject parameters) throws Throwable {
        return MAIN.call(parameters);
    }

    private static ActionMain open() {
        try {
            Path here = Paths.get(ActionStart.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            Path root = Files.isDirectory(here) ? here : unpacked(here, FILES_MAX, BYTES_MAX);
            Properties settings = new Properties();
            try (InputStream in = Files.newInputStream(root.resolve(SETTINGS))) {
                settings.load(in);
            }
            ClassLoader classes =
                    ActionClasses.of(root.toFile(), settings.getProperty("classpath", ActionClasses.USUAL));
            return ActionMain.find(classes, settings.getProperty("main", ""));
        } catch (IOException | URISyntaxException | ReflectiveOperationException broken) {
            throw new IllegalStateException("the action can't be opened: " + broken, broken);
        }
    }

    /** A new folder with what is in {@code jar}; it goes with the container. */
    static Path unpacked(Path jar, int filesMax, long bytesMax) throws IOException {
        Path root = Files.createTempDirectory("action-");
        byte[] part = new byte[64 << 10];
        long bytes = 0;
        try (ZipFile zip = new ZipFile(jar.toFile())) {
            if (zip.size() > filesMax) {
                throw new IOException("the jar has more than " + filesMax + " files");
            }
            for (Enumeration<? extends ZipEntry> all = zip.entries(); all.hasMoreElements(); ) {
                ZipEntry entry = all.nextElement();
                File file = root.resolve(entry.getName()).normalize().toFile();
                if (!file.toPath().startsWith(root)) {
                    throw new IOException("the jar leads out of its folder: " + entry.getName());
                }
                if (entry.isDirectory()) {
                    Files.createDirectories(file.toPath());
                    continue;
                }
                Files.createDirectories(file.toPath().getParent());
                try (InputStream in = zip.getInputStream(entry);
                        java.io.OutputStream out = Files.newOutputStream(file.toPath())) {
                    for (int count = in.read(part); count >= 0; count = in.read(part)) {
                        bytes += count;
                        if (bytes > bytesMax) {
                            throw new IOException("the jar unpacks to more than " + bytesMax + " bytes");
                        }
                        out.write(part, 0, count);
                    }
                }
            }
        }
        return root;
    }
}
