// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.alibaba;

import dev.weft.api.Call;
import dev.weft.api.CallContext;
import dev.weft.api.Headers;
import dev.weft.api.Outcome;
import dev.weft.api.Trace;
import dev.weft.api.facade.Draft;
import dev.weft.api.facade.Versions;
import dev.weft.api.resource.Function;
import dev.weft.api.spi.ContractHost;
import dev.weft.api.spi.Loop;
import dev.weft.api.spi.Place;
import dev.weft.net.InstanceServer;
import dev.weft.net.Upstreams;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

/** One instance: its server, be it the function's own or our start-up loop, and how it is made ready. */
final class FcInstance implements ContractHost.Hosted {
    /** Where a custom runtime listens that was told nothing else, or does not ask. */
    static final int USUAL_PORT = 9000;

    private static final System.Logger LOG = System.getLogger("dev.weft.clouds.alibaba");
    private static final Duration READY_POLL = Duration.ofMillis(2);
    private static final int POLLS_BETWEEN_LOOKS = 50;
    private static final List<String> RESERVED = List.of(
            "PORT",
            "FC_SERVER_PORT",
            "FC_CUSTOM_LISTEN_PORT",
            "FC_FUNC_CODE_PATH",
            "FC_FUNCTION_HANDLER",
            "FC_FUNCTION_MEMORY_SIZE",
            "FC_FUNCTION_NAME",
            "FC_FUNCTION_VERSION",
            "FC_VER_ID",
            "FC_QUALIFIER",
            "FC_REGION",
            "FC_ACCOUNT_ID",
            "FC_INSTANCE_ID");

    /**
     * What the host gives each of its instances.
     *
     * @param runtime what runs
     * @param program how it is started
     */
    record Served(Upstreams upstreams, FcRuntime runtime, ContractHost.Program program, InstantSource clock) {}

    private final ContractHost.Setup setup;
    private final Served served;
    private final FcHeaders fields;
    private final InstanceServer own;
    private volatile InstanceServer server;
    private volatile FcDialect dialect;
    private volatile boolean ready;

    FcInstance(ContractHost.Setup setup, Served served) {
        this.setup = setup;
        this.served = served;
        this.fields = new FcHeaders(setup.function(), setup.cloud().region());
        this.own = InstanceServer.onPort(served.upstreams(), setup.function().name());
        this.server = own;
        this.dialect = new FcDialect(fields, FcDialect.Style.SERVER);
    }

    @Override
    public ContractHost.Launch launch() {
        Function.Spec spec = setup.function().spec();
        String port = Integer.toString(own.port());
        Map<String, String> env = new HashMap<>();
        env.put("FC_SERVER_PORT", port);
        env.put("FC_CUSTOM_LISTEN_PORT", port);
        env.put("FC_FUNC_CODE_PATH", setup.code().toString());
        env.put("FC_FUNCTION_HANDLER", spec.handler() == null ? "" : spec.handler());
        env.put("FC_FUNCTION_MEMORY_SIZE", Long.toString(spec.memory().mebibytes()));
        env.put("FC_FUNCTION_NAME", Draft.shownName(setup.function()));
        env.put("FC_FUNCTION_VERSION", Versions.of(setup.function()));
        env.put("FC_VER_ID", Versions.of(setup.function()));
        env.put("FC_QUALIFIER", FcHeaders.qualifier(setup.function()));
        env.put("FC_REGION", setup.cloud().region());
        env.put("FC_ACCOUNT_ID", FcHeaders.ACCOUNT);
        env.put("FC_INSTANCE_ID", setup.instance());
        env.put("ALIBABA_CLOUD_ACCESS_KEY_ID", "");
        env.put("ALIBABA_CLOUD_ACCESS_KEY_SECRET", "");
        env.put("ALIBABA_CLOUD_SECURITY_TOKEN", "");
        env.put("TZ", "UTC");
        switch (served.runtime()) {
            case FcRuntime.Custom _ -> {
                env.put("PORT", port);
                env.put("HOST", served.upstreams().space().apart() ? "0.0.0.0" : "127.0.0.1");
            }
            case FcRuntime.Node _, FcRuntime.Python _ ->
                env.put("WEFT_FC_RUNTIME", Objects.requireNonNullElse(spec.runtime(), ""));
        }
        return new ContractHost.Launch(served.program(), env, RESERVED);
    }

