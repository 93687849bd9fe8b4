// SPDX-License-Identifier: Apache-2.0
package dev.weft.app;

import dev.weft.api.resource.Cloud;
import dev.weft.api.resource.Document;
import dev.weft.api.resource.Function;
import dev.weft.api.resource.HttpRoute;
import dev.weft.api.resource.Metadata;
import dev.weft.api.resource.Spelling;
import dev.weft.app.cli.Output;
import dev.weft.control.Application;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What a Weft says once calls are answered. */
final class Welcome {
    /** On a route or a function: arguments for curl, a line each; a path stands for the gateway's URL and it. */
    static final String TRY = "weft.dev/try";

    private Welcome() {}

    static void say(Terminal terminal, Weft weft, Application application, Duration took) {
        Map<String, Set<String>> urls = urls(application, weft.gatewayUrl());
        functions(terminal, application, urls);
        clouds(terminal, application, weft.clouds().words().said());
        terminal.say("");
        terminal.say("gateway  " + weft.gatewayUrl());
        terminal.say("admin    " + weft.adminUrl() + "/weft/v1");
        weft.facadeUrls().forEach((name, url) -> terminal.say("façade   " + name + "  " + url));
        weft.clouds().introduce(terminal);
        List<String> tries = tries(application, urls, weft.gatewayUrl());
        if (!tries.isEmpty()) {
            terminal.say("");
            terminal.say("try");
            tries.forEach(each -> terminal.say("  " + each));
        }
        terminal.say("");
        terminal.say(String.format(Locale.ROOT, "ready in %.1f s; Ctrl-C stops everything", took.toMillis() / 1000.0));
    }

    private static void functions(Terminal terminal, Application application, Map<String, Set<String>> urls) {
        List<List<String>> rows = new ArrayList<>();
        for (Function function : application.functions()) {
            Set<String> its = urls.getOrDefault(function.name(), Set.of());
            rows.add(List.of(
                    function.name(),
                    Spelling.Words.of(function.spec().contract()),
                    String.join(
                            ", ",
                            function.spec().placement().clouds().stream()
                                    .map(Function.Placement.Choice::name)
                                    .toList()),
                    Spelling.Words.of(function.spec().placement().strategy()),
                    its.isEmpty() ? "-" : String.join(", ", its)));
        }
        Output.table(terminal.out(), List.of("FUNCTION", "CONTRACT", "CLOUDS", "STRATEGY", "URL"), rows);
        terminal.say("");
    }

    private static void clouds(Terminal terminal, Application application, String runsAs) {
        List<List<String>> rows = new ArrayList<>();
        for (Cloud cloud : application.clouds()) {
            String region = cloud.spec().region();
            rows.add(List.of(
                    cloud.name(), Spelling.Words.of(cloud.spec().type()), region == null ? "-" : region, runsAs));
        }
        Output.table(terminal.out(), List.of("CLOUD", "TYPE", "REGION", "RUNS AS"), rows);
    }

    /** Where each function answers: one URL for each path that leads only by host and path to it. */
    static Map<String, Set<String>> urls(Application application, String gateway) {
        Map<String, Set<String>> urls = new HashMap<>();
        for (HttpRoute route : application.routes()) {
            for (HttpRoute.Rule rule : route.spec().rules()) {
                List<String> here = paths(rule).map(path -> gateway + path).toList();
                rule.backendRefs().stream()
                        .filter(each -> each.kind().equals("Function") && each.weight() > 0)
                        .map(each -> Metadata.qualified(route.metadata().namespace(), each.name()))
                        .forEach(each -> urls.computeIfAbsent(each, name -> new LinkedHashSet<>())
                                .addAll(here));
            }
        }
        return urls;
    }

    private static Stream<String> paths(HttpRoute.Rule rule) {
        return rule.matches().isEmpty()
                ? Stream.of("/")
                : rule.matches().stream().map(match -> path(match.path())).filter(path -> !path.isEmpty());
    }

    private static String path(HttpRoute.@Nullable PathMatch match) {
        if (match == null) {
            return "/";
        }
        return switch (match.type()) {
            case EXACT, PATH_PREFIX -> match.value();
            case REGULAR_EXPRESSION -> "";
        };
    }

    /** Commands to try: those that the documents suggest, else the URL of each function. */
    static List<String> tries(Application application, Map<String, Set<String>> urls, String gateway) {
        List<String> suggested = new ArrayList<>();
        Stream.<Document>concat(application.routes().stream(), application.functions().stream())
                .map(each -> each.metadata().annotations().getOrDefault(TRY, ""))
                .flatMap(String::lines)
                .map(String::strip)
                .filter(line -> !line.isEmpty())
                .forEach(line -> suggested.add(curl(line, gateway)));
        if (suggested.isEmpty()) {
            application.functions().forEach(function -> urls.getOrDefault(function.name(), Set.of()).stream()
                    .limit(1)
                    .forEach(url -> suggested.add("curl " + url)));
        }
        return suggested;
    }

    private static String curl(String line, String gateway) {
        String bare = gateway.replaceFirst("^http://", "");
        return "curl " + (line.startsWith("/") ? bare + line : line);
    }
}
