// SPDX-License-Identifier: Apache-2.0
package dev.weft.engine.tools;

import dev.weft.api.Mistake;
import dev.weft.api.spi.ContractHost;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The language runtimes of this machine, asked once each. */
public final class InstalledLanguages implements ContractHost.Languages {
    private static final int ANSWER_SECONDS_MAX = 10;
    private static final Pattern NODE_SAYS = Pattern.compile("v([0-9]+)\\..*", Pattern.DOTALL);
    private static final Pattern PYTHON_SAYS = Pattern.compile("Python 3\\.([0-9]+).*", Pattern.DOTALL);

    private final Map<ContractHost.Language, Integer> known = new EnumMap<>(ContractHost.Language.class);

    /** Nothing is asked yet. */
    public InstalledLanguages() {}

    /** The program that runs {@code language}: not by a name that a shell script may stand behind. */
    public static @Nullable Path program(ContractHost.Language language) {
        return switch (language) {
            case NODE -> Programs.find("node");
            case PYTHON ->
                Programs.find("/usr/bin/python3") != null ? Path.of("/usr/bin/python3") : Programs.find("python3");
            case JAVA -> Path.of(System.getProperty("java.home", "/"), "bin", "java");
        };
    }

    @Override
    public @Nullable Mistake missing(
            ContractHost.Language language, int version, String field, @Nullable String value) {
        int installed = installed(language);
        if (installed >= version) {
            return null;
        }
        String name = name(language, version);
        String message = installed == 0
                ? "needs %s, and there is no '%s' on the PATH; install %s or newer (%s)"
                        .formatted(language(language), word(language), name, how(language))
                : "needs %s or newer, and this machine has %s; install a newer one (%s)"
                        .formatted(name, name(language, installed), how(language));
        return Mistake.at(field, value, message);
    }

    private synchronized int installed(ContractHost.Language language) {
        return known.computeIfAbsent(language, each -> switch (each) {
            case JAVA -> Runtime.version().feature();
            case NODE -> ask(program(each), NODE_SAYS);
            case PYTHON -> ask(program(each), PYTHON_SAYS);
        });
    }

    private static int ask(@Nullable Path program, Pattern says) {
        if (program == null) {
            return 0;
        }
        try {
            Process asked = new ProcessBuilder(List.of(program.toString(), "--version"))
                    .redirectErrorStream(true)
                    .start();
            try (InputStream out = asked.getInputStream()) {
                String said = new String(out.readNBytes(64), StandardCharsets.UTF_8).strip();
                boolean ended = asked.waitFor(ANSWER_SECONDS_MAX, TimeUnit.SECONDS);
                Matcher version = says.matcher(said);
                return ended && version.matches() ? Integer.parseInt(version.group(1)) : 0;
            } finally {
                asked.destroyForcibly();
            }
        } catch (IOException notRunnable) {
            return 0;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return 0;
        }
    }

    private static String language(ContractHost.Language language) {
        return switch (language) {
            case NODE -> "Node.js";
            case PYTHON -> "Python 3";
            case JAVA -> "Java";
        };
    }

    private static String name(ContractHost.Language language, int version) {
        return switch (language) {
            case NODE -> "Node.js " + version;
            case PYTHON -> "Python 3." + version;
            case JAVA -> "Java " + version;
        };
    }

    private static String word(ContractHost.Language language) {
        return switch (language) {
            case NODE -> "node";
            case PYTHON -> "python3";
            case JAVA -> "java";
        };
    }

    private static String how(ContractHost.Language language) {
        return switch (language) {
            case NODE -> "Debian: apt-get install nodejs; or see nodejs.org";
            case PYTHON -> "Debian: apt-get install python3";
            case JAVA -> "Weft runs Java functions on the JDK that it runs on itself: set JAVA_HOME to a newer one";
        };
    }
}
