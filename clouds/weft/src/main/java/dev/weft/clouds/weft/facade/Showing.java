// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.weft.facade;

import dev.weft.api.Headers;
import dev.weft.api.LogLine;
import dev.weft.api.Sha256;
import dev.weft.api.facade.FacadeAnswer;
import dev.weft.api.facade.Functions;
import dev.weft.api.facade.Functions.Served;
import dev.weft.api.facade.Key;
import dev.weft.api.facade.Operations;
import dev.weft.api.facade.Versions;
import dev.weft.api.facade.Wish;
import dev.weft.api.resource.Function;
import dev.weft.clouds.weft.FunctionWords;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** What is told of functions, to who may see them: one namespace's only. */
record Showing(String namespace, Map<String, String> query) {
    /** Lines of a log at once. */
    static final int LINES_MAX = 1000;

    private static final JsonMapper JSON = JsonMapper.shared();

    Wish.Work work(Operations.Asked asked) throws Wrong {
        String name = asked.on();
        return switch (asked.action()) {
            case "ListFunctions" -> this::list;
            case "GetFunction" -> functions -> one(functions, name);
            case "ListVersions" -> functions -> versions(functions, name);
            case "GetCode" -> functions -> code(functions, name);
            case "GetLogs" -> {
                int lines = lines();
                yield functions -> logs(functions, name, lines);
            }
            default -> throw new Wrong(Refusal.notDone(asked.action()));
        };
    }

    static FacadeAnswer about(Key key) {
        Map<String, Object> about = new TreeMap<>();
        about.put("api", 1);
        about.put("namespace", key.namespace());
        about.put("role", key.role().name().toLowerCase(Locale.ROOT));
        return json(200, about);
    }

    static FacadeAnswer json(int status, Object value) {
        return new FacadeAnswer(status, Headers.of("Content-Type", "application/json"), JSON.writeValueAsBytes(value));
    }

    private FacadeAnswer list(Functions functions) {
        return json(
                200,
                Map.of(
                        "functions",
                        functions.list(namespace).stream()
                                .map(each -> shown(functions, each))
                                .toList()));
    }

    private FacadeAnswer one(Functions functions, String name) {
        Served found = functions.find(namespace, name);
        return found == null ? Refusal.absent("function " + name).answer() : json(200, shown(functions, found));
    }

    /** A function, as the other Weft compares it. */
    Map<String, Object> shown(Functions functions, Served served) {
        Map<String, Object> shown = stable(served);
        shown.put("revision", revision(served));
        String version = current(functions, served);
        if (version != null) {
            shown.put("version", version);
        }
        return shown;
    }

    private static Map<String, Object> stable(Served served) {
        Function function = served.function();
        Map<String, Object> shown = new TreeMap<>();
        shown.put("name", function.metadata().name());
        shown.put("put", served.put());
        shown.put("labels", new TreeMap<>(function.metadata().labels()));
        shown.put("annotations", new TreeMap<>(function.metadata().annotations()));
        shown.put("spec", FunctionWords.spec(function.spec()));
        shown.put("env", new TreeMap<>(served.env()));
        shown.put("code", served.code());
        shown.put("codeBytes", served.codeBytes());
        return shown;
    }

    /** What it is now, in few characters: another one whenever anything of it is other. */
    static String revision(Served served) {
        return Sha256.hex(JSON.writeValueAsBytes(stable(served))).substring(0, 32);
    }

    /** The published version that it is as; null where it is as none. */
    private @Nullable String current(Functions functions, Served served) {
        String published = served.function().metadata().annotations().get(Versions.PUBLISHED);
        if (published != null || !served.put()) {
            return published;
        }
        List<Served> all = published(functions, served.function().metadata().name());
        return all.stream()
                .filter(each -> each.code().equals(served.code())
                        && each.env().equals(served.env())
                        && Published.spec(each.function())
                                .equals(FunctionWords.spec(served.function().spec())))
                .map(each -> Versions.of(each.function()))
                .findFirst()
                .orElse(null);
    }

    /** Versions of a function, newest first. */
    private List<Served> published(Functions functions, String name) {
        List<Served> all = new ArrayList<>(Versions.all(functions, namespace, name));
        all.removeIf(each -> Versions.of(each.function()).equals(Versions.LATEST));
        return all.reversed();
    }

    private FacadeAnswer versions(Functions functions, String name) {
        Served found = functions.find(namespace, name);
        if (found == null) {
            return Refusal.absent("function " + name).answer();
        }
        String current = current(functions, found);
        List<Map<String, Object>> versions = published(functions, name).stream()
                .map(each -> {
                    Map<String, Object> shown = stable(each);
                    shown.remove("env");
                    shown.put("version", Versions.of(each.function()));
                    shown.put("changed", each.changed().toString());
                    shown.put("current", Versions.of(each.function()).equals(current));
                    return shown;
                })
                .toList();
        return json(200, Map.of("versions", versions));
    }

    private FacadeAnswer code(Functions functions, String name) {
        Served found = functions.find(namespace, name);
        if (found == null) {
            return Refusal.absent("function " + name).answer();
        }
        byte[] zip = functions.code(namespace, name);
        return zip == null
                ? Refusal.conflict("function " + name + " stands in this Weft's documents: its code is not handed out")
                        .answer()
                : new FacadeAnswer(200, Headers.of("Content-Type", "application/zip"), zip);
    }

    private int lines() throws Wrong {
        String said = query.getOrDefault("lines", Integer.toString(LINES_MAX));
        if (!said.matches("[1-9][0-9]{0,5}")) {
            throw new Wrong(Refusal.wrong("lines '" + said + "' must be a number from 1"));
        }
        return Math.min(LINES_MAX, Integer.parseInt(said));
    }

    private FacadeAnswer logs(Functions functions, String name, int lines) {
        if (functions.find(namespace, name) == null) {
            return Refusal.absent("function " + name).answer();
        }
        List<Map<String, String>> told = functions.logs(namespace, name, lines).stream()
                .sorted(Comparator.comparing(LogLine::time))
                .map(Showing::told)
                .toList();
        return json(200, Map.of("lines", told));
    }

    private static Map<String, String> told(LogLine line) {
        Map<String, String> told = new TreeMap<>();
        told.put("time", line.time().toString());
        told.put("cloud", line.cloud());
        told.put("instance", line.instance());
        told.put("text", line.text());
        String invocation = line.invocation();
        if (invocation != null) {
            told.put("invocation", invocation);
        }
        return told;
    }
}
