// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.azure.facade;

import dev.weft.api.Headers;
import dev.weft.api.facade.FacadeAnswer;
import dev.weft.api.facade.FacadeRequest;
import dev.weft.api.facade.Functions;
import dev.weft.api.facade.Key;
import dev.weft.api.facade.Names;
import dev.weft.api.facade.Said;
import dev.weft.api.facade.Wish;
import java.time.Instant;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;
import tools.jackson.databind.node.StringNode;

/** A request to Azure's resource manager by who has proved that a key is his. Pure. */
record ArmRequest(FacadeRequest request, ArmPath path, Key key, Instant now) {
    private static final JsonMapper JSON = JsonMapper.shared();
    private static final String SITES = "microsoft.web/sites";

    private String action() {
        return path.action(request.line().method());
    }

    private ArmDocuments documents() {
        return new ArmDocuments(key, request.scheme(), request.authority());
    }

    Wish wish() {
        if (!key.may(Key.Role.DEPLOY)) {
            return refused(
                    AzureError.denied("the key may call functions only; " + action() + " needs a key of role deploy"));
        }
        if (!path.subscription().isEmpty() && !Subscription.is(path.subscription(), key)) {
            return refused(new AzureError(
                    404,
                    "SubscriptionNotFound",
                    "The subscription '" + path.subscription() + "' could not be found: the one of this key is '"
                            + Subscription.of(key) + "' or '" + key.namespace() + '\''));
        }
        String asked = request.line().method() + ' ' + path.shape();
        boolean inApp = path.shape().startsWith(SITES + "/*");
        if (inApp && path.group().isEmpty()) {
            return refused(AzureError.invalid("the path must name a resource group"));
        }
        JsonNode known = catalog(asked);
        if (known != null) {
            return control(functions -> ArmDocuments.ok(known));
        }
        return inApp ? site(asked) : others(asked);
    }

    /** What is the same whatever functions there are; null where that is not what is asked for. */
    private @Nullable JsonNode catalog(String asked) {
        ArmCatalog catalog = new ArmCatalog(documents());
        return switch (asked) {
            case "GET tenants" -> ArmCatalog.tenants();
            case "GET subscriptions" -> catalog.subscriptions();
            case "GET subscriptions/*" -> catalog.subscription();
            case "GET locations" -> catalog.locations();
            case "GET resourcegroups/*", "PUT resourcegroups/*", "PATCH resourcegroups/*" -> catalog.group(path.on());
            case "GET providers/*", "POST providers/*/register" -> catalog.provider(path.on());
            case "GET microsoft.web/georegions" -> catalog.regions();
            case "GET microsoft.web/functionappstacks", "GET microsoft.web/locations/*/functionappstacks" ->
                ArmCatalog.stacks();
            case "GET microsoft.web/serverfarms" -> catalog.plans();
            case "GET microsoft.web/serverfarms/*" ->
                path.on().equalsIgnoreCase(ArmCatalog.PLAN) ? catalog.plan() : null;
            case "GET microsoft.storage/storageaccounts/*" -> catalog.storage(path.group(), path.on());
            case "POST microsoft.storage/storageaccounts/*/listkeys" -> catalog.storageKeys(path.on());
            default -> null;
        };
    }

    private Wish others(String asked) {
        return switch (asked) {
            case "GET " + SITES -> control(this::list);
            case "GET resourcegroups" -> control(this::groups);
            case "HEAD resourcegroups/*" -> control(functions -> empty(204));
            case "GET microsoft.web/serverfarms/*" ->
                refused(new AzureError(
                        404,
                        "ResourceNotFound",
                        "there is no plan '" + path.on() + "'; the one plan here is " + ArmCatalog.PLAN));
            case "POST microsoft.web/checknameavailability" -> control(this::available);
            default -> refused(AzureError.notDone(action()));
        };
    }

