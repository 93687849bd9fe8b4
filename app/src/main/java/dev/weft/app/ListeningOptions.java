// SPDX-License-Identifier: Apache-2.0
package dev.weft.app;

import dev.weft.app.facade.FacadeOptions;
import dev.weft.app.home.Home;
import dev.weft.app.telemetry.Share;
import dev.weft.app.telemetry.TelemetryConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** How a Weft listens and tells, whatever its clouds are; and its walk from the command line to the end of the process. */
final class ListeningOptions {
    /** Longer than all stops together: a stuck one must not keep the process. */
    private static final Duration STOP_MAX = Duration.ofSeconds(30);

    private static final int PORT_MAX = 65_535;

    @Spec(Spec.Target.MIXEE)
    @SuppressWarnings("NullAway.Init") // picocli sets it before run()
    private CommandSpec spec;

    @Option(
            names = "--port",
            defaultValue = "8080",
            paramLabel = "PORT",
            description = "Port of the gateway; 0 takes a free one (default: 8080).")
    private int port;

    @Option(
            names = "--admin-port",
            defaultValue = "8081",
            paramLabel = "PORT",
            description = "Port of the admin API; 0 takes a free one (default: 8081).")
    private int adminPort;

    @Option(
            names = "--host",
            defaultValue = "127.0.0.1",
            paramLabel = "ADDRESS",
            description = "Address that the gateway and the façades listen on (default: 127.0.0.1).")
    private String host = "127.0.0.1";

    @Option(names = "--no-watch", negatable = false, description = "Don't reload when code or documents are saved.")
    private boolean noWatch;

    @Option(
            names = {"-q", "--quiet"},
            description = "Show neither calls nor logs; weft logs still does.")
    private boolean quiet;

    @Mixin
    private TlsOptions tls = new TlsOptions();

    @Mixin
    private FacadeOptions facades = new FacadeOptions();

    @Option(
            names = "--replace",
            description = "Take over the ports of your Weft that runs, once this one is ready; that one finishes its"
                    + " calls and ends. No call is refused or lost. A plain start where none runs.")
    private boolean replace;

    @Option(
            names = "--otlp-endpoint",
            paramLabel = "URL",
            description = "Send spans of calls to this OpenTelemetry collector, for example http://localhost:4318"
                    + " (default: $OTEL_EXPORTER_OTLP_ENDPOINT; without it there are no spans).")
    @Nullable
    private String otlpEndpoint;

    @Option(
            names = "--journal-sample",
            defaultValue = "1",
            paramLabel = "SHARE",
            description = "Share of the calls in the journal, from 0 to 1; those that fail or take a second or more are"
                    + " always in it (default: 1).")
    private String journalSample = "1";

    /** The exit code, once SIGINT or SIGTERM has come. */
    int run(List<Path> paths, Clouds.Kind kind, long spareBytes) throws InterruptedException {
        check("--port", port);
        check("--admin-port", adminPort);
        Map<String, Integer> ports = facades.ports(spec);
        boolean hostSaid = spec.commandLine().getParseResult().hasMatchedOption("--host");
        CountDownLatch stop = new CountDownLatch(1);
        CountDownLatch stopped = new CountDownLatch(1);
        // SIGINT and SIGTERM run this hook; the walk below then ends by itself, in order
        Thread hook = Thread.ofPlatform().name("stop").unstarted(() -> {
            stop.countDown();
            await(stopped);
        });
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            UpPath.Options options = new UpPath.Options(
                    paths,
                    host,
                    port,
                    adminPort,
                    spareBytes,
                    !noWatch,
                    quiet,
                    replace,
                    telemetry(),
                    tls.files(spec),
                    new UpPath.AskedFacades(ports, hostSaid));
            return new UpPath(options, kind, Home.of(System.getenv()), terminal(), stop).run();
        } finally {
            stopped.countDown();
        }
    }

    private static void await(CountDownLatch stopped) {
        try {
            if (!stopped.await(STOP_MAX.toMillis(), TimeUnit.MILLISECONDS)) {
                System.err.println("weft: not stopped within " + STOP_MAX.toSeconds() + " s; the next start sweeps up");
            }
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
    }

    private TelemetryConfig telemetry() {
        try {
            Share share = Share.parse("--journal-sample", journalSample);
            return TelemetryConfig.read(System.getenv(), otlpEndpoint, share);
        } catch (IllegalArgumentException wrong) {
            throw new picocli.CommandLine.ParameterException(
                    spec.commandLine(), String.valueOf(wrong.getMessage()), wrong);
        }
    }

    private void check(String option, int value) {
        if (value < 0 || value > PORT_MAX) {
            throw new picocli.CommandLine.ParameterException(
                    spec.commandLine(), option + ": 0 to " + PORT_MAX + ", got " + value);
        }
    }

    private Terminal terminal() {
        // the launcher looks, because the JDK's own console takes a tenth of a second to load
        boolean colours = Boolean.getBoolean("weft.tty") && System.getenv("NO_COLOR") == null;
        return new Terminal(spec.commandLine().getOut(), spec.commandLine().getErr(), colours);
    }
}
