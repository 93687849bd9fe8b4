// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.aws;

import dev.weft.api.Mistake;
import dev.weft.api.resource.Function;
import dev.weft.api.spi.ContractHost;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Node.js as Lambda names it: which versions, whether this machine has one, whether the handler is there. */
final class NodeRuntime {
    private static final Pattern NAME = Pattern.compile("nodejs(18|20|22|24)(\\.x)?");
    private static final Pattern HANDLER = Pattern.compile("((?:[^/]+/)*[^./]+)\\.[A-Za-z0-9_$.]+");

    private NodeRuntime() {}

    /** What keeps {@code function} from running here. */
    static List<Mistake> check(Function function, Path code, ContractHost.Languages languages) {
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
            Mistake missing = languages.missing(
                    ContractHost.Language.NODE, Integer.parseInt(name.group(1)), "spec.runtime", runtime);
            if (missing != null) {
                mistakes.add(missing);
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
}
