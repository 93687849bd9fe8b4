// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.azure.facade;

import dev.weft.api.Headers;
import dev.weft.api.RequestLine;
import dev.weft.api.facade.Changed;
import dev.weft.api.facade.Draft;
import dev.weft.api.facade.FacadeAnswer;
import dev.weft.api.facade.FacadeRequest;
import dev.weft.api.facade.Functions;
import dev.weft.api.facade.Functions.Edited;
import dev.weft.api.facade.Key;
import dev.weft.api.facade.KeyProof;
import dev.weft.api.facade.Keys;
import dev.weft.api.facade.Names;
import dev.weft.api.facade.Operations;
import dev.weft.api.facade.Said;
import dev.weft.api.facade.Wish;
import dev.weft.clouds.azure.ZippedApp;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * The host that takes an app's code (Kudu): zip deploy, and what became of it. A deployment is over when it is answered, also where the
 * client did not want to wait. Pure.
 */
record Kudu(FacadeRequest request, AppUrl url, Keys keys, Instant now) {
    /** Bytes of a zip file. */
    static final long ZIP_BYTES_MAX = 100L << 20;

    private static final String DEPLOY = "kudu.ZipDeploy";
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final Operations ALL = new Operations("/api/", """
            POST zipdeploy kudu.ZipDeploy
            PUT zipdeploy kudu.ZipDeploy
            GET deployments/latest kudu.GetDeployment
            GET deployments/* kudu.GetDeployment
            GET deployments kudu.ListDeployments
            GET settings kudu.GetSettings
            POST publish kudu.Publish
            POST wardeploy kudu.WarDeploy
            POST zipdeploy/validate kudu.ValidateZip
            GET environment kudu.GetEnvironment
            POST command kudu.RunCommand""");

    Wish wish() {
        RequestLine line = new RequestLine(
                request.line().method(), url.rest(), request.line().query());
        Operations.@Nullable Asked asked = ALL.find(line);
        String action = asked == null ? "kudu.Unknown" : asked.action();
        return switch (proof()) {
            case KeyProof.None(String id) ->
                new Wish.Refused(
                        action,
                        id,
                        false,
                        "no key with its secret",
                        error(
                                401,
                                "the deployment host takes the publishing credentials that were listed, or a token"));
            case KeyProof.By(Key key) -> {
                if (!key.may(Key.Role.DEPLOY)) {
                    yield refused(action, key, 403, "the key may call functions only; this needs a key of role deploy");
                }
                yield asked == null
                        ? refused(action, key, 404, "there is no " + line.method() + ' ' + line.path())
                        : done(asked, key);
            }
        };
    }

    private KeyProof proof() {
        List<String> said = request.headers().all("authorization");
        if (said.size() != 1 || !said.getFirst().regionMatches(true, 0, "Basic ", 0, 6)) {
            return ArmToken.read(said, keys, now);
        }
        try {
            String pair = new String(
                    Base64.getDecoder().decode(said.getFirst().substring(6).strip()), StandardCharsets.UTF_8);
            String password = pair.substring(pair.indexOf(':') + 1);
            return AppKey.read(password, Names.weft(url.app()), Set.of(AppKey.PUBLISH), keys);
        } catch (IllegalArgumentException notEncoded) {
            return new KeyProof.None("");
        }
    }

    private Wish done(Operations.Asked asked, Key key) {
        String name = Names.weft(url.app());
        return switch (asked.action()) {
            case DEPLOY -> deploy(key, name);
            case "kudu.GetDeployment" ->
                new Wish.Control(key, asked.action(), url.app(), functions -> {
                    Functions.@Nullable Served app = functions.find(key.namespace(), name);
                    return app == null
                                    || new AppView(app.function()).empty()
                                    || !(asked.on().isEmpty() || asked.on().equals(id(app)))
                            ? error(404, "there is no such deployment")
                            : ArmDocuments.ok(deployment(app));
                });
            case "kudu.ListDeployments" ->
                new Wish.Control(key, asked.action(), url.app(), functions -> {
                    Functions.@Nullable Served app = functions.find(key.namespace(), name);
                    var all = JSON.createArrayNode();
                    if (app != null && !new AppView(app.function()).empty()) {
                        all.add(deployment(app));
                    }
                    return app == null ? error(404, "there is no such app") : ArmDocuments.ok(all);
                });
            case "kudu.GetSettings" ->
                new Wish.Control(key, asked.action(), url.app(), functions -> {
                    Functions.@Nullable Served app = functions.find(key.namespace(), name);
                    return app == null
                            ? error(404, "there is no such app")
                            : ArmDocuments.ok(JSON.valueToTree(ArmDocuments.settings(app)));
                });
            default ->
                refused(
                        asked.action(),
                        key,
                        501,
                        asked.action() + " is not done by Weft's façade of Azure Functions:"
                                + " it takes code by zip deploy");
        };
    }

