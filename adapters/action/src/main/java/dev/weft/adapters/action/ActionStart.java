// SPDX-License-Identifier: Apache-2.0
package dev.weft.adapters.action;

import com.google.gson.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.Paths;
import java.util.Properties;
import org.jspecify.annotations.Nullable;

/**
 * The entry of an action whose jar holds jars: OpenWhisk loads that one jar and looks into no other. Unpacks it, and calls what
 * {@value #SETTINGS} in it names, with the class path of the folder as everywhere else in Weft.
 */
public final class ActionStart {
    /** In the jar: {@code main}, and {@code classpath} where it is not the usual one. */
    public static final String SETTINGS = "weft_action.properties";

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
            Path root = Files.isDirectory(here) ? here : unpacked(here);
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

    /** The folder goes with the container. */
    private static Path unpacked(Path jar) throws IOException {
        return JarFolder.of(jar, Files.createTempDirectory("action-"), JarFolder.FILES_MAX, JarFolder.BYTES_MAX);
    }
}
