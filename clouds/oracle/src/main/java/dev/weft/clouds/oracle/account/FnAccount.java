// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.oracle.account;

import dev.weft.api.CloudException;
import dev.weft.api.Mistake;
import dev.weft.api.account.CloudAccount;
import dev.weft.api.account.CloudVendor;
import dev.weft.api.account.Ownership;
import dev.weft.api.account.Packing;
import dev.weft.api.account.Progress;
import dev.weft.api.account.Seen;
import dev.weft.api.account.Wanted;
import dev.weft.api.resource.Cloud;
import dev.weft.api.resource.Function;
import dev.weft.api.rest.RestClient;
import dev.weft.api.spi.InvokeDialect;
import dev.weft.clouds.oracle.call.FnServerDialect;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.node.ObjectNode;

/**
 * One application of a Fn server: every function of Weft's on that cloud is in it. It is made with the first function and removed
 * with the last, where Weft made it. A function is created, and changed, by one request with its tags, so nothing can be half done.
 */
public final class FnAccount implements CloudAccount, CloudAccount.WithCode, CloudAccount.WithoutLogs {
    /** The application where the document names none. */
    public static final String APP = "weft";

    /** Annotation of an application that Weft made. */
    static final String MADE = "weft.dev/made";

    private static final String INVOKE_PATH = "/invoke/";

    private final Cloud cloud;
    private final String app;
    private final @Nullable URI base;
    private final @Nullable String token;
    private final RestClient client;

    /** The application must not be removed while a function is put into it. */
    private final ReentrantLock appLock = new ReentrantLock();

    /** Opens it; sends nothing. */
    public FnAccount(Cloud cloud, CloudVendor.Around around) {
        this.cloud = cloud;
        this.app = cloud.spec().account().getOrDefault("app", APP);
        this.base = base(cloud, around.environment());
        String said = around.environment().get("FN_TOKEN");
        this.token = said == null || said.isBlank() ? null : said.strip();
        String bearer = token;
        this.client = new RestClient(
                around.transport(),
                (request, now) -> bearer == null ? request : request.header("authorization", "Bearer " + bearer),
                new FnErrors(),
                around.clock());
    }

    private static @Nullable URI base(Cloud cloud, Map<String, String> environment) {
        URI endpoint = cloud.spec().endpoint();
        String said = environment.getOrDefault("FN_API_URL", "").strip();
        if (endpoint != null || said.isEmpty()) {
            return endpoint;
        }
        try {
            return URI.create(said.contains("://") ? said : "http://" + said);
        } catch (IllegalArgumentException noAddress) {
            return null;
        }
    }

    private FnApi api() {
        URI address = base;
        if (address == null) {
            throw new CloudException(
                    CloudException.Kind.INVALID,
                    "cloud " + cloud.name() + " says no spec.endpoint, and FN_API_URL is not set to an address: one of"
                            + " them names the Fn server, for example http://fn.example:8080",
                    null);
        }
        return new FnApi(client, address);
    }

    @Override
    public String cloud() {
        return cloud.name();
    }

    @Override
    public Packed pack(Function function, Path code) {
        return FnImages.pack(function, code);
    }

    @Override
    public List<Mistake> check(Wanted wanted, Packing packing) {
        return FnChecks.check(wanted);
    }

    @Override
    public Map<String, String> settings(Wanted wanted, Packing packing) {
        Function.Spec spec = wanted.function().spec();
        Map<String, String> settings = Words.of(
                wanted.name(),
                spec.memory().mebibytes(),
                spec.timeout().toSeconds(),
                wanted.env(),
                wanted.function().metadata().labels());
        settings.put("idleTimeout", Long.toString(spec.idleTimeout().toSeconds()));
        return settings;
    }

    @Override
    public List<Seen> list() {
        FnApi api = api();
        FnApi.App in = api.app(app);
        return in == null
                ? List.of()
                : api.functions(in).stream().map(this::seen).toList();
    }

    @Override
    public @Nullable Seen find(String name) {
        FnFunction there = there(api(), name);
        return there == null ? null : seen(there);
    }

    private @Nullable FnFunction there(FnApi api, String name) {
        FnApi.App in = api.app(app);
        return in == null ? null : api.function(in, name);
    }

    private Seen seen(FnFunction function) {
        Map<String, String> annotations = function.annotations();
        return new Seen(
                function.name(),
                Tags.ANNOTATIONS.owner(annotations),
                function.settings(),
                Tags.ANNOTATIONS.touched(annotations, function.image()),
                function.revision(),
                null,
                Seen.READY,
                target(function));
    }