    private Wish deploy(Key key, String name) {
        byte[] zip = request.body();
        if (zip.length < 4 || zip[0] != 'P' || zip[1] != 'K') {
            return refused(DEPLOY, key, 400, "the body is no zip file");
        }
        Map<String, String> query = Operations.query(request.line());
        boolean later = query != null && query.getOrDefault("isAsync", "").equalsIgnoreCase("true");
        return new Wish.Control(key, DEPLOY, url.app(), functions -> {
            Functions.@Nullable Served app = functions.find(key.namespace(), name);
            if (app == null) {
                return error(404, "there is no app " + url.app());
            }
            String runtime = app.function().metadata().annotations().get(AppView.RUNTIME);
            if (runtime == null) {
                return error(
                        409,
                        "app " + url.app() + " was not made by a client of Azure: its function is of contract "
                                + app.function().spec().contract() + "; delete it first");
            }
            ZippedApp read = ZippedApp.read(runtime, zip);
            String wanted = app.env().getOrDefault(SiteBody.FUNCTION, "");
            String wrong = wrong(read, wanted);
            if (!wrong.isEmpty()) {
                return error(400, wrong);
            }
            ZippedApp.@Nullable Found found = chosen(read, wanted);
            return told(functions.put(key.namespace(), name, before -> edited(before, runtime, found, zip)), later);
        });
    }

    private static Edited edited(@Nullable Draft before, String runtime, ZippedApp.@Nullable Found found, byte[] zip) {
        if (before == null) {
            return new Edited.Leave(error(404, "there is no such app"));
        }
        return runtime.equals(before.annotations().get(AppView.RUNTIME))
                ? new Edited.Put(SiteDraft.deployed(before, runtime, found), zip)
                : new Edited.Leave(error(409, "the app was changed by somebody else meanwhile"));
    }

    /** Why the zip file can't be the app; empty where it can. */
    static String wrong(ZippedApp read, String wanted) {
        if (!read.problems().isEmpty()) {
            return String.join("; ", read.problems());
        }
        if (!wanted.isEmpty() || read.functions().size() < 2) {
            return "";
        }
        return "the zip file has " + read.functions().size() + " functions ("
                + read.functions().stream().map(ZippedApp.Found::name).collect(Collectors.joining(", "))
                + "), and an app is one function of Weft's: name one in app setting " + SiteBody.FUNCTION
                + ", and make an app for each";
    }

    static ZippedApp.@Nullable Found chosen(ZippedApp read, String wanted) {
        if (wanted.isEmpty()) {
            return read.functions().isEmpty() ? null : read.functions().getFirst();
        }
        return read.functions().stream()
                .filter(each -> each.name().equalsIgnoreCase(wanted))
                .findFirst()
                .orElse(new ZippedApp.Found(
                        wanted, null, null)); // whether the code has it is found out as for any document
    }

    private FacadeAnswer told(Changed changed, boolean later) {
        return switch (changed) {
            case Changed.Done _ ->
                later
                        ? new FacadeAnswer(202, Headers.of("Location", base() + "/api/deployments/latest"), new byte[0])
                        : new FacadeAnswer(200, Headers.none(), new byte[0]);
            case Changed.Left(FacadeAnswer answer) -> answer;
            case Changed.Refused(Changed.Reason reason, String message) ->
                switch (reason) {
                    case ABSENT -> error(404, message);
                    case DECLARED, FAILED, FULL -> error(409, message);
                    case WRONG -> error(400, message);
                    case UNABLE -> error(501, message);
                    case BUSY -> error(429, message);
                };
        };
    }

    private String base() {
        String root = request.scheme() + "://" + request.authority();
        return request.line().path().startsWith("/scm/") ? root + "/scm/" + url.app() : root;
    }

    private static String id(Functions.Served app) {
        return app.code().isEmpty() ? "latest" : app.code().substring(0, 32);
    }

    private ObjectNode deployment(Functions.Served app) {
        String id = id(app);
        String at = app.changed().toString();
        return JSON.createObjectNode()
                .put("id", id)
                .put("status", 4)
                .put("status_text", "")
                .put("author", "N/A")
                .put("author_email", "N/A")
                .put("deployer", "Weft")
                .put("message", "Created via a push deployment")
                .put("progress", "")
                .put("received_time", at)
                .put("start_time", at)
                .put("end_time", at)
                .put("last_success_end_time", at)
                .put("complete", true)
                .put("active", true)
                .put("is_temp", false)
                .put("is_readonly", true)
                .put("url", base() + "/api/deployments/" + id)
                .put("log_url", base() + "/api/deployments/" + id + "/log")
                .put("site_name", app.shownName());
    }

    private Wish refused(String action, Key key, int status, String why) {
        return new Wish.Refused(action, key.id(), true, why, error(status, why));
    }

    /** As Kudu says it. */
    static FacadeAnswer error(int status, String message) {
        Headers.Builder headers = Headers.builder().add("Content-Type", "application/json; charset=utf-8");
        if (status == 401) {
            headers.add("WWW-Authenticate", "Basic realm=\"site\"");
        }
        ObjectNode body = JSON.createObjectNode().put("Message", Said.message(message));
        return new FacadeAnswer(status, headers.build(), JSON.writeValueAsBytes(body));
    }
}
