// SPDX-License-Identifier: Apache-2.0
package dev.weft.app;

import static org.assertj.core.api.Assertions.assertThat;

import dev.weft.app.account.Vendors;
import dev.weft.app.cli.CommandLineInTest;
import dev.weft.app.cli.CommandLineInTest.Said;
import dev.weft.app.cli.InvokeCommand;
import dev.weft.app.cli.LogsCommand;
import dev.weft.app.home.Home;
import dev.weft.net.tls.TlsFiles;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What {@code weft up} starts, within the test's own process: one at a time for each home folder. */
public final class WeftInTest implements AutoCloseable {
    /** A first start may fetch libraries. */
    private static final Duration READY_MAX = Duration.ofMinutes(10);

    private static final Duration STOP_MAX = Duration.ofSeconds(30);
    private static final long POLL_MILLIS = 5;

    private final Home home;
    private final StringWriter said = new StringWriter();
    private final CountDownLatch stop = new CountDownLatch(1);
    private final Thread up;

    private WeftInTest(Path home, Clouds.Kind kind, UpPath.Options options) {
        this.home = Home.of(Map.of("WEFT_HOME", home.toString()));
        PrintWriter out = new PrintWriter(said, true);
        up = Thread.ofPlatform().name("up").start(() -> {
            try {
                int ignored = new UpPath(options, kind, this.home, new Terminal(out, out, false), stop).run();
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
        });
    }

    /** Starts and waits until calls are answered; {@code home} keeps what was fetched for the next one. */
    public static WeftInTest up(Path home, Path... paths) throws Exception {
        return up(home, UpPath.Options.plain(List.of(paths), 0, 256L << 20, false, true));
    }

    /** With façades of {@code vendors} on free ports. */
    public static WeftInTest withFacades(Path home, List<String> vendors, Path... paths) throws Exception {
        return withFacades(home, null, vendors, paths);
    }

    /** The same over TLS. */
    public static WeftInTest withFacades(Path home, @Nullable TlsFiles tls, List<String> vendors, Path... paths)
            throws Exception {
        Map<String, Integer> ports = new TreeMap<>();
        vendors.forEach(each -> ports.put(each, 0));
        UpPath.Options plain = UpPath.Options.plain(List.of(paths), 0, 256L << 20, false, true);
        return up(home, tls == null ? plain.with(ports) : plain.with(ports).with(tls));
    }

    /** The same over TLS, with the certificate that {@link SelfSigned} wrote into {@code certificate}. */
    public static WeftInTest withFacadesOverTls(Path home, List<String> vendors, Path certificate, Path... paths)
            throws Exception {
        Map<String, Integer> ports = new TreeMap<>();
        vendors.forEach(each -> ports.put(each, 0));
        TlsFiles.Pair pair = new TlsFiles.Pair(certificate.resolve("tls.crt"), certificate.resolve("tls.key"));
        UpPath.Options options = UpPath.Options.plain(List.of(paths), 0, 256L << 20, false, true);
        return up(home, options.with(ports).with(new TlsFiles(List.of(pair), null)));
    }

    /** What {@code weft serve} starts, whose clouds are real ones for who has that environment. */
    public static WeftInTest serve(Path home, Map<String, String> environment, Path... paths) throws Exception {
        return up(
                home, RealClouds.of(new Vendors(environment)), UpPath.Options.plain(List.of(paths), 0, 0, false, true));
    }

    /** Where the façade of that name listens. */
    public URI facade(String vendor) {
        return said("façade +" + vendor + " +(\\S+)");
    }

    private URI said(String pattern) {
        Matcher url = Pattern.compile(pattern).matcher(said());
        assertThat(url.find()).as("%s", said).isTrue();
        return URI.create(url.group(1));
    }

    /** The same, as {@code options} say. */
    static WeftInTest up(Path home, UpPath.Options options) throws Exception {
        return up(home, StandInClouds.KIND, options);
    }

    /** The same, with clouds of {@code kind}. */
    static WeftInTest up(Path home, Clouds.Kind kind, UpPath.Options options) throws Exception {
        WeftInTest weft = new WeftInTest(home, kind, options);
        await(READY_MAX, () -> weft.said().contains("ready in") || !weft.up.isAlive());
        assertThat(weft.up.isAlive()).as("%s", weft.said).isTrue();
        return weft;
    }

    /** What it said to the person in front of it. */
    public String said() {
        return said.toString();
    }

    /** Where its gateway listens. */
    public URI gateway() {
        return said("gateway +(\\S+)");
    }

    /** {@code weft invoke}. */
    public Said invoke(String function, String... more) {
        String[] arguments = new String[more.length + 1];
        arguments[0] = function;
        System.arraycopy(more, 0, arguments, 1, more.length);
        return CommandLineInTest.run(new InvokeCommand(), env(), arguments);
    }

    /** {@code weft logs}. */
    public Said logs(String function) {
        return CommandLineInTest.run(new LogsCommand(), env(), function);
    }

    private Map<String, String> env() {
        return Map.of("WEFT_HOME", home.folder().toString());
    }

    /** What other commands know of it. */
    Home.Found found() {
        return home.running().getFirst();
    }

    /** A request to its admin API, with its token. */
    public HttpRequest.Builder admin(String path) {
        Home.Found found = found();
        return HttpRequest.newBuilder(URI.create(found.url() + "/weft/v1" + path))
                .header("authorization", "Bearer " + found.token());
    }

    /** Waits until {@code condition} holds. */
    public static void await(Duration most, Callable<Boolean> condition) throws Exception {
        long end = System.nanoTime() + most.toNanos();
        while (!condition.call()) {
            assertThat(System.nanoTime()).as("waited %s", most).isLessThan(end);
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
    }

    @Override
    public void close() {
        stop.countDown();
        try {
            assertThat(up.join(STOP_MAX)).as("%s", said).isTrue();
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
    }
}