    private Wish site(String asked) {
        String rest = asked.replace(SITES + "/*", "").replace(" /", " ");
        SiteChange change = new SiteChange(key, path, request, documents(), now);
        return switch (rest) {
            case "GET " -> app(app -> documents().site(app));
            case "GET providers/*/tags/*" -> app(app -> documents().tags(app));
            case "PUT ",
                    "PATCH ",
                    "DELETE ",
                    "PUT config/appsettings",
                    "PUT config/web",
                    "PATCH config/web",
                    "PATCH providers/*/tags/*" -> change.wish(action(), rest);
            case "GET config/web" -> app(app -> documents().web(new AppView(app.function())));
            case "POST config/appsettings/list" ->
                app(app -> part(app, "config/appsettings", JSON.valueToTree(ArmDocuments.settings(app))));
            case "POST config/connectionstrings/list" ->
                app(app -> part(app, "config/connectionstrings", JSON.createObjectNode()));
            case "GET config/slotconfignames" ->
                app(app -> part(app, "config/slotConfigNames", JSON.createObjectNode()));
            case "GET config/logs" -> app(app -> part(app, "config/logs", noLogs()));
            case "POST config/publishingcredentials/list" -> app(this::credentials);
            case "GET basicpublishingcredentialspolicies/scm" -> app(app -> policy(app, "scm", true));
            case "GET basicpublishingcredentialspolicies/ftp" -> app(app -> policy(app, "ftp", false));
            case "POST publishxml" -> found(this::profiles);
            case "GET functions" -> app(app -> ArmCatalog.list(functions(app)));
            case "GET functions/*/token" ->
                path.names().get(1).equalsIgnoreCase("admin")
                        ? app(this::token)
                        : refused(AzureError.notDone(action()));
            case "GET functions/*" -> function(app -> documents().functionResource(app));
            case "POST functions/*/listkeys" ->
                function(app -> JSON.createObjectNode().put("default", AppKey.FUNCTION.of(key, weft())));
            case "POST functions/*/listsecrets" -> function(this::secrets);
            case "POST host/default/listkeys" -> app(app -> hostKeys());
            case "POST syncfunctiontriggers", "POST host/default/sync" -> found(app -> empty(204));
            case "GET slots" -> app(app -> ArmCatalog.list(JSON.createArrayNode()));
            default -> refused(AzureError.notDone(action()));
        };
    }

    private String weft() {
        return Names.weft(path.on());
    }

    private Wish control(Wish.Work work) {
        return new Wish.Control(key, action(), Said.message(path.on()), work);
    }

    private Wish app(Function<Functions.Served, JsonNode> shown) {
        return found(app -> ArmDocuments.ok(shown.apply(app)));
    }

    private Wish found(Function<Functions.Served, FacadeAnswer> shown) {
        return control(functions -> {
            Functions.@Nullable Served app = find(functions, key, path);
            return app == null ? AzureError.noApp(path.group(), path.on()).answer() : shown.apply(app);
        });
    }

    /** An app of that name in that resource group; null where there is none. */
    static Functions.@Nullable Served find(Functions functions, Key key, ArmPath path) {
        Functions.@Nullable Served app = functions.find(key.namespace(), Names.weft(path.on()));
        return app != null && new AppView(app.function()).group().equalsIgnoreCase(path.group()) ? app : null;
    }

    private Wish function(Function<AppView, JsonNode> shown) {
        String name = path.names().get(1);
        return found(served -> {
            AppView app = new AppView(served.function());
            return !app.empty() && app.functionName().equalsIgnoreCase(name)
                    ? ArmDocuments.ok(shown.apply(app))
                    : new AzureError(404, "NotFound", "Function with name '" + name + "' does not exist.").answer();
        });
    }

    private FacadeAnswer list(Functions functions) {
        ArrayNode all = JSON.createArrayNode();
        functions.list(key.namespace()).stream()
                .filter(each -> path.group().isEmpty()
                        || new AppView(each.function()).group().equalsIgnoreCase(path.group()))
                .forEach(each -> all.add(documents().site(each)));
        return ArmDocuments.ok(ArmCatalog.list(all));
    }

    private FacadeAnswer groups(Functions functions) {
        ArrayNode all = JSON.createArrayNode();
        ArmCatalog catalog = new ArmCatalog(documents());
        functions.list(key.namespace()).stream()
                .map(each -> new AppView(each.function()).group())
                .distinct()
                .sorted()
                .forEach(each -> all.add(catalog.group(each)));
        return ArmDocuments.ok(ArmCatalog.list(all));
    }

