// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.azure.facade;

import dev.weft.api.facade.Draft;
import dev.weft.api.facade.Names;
import dev.weft.api.facade.Said;
import dev.weft.api.resource.Cloud;
import dev.weft.clouds.azure.ZippedApp;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Drafts of apps. An app is made before it has code: until it is deployed, a few lines of ours stand in for it, so that it is kept,
 * listed and deleted as any function. Pure.
 */
final class SiteDraft {
    /** Seconds of a call where nobody says: what Azure's front end waits for an answer. */
    static final int SECONDS = 230;

    /** Bytes of bindings that are kept to be shown. */
    private static final int BINDINGS_CHARS_MAX = 16_384;

    private static final int INSTANCES = 100;
    private static final Pattern TIME = Pattern.compile("([0-9]{1,2}):([0-5][0-9]):([0-5][0-9])");
    private static final String NO_CODE = """
            // No code was deployed to this app yet: Weft's façade of Azure Functions keeps its place with this.
            require('http').createServer((request, answer) => {
              answer.statusCode = 404;
              answer.end('no code was deployed to this function app yet\\n');
            }).listen(process.env.PORT, '127.0.0.1');
            """;

    private SiteDraft() {}

    /** A new app that the client calls {@code theirs}, without code. */
    static Draft fresh(String theirs, String group, SiteBody body) throws Wrong {
        if (!body.linux()) {
            throw Wrong.invalid("properties.reserved must be true: apps run as on Linux (az: --os-type Linux)");
        }
        String runtime = body.runtime();
        if (runtime == null) {
            throw Wrong.invalid(
                    "properties.siteConfig.linuxFxVersion must say the runtime, such as Node|20 or Java|21; or app"
                            + " setting FUNCTIONS_WORKER_RUNTIME must be custom");
        }
        String name = Names.weft(theirs);
        Map<String, String> annotations = new TreeMap<>();
        annotations.put(AppView.RUNTIME, runtime);
        annotations.put(AppView.GROUP, group);
        annotations.put(AppView.EMPTY, "true");
        if (!theirs.equals(name)) {
            annotations.put(Draft.NAME, theirs);
        }
        Map<String, Object> spec = Map.of(
                "contract",
                "http",
                "command",
                List.of("node", "index.js"),
                "memory",
                "512Mi",
                "timeout",
                SECONDS + "s",
                "concurrency",
                INSTANCES,
                "maxInstances",
                INSTANCES);
        return changed(new Draft(name, Map.of(), annotations, spec, Map.of(), Cloud.Type.AZURE), body);
    }

    /** The code that stands in for an app's own. */
    static byte[] noCode() {
        ByteArrayOutputStream zip = new ByteArrayOutputStream();
        try (ZipOutputStream out = new ZipOutputStream(zip)) {
            ZipEntry entry = new ZipEntry("index.js");
            entry.setTimeLocal(LocalDateTime.ofEpochSecond(1_000_000_000, 0, ZoneOffset.UTC)); // always the same bytes
            out.putNextEntry(entry);
            out.write(NO_CODE.getBytes(StandardCharsets.UTF_8));
            out.closeEntry();
        } catch (IOException impossible) {
            throw new UncheckedIOException(impossible);
        }
        return zip.toByteArray();
    }

    /** What of an app {@code body} speaks of, changed. */
    static Draft changed(Draft before, SiteBody body) throws Wrong {
        Map<String, Object> spec = new TreeMap<>(before.spec());
        Map<String, String> annotations = new TreeMap<>(before.annotations());
        put(spec, "maxInstances", body.maxInstances(), INSTANCES);
        put(spec, "minInstances", body.minInstances(), 0);
        String location = body.location();
        if (location != null && !location.isEmpty()) {
            annotations.put(AppView.LOCATION, Said.message(location));
        }
        String runtime = body.runtime();
        if (runtime != null && annotations.containsKey(AppView.RUNTIME)) {
            annotations.put(AppView.RUNTIME, runtime);
            if (!annotations.containsKey(AppView.EMPTY)) {
                spec.put("runtime", runtime);
            }
        }
        Map<String, String> tags = body.tags();
        Map<String, String> env = body.settings();
        boolean ours = annotations.containsKey(AppView.RUNTIME);
        if (env != null && env.containsKey(SiteBody.TIMEOUT)) {
            spec.put("timeout", timeout(env.get(SiteBody.TIMEOUT)));
        } else if (env != null && ours) {
            spec.put("timeout", SECONDS + "s");
        }
        if (env != null && ours) {
            agree(env.getOrDefault(SiteBody.WORKER, ""), annotations.getOrDefault(AppView.RUNTIME, ""));
        }
        return new Draft(
                before.name(),
                tags == null ? before.labels() : tags,
                annotations,
                spec,
                env == null ? before.env() : env,
                before.home());
    }

    private static void agree(String language, String runtime) throws Wrong {
        if (!language.isEmpty() && !runtime.replaceAll("[0-9]", "").equalsIgnoreCase(language)) {
            throw Wrong.invalid("app setting " + SiteBody.WORKER + " is '" + Said.value(language)
                    + "', and the app's runtime is " + runtime);
        }
    }

    private static void put(Map<String, Object> spec, String name, @Nullable Integer said, int none) {
        if (said != null) {
            spec.put(name, said == 0 ? none : said);
        }
        if (spec.get(name) instanceof Integer zero && zero == 0) {
            spec.remove(name);
        }
    }

    /** A time as host.json writes it. */
    static String timeout(String said) throws Wrong {
        Matcher parts = TIME.matcher(said);
        int seconds = parts.matches()
                ? Integer.parseInt(parts.group(1)) * 3600
                        + Integer.parseInt(parts.group(2)) * 60
                        + Integer.parseInt(parts.group(3))
                : 0;
        if (seconds < 1 || seconds > 3600) {
            throw Wrong.invalid("app setting " + SiteBody.TIMEOUT + " is '" + Said.value(said)
                    + "'; it must be a time such as 00:03:00, from a second to an hour");
        }
        return seconds + "s";
    }

    /** The same app with code of {@code runtime}, whose one function is {@code found}; null where only its worker knows that. */
    static Draft deployed(Draft before, String runtime, ZippedApp.@Nullable Found found) {
        Map<String, Object> spec = new TreeMap<>(before.spec());
        spec.remove("command");
        spec.put("contract", "azure-functions");
        spec.put("runtime", runtime);
        spec.remove("handler");
        Map<String, String> annotations = new TreeMap<>(before.annotations());
        for (String each : List.of(AppView.EMPTY, AppView.FUNCTION, AppView.BINDINGS, AppView.ROUTE)) {
            annotations.remove(each);
        }
        if (found != null) {
            spec.put("handler", found.name());
            annotations.put(AppView.FUNCTION, found.name());
            String bindings = found.bindings();
            String route = found.route();
            if (bindings != null && bindings.length() <= BINDINGS_CHARS_MAX) {
                annotations.put(AppView.BINDINGS, bindings);
            }
            if (route != null) {
                annotations.put(AppView.ROUTE, route);
            }
        }
        return new Draft(before.name(), before.labels(), annotations, spec, before.env(), before.home());
    }
}
