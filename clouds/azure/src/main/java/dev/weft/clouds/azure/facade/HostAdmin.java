// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.azure.facade;

import dev.weft.api.Headers;
import dev.weft.api.facade.FacadeAnswer;
import dev.weft.api.facade.FacadeRequest;
import dev.weft.api.facade.Functions;
import dev.weft.api.facade.Key;
import dev.weft.api.facade.Names;
import dev.weft.api.facade.Operations;
import dev.weft.api.facade.Wish;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** What is asked of an app's host below {@code /admin/}, with the app's master key or one of Weft's keys. Pure. */
record HostAdmin(FacadeRequest request, AppUrl url, Key key) {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String INVOKE = "host.InvokeFunction";
    private static final Operations ALL = new Operations("/admin/", """
            GET functions host.ListFunctions
            GET functions/* host.GetFunction
            GET functions/*/status host.GetFunctionStatus
            GET functions/*/keys host.GetFunctionKeys
            POST functions/* host.InvokeFunction
            PUT functions/* host.PutFunction
            DELETE functions/* host.DeleteFunction
            GET host/status host.GetStatus
            GET host/keys host.GetKeys
            POST host/restart host.Restart
            POST host/synctriggers host.SyncTriggers
            POST host/drain host.Drain
            GET host/config host.GetConfig
            GET host/drain/status host.GetDrainStatus
            GET host/systemkeys/* host.GetSystemKeys""");

    Wish wish() {
        Operations.@Nullable Asked asked = ALL.find(
                request.line().path().equals(url.rest())
                        ? request.line()
                        : new dev.weft.api.RequestLine(
                                request.line().method(),
                                url.rest(),
                                request.line().query()));
        if (asked == null) {
            return refused("host admin", 404, "there is no " + request.line().method() + ' ' + url.rest());
        }
        if (asked.action().equals(INVOKE)) {
            return invoke(asked.on());
        }
        if (!key.may(Key.Role.DEPLOY)) {
            return refused(asked.action(), 403, "the key may call functions only; this needs a key of role deploy");
        }
        return switch (asked.action()) {
            case "host.ListFunctions" -> control(asked, app -> list(app));
            case "host.GetFunction" -> control(asked, app -> named(app, asked.on(), this::shown));
            case "host.GetFunctionStatus" ->
                control(asked, app -> named(app, asked.on(), _ -> JSON.createObjectNode()));
            case "host.GetFunctionKeys" ->
                control(asked, app -> named(app, asked.on(), it -> keys(AppKey.FUNCTION, it)));
            case "host.GetKeys" -> control(asked, app -> json(keys(AppKey.HOST, app)));
            case "host.GetStatus" -> control(asked, app -> json(status(app)));
            case "host.SyncTriggers" ->
                control(asked, _ -> json(JSON.createObjectNode().put("status", "success")));
            default ->
                refused(asked.action(), 501, asked.action() + " is not done by Weft's façade of Azure Functions");
        };
    }

    private Wish control(Operations.Asked asked, Function<AppView, FacadeAnswer> answer) {
        return new Wish.Control(key, asked.action(), url.app(), functions -> {
            Functions.@Nullable Served app = functions.find(key.namespace(), Names.weft(url.app()));
            return app == null ? FacadeAnswer.text(404, "", null) : answer.apply(new AppView(app.function()));
        });
    }

    private static FacadeAnswer named(AppView app, String name, Function<AppView, JsonNode> shown) {
        return app.empty() || !app.functionName().equalsIgnoreCase(name)
                ? FacadeAnswer.text(404, "", null)
                : json(shown.apply(app));
    }

    private FacadeAnswer list(AppView app) {
        ArrayNode all = JSON.createArrayNode();
        if (!app.empty()) {
            all.add(shown(app));
        }
        return json(all);
    }

    private ObjectNode shown(AppView app) {
        String base = AppUrl.site(request.scheme() + "://" + request.authority(), app.name());
        return ArmDocuments.function(app, base);
    }

    private ObjectNode keys(AppKey purpose, AppView app) {
        ObjectNode keys = JSON.createObjectNode();
        keys.putArray("keys")
                .addObject()
                .put("name", "default")
                .put("value", purpose.of(key, app.function().metadata().name()));
        keys.putArray("links");
        return keys;
    }

    private static ObjectNode status(AppView app) {
        return JSON.createObjectNode()
                .put("id", app.name())
                .put("state", "Running")
                .put("version", ArmDocuments.HOST_VERSION)
                .put("versionDetails", "Weft");
    }

    private Wish invoke(String name) {
        String input = input();
        if (input == null) {
            return refused(INVOKE, 400, "the body must be {\"input\": \"…\"}: what the function gets, a string");
        }
        String app = Names.weft(url.app());
        return new Wish.Look(key, app, found -> {
            if (found == null
                    || new AppView(found).empty()
                    || !new AppView(found).functionName().equalsIgnoreCase(name)) {
                return refused(INVOKE, 404, "the app has no such function");
            }
            byte[] payload = input.getBytes(StandardCharsets.UTF_8);
            return new Wish.Later(key, app, type(input), Map.of(), payload, new AppAnswering());
        });
    }

    private @Nullable String input() {
        try {
            JsonNode input = JSON.readTree(request.body()).path("input");
            return input.isString() ? input.asString("") : null;
        } catch (JacksonException notJson) {
            return null;
        }
    }

    private static String type(String input) {
        try {
            return JSON.readTree(input).isMissingNode() ? "text/plain" : "application/json";
        } catch (JacksonException notJson) {
            return "text/plain";
        }
    }

    private Wish refused(String action, int status, String why) {
        return new Wish.Refused(action, key.id(), true, why, FacadeAnswer.text(status, why, null));
    }

    private static FacadeAnswer json(JsonNode body) {
        return new FacadeAnswer(
                200, Headers.of("Content-Type", "application/json; charset=utf-8"), JSON.writeValueAsBytes(body));
    }
}