    private FacadeAnswer available(Functions functions) {
        try {
            String name = SiteBody.object(request.body()).path("name").asString("");
            boolean free = functions.find(key.namespace(), Names.weft(name)) == null;
            ObjectNode answer = JSON.createObjectNode().put("nameAvailable", free);
            if (!free) {
                answer.put("reason", "AlreadyExists").put("message", "there is such an app");
            }
            return ArmDocuments.ok(answer);
        } catch (Wrong wrong) {
            return wrong.error().answer();
        }
    }

    private ArrayNode functions(Functions.Served served) {
        ArrayNode all = JSON.createArrayNode();
        AppView app = new AppView(served.function());
        if (!app.empty()) {
            all.add(documents().functionResource(app));
        }
        return all;
    }

    private ObjectNode part(Functions.Served app, String part, ObjectNode properties) {
        return documents().part(new AppView(app.function()), part, properties);
    }

    /** What asks the app's host. */
    private JsonNode token(Functions.Served app) {
        String host = AppUrl.site(request.scheme() + "://" + request.authority(), app.shownName());
        return StringNode.valueOf(ArmToken.of(key, host, host, now));
    }

    /** Nothing is kept in files or elsewhere of Azure's. */
    private static ObjectNode noLogs() {
        ObjectNode logs = JSON.createObjectNode();
        logs.putObject("applicationLogs").putObject("fileSystem").put("level", "Off");
        logs.putObject("httpLogs").putObject("fileSystem").put("enabled", false);
        logs.putObject("failedRequestsTracing").put("enabled", false);
        logs.putObject("detailedErrorMessages").put("enabled", false);
        return logs;
    }

    private ObjectNode policy(Functions.Served app, String name, boolean allow) {
        return part(
                app,
                "basicPublishingCredentialsPolicies/" + name,
                JSON.createObjectNode().put("allow", allow));
    }

    private String deployments() {
        return AppUrl.deployments(request.authority(), path.on());
    }

    private ObjectNode credentials(Functions.Served app) {
        String password = AppKey.PUBLISH.of(key, weft());
        return part(
                app,
                "publishingcredentials/$" + path.on(),
                JSON.createObjectNode()
                        .put("name", app.shownName())
                        .put("publishingUserName", '$' + path.on())
                        .put("publishingPassword", password)
                        .put("scmUri", request.scheme() + "://" + deployments()));
    }

    /** The profiles by which tools publish: one, by zip deploy. Names hold nothing that XML would have to hide. */
    private FacadeAnswer profiles(Functions.Served app) {
        String name = app.function().metadata().name();
        String xml = "<publishData><publishProfile profileName=\"" + name
                + " - Zip Deploy\" publishMethod=\"ZipDeploy\" publishUrl=\""
                + AppUrl.deployments(request.authority(), name) + "\" userName=\"$" + name + "\" userPWD=\""
                + AppKey.PUBLISH.of(key, name) + "\" destinationAppUrl=\""
                + AppUrl.site(request.scheme() + "://" + request.authority(), name)
                + "\"></publishProfile></publishData>";
        return new FacadeAnswer(
                200,
                Headers.of("Content-Type", "application/xml"),
                xml.getBytes(java.nio.charset.StandardCharsets.UTF_8));
    }

    private JsonNode secrets(AppView app) {
        String secret = AppKey.FUNCTION.of(key, weft());
        return JSON.createObjectNode()
                .put("key", secret)
                .put(
                        "trigger_url",
                        AppUrl.site(request.scheme() + "://" + request.authority(), app.name()) + '/' + app.route()
                                + "?code=" + secret);
    }

    private ObjectNode hostKeys() {
        ObjectNode keys = JSON.createObjectNode().put("masterKey", AppKey.MASTER.of(key, weft()));
        keys.putObject("functionKeys").put("default", AppKey.HOST.of(key, weft()));
        keys.putObject("systemKeys");
        return keys;
    }

    static FacadeAnswer empty(int status) {
        return new FacadeAnswer(status, Headers.none(), new byte[0]);
    }

    private Wish refused(AzureError error) {
        return new Wish.Refused(action(), key.id(), true, error.message(), error.answer());
    }
}