    @Override
    public void awaitReady() throws ContractHost.InitException, InterruptedException {
        switch (served.runtime()) {
            case FcRuntime.Custom _ -> {
                awaitServer();
                refuseExposed();
                if (setup.function().metadata().annotations().containsKey(FcHeaders.INITIALIZER)) {
                    initialize();
                }
                ready = true;
            }
            case FcRuntime.Node _, FcRuntime.Python _ -> {
                own.awaitListening();
                LifecycleCall.Answer said = initialize();
                ready = true;
                dialect = new FcDialect(
                        fields,
                        "http".equals(said.headers().first("x-fc-handler-style"))
                                ? FcDialect.Style.HTTP_HANDLER
                                : FcDialect.Style.EVENT_HANDLER);
            }
        }
    }

    /** A program that always listens on 9000 works too, as long as it is this instance that does. */
    private void awaitServer() throws InterruptedException {
        InstanceServer usual = InstanceServer.onKnownPort(
                served.upstreams(), USUAL_PORT, setup.function().name());
        for (int polls = 1; !own.listens(); polls++) {
            if (polls % POLLS_BETWEEN_LOOKS == 0 && usual.listens() && ListeningProcess.owns(folder(), USUAL_PORT)) {
                server = usual;
                return;
            }
            Thread.sleep(READY_POLL);
        }
    }

    /** The contract asks for a server on every address; where instances share this machine's, that is too many. */
    private void refuseExposed() throws ContractHost.InitException {
        List<String> exposed = server.exposedAt();
        if (!exposed.isEmpty()) {
            throw new ContractHost.InitException(FcFailure.stated(
                    Outcome.Failure.Reason.INIT,
                    "FunctionNotStarted",
                    ("%s: listens on every interface (%s, port %d), as Function Compute asks, but functions have no network"
                                    + " of their own here (%s), so that other machines could reach it: listen on $HOST, or"
                                    + " run Weft as root on Linux with slirp4netns installed")
                            .formatted(
                                    setup.function().name(),
                                    String.join(", ", exposed),
                                    server.port(),
                                    served.upstreams().space().problem()),
                    ""));
        }
    }

    private Path folder() {
        return setup.files().folder().outside();
    }

    private LifecycleCall.Answer initialize() throws ContractHost.InitException, InterruptedException {
        LifecycleCall.Answer answer;
        try {
            answer = hook("POST", "/initialize");
        } catch (IOException brokenOff) {
            throw new ContractHost.InitException(FcFailure.ended(
                    Outcome.Failure.Reason.INIT,
                    setup.function().name() + ": /initialize was not answered: " + brokenOff.getMessage(),
                    ""));
        }
        String status = answer.headers().first(FcHeaders.STATUS);
        if (answer.status() < 200 || answer.status() > 299 || (status != null && !status.equals("200"))) {
            throw new ContractHost.InitException(FcFailure.reported(
                    Outcome.Failure.Reason.INIT,
                    answer.body(),
                    "FunctionNotStarted",
                    "%s: /initialize was answered with status %d"
                            .formatted(setup.function().name(), answer.status())));
        }
        return answer;
    }

    private LifecycleCall.Answer hook(String method, String path) throws IOException, InterruptedException {
        Headers.Builder headers = Headers.builder();
        CallContext none =
                new CallContext(UUID.randomUUID().toString(), Trace.start(), 0, Instant.EPOCH, CallContext.Caller.WEFT);
        fields.add(headers, none, path);
        headers.add("x-fc-initialization-timeout", Long.toString(ContractHost.INIT_MAX.toSeconds()));
        return LifecycleCall.send(served.upstreams().space(), server.port(), method + ' ' + path, headers.build());
    }

    @Override
    public void stopping() throws InterruptedException {
        if (ready && setup.function().metadata().annotations().containsKey(FcHeaders.PRE_STOP)) {
            try {
                hook("GET", "/pre-stop");
            } catch (IOException brokenOff) {
                // its process ends either way; what it wrote before that is in its log
                LOG.log(System.Logger.Level.DEBUG, "pre-stop not answered, instance=" + setup.instance(), brokenOff);
            }
        }
    }

    @Override
    public Place.Attempt call(Call call, Loop loop, Place.Answers answers) {
        return server.call(dialect, served.clock(), call, loop, answers);
    }

    @Override
    public void close() {
        own.close();
        if (server != own) {
            server.close();
        }
    }
}
