// SPDX-License-Identifier: Apache-2.0
package dev.weft.clouds.oracle.inside;

import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * The FDK, run once from its socket to its JSON with a function of ours, in a process whose function is not known yet: what
 * it loads and compiles here is not waited for by a first caller. Nothing of it stays but loaded classes.
 */
public final class Rehearsal {
    private static final String FDK = "com.fnproject.fn.runtime.";
    private static final int CALLS = 2;
    private static final byte[] BODY = "{\"name\":\"nobody\"}".getBytes(StandardCharsets.UTF_8);
    private static final String HEAD = """
            POST /call HTTP/1.1\r
            Host: localhost\r
            Fn-Call-Id: rehearsal\r
            Fn-Deadline: 2100-01-01T00:00:00Z\r
            Content-Type: application/json\r
            Content-Length: %d\r
            \r
            """.formatted(BODY.length);

    /** The function of the rehearsal: the FDK makes one. */
    public Rehearsal() {}

    /** What that function does. */
    public Map<String, Object> call(Map<String, Object> input) {
        return input;
    }

    /** Runs it; what goes wrong here will go wrong again where it matters, and be told there. */
    static void run() {
        try {
            Path folder = Files.createTempDirectory("rehearsal");
            try {
                perform(folder.resolve("fn.sock"));
            } finally {
                Files.deleteIfExists(folder);
            }
        } catch (Exception | LinkageError early) {
            System.getLogger("dev.weft.fn").log(System.Logger.Level.DEBUG, "no rehearsal", early);
        }
    }

    private static void perform(Path socket) throws Exception {
        Map<String, String> env = Map.of("FN_LISTENER", "unix:" + socket, "FN_FORMAT", "http-stream");
        Constructor<?> opening =
                Class.forName(FDK + "HTTPStreamCodec").getDeclaredConstructor(Map.class, String.class, String.class);
        opening.setAccessible(true);
        Class<?> entry = Class.forName(FDK + "EntryPoint");
        Method serving =
                entry.getMethod("run", Map.class, Class.forName(FDK + "EventCodec"), PrintStream.class, String[].class);
        Object fdk = entry.getConstructor().newInstance();
        try (AutoCloseable codec = (AutoCloseable) opening.newInstance(env, "rehearsal", "rehearsal");
                PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8)) {
            Thread server = Thread.ofPlatform().daemon().unstarted(() -> {
                try {
                    serving.invoke(fdk, env, codec, nowhere, new String[] {Rehearsal.class.getName() + "::call"});
                } catch (ReflectiveOperationException refused) {
                    System.getLogger("dev.weft.fn").log(System.Logger.Level.DEBUG, "no rehearsal", refused);
                }
            });
            server.start();
            for (int i = 0; i < CALLS; i++) {
                ask(socket);
            }
        }
    }

    private static void ask(Path socket) throws Exception {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            channel.write(ByteBuffer.wrap(HEAD.getBytes(StandardCharsets.UTF_8)));
            channel.write(ByteBuffer.wrap(BODY));
            ByteBuffer answer = ByteBuffer.allocate(1024);
            while (channel.read(answer.clear()) >= 0) {
                answer.flip();
            }
        }
    }
}
