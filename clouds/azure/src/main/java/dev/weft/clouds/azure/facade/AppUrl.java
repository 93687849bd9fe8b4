// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.azure.facade;

import dev.weft.api.facade.FacadeRequest;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which host of which app is asked. Azure gives each app two host names; here they are names below the façade's own,
 * {@code APP.HOST} and {@code APP.scm.HOST}, and, where no such names are found, paths: {@code /apps/APP/…}, {@code /scm/APP/…}.
 * Pure.
 *
 * @param app as the client writes it; empty where no app is named
 * @param scm whether the host that takes code is asked
 * @param rest path as that host sees it
 */
record AppUrl(String app, boolean scm, String rest) {
    private static final Pattern PATH =
            Pattern.compile("/(apps|scm)/([A-Za-z0-9][A-Za-z0-9-]{0,62})(/.*)?", Pattern.DOTALL);
    private static final Pattern HOST =
            Pattern.compile("([a-z0-9][a-z0-9-]{0,62})(\\.scm)?\\.([a-z0-9.-]*[a-z][a-z0-9.-]*)(:[0-9]{1,5})?");

    /** First words of the resource manager's paths. */
    private static final Set<String> MANAGEMENT =
            Set.of("subscriptions", "providers", "tenants", "metadata", "identity");

    /** Null where the resource manager is asked. */
    static @Nullable AppUrl read(FacadeRequest request) {
        String path = request.line().path();
        Matcher parts = PATH.matcher(path);
        if (parts.matches()) {
            String rest = parts.group(3);
            return new AppUrl(parts.group(2), parts.group(1).equals("scm"), rest == null ? "/" : rest);
        }
        Matcher host = HOST.matcher(request.authority().toLowerCase(Locale.ROOT));
        boolean named = host.matches();
        boolean local = named && host.group(3).endsWith("localhost");
        if (local || (named && !management(path))) {
            return new AppUrl(host.group(1), host.group(2) != null, path);
        }
        return path.startsWith("/api/") || path.startsWith("/admin/") ? new AppUrl("", false, path) : null;
    }

    private static boolean management(String path) {
        int end = path.indexOf('/', 1);
        String first = (end < 0 ? path.substring(1) : path.substring(1, end)).toLowerCase(Locale.ROOT);
        return MANAGEMENT.contains(first) || Login.asked(path) || BlobDesk.asked(path);
    }

    /** The app's host name, as Azure shows it. */
    static String host(String authority, String app) {
        return HOST.matcher("a." + authority.toLowerCase(Locale.ROOT)).matches()
                ? app + '.' + authority
                : authority + "/apps/" + app;
    }

    /** Where the app answers, at every façade. */
    static String site(String base, String app) {
        return base + "/apps/" + app;
    }

    /** What stands for the host name of the one that takes code: clients put {@code https://} before it and a path behind. */
    static String deployments(String authority, String app) {
        return authority + "/scm/" + app;
    }
}
