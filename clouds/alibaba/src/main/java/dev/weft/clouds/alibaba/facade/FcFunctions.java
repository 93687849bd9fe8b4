// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.alibaba.facade;

import dev.weft.api.Headers;
import dev.weft.api.facade.Alias;
import dev.weft.api.facade.Changed;
import dev.weft.api.facade.FacadeAnswer;
import dev.weft.api.facade.Functions;
import dev.weft.api.facade.Key;
import dev.weft.api.facade.RequestIds;
import dev.weft.api.facade.Versions;
import dev.weft.api.resource.Open;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Function;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Weft's functions as documents of Function Compute. What Weft does not know is left out; so are the variables' values. */
final class FcFunctions {
    /** Where nothing names a runtime, as Function Compute calls a program of one's own. */
    static final String OWN_PROGRAM = "custom";

    /** Before a function's name in its ARN: no real region or account. */
    static final String ARN = "acs:fc:weft:0000000000000000:functions/";

    private static final JsonMapper JSON = JsonMapper.shared();

    private FcFunctions() {}

    /**
     * One function.
     *
     * @param qualifier a version, or an alias, which stands for its first version; empty for the function as it is now
     */
    static FacadeAnswer get(Functions functions, Key key, String name, String qualifier) {
        Functions.Served latest = Versions.latest(functions, key.namespace(), name);
        if (latest == null) {
            return FcError.noFunction(name).answer();
        }
        boolean number = qualifier.isEmpty() || Versions.isNumber(qualifier);
        Alias alias = number ? null : Alias.of(latest.function(), qualifier);
        if (!number && alias == null) {
            return FcError.noAlias(name, qualifier).answer();
        }
        String version = alias == null ? qualifier : alias.version();
        Functions.Served found = Versions.find(functions, key.namespace(), name, version);
        return found == null ? FcError.noVersion(name, version).answer() : answer(document(found));
    }

    /** What came of a change. */
    static FacadeAnswer told(String name, Changed changed, Function<Functions.Served, FacadeAnswer> done) {
        return switch (changed) {
            case Changed.Done(Functions.Served now) -> done.apply(now);
            case Changed.Left(FacadeAnswer answer) -> answer;
            case Changed.Refused refused -> FcError.of(refused, name).answer();
        };
    }

    static FacadeAnswer shown(Functions.Served served) {
        return answer(document(served));
    }

    static FacadeAnswer gone(Functions.Served ignored) {
        return nothing();
    }

    /** It is done, and there is nothing to tell. */
    static FacadeAnswer nothing() {
        return new FacadeAnswer(204, Headers.of(AlibabaFacade.REQUEST_ID, RequestIds.next()), new byte[0]);
    }

    static FacadeAnswer list(Functions functions, Key key, FcPage.Of page) {
        List<Functions.Served> left = functions.list(key.namespace()).stream()
                .filter(each -> each.shownName().startsWith(page.prefix()))
                .filter(each -> each.shownName().compareTo(page.after()) > 0)
                .sorted(Comparator.comparing(Functions.Served::shownName))
                .limit(page.limit() + 1L)
                .toList();
        ObjectNode answer = JSON.createObjectNode();
        ArrayNode entries = answer.putArray("functions");
        left.stream().limit(page.limit()).map(FcFunctions::document).forEach(entries::add);
        if (left.size() > page.limit()) {
            answer.put("nextToken", FcPage.token(left.get(page.limit() - 1).shownName()));
        }
        return answer(answer);
    }

    private static ObjectNode document(Functions.Served served) {
        dev.weft.api.resource.Function function = served.function();
        dev.weft.api.resource.Function.Spec spec = function.spec();
        String runtime = spec.runtime();
        ObjectNode document = JSON.createObjectNode()
                .put("functionName", served.shownName())
                .put("functionArn", ARN + served.shownName())
                .put("runtime", runtime == null ? OWN_PROGRAM : runtime);
        String handler = spec.handler();
        if (handler != null) {
            document.put("handler", handler);
        }
        if (!spec.open().contains(Open.MEMORY)) {
            document.put("memorySize", spec.memory().mebibytes());
        }
        document.put("timeout", Math.max(1, spec.timeout().plusMillis(999).toSeconds()))
                .put(
                        "lastModifiedTime",
                        served.changed().truncatedTo(ChronoUnit.SECONDS).toString())
                .put("state", "Active")
                .put("lastUpdateStatus", "Successful");
        if (served.codeBytes() > 0) {
            document.put("codeSize", served.codeBytes());
        }
        if (served.put()) {
            ObjectNode env = document.putObject("environmentVariables");
            served.env().forEach(env::put);
            document.put("instanceConcurrency", spec.concurrency());
            function.metadata().annotations().forEach((annotation, value) -> {
                if (annotation.startsWith(FcPut.KEPT)) {
                    document.set(annotation.substring(FcPut.KEPT.length()), JSON.readTree(value));
                }
            });
        }
        ArrayNode tags = document.putArray("tags");
        new TreeMap<>(function.metadata().labels())
                .forEach((key, value) -> tags.addObject().put("Key", key).put("Value", value));
        return document;
    }

    /** An empty one. */
    static ObjectNode object() {
        return JSON.createObjectNode();
    }

    /** A text as JSON. */
    static String text(String text) {
        return JSON.writeValueAsString(text);
    }

    static JsonNode read(String json) {
        return JSON.readTree(json);
    }

    static FacadeAnswer answer(ObjectNode document) {
        return new FacadeAnswer(
                200,
                Headers.of("content-type", "application/json", AlibabaFacade.REQUEST_ID, RequestIds.next()),
                JSON.writeValueAsBytes(document));
    }
}
