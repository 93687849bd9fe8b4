// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.azure.facade;

import dev.weft.api.facade.Changed;
import dev.weft.api.facade.Draft;
import dev.weft.api.facade.FacadeAnswer;
import dev.weft.api.facade.FacadeRequest;
import dev.weft.api.facade.Functions;
import dev.weft.api.facade.Functions.Edited;
import dev.weft.api.facade.Key;
import dev.weft.api.facade.Names;
import dev.weft.api.facade.Said;
import dev.weft.api.facade.Wish;
import dev.weft.clouds.azure.ZippedApp;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** The operations that make apps, change and delete them. Each is over when it is answered. Pure. */
record SiteChange(Key key, ArmPath path, FacadeRequest request, ArmDocuments documents, Instant now) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9]([A-Za-z0-9-]{0,58}[A-Za-z0-9])?");
    private static final Pattern GROUP = Pattern.compile("[-\\w.()]{1,90}");

    /** @param what method and rest of the path below the app */
    Wish wish(String action, String what) {
        byte[] body = request.body();
        try {
            Wish.Work work =
                    switch (what) {
                        case "DELETE " -> this::delete;
                        case "PUT " -> put(SiteBody.site(body), true);
                        case "PATCH " -> put(SiteBody.site(body), false);
                        case "PUT config/appsettings" -> settings(SiteBody.settings(body));
                        case "PATCH providers/*/tags/*" -> tags(SiteBody.object(body));
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
        return functions -> {
            Brought brought = brought(functions, wanted);
            return changed(
                    functions,
                    before -> {
                        if (before == null) {
                            return create ? fresh(functions, wanted, brought) : new Edited.Leave(absent());
                        }
                        if (!before.annotations().containsKey(AppView.RUNTIME)) {
                            return new Edited.Leave(foreign());
                        }
                        return group(before) ? changed(before, wanted, brought) : new Edited.Leave(taken());
                    },
                    after -> {
                        used(functions, brought);
                        return ArmDocuments.ok(documents.site(after));
                    });
        };
    }

    private Edited fresh(Functions functions, SiteBody wanted, Brought brought) {
        if (functions.find(key.namespace(), Names.weft(path.on())) != null) {
            return new Edited.Leave(taken());
        }
        try {
            return brought.edited(SiteDraft.fresh(path.on(), path.group(), wanted), null, SiteDraft.noCode());
        } catch (Wrong wrong) {
            return new Edited.Leave(wrong.error().answer());
        }
    }

    private static Edited changed(Draft before, SiteBody wanted, Brought brought) {
        try {
            return brought.edited(SiteDraft.changed(before, wanted), before, null);
        } catch (Wrong wrong) {
            return new Edited.Leave(wrong.error().answer());
        }
    }

    /** What the settings point the app to. */
    private Brought brought(Functions functions, SiteBody wanted) {
        Map<String, String> settings = wanted.settings();
        String address = settings == null ? "" : settings.getOrDefault(AppPackage.SETTING, "");
        if (!address.contains(":")) {
            return new Brought("", null, null, null);
        }
        try {
            AppPackage its = AppPackage.at(address, request, key, now);
            return new Brought(address, its, its.bytes(functions, key.namespace()), null);
        } catch (Wrong wrong) {
            return new Brought(address, null, null, wrong);
        }
    }

    private void used(Functions functions, Brought brought) {
        AppPackage its = brought.its();
        if (its != null) {
            functions.unstage(key.namespace(), its.staged());
        }
    }

    /**
     * A package that settings point to.
     *
     * @param address empty where they point to none
     * @param zip null where it is not there
     * @param wrong why the address can't be used; null where it can
     */
    private record Brought(
            String address,
            @Nullable AppPackage its,
            byte @Nullable [] zip,
            @Nullable Wrong wrong) {
        /** The app with that package's code; where it is the one that it has, with the code that it has, {@code code} for none. */
        Edited edited(Draft draft, @Nullable Draft before, byte @Nullable [] code) throws Wrong {
            boolean same = before != null
                    && address.equals(before.env().getOrDefault(AppPackage.SETTING, ""))
                    && !before.annotations().containsKey(AppView.EMPTY);
            if (address.isEmpty() || same) {
                return new Edited.Put(draft, code);
            }
            if (wrong != null) {
                throw wrong;
            }
            String runtime = draft.annotations().get(AppView.RUNTIME);
            if (zip == null || runtime == null) {
                throw Wrong.invalid("app setting " + AppPackage.SETTING
                        + " points to a package that is not there, or not any more: put it there again");
            }
            ZippedApp read = ZippedApp.read(runtime, zip);
            String named = draft.env().getOrDefault(SiteBody.FUNCTION, "");
            String problem = Kudu.wrong(read, named);
            if (!problem.isEmpty()) {
                throw Wrong.invalid(problem);
            }
            return new Edited.Put(SiteDraft.deployed(draft, runtime, Kudu.chosen(read, named)), zip);
        }

        @Override
        public String toString() {
            return "Brought[redacted]";
        }
    }

    /** Tags merged, replaced or taken off, as the resource manager does it at any resource. */
    private Wish.Work tags(JsonNode body) throws Wrong {
        Map<String, String> said = SiteBody.tags(body);
        String operation = body.path("operation").asString("");
        if (!List.of("Merge", "Replace", "Delete").contains(operation)) {
            throw Wrong.invalid("operation must be Merge, Replace or Delete, got '" + Said.value(operation) + "'");
        }
        return functions -> changed(
                functions,
                before -> {
                    if (before == null || !group(before)) {
                        return new Edited.Leave(absent());
                    }
                    Map<String, String> labels =
                            new TreeMap<>(operation.equals("Replace") ? Map.of() : before.labels());
                    if (operation.equals("Delete")) {
                        labels.keySet().removeAll(said.keySet());
                    } else {
                        labels.putAll(said);
                    }
                    return new Edited.Put(before.withLabels(labels), null);
                },
                after -> ArmDocuments.ok(documents.tags(after)));
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
        return functions -> {
            Brought brought = brought(functions, wanted);
            return changed(
                    functions,
                    before -> {
                        if (before == null || !group(before)) {
                            return new Edited.Leave(absent());
                        }
                        boolean runtime = wanted.runtime() != null && wanted.settings() == null;
                        return runtime && !before.annotations().containsKey(AppView.RUNTIME)
                                ? new Edited.Leave(foreign())
                                : changed(before, wanted, brought);
                    },
                    after -> {
                        used(functions, brought);
                        return shown.of(after);
                    });
        };
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
