// SPDX-License-Identifier: Apache-2.0
package dev.weft.app;

import dev.weft.api.Mistake;
import dev.weft.api.Sha256;
import dev.weft.api.resource.FacadeListener;
import dev.weft.app.cli.CliException.Exit;
import dev.weft.app.facade.Spot;
import dev.weft.app.facade.Uploads;
import dev.weft.app.home.Home;
import dev.weft.app.parity.ParityGate;
import dev.weft.app.telemetry.TelemetryConfig;
import dev.weft.control.Application;
import dev.weft.control.CodeWatcher;
import dev.weft.control.DocumentReader;
import dev.weft.control.DocumentReader.FunctionCheck;
import dev.weft.control.Done;
import dev.weft.control.Reading;
import dev.weft.control.Step;
import dev.weft.net.tls.TlsFiles;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** The walk of {@code weft up} and {@code weft serve}: read the documents, start, deploy, say so, watch, stop. */
final class UpPath {
    private static final int HASH_LENGTH = 12;

    private final Options options;
    private final Clouds.Kind kind;
    private final Home home;
    private final Terminal terminal;
    private final CountDownLatch stop;
    private final Uploads uploads;
    private final DocumentReader.Known known = new DocumentReader.Known();

    /**
     * What the command line asks for.
     *
     * @param spareBytes for processes booted ahead
     * @param quiet neither calls nor logs on the terminal
     * @param replace take over the ports of the Weft that runs
     * @param tls null for plain HTTP
     * @param facades which façades listen, where it is not for the documents to say
     */
    record Options(
            List<Path> paths,
            String host,
            int port,
            int adminPort,
            long spareBytes,
            boolean watch,
            boolean quiet,
            boolean replace,
            TelemetryConfig telemetry,
            @Nullable TlsFiles tls,
            AskedFacades facades) {
        Options {
            paths = List.copyOf(paths);
        }

        /** A plain start on loopback: without telemetry and TLS, in nobody's place, admin API on a free port. */
        static Options plain(List<Path> paths, int port, long spareBytes, boolean watch, boolean quiet) {
            return new Options(
                    paths,
                    "127.0.0.1",
                    port,
                    0,
                    spareBytes,
                    watch,
                    quiet,
                    false,
                    TelemetryConfig.OFF,
                    null,
                    AskedFacades.NONE);
        }

        /** The same with façades. */
        Options with(Map<String, Integer> others) {
            AskedFacades asked = new AskedFacades(others, false);
            return new Options(paths, host, port, adminPort, spareBytes, watch, quiet, replace, telemetry, tls, asked);
        }

        /** Where façades listen, by these options and by {@code documents}. */
        List<Spot> spots(List<FacadeListener> documents) {
            return Spot.of(new Spot.Asked(facades.ports(), host, facades.hostSaid(), tls), documents);
        }

        /** The same over TLS. */
        Options with(TlsFiles files) {
            return new Options(
                    paths, host, port, adminPort, spareBytes, watch, quiet, replace, telemetry, files, facades);
        }
    }

    /**
     * Façades of the command line.
     *
     * @param ports by their names, as {@link Spot.Asked} has them
     * @param hostSaid whether its address goes before what documents say
     */
    record AskedFacades(Map<String, Integer> ports, boolean hostSaid) {
        static final AskedFacades NONE = new AskedFacades(Map.of(), false);

        AskedFacades {
            ports = Map.copyOf(ports);
        }
    }

    /** With stand-ins; goes on until {@code stop} is counted down. */
    UpPath(Options options, Home home, Terminal terminal, CountDownLatch stop) {
        this(options, StandInClouds.KIND, home, terminal, stop);
    }

    /** With clouds of {@code kind}. */
    UpPath(Options options, Clouds.Kind kind, Home home, Terminal terminal, CountDownLatch stop) {
        this.options = options;
        this.kind = kind;
        this.home = home;
        this.terminal = terminal;
        this.stop = stop;
        this.uploads = new Uploads(uploadsOf(options.paths(), home));
    }

    /** Where functions that clients put are kept: with the same documents they are there again. */
    private static Path uploadsOf(List<Path> paths, Home home) {
        Path first = paths.getFirst().toAbsolutePath().normalize();
        String hash = Sha256.hex(first.toString().getBytes(StandardCharsets.UTF_8));
        return home.folder().resolve("uploads").resolve(first.getFileName() + "-" + hash.substring(0, HASH_LENGTH));
    }

    /** The exit code. */
    int run() throws InterruptedException {
        long began = System.nanoTime();
        // once before anything is opened; once more below, when the clouds can say what they can't run
        Named named = named(read(kind.check()));
        if (named == null) {
            return Exit.FAILED.code();
        }
        sweep();
        try (Home.Run run = home.open();
                Weft weft = Weft.start(options, new Weft.Opening(kind, home, terminal, uploads, named.facades()), run);
                Reloading reloading = new Reloading(weft)) {
            reloading.watch(named.watched());
            if (kind.takesUploads()) {
                weft.takeUploads(reloading);
            }
            if (!deployed(weft)) {
                return Exit.FAILED.code();
            }
            weft.enter();
            run.announce(weft.adminUrl());
            weft.offer(run, stop::countDown);
            Welcome.say(terminal, weft, weft.application(), Duration.ofNanos(System.nanoTime() - began));
            reloading.begin();
            stop.await();
            terminal.say("stopping: calls under way get " + Weft.DRAIN_MAX.toSeconds() + " s to finish");
        }
        terminal.say("stopped");
        return 0;
    }

