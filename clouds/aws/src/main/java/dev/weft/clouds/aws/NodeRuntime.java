// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.aws;

import dev.weft.api.Mistake;
import dev.weft.api.resource.Function;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Node.js as Lambda names it: which versions, whether this machine has one, whether the handler is there. */
final class NodeRuntime {
    private static final Pattern NAME = Pattern.compile("nodejs(18|20|22|24)(\\.x)?");
    private static final Pattern VERSION = Pattern.compile("v([0-9]+)\\..*");
    private static final Pattern HANDLER = Pattern.compile("((?:[^/]+/)*[^./]+)\\.[A-Za-z0-9_$.]+");
    private static final int ANSWER_SECONDS_MAX = 10;

    private NodeRuntime() {}

    /** What keeps {@code function} from running here. */
    static List<Mistake> check(Function function, Path code) {
        List<Mistake> mistakes = new ArrayList<>();
        String runtime = function.spec().runtime();
        String handler = function.spec().handler();
        Matcher name = NAME.matcher(runtime == null ? "" : runtime);
        if (!name.matches()) {
            mistakes.add(Mistake.at(
                    "spec.runtime",
                    runtime,
                    "this version runs nodejs18, nodejs20, nodejs22 and nodejs24 under contract aws-lambda"));
        } else {
            Integer installed = installed();
            int wanted = Integer.parseInt(name.group(1));
            if (installed == null) {
                mistakes.add(Mistake.at(
                        "spec.runtime",
                        runtime,
                        "needs Node.js, and no 'node' is on the PATH; install Node.js %d or newer".formatted(wanted)));
            } else if (installed < wanted) {
                mistakes.add(Mistake.at(
                        "spec.runtime",
                        runtime,
                        "needs Node.js %d or newer, and the 'node' on the PATH is %d".formatted(wanted, installed)));
            }
        }
        Matcher place = HANDLER.matcher(handler == null ? "" : handler);
        if (!place.matches()) {
            mistakes.add(Mistake.at(
                    "spec.handler", handler, "contract aws-lambda needs file.export, for example index.handler"));
        } else if (file(code, place.group(1)) == null) {
            mistakes.add(Mistake.at(
                    "spec.handler",
                    handler,
                    "no file %s.js, .mjs or .cjs in the function's folder".formatted(place.group(1))));
        }
        return mistakes;
    }

    private static @Nullable Path file(Path code, String stem) {
        for (String end : List.of(".js", ".mjs", ".cjs")) {
            Path file = code.resolve(stem + end);
            if (Files.isRegularFile(file)) {
                return file;
            }
        }
        return null;
    }

    /** The major version of the PATH's node; null if there is none. */
    private static @Nullable Integer installed() {
        if (!onPath("node")) {
            return null;
        }
        try {
            Process asked = new ProcessBuilder("node", "--version")
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            try (InputStream out = asked.getInputStream()) {
                String said = new String(out.readNBytes(64), StandardCharsets.UTF_8).strip();
                boolean ended = asked.waitFor(ANSWER_SECONDS_MAX, TimeUnit.SECONDS);
                Matcher version = VERSION.matcher(said);
                return ended && version.matches() ? Integer.valueOf(version.group(1)) : null;
            } finally {
                asked.destroyForcibly();
            }
        } catch (IOException notRunnable) {
            return null;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return null;
        }
    }

    private static boolean onPath(String program) {
        String path = System.getenv("PATH");
        for (String folder : (path == null ? "" : path).split(File.pathSeparator, -1)) {
            if (Files.isExecutable(Path.of(folder, program))) {
                return true;
            }
        }
        return false;
    }
}
