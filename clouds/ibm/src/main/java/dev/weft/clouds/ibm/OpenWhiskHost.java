// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.ibm;

import dev.weft.adapters.action.ActionProxy;
import dev.weft.api.CallContext;
import dev.weft.api.Mistake;
import dev.weft.api.Outcome;
import dev.weft.api.resource.Function;
import dev.weft.api.spi.ContractHost;
import dev.weft.api.spi.HostFiles;
import dev.weft.net.InstanceServer;
import dev.weft.net.Upstreams;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Hosts OpenWhisk actions: each process is our own action proxy, one a language, which loads the action from its folder and
 * serves {@code /init} and {@code /run}. Source: OpenWhisk's document "Adding action language runtimes".
 */
public final class OpenWhiskHost implements ContractHost {
    /** Bytes of a request's body; OpenWhisk's own limit. */
    public static final int PAYLOAD_BYTES_MAX = 1 << 20;

    /** Bytes of an action's parameters as JSON; the same. */
    public static final int PARAMETERS_BYTES_MAX = 1 << 20;

    /** Bytes of an action's result as JSON; the same. */
    public static final int RESULT_BYTES_MAX = 1 << 20;

    /** What an action is told of its version: here there is one. */
    public static final String ACTION_VERSION = "0.0.1";

    private static final String GSON = "openwhisk-java";
    private static final String GSON_LOCK = "java-gson.lock";
    private static final String GSON_JAR = "com.google.code.gson.gson-2.9.0.jar";
    private static final List<String> NODE_MODULES = List.of("node:http", "node:module", "node:vm", "node:zlib");
    private static final List<String> PYTHON_MODULES =
            List.of("base64", "importlib.util", "json", "selectors", "socket", "tempfile", "traceback", "zipfile");

    private final Upstreams upstreams;
    private final Tools tools;
    private final Map<ActionRuntime, Path> proxies = new EnumMap<>(ActionRuntime.class);

    /** How long each call under way may take, by the invocation's id: OpenWhisk names it when it is over. */
    private final Map<String, Duration> timeLimits = new ConcurrentHashMap<>();

    /** Calls go out through {@code upstreams}, which stays the caller's to close. */
    public OpenWhiskHost(Upstreams upstreams, Tools tools) {
        this.upstreams = upstreams;
        this.tools = tools;
        proxies.put(ActionRuntime.NODE, proxy("proxy.mjs"));
        proxies.put(ActionRuntime.PYTHON, proxy("proxy.py"));
    }

    @Override
    public void prepare(Function function) {
        if (ActionRuntime.of(function).filter(ActionRuntime.JAVA::equals).isPresent()) {
            Path ignored = gson();
        }
    }

    /** What actions in Java are called with, as OpenWhisk's own runtimes have it. */
    private Path gson() {
        return tools.libraries().maven(GSON, HostFiles.text(OpenWhiskHost.class, GSON_LOCK));
    }

    private Path proxy(String resource) {
        return HostFiles.copy(OpenWhiskHost.class, resource, tools.files(), "openwhisk-" + resource);
    }

    @Override
    public Function.Contract contract() {
        return Function.Contract.OPENWHISK;
    }

    @Override
    public boolean oneCallAtATime(Function function) {
        return true;
    }

    @Override
    public boolean endsPolitely() {
        return false;
    }

    @Override
    public List<Mistake> check(Function function, Path code) {
        return ActionRuntime.check(function, code, tools.languages());
    }

    @Override
    public Hosted open(Setup setup) {
        Program program = program(ActionRuntime.of(setup.function()).orElseThrow(), setup.files());
        InstanceServer server =
                InstanceServer.onPort(upstreams, setup.function().name());
        return new ActionInstance(
                setup, new ActionInstance.Proxy(program, server, upstreams.space()), tools.clock(), timeLimits);
    }

    private Program program(ActionRuntime runtime, Files files) {
        return switch (runtime) {
            case NODE -> new Program.Node(script(runtime, files), List.of(), NODE_MODULES);
            case PYTHON -> new Program.Python(script(runtime, files), List.of(), PYTHON_MODULES);
            case JAVA ->
                new Program.Java(
                        List.of(
                                files.share(HostFiles.classes(ActionProxy.class)),
                                files.share(gson()).resolve("jars").resolve(GSON_JAR)),
                        ActionProxy.class.getName(),
                        List.of());
        };
    }

    private Path script(ActionRuntime runtime, Files files) {
        return files.share(proxies.getOrDefault(runtime, tools.files()));
    }

    @Override
    public Outcome.Failure ended(Outcome.Failure.Reason reason, CallContext context, String message, String logTail) {
        Duration limit = timeLimits.getOrDefault(context.id(), Duration.ZERO);
        return ActivationFailure.of(reason, ActivationFailure.sentence(reason, limit), message, logTail);
    }

    @Override
    public void close() {
        // nothing of its own: instances are closed by the engine, the clients by whoever made them
    }
}
