// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.azure.facade;

import dev.weft.api.facade.Changed;
import dev.weft.api.facade.Draft;
import dev.weft.api.facade.FacadeAnswer;
import dev.weft.api.facade.Functions;
import dev.weft.api.facade.Functions.Edited;
import dev.weft.api.facade.Key;
import dev.weft.api.facade.Names;
import dev.weft.api.facade.Said;
import dev.weft.api.facade.Wish;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/** The operations that make apps, change and delete them. Each is over when it is answered. Pure. */
record SiteChange(Key key, ArmPath path, byte[] body, ArmDocuments documents) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9-]{0,58}[A-Za-z0-9])?");
    private static final Pattern GROUP = Pattern.compile("[-\\w.()]{1,90}");

    /** @param what method and rest of the path below the app */
    Wish wish(String action, String what) {
        try {
            Wish.Work work =
                    switch (what) {
                        case "DELETE " -> this::delete;
                        case "PUT " -> put(SiteBody.site(body), true);
                        case "PATCH " -> put(SiteBody.site(body), false);
                        case "PUT config/appsettings" -> settings(SiteBody.settings(body));
                        default -> web(SiteBody.web(body));
                    };
            return new Wish.Control(key, action, Said.message(path.on()), work);
        } catch (Wrong wrong) {
            return new Wish.Refused(
                    action,
                    key.id(),
                    true,
                    wrong.error().message(),
                    wrong.error().answer());
        }
    }

    private interface Shown {
        FacadeAnswer of(Functions.Served now);
    }

    private Wish.Work put(SiteBody wanted, boolean create) throws Wrong {
        if (!NAME.matcher(path.on()).matches() || !GROUP.matcher(path.group()).matches()) {
            throw Wrong.invalid(
                    "an app's name has letters, digits and '-', at most 60; a resource group's letters, digits, '-',"
                            + " '_', '.', '(' and ')'");
        }
        if (wanted.httpsOnly() && !documents.scheme().equals("https")) {
            throw Wrong.invalid(
                    "properties.httpsOnly must be false: Weft answers without TLS here (--tls-certificate)");
        }
        return functions -> changed(
                functions,
                before -> {
                    if (before == null) {
                        return create ? fresh(functions, wanted) : new Edited.Leave(absent());
                    }
                    if (!before.annotations().containsKey(AppView.RUNTIME)) {
                        return new Edited.Leave(foreign());
                    }
                    return group(before) ? changed(before, wanted) : new Edited.Leave(taken());
                },
                now -> ArmDocuments.ok(documents.site(now)));
    }

    private Edited fresh(Functions functions, SiteBody wanted) {
        if (functions.find(key.namespace(), Names.weft(path.on())) != null) {
            return new Edited.Leave(taken());
        }
        try {
            return new Edited.Put(SiteDraft.fresh(path.on(), path.group(), wanted), SiteDraft.noCode());
        } catch (Wrong wrong) {
            return new Edited.Leave(wrong.error().answer());
        }
    }

    private static Edited changed(Draft before, SiteBody wanted) {
        try {
            return new Edited.Put(SiteDraft.changed(before, wanted), null);
        } catch (Wrong wrong) {
            return new Edited.Leave(wrong.error().answer());
        }
    }

    private Wish.Work settings(SiteBody wanted) {
        return of(
                wanted,
                now -> ArmDocuments.ok(documents.part(
                        new AppView(now.function()),
                        "config/appsettings",
                        JsonMapper.shared().valueToTree(ArmDocuments.settings(now)))));
    }

    private Wish.Work web(SiteBody wanted) {
        return of(wanted, now -> ArmDocuments.ok(documents.web(new AppView(now.function()))));
    }

    /** Of an app that is there, whoever's client made it. */
    private Wish.Work of(SiteBody wanted, Shown shown) {
        return functions -> changed(
                functions,
                before -> {
                    if (before == null || !group(before)) {
                        return new Edited.Leave(absent());
                    }
                    boolean runtime = wanted.runtime() != null && wanted.settings() == null;
                    return runtime && !before.annotations().containsKey(AppView.RUNTIME)
                            ? new Edited.Leave(foreign())
                            : changed(before, wanted);
                },
                shown);
    }

    private boolean group(Draft before) {
        return before.annotations().getOrDefault(AppView.GROUP, AppView.WEFT).equalsIgnoreCase(path.group());
    }

    private FacadeAnswer changed(Functions functions, Functions.Edit edit, Shown shown) throws InterruptedException {
        return switch (functions.put(key.namespace(), Names.weft(path.on()), edit)) {
            case Changed.Done(Functions.Served now) -> shown.of(now);
            case Changed.Left(FacadeAnswer answer) -> answer;
            case Changed.Refused(Changed.Reason reason, String message) -> refused(reason, message);
        };
    }

    private FacadeAnswer delete(Functions functions) throws InterruptedException {
        Functions.@Nullable Served app = ArmRequest.find(functions, key, path);
        if (app == null) {
            return ArmRequest.empty(204); // as Azure says of what is not there
        }
        return switch (functions.delete(key.namespace(), Names.weft(path.on()))) {
            case Changed.Done _ -> ArmRequest.empty(200);
            case Changed.Left(FacadeAnswer answer) -> answer;
            case Changed.Refused(Changed.Reason reason, String message) ->
                reason == Changed.Reason.ABSENT
                        ? AzureError.conflict(
                                        "function " + app.function().metadata().name()
                                                + " stands in this Weft's documents; delete it there")
                                .answer()
                        : refused(reason, message);
        };
    }

    private FacadeAnswer absent() {
        return AzureError.noApp(path.group(), path.on()).answer();
    }

    private FacadeAnswer taken() {
        return AzureError.conflict("Website with given name " + path.on() + " already exists.")
                .answer();
    }

    private FacadeAnswer foreign() {
        return AzureError.conflict(
                        "app " + path.on()
                                + " was not made by a client of Azure, so its runtime and plan can't be changed; delete it first")
                .answer();
    }

    private FacadeAnswer refused(Changed.Reason reason, String message) {
        return switch (reason) {
            case ABSENT -> absent();
            case DECLARED, FAILED -> AzureError.conflict(message).answer();
            case WRONG -> AzureError.invalid(message).answer();
            case FULL -> new AzureError(409, "QuotaExceeded", message).answer();
            case UNABLE -> new AzureError(501, "NotImplemented", message).answer();
            case BUSY -> new AzureError(429, "TooManyRequests", message).answer(AzureError.SOON);
        };
    }
}
