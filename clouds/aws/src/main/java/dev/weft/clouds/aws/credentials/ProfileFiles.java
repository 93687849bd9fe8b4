// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.aws.credentials;

import dev.weft.api.CloudException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * AWS's two configuration files, read together: profiles and SSO sessions by name. What is in the file of credentials wins.
 * Source: AWS SDKs and tools reference guide, "Shared config and credentials files".
 */
record ProfileFiles(Map<String, Map<String, String>> profiles, Map<String, Map<String, String>> sessions) {
    /** Bytes of one file. */
    static final long FILE_BYTES_MAX = 1 << 20;

    private static final String SESSION = "sso-session ";
    private static final String PROFILE = "profile ";

    static ProfileFiles read(Map<String, String> environment, Path home) {
        ProfileFiles files = new ProfileFiles(new HashMap<>(), new HashMap<>());
        files.add(file(environment.get("AWS_CONFIG_FILE"), home, "config"), true);
        files.add(file(environment.get("AWS_SHARED_CREDENTIALS_FILE"), home, "credentials"), false);
        return files;
    }

    @Nullable
    Map<String, String> profile(String name) {
        return profiles.get(name);
    }

    private static Path file(@Nullable String said, Path home, String usual) {
        if (said == null || said.isBlank()) {
            return home.resolve(".aws").resolve(usual);
        }
        return said.startsWith("~/") ? home.resolve(said.substring(2)) : Path.of(said);
    }

    private void add(Path file, boolean config) {
        if (!Files.isRegularFile(file)) {
            return;
        }
        try {
            if (Files.size(file) > FILE_BYTES_MAX) {
                throw new CloudException(
                        CloudException.Kind.INVALID, file + " has more than " + FILE_BYTES_MAX + " bytes", null);
            }
            Map<String, String> section = new HashMap<>();
            for (String line : Files.readAllLines(file)) {
                String text = line.strip();
                if (text.startsWith("[") && text.contains("]")) {
                    section = section(text.substring(1, text.indexOf(']')).strip(), config);
                } else if (!text.startsWith("#") && !text.startsWith(";") && text.indexOf('=') > 0) {
                    // an indented line belongs to a setting with parts of its own, none of which is ours
                    if (!Character.isWhitespace(line.charAt(0))) {
                        int equals = text.indexOf('=');
                        section.put(
                                text.substring(0, equals).strip().toLowerCase(Locale.ROOT),
                                value(text.substring(equals + 1)));
                    }
                }
            }
        } catch (IOException unreadable) {
            throw new CloudException(CloudException.Kind.INVALID, file + " cannot be read", unreadable);
        }
    }

    private static String unquoted(String name) {
        boolean quoted = name.length() > 1 && (name.startsWith("\"") || name.startsWith("'"));
        return quoted && name.charAt(0) == name.charAt(name.length() - 1) ? name.substring(1, name.length() - 1) : name;
    }

    private static String value(String text) {
        int comment = text.indexOf(" #");
        return (comment < 0 ? text : text.substring(0, comment)).strip();
    }

    private Map<String, String> section(String title, boolean config) {
        if (config && title.startsWith(SESSION)) {
            return sessions.computeIfAbsent(title.substring(SESSION.length()).strip(), name -> new HashMap<>());
        }
        String name = config && title.startsWith(PROFILE)
                ? unquoted(title.substring(PROFILE.length()).strip())
                : title;
        // in config only the default profile goes without the word
        return config && !title.startsWith(PROFILE) && !title.equals("default")
                ? new HashMap<>()
                : profiles.computeIfAbsent(name, any -> new HashMap<>());
    }

    @Override
    public String toString() {
        return "ProfileFiles[" + profiles.keySet() + ']';
    }
}
