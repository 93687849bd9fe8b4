// SPDX-License-Identifier: Apache-2.0
package dev.weft.app.cli;

import dev.weft.app.cli.CliException.Exit;
import dev.weft.app.home.Home;
import dev.weft.app.home.Home.Found;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** Finds the running Weft that a command talks to: WEFT_ADMIN_URL, else --admin-port, else the only one there is. */
public final class Reach {
    @Option(
            names = "--admin-port",
            paramLabel = "PORT",
            description = "Admin port of the Weft to talk to, when several run.")
    @Nullable
    Integer adminPort;

    private Map<String, String> env = System.getenv();

    /** Makes every command under {@code line} look in {@code env} instead of this process' environment. */
    static void lookIn(CommandLine line, Map<String, String> env) {
        line.getCommandSpec().mixins().values().forEach(mixin -> {
            if (mixin.userObject() instanceof Reach reach) {
                reach.env = Map.copyOf(env);
            }
        });
        line.getSubcommands().values().forEach(each -> lookIn(each, env));
    }

    /** The admin API to talk to; a {@link CliException} with exit code 3 where there is none. */
    public AdminClient client() {
        List<Found> running = Home.of(env).running();
        String url = env.get("WEFT_ADMIN_URL");
        if (url != null && !url.isBlank()) {
            return named(url.strip(), running);
        }
        List<Found> meant = adminPort == null
                ? running
                : running.stream()
                        .filter(each -> each.url().getPort() == adminPort)
                        .toList();
        if (meant.isEmpty()) {
            String where = adminPort == null ? "here" : "with admin port " + adminPort;
            throw new CliException(
                    Exit.UNREACHED, "no Weft is running " + where + "; start one with: weft up PATH" + others(running));
        }
        if (meant.size() > 1) {
            throw new CliException(
                    Exit.UNREACHED,
                    "several Wefts are running; name one with --admin-port or WEFT_ADMIN_URL" + others(meant));
        }
        return new AdminClient(meant.getFirst().url(), meant.getFirst().token());
    }

    private AdminClient named(String url, List<Found> running) {
        URI uri;
        try {
            uri = URI.create(url);
        } catch (IllegalArgumentException malformed) {
            throw new CliException(
                    Exit.USAGE, "WEFT_ADMIN_URL: a URL such as http://127.0.0.1:8081, got '" + url + "'");
        }
        if (uri.getHost() == null || !List.of("http", "https").contains(Objects.toString(uri.getScheme(), ""))) {
            throw new CliException(
                    Exit.USAGE, "WEFT_ADMIN_URL: a URL such as http://127.0.0.1:8081, got '" + url + "'");
        }
        String token = env.get("WEFT_TOKEN");
        if (token == null) {
            // a token is only ever shown to the address it was written for
            token = running.stream()
                    .filter(each -> each.url().getPort() == uri.getPort()
                            && List.of("127.0.0.1", "localhost", "[::1]").contains(uri.getHost()))
                    .map(Found::token)
                    .findFirst()
                    .orElseThrow(() -> new CliException(
                            Exit.UNREACHED,
                            "no Weft of yours is running at " + uri
                                    + "; for one elsewhere set WEFT_TOKEN to its admin token"));
        }
        return new AdminClient(uri, token);
    }

    private static String others(List<Found> running) {
        return running.isEmpty()
                ? ""
                : running.stream().map(each -> "\n  " + each).collect(Collectors.joining("", "\nrunning:", ""));
    }
}