    /**
     * Where the server says that the function is called, if that is another machine: with many nodes, those of the API run nothing.
     * Else the API's own address, for behind a proxy the server can't know how it is reached.
     */
    private InvokeDialect.Target target(FnFunction function) {
        URI own = Objects.requireNonNull(base);
        URI endpoint = own;
        int path = function.invokeEndpoint().lastIndexOf(INVOKE_PATH);
        if (path > 0) {
            try {
                URI said = URI.create(function.invokeEndpoint().substring(0, path));
                boolean elsewhere = said.getHost() != null && !said.getHost().equals(own.getHost());
                boolean weaker = "https".equals(own.getScheme()) && !"https".equals(said.getScheme());
                endpoint = elsewhere && !weaker ? said : own;
            } catch (IllegalArgumentException noAddress) {
                endpoint = own;
            }
        }
        return new InvokeDialect.Target(
                endpoint, function.name(), "", Map.of(FnServerDialect.FUNCTION_ID, function.id()));
    }

    @Override
    public Seen apply(Wanted wanted, Packing packing, @Nullable Seen before, Progress progress) {
        FnApi api = api();
        Map<String, String> settings = settings(wanted, packing);
        FnFunction there = there(api, wanted.name());
        Seen now = there == null ? null : seen(there);
        Claim.mayChange(cloud(), wanted, settings, now, before);
        Map<String, String> config = new HashMap<>(wanted.env());
        config.putAll(packing.env());
        if (there == null) {
            create(api, wanted, settings, config);
            progress.did("created " + wanted.name() + " in application " + app);
        } else if (change(api, there, wanted, settings, config)) {
            progress.did("changed " + wanted.name());
        } else {
            return Objects.requireNonNull(now);
        }
        FnFunction made = there(api, wanted.name());
        if (made == null) {
            throw Claim.refused(cloud(), wanted.name(), "was removed by somebody else meanwhile");
        }
        return seen(made);
    }

    private void create(FnApi api, Wanted wanted, Map<String, String> settings, Map<String, String> config) {
        ObjectNode body = Json.object()
                .put("name", wanted.name())
                .put("image", Tags.image(wanted))
                .put("memory", wanted.function().spec().memory().mebibytes())
                .put("timeout", wanted.function().spec().timeout().toSeconds())
                .put("idle_timeout", wanted.function().spec().idleTimeout().toSeconds());
        body.set("config", Json.object(config));
        body.set("annotations", Json.object(annotations(wanted, settings)));
        appLock.lock();
        try {
            body.put("app_id", appToUse(api, wanted).id());
            if (api.createFunction(wanted.name(), body) != null) {
                return;
            }
        } finally {
            appLock.unlock();
        }
        // there is one of that name: ours, when the answer to a first attempt was lost
        FnFunction there = there(api, wanted.name());
        if (there == null || !Claim.isAlready(wanted, settings, seen(there))) {
            throw Claim.refused(cloud(), wanted.name(), "was made by somebody else meanwhile; plan again");
        }
    }

    private FnApi.App appToUse(FnApi api, Wanted wanted) {
        FnApi.App there = api.app(app);
        if (there == null) {
            there = api.create(app, Map.of(MADE, wanted.application()));
        }
        if (there == null) {
            there = api.app(app);
        }
        if (there == null) {
            throw new CloudException(
                    CloudException.Kind.INVALID, "application " + app + " on " + cloud() + " comes and goes", null);
        }
        return there;
    }

    private static Map<String, String> annotations(Wanted wanted, Map<String, String> settings) {
        Map<String, String> all = new HashMap<>(wanted.function().metadata().labels());
        all.putAll(Tags.ANNOTATIONS.written(Tags.owner(wanted, settings), Tags.image(wanted)));
        return all;
    }

    /** Sends what differs; whether anything did. */
    private static boolean change(
            FnApi api, FnFunction there, Wanted wanted, Map<String, String> settings, Map<String, String> config) {
        Function.Spec spec = wanted.function().spec();
        ObjectNode body = Json.object();
        if (!there.image().equals(Tags.image(wanted))) {
            body.put("image", Tags.image(wanted));
        }
        if (there.memory() != spec.memory().mebibytes()) {
            body.put("memory", spec.memory().mebibytes());
        }
        if (there.timeout() != spec.timeout().toSeconds()) {
            body.put("timeout", spec.timeout().toSeconds());
        }
        if (there.idleTimeout() != spec.idleTimeout().toSeconds()) {
            body.put("idle_timeout", spec.idleTimeout().toSeconds());
        }
        differences(there.config(), config, "config", body);
        Map<String, String> annotations = new HashMap<>(there.annotations());
        annotations.keySet().removeIf(name -> Tags.ANNOTATIONS.foreign().stream()
                .anyMatch(name::startsWith));
        differences(annotations, annotations(wanted, settings), "annotations", body);
        if (body.isEmpty()) {
            return false;
        }
        api.update(there, body);
        return true;
    }