    /** What of an application is watched. {@link #run} waits for as long as Weft runs: a whole one would stay in memory. */
    private record Watched(Map<String, Path> code, Set<Path> files) {}

    /** What of the first reading is needed, once more for the same reason. */
    private record Named(Watched watched, List<FacadeListener> facades) {}

    private static @Nullable Named named(@Nullable Application application) {
        return application == null ? null : new Named(watched(application), application.facades());
    }

    private static Watched watched(Application application) {
        Set<Path> files = new HashSet<>(application.files());
        files.addAll(ParityGate.files(application));
        Map<String, Path> code = new HashMap<>(application.code());
        application.functions().stream()
                .filter(each -> each.spec().code().image() != null) // its folder is the document's
                .forEach(each -> code.remove(each.name()));
        return new Watched(code, files);
    }

    private boolean deployed(Weft weft) throws InterruptedException {
        Application application = read(weft.clouds().check());
        return application != null && said(weft.deploy(application), true);
    }

    private @Nullable Application read(FunctionCheck check) {
        return switch (reading(check)) {
            case Reading.Valid(Application application) -> application.bounded();
            case Reading.Invalid(List<Mistake> mistakes) -> {
                terminal.mistakes(mistakes);
                yield null;
            }
        };
    }

    private Reading reading(FunctionCheck check) {
        List<Path> all = new ArrayList<>(options.paths());
        if (kind.takesUploads()) {
            all.addAll(uploads.documents());
        }
        return DocumentReader.read(all, System.getenv(), check, known);
    }

    private void sweep() {
        kind.sweep(home, terminal);
        home.sweep();
    }

    /** Tells what changed and what did not work; whether all of it worked. */
    private boolean said(Done done, boolean first) {
        for (Step.Result result : done.results()) {
            String what = result.step().function() + " on " + result.step().cloud();
            RuntimeException failure = result.failure();
            if (failure != null) {
                terminal.warn(what + " could not be deployed: " + failure.getMessage()
                        + (first ? "" : "; what ran before goes on"));
            } else if (!first) {
                switch (result.step()) {
                    case Step.Create _ -> terminal.say("deployed " + what);
                    case Step.Update _ -> terminal.say("reloaded " + what);
                    case Step.Delete _ -> terminal.say("removed " + what);
                    case Step.Keep _ -> {}
                }
            }
        }
        done.unread()
                .forEach((cloud, why) -> terminal.warn("cloud " + cloud + " does not answer: " + why.getMessage()));
        return done.complete();
    }

    /**
     * Follows what is saved. It watches from before the first deployment on, so that no save is missed, and waits with
     * the first reload until that is done.
     */
    private final class Reloading implements Uploads.Running, AutoCloseable {
        private final Weft weft;
        private final CountDownLatch begun = new CountDownLatch(1);
        private volatile @Nullable CodeWatcher watcher;

        Reloading(Weft weft) {
            this.weft = weft;
        }

        void watch(Watched first) {
            if (options.watch()) {
                watcher = CodeWatcher.open(first.code(), first.files(), changes -> {
                    try {
                        begun.await();
                        reload();
                    } catch (InterruptedException stopping) {
                        Thread.currentThread().interrupt();
                    }
                });
            }
        }

        void begin() {
            begun.countDown();
        }

        private void reload() throws InterruptedException {
            List<Mistake> mistakes = turn().mistakes();
            if (!mistakes.isEmpty()) {
                terminal.mistakes(mistakes);
                terminal.warn("the documents have mistakes; what ran before goes on");
            }
        }

        @Override
        public synchronized Uploads.Turned turn() throws InterruptedException {
            long began = System.nanoTime();
            return switch (reading(weft.clouds().check())) {
                case Reading.Invalid(List<Mistake> mistakes) -> new Uploads.Turned(mistakes, null);
                case Reading.Valid(Application read) -> {
                    Application changed = read.bounded();
                    weft.changes().over(Changes.Stage.READ, began);
                    CodeWatcher here = watcher;
                    if (here != null) {
                        Watched next = watched(changed);
                        here.retarget(next.code(), next.files());
                    }
                    Done done = weft.deploy(changed);
                    boolean ignored = said(done, false);
                    yield new Uploads.Turned(List.of(), done);
                }
            };
        }

        @Override
        public Application served() {
            return weft.application();
        }

        @Override
        public String unable() {
            return weft.clouds().unable();
        }

        @Override
        public void close() {
            CodeWatcher here = watcher;
            watcher = null; // a client's last change may come after that
            if (here != null) {
                here.close();
            }
        }
    }
}
