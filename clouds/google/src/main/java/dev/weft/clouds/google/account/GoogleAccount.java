// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.google.account;

import dev.weft.api.CloudException;
import dev.weft.api.LogLine;
import dev.weft.api.Mistake;
import dev.weft.api.account.CloudAccount;
import dev.weft.api.account.CloudVendor;
import dev.weft.api.account.CodeArchive;
import dev.weft.api.account.Ownership;
import dev.weft.api.account.Packing;
import dev.weft.api.account.Progress;
import dev.weft.api.account.Seen;
import dev.weft.api.account.SideBySide;
import dev.weft.api.account.Wanted;
import dev.weft.api.resource.Cloud;
import dev.weft.api.resource.Function;
import dev.weft.api.resource.Quantity;
import dev.weft.api.rest.RestClient;
import dev.weft.api.spi.InvokeDialect;
import dev.weft.clouds.google.credentials.CredentialChain;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** Cloud Functions of the second generation in one project and region. */
public final class GoogleAccount
        implements CloudAccount,
                CloudAccount.WithLogs,
                CloudAccount.WithVersions,
                CloudAccount.WithCode,
                CloudAccount.WithSecrets {
    private final String cloud;
    private final GoogleProject project;
    private final Packer packer;
    private final InvokeDialect dialect;
    private final CredentialChain credentials;
    private final FunctionsApi functions;
    private final RunApi run;
    private final Operations operations;
    private final FunctionSecrets secrets;
    private final SeenReader reader;
    private final DeployPath deploying;
    private final FunctionLogs logs;
    private final Examination examination;

    /** The account of {@code cloud}, which was checked; {@code pause} waits between questions. */
    public GoogleAccount(
            Cloud cloud, CloudVendor.Around around, Packer packer, InvokeDialect dialect, RestClient.Pause pause) {
        this.cloud = cloud.name();
        this.project = GoogleProject.of(cloud);
        this.packer = packer;
        this.dialect = dialect;
        this.credentials = new CredentialChain(around);
        RestClient client = new RestClient(around.transport(), credentials, new GoogleErrors(), around.clock(), pause);
        RestClient storage = new RestClient(
                around.transport(), (request, now) -> request, FunctionsApi.storageErrors(), around.clock(), pause);
        this.functions = new FunctionsApi(project, client, storage);
        this.run = new RunApi(project, client);
        this.operations = new Operations(pause);
        this.secrets = new FunctionSecrets(project, new SecretsApi(project, client), run, around.clock());
        this.reader = new SeenReader(project, run, secrets);
        this.deploying = new DeployPath(project, functions, run, operations, secrets);
        this.logs = new FunctionLogs(project, this.cloud, client, pause, around.clock());
        this.examination = new Examination(project, credentials, functions, client);
    }

    @Override
    public String cloud() {
        return cloud;
    }

    @Override
    public String store() {
        return "Secret Manager, one secret a variable, by version";
    }

    @Override
    public Packed pack(Function function, Path code) {
        return packer.pack(function, code);
    }

    @Override
    public List<Mistake> check(Wanted wanted, Packing packing) {
        return GoogleLimits.check(wanted, project);
    }

    @Override
    public Map<String, String> settings(Wanted wanted, Packing packing) {
        return FunctionSettings.of(wanted, packing, project);
    }

    @Override
    public List<Seen> list() {
        List<Seen> all = new ArrayList<>(SideBySide.map(functions.list(), reader::read));
        all.addAll(secrets.left(all.stream().map(Seen::name).collect(Collectors.toSet())));
        return all;
    }

    @Override
    public @Nullable Seen find(String name) {
        JsonNode function = functions.find(name);
        return function == null ? null : reader.read(function);
    }

    @Override
    public Seen apply(Wanted wanted, Packing packing, @Nullable Seen before, Progress progress) {
        return deploying.apply(wanted, packing, before, progress);
    }

    @Override
    public Seen adopt(Seen seen, Ownership owner) {
        return deploying.adopt(seen, owner);
    }

    @Override
    public void delete(Seen seen, Progress progress) {
        deploying.delete(seen, progress);
    }

    @Override
    public InvokeDialect dialect() {
        return dialect;
    }

    @Override
    public Grant grant(InvokeDialect.Target target) {
        boolean open = "true".equals(target.parts().get(SeenReader.PUBLIC));
        return open ? Grant.NONE : credentials.grant(target.endpoint().toString());
    }

    @Override
    public List<Finding> examine(String application) {
        return examination.findings(application);
    }

    @Override
    public String permissions(List<Wanted> wanted) {
        return Rights.commands(project, wanted);
    }

    @Override
    public List<LogLine> logs(Seen seen, Instant since, int linesMax) {
        return logs.read(seen.name(), since, linesMax);
    }

    @Override
    public void follow(Seen seen, Consumer<LogLine> listener, BooleanSupplier goOn) throws InterruptedException {
        logs.follow(seen.name(), listener, goOn);
    }

    @Override
    public List<Version> versions(Seen seen) {
        String service = SeenReader.service(there(seen));
        JsonNode read = service.isEmpty() ? null : run.service(service);
        if (read == null) {
            return List.of();
        }
        String serving = RunApi.serving(read);
        return run.revisions(service).stream()
                .map(each -> {
                    String name = RunApi.last(each.path("name").asString(""));
                    Ownership owner = FunctionLabels.owner(each.path("labels"));
                    String created = each.path("createTime").asString("");
                    return new Version(
                            name,
                            created.isEmpty() ? null : Instant.parse(created),
                            owner == null || owner.code().isEmpty() ? null : owner.code(),
                            name.equals(serving));
                })
                .toList();
    }

    /** Until the next deployment: that sends all calls to what it deployed, as every deployment of Weft's does. */
    @Override
    public Seen point(Seen seen, Version version, Progress progress) {
        JsonNode function = there(seen);
        Ownership owner = FunctionLabels.owner(function.path("labels"));
        if (owner == null
                || seen.owner() == null
                || !owner.application().equals(seen.owner().application())) {
            throw invalid(seen.name() + " on Google is not this application's, so it is left alone");
        }
        String service = SeenReader.service(function);
        JsonNode read = service.isEmpty() ? null : run.service(service);
        if (read == null || run.revision(service, version.name()) == null) {
            throw invalid(seen.name() + " has no revision " + version.name() + " on Google any more");
        }
        if (!RunApi.serving(read).equals(version.name())) {
            operations.await(
                    "pointing " + seen.name() + " to " + version.name(),
                    run.point(read, version.name()),
                    run::operation,
                    progress);
            progress.did("all calls of " + seen.name() + " reach " + version.name());
        }
        return reader.read(there(seen));
    }

    private JsonNode there(Seen seen) {
        JsonNode function = functions.find(seen.name());
        if (function == null) {
            throw invalid(seen.name() + " is not there any more");
        }
        return function;
    }

    private static CloudException invalid(String why) {
        return new CloudException(CloudException.Kind.INVALID, why, null);
    }

    @Override
    public Found download(Seen seen, Path folder) {
        JsonNode function = there(seen);
        CodeArchive.unpack(
                functions.source(seen.name()), folder, GoogleLimits.FILES_MAX, GoogleLimits.UNPACKED_BYTES_MAX);
        JsonNode service = function.path("serviceConfig");
        Map<String, String> env = new HashMap<>();
        service.path("environmentVariables")
                .properties()
                .forEach(each -> env.put(each.getKey(), each.getValue().asString("")));
        String signature = function.path("buildConfig")
                .path("environmentVariables")
                .path(FunctionSettings.SIGNATURE_BUILT)
                .asString("");
        if (signature.isEmpty() && function.has("eventTrigger")) {
            signature = "cloudevent";
        }
        if (!signature.isEmpty()) {
            env.put(FunctionSettings.SIGNATURE, signature);
        }
        String source = function.path("buildConfig")
                .path("environmentVariables")
                .path(FunctionSettings.SOURCE)
                .asString("");
        if (!source.isEmpty()) {
            env.put(FunctionSettings.SOURCE, source);
        }
        Map<String, String> stored = secrets.values(seen.name(), function);
        env.putAll(stored);
        return new Found(
                Function.Contract.GOOGLE_FUNCTIONS,
                null,
                function.path("buildConfig").path("runtime").asString(""),
                function.path("buildConfig").path("entryPoint").asString(""),
                Quantity.parse(service.path("availableMemory").asString("256M")).bytes(),
                Duration.ofSeconds(service.path("timeoutSeconds").asInt(60)),
                env,
                stored.keySet(),
                Map.of(
                        "concurrency",
                                service.path("maxInstanceRequestConcurrency").asInt(1),
                        "minInstances", service.path("minInstanceCount").asInt(0),
                        "maxInstances", service.path("maxInstanceCount").asInt(0)));
    }

    @Override
    public String toString() {
        return "GoogleAccount[" + cloud + " in " + project.location() + "]";
    }
}
