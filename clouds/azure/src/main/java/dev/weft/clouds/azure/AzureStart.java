// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.azure;

import dev.weft.api.Mistake;
import dev.weft.api.Outcome;
import dev.weft.api.spi.ContractHost;
import dev.weft.net.InstanceServer;
import dev.weft.net.Upstreams;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Prepares one instance: its port, its environment, its program, and what tells that it is ready. */
record AzureStart(
        Upstreams upstreams, Workers workers, InstantSource clock, AzureRuntime runtime, ContractHost.Setup setup) {
    ContractHost.Hosted open() {
        Path staged = setup.files().staged();
        AzureApp app = AzureApp.read(runtime.worker(), staged, new ArrayList<>());
        InstanceServer server =
                InstanceServer.onPort(upstreams, setup.function().name());
        try {
            return switch (runtime.worker()) {
                case CUSTOM -> custom(app, server);
                case NODE ->
                    worker(
                            app,
                            server,
                            workers.node(setup.files()),
                            workerEnv(app, server, null),
                            () -> node(app, server));
                case JAVA -> {
                    AzureFunction function = chosen(app);
                    yield worker(app, server, workers.java(setup.files()), workerEnv(app, server, function), () -> {
                        described(server);
                        return function;
                    });
                }
            };
        } catch (RuntimeException failed) {
            server.close();
            throw failed;
        }
    }

    private ContractHost.Hosted custom(AzureApp app, InstanceServer server) {
        AzureFunction function = chosen(app);
        Map<String, String> env = new HashMap<>(AzureEnvironment.of(setup, runtime, app.settings()));
        env.put(AzureEnvironment.HANDLER_PORT, Integer.toString(server.port()));
        env.put(AzureEnvironment.WORKER_PORT, Integer.toString(server.port()));
        env.put("FUNCTIONS_CUSTOMHANDLER_WORKER_ID", setup.instance());
        ContractHost.Launch launch = new ContractHost.Launch(
                new ContractHost.Program.Command(command(app.host().handler())), env, AzureEnvironment.RESERVED);
        return new AzureInstance(
                server,
                launch,
                () -> {
                    ReadyRequest.until(upstreams.space(), server.port(), false);
                    return function;
                },
                new AzureInstance.Speech(
                        app.host().routePrefix(), ready -> new CustomDialect(ready, app.host(), this::log)),
                clock);
    }

    /** A log's file may make its writer wait, and this is called on a loop. */
    private void log(List<String> lines) {
        Thread.ofVirtual().start(() -> lines.forEach(setup.log()));
    }

    private ContractHost.Hosted worker(
            AzureApp app,
            InstanceServer server,
            ContractHost.Program program,
            Map<String, String> env,
            AzureInstance.Start start) {
        long memory = setup.function().spec().memory().mebibytes();
        return new AzureInstance(
                server,
                new ContractHost.Launch(program, env, AzureEnvironment.RESERVED),
                start,
                new AzureInstance.Speech(
                        app.host().routePrefix(), ready -> new WorkerDialect(ready, app.host(), memory)),
                clock);
    }

    private Map<String, String> workerEnv(AzureApp app, InstanceServer server, @Nullable AzureFunction function) {
        ObjectNode said = JsonMapper.shared().createObjectNode();
        said.put("port", server.port());
        said.put("logLevel", app.host().logLevel());
        said.put("code", setup.code().toString());
        String entryPoint = function == null ? null : function.entryPoint();
        if (function != null && entryPoint != null) {
            said.put("functionName", function.name());
            said.put("entryPoint", entryPoint);
        }
        Map<String, String> env = new HashMap<>(AzureEnvironment.of(setup, runtime, app.settings()));
        env.put(AzureEnvironment.WORKER, said.toString());
        return env;
    }

    private AzureFunction chosen(AzureApp app) {
        List<Mistake> mistakes = new ArrayList<>();
        AzureFunction function = app.choose(setup.function().spec().handler(), mistakes);
        if (function == null) {
            throw new IllegalStateException(setup.function().name() + ": " + mistakes);
        }
        return function;
    }

    /** Only the code itself knows all the functions that it registers, and only once it has been loaded. */
    private AzureFunction node(AzureApp app, InstanceServer server)
            throws ContractHost.InitException, InterruptedException {
        JsonNode said = described(server);
        List<AzureFunction> functions = new ArrayList<>();
        said.path("functions")
                .forEach(
                        each -> functions.add(AzureFunction.of(each.path("name").asString(""), each, null)));
        List<Mistake> mistakes = new ArrayList<>();
        AzureFunction function = new AzureApp(app.host(), functions, Map.of())
                .choose(setup.function().spec().handler(), mistakes);
        List<String> problems = new ArrayList<>();
        mistakes.forEach(each -> problems.add(each.toString()));
        if (function != null) {
            problems.addAll(function.problems());
        }
        if (function == null || !problems.isEmpty()) {
            throw init("HostInitializationException", String.join("; ", problems), "");
        }
        return function;
    }

    /** What a worker says of itself when it is ready, unless that is a failure. */
    private JsonNode described(InstanceServer server) throws ContractHost.InitException, InterruptedException {
        String answer = ReadyRequest.until(upstreams.space(), server.port(), true);
        int end = answer.indexOf("\r\n\r\n");
        String body = end < 0 ? "" : answer.substring(end + 4);
        JsonNode said = EventData.parsed(body.getBytes(StandardCharsets.UTF_8));
        if (said == null) {
            throw init("HostInitializationException", "the worker said nothing of itself", "");
        }
        if (said.has("failure")) {
            throw new ContractHost.InitException(
                    WorkerDialect.failure(JsonMapper.shared().writeValueAsBytes(said.get("failure"))));
        }
        return said;
    }

    private static ContractHost.InitException init(String type, String message, String stackTrace) {
        return new ContractHost.InitException(AzureFailure.of(Outcome.Failure.Reason.INIT, type, message, stackTrace));
    }

    /** The command of the document, else the app's own; a program of the app's is found in its folder. */
    private List<String> command(HostJson.@Nullable CustomHandler handler) {
        List<String> written = setup.function().spec().command();
        if (written.isEmpty() && handler == null) {
            throw new IllegalStateException("checked before: no custom handler");
        }
        List<String> command = new ArrayList<>(handler == null || !written.isEmpty() ? written : handler.command());
        String program = command.getFirst();
        if (!program.startsWith("/")
                && Files.isRegularFile(setup.files().staged().resolve(program))) {
            command.set(0, setup.code().resolve(program).normalize().toString());
        }
        if (handler != null && written.isEmpty() && !handler.folder().isEmpty()) {
            String folder = setup.code().resolve(handler.folder()).normalize().toString();
            command.addAll(0, List.of("/bin/sh", "-c", "cd \"$1\" && shift && exec \"$@\"", "sh", folder));
        }
        return command;
    }
}
