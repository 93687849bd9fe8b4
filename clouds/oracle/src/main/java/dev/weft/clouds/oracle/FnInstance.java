// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.oracle;

import dev.weft.api.Call;
import dev.weft.api.CloudException;
import dev.weft.api.Outcome;
import dev.weft.api.resource.Function;
import dev.weft.api.spi.ContractHost;
import dev.weft.api.spi.Loop;
import dev.weft.api.spi.Place;
import dev.weft.clouds.oracle.call.FnFailure;
import dev.weft.net.InstanceServer;
import dev.weft.net.Upstreams;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One Fn container: its FDK binds a socket under some name in the shared folder and, once it listens, links
 * {@code lsnr.sock} to it. Source: Fn container contract.
 */
final class FnInstance implements ContractHost.Hosted {
    private static final String LISTENER = "lsnr.sock";

    /** A little less than the engine gives, so that a late start is told in Fn's words. */
    private static final Duration READY_MAX = ContractHost.INIT_MAX.minusMillis(250);

    private static final Duration READY_POLL = Duration.ofMillis(2);
    private static final List<String> RESERVED = List.of(
            "FN_LISTENER",
            "FN_FORMAT",
            "FN_APP_ID",
            "FN_APP_NAME",
            "FN_FN_ID",
            "FN_FN_NAME",
            "FN_MEMORY",
            "FN_TYPE",
            "WEFT_CODE",
            "WEFT_HANDLER");

    private final ContractHost.Setup setup;
    private final ContractHost.Program program;
    private final Upstreams upstreams;
    private final InstantSource clock;
    private final FnDialect dialect;
    private final ContractHost.Files.Folder folder;
    private volatile @Nullable InstanceServer server;

    FnInstance(ContractHost.Setup setup, ContractHost.Program program, Upstreams upstreams, InstantSource clock) {
        this.setup = setup;
        this.program = program;
        this.upstreams = upstreams;
        this.clock = clock;
        this.dialect = new FnDialect(setup.function().spec().timeout());
        this.folder = setup.files().folder();
    }

    @Override
    public ContractHost.Launch launch() {
        Function function = setup.function();
        String app = function.metadata().namespace();
        String cloud = setup.cloud().name();
        Map<String, String> env = new HashMap<>();
        env.put("FN_LISTENER", "unix:" + folder.inside().resolve(LISTENER));
        env.put("FN_FORMAT", "http-stream");
        env.put("FN_TYPE", "sync");
        env.put("FN_MEMORY", Long.toString(function.spec().memory().mebibytes()));
        env.put("FN_APP_NAME", app);
        env.put("FN_APP_ID", FnIds.app(cloud, app));
        env.put("FN_FN_NAME", function.metadata().name());
        env.put("FN_FN_ID", FnIds.function(cloud, app, function.metadata().name()));
        env.put("OCI_TRACING_ENABLED", "0");
        env.put("OCI_TRACE_COLLECTOR_URL", "");
        env.putAll(FnRuntime.of(function).handler(function, setup.code()));
        return new ContractHost.Launch(program, env, RESERVED);
    }

    @Override
    public void awaitReady() throws ContractHost.InitException, InterruptedException {
        Instant late = clock.instant().plus(READY_MAX);
        while (clock.instant().isBefore(late)) {
            // asked for each time: before the sandbox is complete it leads elsewhere
            Path link = folder.outside().resolve(LISTENER);
            if (Files.isSymbolicLink(link)) {
                server = InstanceServer.onSocket(
                        upstreams, socket(link), setup.function().name());
                return;
            }
            Thread.sleep(READY_POLL);
        }
        throw refused(FnFailure.LATE_INIT, "no socket within " + READY_MAX.toSeconds() + " s");
    }

    /**
     * What {@code link} leads to. As in the Fn server only a name in the same folder will do; here for a stronger reason:
     * seen from outside, any other path would begin at this machine's root.
     */
    private Path socket(Path link) throws ContractHost.InitException {
        try {
            Path name = Files.readSymbolicLink(link);
            Path socket = link.resolveSibling(name);
            if (name.isAbsolute() || name.getNameCount() != 1 || name.startsWith("..")) {
                throw refused(FnFailure.NO_INIT, LISTENER + " links to " + name + ", out of its folder");
            }
            if (!Files.readAttributes(socket, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
                    .isOther()) {
                throw refused(FnFailure.NO_INIT, LISTENER + " links to " + name + ", which is no socket");
            }
            return socket;
        } catch (IOException gone) {
            throw refused(FnFailure.NO_INIT, LISTENER + " can't be followed: " + gone.getMessage());
        }
    }

    private ContractHost.InitException refused(FnFailure failure, String why) {
        return new ContractHost.InitException(
                failure.outcome(Outcome.Failure.Reason.INIT, setup.function().name() + ": " + why, ""));
    }

    @Override
    public Place.Attempt call(Call call, Loop loop, Place.Answers answers) {
        InstanceServer listening = server;
        if (listening == null) {
            throw new IllegalStateException("called before it was ready");
        }
        return listening.call(dialect, clock, call, loop, new Place.Answers() {
            @Override
            public void outcome(Outcome outcome) {
                answers.outcome(
                        outcome instanceof Outcome.Failure failure
                                        && failure.reason() == Outcome.Failure.Reason.TOO_LARGE
                                ? FnFailure.BODY_TOO_LARGE.outcome(failure.reason(), failure.message(), "")
                                : outcome);
            }

            @Override
            public void failed(CloudException why) {
                answers.failed(why);
            }
        });
    }

    @Override
    public void close() {
        InstanceServer listening = server;
        if (listening != null) {
            listening.close();
        }
    }
}