    /** Puts under {@code field} what makes {@code is} into {@code wanted}: an empty text removes. */
    private static void differences(Map<String, String> is, Map<String, String> wanted, String field, ObjectNode body) {
        Map<String, String> changes = new HashMap<>();
        is.keySet().stream().filter(name -> !wanted.containsKey(name)).forEach(name -> changes.put(name, ""));
        wanted.forEach((name, value) -> {
            if (!value.equals(is.get(name))) {
                changes.put(name, value);
            }
        });
        if (!changes.isEmpty()) {
            body.set(field, Json.object(changes));
        }
    }

    @Override
    public Seen adopt(Seen seen, Ownership owner) {
        FnApi api = api();
        FnFunction there = there(api, seen.name());
        if (there == null || !Objects.equals(there.revision(), seen.revision())) {
            throw Claim.refused(cloud(), seen.name(), "was changed by somebody else meanwhile; look again");
        }
        Ownership now = Tags.ANNOTATIONS.owner(there.annotations());
        if (now != null && !now.application().equals(owner.application())) {
            throw Claim.refused(cloud(), seen.name(), "belongs to application " + now.application());
        }
        ObjectNode body = Json.object();
        body.set("annotations", Json.object(Tags.ANNOTATIONS.written(owner, there.image())));
        api.update(there, body);
        return Objects.requireNonNull(find(seen.name()), seen.name());
    }

    @Override
    public Found download(Seen seen, Path folder) {
        FnFunction there = there(api(), seen.name());
        if (there == null) {
            throw new CloudException(CloudException.Kind.ABSENT, seen.name() + " is not there any more", null);
        }
        return Words.found(
                there.image(),
                there.memory(),
                there.timeout(),
                there.config(),
                Map.of("idleTimeout", there.idleTimeout() + "s"));
    }

    @Override
    public void delete(Seen seen, Progress progress) {
        FnApi api = api();
        FnFunction there = there(api, seen.name());
        if (there != null) {
            Claim.mayDelete(cloud(), seen(there));
            api.delete(there);
            progress.did("deleted " + seen.name());
        }
        appLock.lock();
        try {
            FnApi.App in = api.app(app);
            // a server removes an application with all that is in it: only an empty one, and only Weft's
            if (in != null
                    && in.annotations().containsKey(MADE)
                    && api.functions(in).isEmpty()) {
                api.deleteApp(in);
                progress.did("deleted application " + app);
            }
        } finally {
            appLock.unlock();
        }
    }

    @Override
    public InvokeDialect dialect() {
        return new FnServerDialect();
    }

    @Override
    public Grant grant(InvokeDialect.Target target) {
        String bearer = token;
        return bearer == null
                ? Grant.NONE
                : new Grant(new InvokeDialect.Credentials(Map.of(FnServerDialect.TOKEN, bearer)), null);
    }

    @Override
    public List<Finding> examine(String application) {
        List<Finding> findings = new ArrayList<>();
        findings.add(new Finding(
                "credentials",
                true,
                token == null ? "none: FN_TOKEN is not set" : "a bearer token from FN_TOKEN",
                null));
        try {
            FnApi api = api();
            findings.add(new Finding("reach", true, "Fn server " + api.version() + " at " + base, null));
            FnApi.App in = api.app(app);
            findings.add(new Finding(
                    "list functions",
                    true,
                    in == null
                            ? "application " + app + " is not there yet"
                            : api.functions(in).size() + " functions in application " + app,
                    null));
        } catch (CloudException failed) {
            findings.add(new Finding(
                    "reach",
                    false,
                    String.valueOf(failed.getMessage()),
                    "check spec.endpoint or FN_API_URL, and FN_TOKEN if a proxy asks for a token"));
        }
        return findings;
    }

    @Override
    public String whyNoLogs() {
        return "a Fn server keeps none; it sends them to the application's syslog_url";
    }

    @Override
    public String permissions(List<Wanted> wanted) {
        return "A Fn server has no rights of its own: who reaches its API may do everything.\n"
                + "If a proxy before it asks for a bearer token (FN_TOKEN), the token needs\n"
                + "  /v2/apps and /v2/fns (GET, POST, PUT, DELETE) to deploy, and POST /invoke/ to call.\n";
    }
}
